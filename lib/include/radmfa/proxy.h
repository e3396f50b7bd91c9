/* proxy.h: the engine, its sockets and its backends on a uv_loop_t: what radmfad runs, one for
 * each loop. */
#ifndef RADMFA_PROXY_H
#define RADMFA_PROXY_H

#include <radmfa/engine.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct radmfa_proxy radmfa_proxy;

typedef struct radmfa_proxy_options {
  size_t size;
  radmfa_join_table *join_table; /* a reference is taken; all proxies of a process share one */
  radmfa_ruleset *ruleset;       /* a reference is taken */
  uint32_t pending_max;          /* over all proxies of the join table; default 1000000 */
  uint32_t kept_replies_max;     /* of this proxy; default 1000000 */
  /* several proxies listen on the same address (SO_REUSEPORT), default false */
  bool reuse_port;
  /* SO_RCVBUF in octets, as much as the system allows; default 4 MiB */
  uint32_t receive_buffer_size;
  radmfa_notice_cb on_notice; /* or NULL; on the loop's thread */
  void *notice_user;
  radmfa_allocator allocator; /* zero for the C library's */
} radmfa_proxy_options;

/* radmfa_proxy_options_init sets the defaults named above. */
RADMFA_API void radmfa_proxy_options_init(radmfa_proxy_options *options);

/* radmfa_proxy_new returns 0, RADMFA_E_INVALID (no join table or ruleset), RADMFA_E_NO_MEMORY,
 * RADMFA_E_TOO_BIG (over 1024 proxies on the join table) or a libuv error. */
RADMFA_API RADMFA_MUST_USE int radmfa_proxy_new(uv_loop_t *loop,
                                                const radmfa_proxy_options *options,
                                                radmfa_proxy **out_proxy);

/* radmfa_proxy_listen binds one more UDP socket (port 0: the system chooses) and says which
 * address it has. Returns 0 or a libuv error. */
RADMFA_API RADMFA_MUST_USE int radmfa_proxy_listen(radmfa_proxy *proxy,
                                                   const radmfa_address *address,
                                                   radmfa_address *out_bound);

/* radmfa_proxy_probe: is the address free? With `reuse_port` a second instance of a program would
 * bind it too, unseen, and share its datagrams; so ask before the first of one's own sockets.
 * Returns 0, or the libuv error that binding it gives (UV_EADDRINUSE ...). Any thread. */
RADMFA_API RADMFA_MUST_USE int radmfa_proxy_probe(const radmfa_address *address);

/* radmfa_proxy_receive_buffer says what the system granted of `receive_buffer_size`, the least
 * of all sockets, in octets (UINT32_MAX before the first). Less means that net.core.rmem_max is
 * lower and the program lacks CAP_NET_ADMIN: a burst of logins may be lost. */
RADMFA_API uint32_t radmfa_proxy_receive_buffer(const radmfa_proxy *proxy);

/* As the engine's functions of the same names; the loop's thread. */
RADMFA_API RADMFA_MUST_USE int radmfa_proxy_set_ruleset(radmfa_proxy *proxy,
                                                        radmfa_ruleset *ruleset);
RADMFA_API void radmfa_proxy_set_limits(radmfa_proxy *proxy, uint32_t pending_max,
                                        uint32_t kept_replies_max);
RADMFA_API void radmfa_proxy_stats_get(const radmfa_proxy *proxy, radmfa_engine_stats *out_stats);
RADMFA_API size_t radmfa_proxy_pending(const radmfa_proxy *proxy, uint32_t *inout_place,
                                       radmfa_pending *out_logins, size_t max);
RADMFA_API bool radmfa_proxy_is_pending(const radmfa_proxy *proxy, uint64_t login_id);

/* radmfa_proxy_drain admits no new login from now on and calls `drained` once, from the loop,
 * when the last pending one has its answer (also when there is none). Kept replies are served
 * until radmfa_proxy_close. */
RADMFA_API void radmfa_proxy_drain(radmfa_proxy *proxy, void (*drained)(void *user), void *user);

/* radmfa_proxy_close stops at once: pending logins get no answer, and their backends are not
 * cancelled (drain first). It frees the proxy after `closed` (or NULL) was called, from the
 * loop. */
RADMFA_API void radmfa_proxy_close(radmfa_proxy *proxy, void (*closed)(void *user), void *user);

#ifdef __cplusplus
}
#endif
#endif
