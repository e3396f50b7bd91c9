/* client.h: asks the servers of an upstream (upstream.h) from one loop; any number of requests wait
 * at once. An identifier is one of 256 for each source port (RFC 2865 3), so sockets are opened as
 * they run out, and closed when they have been idle.
 *
 * In a policy (ruleset.h) an upstream stands where a primary would: radmfa_proxy makes the clients
 * itself. */
#ifndef RADMFA_CLIENT_H
#define RADMFA_CLIENT_H

#include <radmfa/upstream.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct radmfa_client radmfa_client;

/* radmfa_client_new: a client on `loop`, to whose thread it belongs; takes a reference to the
 * upstream, which has a server at least. Returns 0, RADMFA_E_INVALID, RADMFA_E_NO_MEMORY or a
 * libuv error. */
RADMFA_API RADMFA_MUST_USE int radmfa_client_new(uv_loop_t *loop, radmfa_upstream *upstream,
                                                 radmfa_client **out_client);

/* What a server answered. Everything is borrowed for the call. */
typedef struct radmfa_response {
  radmfa_packet packet; /* verified, as it came */
  /* its attributes without Message-Authenticator and Proxy-State, and what was hidden in clear: as
   * radmfa_primary_answer (backend.h) wants them */
  radmfa_span attributes;
  const char *server;
} radmfa_response;

/* Once for each request that was taken, from the loop: `error` is 0 and `response` an answer that
 * was verified; or `response` is NULL and `error` RADMFA_E_TIMED_OUT (a server has got it, and no
 * answer came), RADMFA_E_MALFORMED or RADMFA_E_TOO_BIG (an answer came and verified, and cannot be
 * passed on), RADMFA_E_UNREACHABLE (each refused it: none has got it) or RADMFA_E_CANCELLED. It may
 * call the client, close included. */
typedef void (*radmfa_response_cb)(int error, const radmfa_response *response, void *user);

typedef struct radmfa_query {
  /* Access-Request's attributes, encoded, 0 to 4058 octets, without Message-Authenticator, and
   * with User-Password in clear: both are added for the server that is chosen. Copied. */
  radmfa_span attributes;
  /* A request with State goes to the server that gave it, within 60 s, where `conversation` is
   * the same: it names whose State it is. */
  radmfa_span conversation;
} radmfa_query;

/* radmfa_client_ask sends one Access-Request. `*out_id` names it for radmfa_client_cancel, never
 * 0. Returns 0; RADMFA_E_MALFORMED or RADMFA_E_INVALID (attributes), RADMFA_E_TOO_BIG (more than
 * 4096 octets), RADMFA_E_BUSY (over pending_max), RADMFA_E_UNREACHABLE (no server is alive, or no
 * socket to be had), RADMFA_E_CANCELLED (the client is being closed), RADMFA_E_NO_MEMORY: then
 * nothing was sent and nothing is called. */
RADMFA_API RADMFA_MUST_USE int radmfa_client_ask(radmfa_client *client, const radmfa_query *query,
                                                 radmfa_response_cb responded, void *user,
                                                 uint64_t *out_id);

/* radmfa_client_cancel: the answer is not wanted any more; `responded` hears RADMFA_E_CANCELLED
 * before it returns. Not for an id whose callback was called. */
RADMFA_API void radmfa_client_cancel(radmfa_client *client, uint64_t id);

/* radmfa_client_probe asks one server (counted from 0), dead or alive, whether it is there: by
 * Status-Server where it knows it, else by the probe user's login, once and without
 * retransmission. Returns 0, RADMFA_E_NOT_FOUND (no way to ask, or no such server),
 * RADMFA_E_CANCELLED, RADMFA_E_NO_MEMORY or why no socket could be had: a libuv error or
 * RADMFA_E_TOO_BIG. `responded` hears RADMFA_E_FORGED where no answer came but replies that do not
 * verify: the secret may be wrong; RADMFA_E_NO_MESSAGE_AUTHENTICATOR where they lacked that. */
RADMFA_API RADMFA_MUST_USE int radmfa_client_probe(radmfa_client *client, size_t server,
                                                   uint32_t timeout_ms,
                                                   radmfa_response_cb responded, void *user);

typedef struct radmfa_client_stats {
  uint64_t requests;
  uint64_t retransmissions;
  uint64_t failovers; /* asked a second server */
  uint64_t responses;
  uint64_t timeouts;
  uint64_t unreachable;
  uint64_t probes;
  uint64_t dropped[RADMFA_UPSTREAM_EVENT_COUNT]; /* replies, by event */
  uint32_t pending;                              /* requests without an answer, now */
  uint32_t sockets;                              /* now, too */
} radmfa_client_stats;

RADMFA_API void radmfa_client_stats_get(const radmfa_client *client,
                                        radmfa_client_stats *out_stats);

/* radmfa_client_close cancels what waits; `closed` (or NULL) comes from the loop, when nothing of
 * the client is left. NULL is fine. */
RADMFA_API void radmfa_client_close(radmfa_client *client, void (*closed)(void *user), void *user);

#ifdef __cplusplus
}
#endif
#endif
