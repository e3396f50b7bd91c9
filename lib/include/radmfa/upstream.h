/* upstream.h: RADIUS servers that stand in for each other: their secrets, how one is chosen, who of
 * them is alive. Who asks them is client.h. */
#ifndef RADMFA_UPSTREAM_H
#define RADMFA_UPSTREAM_H

#include <radmfa/ruleset.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RADMFA_SERVERS_MAX 16u /* of one upstream */

/* Which of the servers that are alive gets the next request. */
typedef enum radmfa_strategy {
  RADMFA_STRATEGY_FAILOVER,          /* the first in order */
  RADMFA_STRATEGY_ROUND_ROBIN,       /* each in turn */
  RADMFA_STRATEGY_LEAST_OUTSTANDING, /* the one with the fewest requests unanswered */
} radmfa_strategy;

/* What an upstream tells for logs. X(NAME, word) */
#define RADMFA_UPSTREAM_EVENT_MAP(X)                       \
  X(DEAD, "upstream_dead")                                 \
  X(ALIVE, "upstream_alive")                               \
  X(FORGED, "upstream_reply_forged")                       \
  X(NO_MESSAGE_AUTHENTICATOR, "upstream_reply_not_signed") \
  X(MALFORMED, "upstream_reply_malformed")                 \
  X(CODE, "upstream_reply_unexpected_code")                \
  X(LATE, "upstream_reply_late")                           \
  X(NO_SOCKET, "upstream_no_socket")

typedef enum radmfa_upstream_event {
#define RADMFA_UPSTREAM_EVENT_ENUM(name, word) RADMFA_UPSTREAM_EVENT_##name,
  RADMFA_UPSTREAM_EVENT_MAP(RADMFA_UPSTREAM_EVENT_ENUM)
#undef RADMFA_UPSTREAM_EVENT_ENUM
      RADMFA_UPSTREAM_EVENT_COUNT
} radmfa_upstream_event;

RADMFA_API const char *radmfa_upstream_event_name(radmfa_upstream_event event);

typedef struct radmfa_upstream_notice {
  radmfa_upstream_event event;
  const char *upstream; /* names from the options */
  const char *server;
  radmfa_address address;
  uint32_t outstanding; /* DEAD, ALIVE: requests to this server that wait for an answer */
} radmfa_upstream_notice;

/* On the thread of the client that saw it; must not call client or upstream. Everything is
 * borrowed for the call. */
typedef void (*radmfa_upstream_notice_cb)(const radmfa_upstream_notice *notice, void *user);

typedef struct radmfa_upstream_options {
  size_t size;
  const char *name;         /* for notices, 1 to 63 octets */
  radmfa_strategy strategy; /* default FAILOVER */
  /* a request that has no answer after this is given up (RFC 5080 2.2.1: MRD): 1000 to 180000,
   * default 55000 */
  uint32_t timeout_ms;
  /* the first retransmission comes after this, the next ones after twice the time before, up to
   * the maximum (RFC 5080 2.2.1: IRT, MRT), each with a tenth of jitter; defaults 2000, 16000 */
  uint32_t retransmit_ms, retransmit_max_ms;
  uint32_t retransmits_max; /* RFC 5080's MRC; default 0: as many as the timeout allows */
  /* A request that was sent is not sent to a second server: the first may be calling somebody.
   * Only where it refuses (ICMP: nobody listens there any more) the next one is asked. Where the
   * servers do no more than check passwords, the next one may be asked after this time; default
   * 0: never. */
  uint32_t failover_ms;
  uint32_t pending_max; /* requests of each client (client.h); default 1000000 */
  /* Where servers do not know Status-Server (NPS): a user that need not exist, whose login is
   * sent to one that does not answer, to see whether it is alive. Empty: nobody. Copied. */
  radmfa_span probe_user, probe_password;
  uint8_t random_key[16];              /* for its tables: nobody can predict it */
  radmfa_upstream_notice_cb on_notice; /* or NULL */
  void *notice_user;
  radmfa_allocator allocator; /* zero for the C library's */
} radmfa_upstream_options;

/* radmfa_upstream_options_init sets the defaults named above; name and key are the caller's. */
RADMFA_API void radmfa_upstream_options_init(radmfa_upstream_options *options);

typedef struct radmfa_upstream_server_options {
  size_t size;
  const char *name; /* for notices, 1 to 63 octets */
  radmfa_address address;
  /* where requests leave from, IPv4 where `address` is; its port is not used; all zero: any */
  radmfa_address source;
  radmfa_span secret; /* 1 octet or more; copied */
  /* of its replies; default AUTO: needed once it has sent a valid one (Blast-RADIUS) */
  radmfa_message_authenticator message_authenticator;
  bool status_server; /* it answers Status-Server (RFC 5997); default false */
} radmfa_upstream_server_options;

/* radmfa_upstream_server_options_init sets the defaults named above. */
RADMFA_API void radmfa_upstream_server_options_init(radmfa_upstream_server_options *options);

/* radmfa_upstream_new makes one without servers, with one reference. Returns 0,
 * RADMFA_E_INVALID (a value out of its range) or RADMFA_E_NO_MEMORY. */
RADMFA_API RADMFA_MUST_USE int radmfa_upstream_new(const radmfa_upstream_options *options,
                                                   radmfa_upstream **out_upstream);

/* radmfa_upstream_add_server: in the order of the strategy; not once a client has the upstream.
 * Returns 0, RADMFA_E_INVALID, RADMFA_E_TOO_BIG (RADMFA_SERVERS_MAX) or RADMFA_E_NO_MEMORY. */
RADMFA_API RADMFA_MUST_USE int radmfa_upstream_add_server(
    radmfa_upstream *upstream, const radmfa_upstream_server_options *options);

/* Any thread. */
RADMFA_API radmfa_upstream *radmfa_upstream_ref(radmfa_upstream *upstream);
RADMFA_API void radmfa_upstream_unref(radmfa_upstream *upstream);

#ifdef __cplusplus
}
#endif
#endif
