/* server.h: a RADIUS server on a uv_loop_t, for a program that answers requests itself: clients
 * and secrets, one callback for each new request, one reply. Duplicates are recognised, replies
 * are signed, kept and sent again; Status-Server is answered (RFC 5997). */
#ifndef RADMFA_SERVER_H
#define RADMFA_SERVER_H

#include <radmfa/engine.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct radmfa_server radmfa_server;

/* A new request. `request` is borrowed for the call; answer once with radmfa_server_reply,
 * inside the callback or later. A request that is not answered before its client's deadline is
 * forgotten: the client hears nothing. */
typedef void (*radmfa_request_cb)(radmfa_server *server, const radmfa_request *request, void *user);

typedef struct radmfa_server_options {
  size_t size;
  radmfa_request_cb on_request;
  radmfa_notice_cb on_notice; /* or NULL */
  void *user;                 /* of both */
  uint32_t pending_max;       /* default 1000000 */
  uint32_t kept_replies_max;  /* default 1000000 */
  radmfa_allocator allocator; /* zero for the C library's */
} radmfa_server_options;

/* radmfa_server_options_init sets the defaults named above. */
RADMFA_API void radmfa_server_options_init(radmfa_server_options *options);

/* radmfa_server_new returns 0, RADMFA_E_INVALID (no on_request), RADMFA_E_NO_MEMORY or a libuv
 * error. */
RADMFA_API RADMFA_MUST_USE int radmfa_server_new(uv_loop_t *loop,
                                                 const radmfa_server_options *options,
                                                 radmfa_server **out_server);

/* radmfa_server_add_client, before radmfa_server_listen: `options->policy` is not used here.
 * Errors as radmfa_ruleset_add_client. */
RADMFA_API RADMFA_MUST_USE int radmfa_server_add_client(radmfa_server *server,
                                                        const radmfa_client_options *options);

/* radmfa_server_listen binds one more UDP socket (port 0: the system chooses) and says which
 * address it has. Returns 0 or a libuv error (UV_EADDRINUSE, UV_EACCES ...). */
RADMFA_API RADMFA_MUST_USE int radmfa_server_listen(radmfa_server *server,
                                                    const radmfa_address *address,
                                                    radmfa_address *out_bound);

/* radmfa_server_reply answers a request: `code` is Access-Accept, Access-Reject or
 * Access-Challenge, `attributes` are encoded ones (or the empty span). The loop's thread.
 * Returns 0, RADMFA_E_INVALID (code), or the errors of radmfa_answer_primary
 * (which as there may be left alone). */
RADMFA_API int radmfa_server_reply(radmfa_server *server, uint64_t login_id, radmfa_code code,
                                   radmfa_span attributes);

/* radmfa_server_stats_get copies the engine's counters. */
RADMFA_API void radmfa_server_stats_get(const radmfa_server *server,
                                        radmfa_engine_stats *out_stats);

/* radmfa_server_close stops at once: pending logins get no answer, and their backends are not
 * cancelled (drain first). It frees the server after `closed` (or NULL) was called, from the
 * loop. */
RADMFA_API void radmfa_server_close(radmfa_server *server, void (*closed)(void *user), void *user);

#ifdef __cplusplus
}
#endif
#endif
