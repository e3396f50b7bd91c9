/* engine.h: the whole server without a socket, for programs with their own I/O (and for
 * replays). Datagrams, the clock and backends' answers go in; operations come out. An engine
 * belongs to one thread; several share one radmfa_join_table.
 *
 *   radmfa_engine_datagram(engine, &datagram, now_ms);          whatever arrived
 *   do
 *     while (radmfa_engine_next(engine, &operation)) perform(&operation);
 *   while (radmfa_engine_inbox(engine, now_ms));                until nothing more comes of it */
#ifndef RADMFA_ENGINE_H
#define RADMFA_ENGINE_H

#include <radmfa/ruleset.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RADMFA_ENGINES_MAX 1024u /* of one join table */

/* Why a datagram got no answer and left no trace but a count. X(NAME, word in logs) */
#define RADMFA_DROP_MAP(X)                                \
  X(UNKNOWN_CLIENT, "unknown_client")                     \
  X(MALFORMED, "malformed")                               \
  X(CODE, "unexpected_code")                              \
  X(FORGED, "forged")                                     \
  X(NO_MESSAGE_AUTHENTICATOR, "no_message_authenticator") \
  X(LIMIT, "limit")                                       \
  X(DRAINING, "draining")                                 \
  X(NO_MEMORY, "no_memory")                               \
  X(TOO_BIG, "reply_too_big")                             \
  X(TRUNCATED, "truncated_by_kernel")                     \
  X(LOOP, "loop")                                         \
  X(RECEIVE_BUFFER, "receive_buffer_full")

typedef enum radmfa_drop {
#define RADMFA_DROP_ENUM(name, word) RADMFA_DROP_##name,
  RADMFA_DROP_MAP(RADMFA_DROP_ENUM)
#undef RADMFA_DROP_ENUM
      RADMFA_DROP_COUNT
} radmfa_drop;

RADMFA_API const char *radmfa_drop_name(radmfa_drop drop);

typedef enum radmfa_notice_type {
  RADMFA_NOTICE_LOGIN,        /* a login ended */
  RADMFA_NOTICE_FACTOR_START, /* a factor was started: a call was placed */
  RADMFA_NOTICE_DROP,         /* a datagram was dropped */
} radmfa_notice_type;

/* What the engine tells for logs and counters. Everything is borrowed for the call. */
typedef struct radmfa_notice {
  radmfa_notice_type type;
  uint64_t now_ms;
  uint64_t login_id; /* not for DROP */
  radmfa_address peer;
  const char *client; /* NULL where unknown; so `policy` and `factor` */
  const char *policy;
  const char *factor;
  radmfa_span user; /* as typed */
  radmfa_span identity;
  radmfa_verdict verdict; /* LOGIN, and the next five */
  radmfa_reason reason;
  uint32_t waiters;    /* requests that waited for this verdict, the first included */
  uint32_t primary_ms; /* how long the primary took, the factor took, the login took */
  uint32_t factor_ms;
  uint32_t total_ms;
  /* LOGIN: the password decoded to no text; DROP: Message-Authenticator did not match */
  bool secret_may_be_wrong;
  radmfa_drop drop; /* DROP, so the next */
  uint32_t dropped; /* datagrams: 1 or, for RECEIVE_BUFFER, more; its `peer` is our address */
} radmfa_notice;

/* Called inside the engine's functions; must not call the engine. */
typedef void (*radmfa_notice_cb)(const radmfa_notice *notice, void *user);

typedef struct radmfa_engine_options {
  size_t size;
  radmfa_join_table *join_table; /* a reference is taken */
  radmfa_ruleset *ruleset;       /* a reference is taken */
  uint8_t random_key[16];        /* for its hash tables: nobody can predict it */
  /* logins waiting at once over all engines of the join table; default 1000000 */
  uint32_t pending_max;
  /* this engine's; default 1000000. Over it the oldest go first, but none under 5 s old */
  uint32_t kept_replies_max;
  uint32_t keep_reply_ms;     /* default 30000 */
  radmfa_notice_cb on_notice; /* or NULL */
  void *notice_user;
  /* Called by any thread when something came into the inbox of an engine that waits: have
   * radmfa_engine_inbox called on the engine's thread soon. Must not call the engine. Or NULL
   * where the caller looks by himself. */
  void (*wake)(void *user);
  void *wake_user;
  radmfa_allocator allocator; /* zero for the C library's */
} radmfa_engine_options;

/* radmfa_engine_options_init sets the defaults named above; join table, ruleset and key are the
 * caller's to fill in. */
RADMFA_API void radmfa_engine_options_init(radmfa_engine_options *options);

typedef struct radmfa_engine radmfa_engine;

/* radmfa_engine_new returns 0, RADMFA_E_INVALID (no join table or ruleset), RADMFA_E_NO_MEMORY
 * or RADMFA_E_TOO_BIG (over 1024 engines on the join table). */
RADMFA_API RADMFA_MUST_USE int radmfa_engine_new(const radmfa_engine_options *options,
                                                 radmfa_engine **out_engine);

/* radmfa_engine_free drops what is pending without a word: drain first. Backends of pending
 * logins are not cancelled. */
RADMFA_API void radmfa_engine_free(radmfa_engine *engine);

typedef struct radmfa_datagram {
  radmfa_span bytes;
  radmfa_address peer;
  radmfa_address local; /* the address that was asked: the reply leaves from it */
  uint16_t socket;      /* the caller's number of the receiving socket */
  bool truncated;       /* the kernel cut it: more than the buffer holds */
} radmfa_datagram;

/* radmfa_engine_datagram takes one datagram in: it is answered, absorbed or dropped, and
 * counted, whatever it holds. */
RADMFA_API void radmfa_engine_datagram(radmfa_engine *engine, const radmfa_datagram *datagram,
                                       uint64_t now_ms);

/* radmfa_engine_datagrams takes in `n` of them, in their order: quicker than one by one, since
 * their places in memory are fetched together. */
RADMFA_API void radmfa_engine_datagrams(radmfa_engine *engine, const radmfa_datagram *datagrams,
                                        size_t n, uint64_t now_ms);

/* radmfa_engine_lost counts and tells what the system dropped, at our address `local`, before
 * anyone saw it. */
RADMFA_API void radmfa_engine_lost(radmfa_engine *engine, const radmfa_address *local,
                                   uint32_t datagrams, uint64_t now_ms);

/* radmfa_engine_clock ends what is due. Call it when radmfa_engine_next_due is reached; late
 * calls only make answers late. */
RADMFA_API void radmfa_engine_clock(radmfa_engine *engine, uint64_t now_ms);

/* radmfa_engine_next_due is when radmfa_engine_clock is wanted next: at the latest then
 * something is due (sometimes a little early), or UINT64_MAX. */
RADMFA_API uint64_t radmfa_engine_next_due(const radmfa_engine *engine);

/* radmfa_engine_inbox takes in what backends and other engines left for this one. Returns
 * whether there was anything. */
RADMFA_API bool radmfa_engine_inbox(radmfa_engine *engine, uint64_t now_ms);

typedef enum radmfa_operation_type {
  RADMFA_OPERATION_CHECK, /* call primary->start(backend, request) */
  /* call primary->cancel(backend, login_id) if there is one */
  RADMFA_OPERATION_CANCEL_PRIMARY,
  /* ask `upstream`, radmfa_client_ask's query being {attributes, conversation}, and answer with
   * radmfa_answer_primary */
  RADMFA_OPERATION_FORWARD,
  RADMFA_OPERATION_CANCEL_FORWARD, /* the answer is not wanted any more */
  RADMFA_OPERATION_START_FACTOR,
  RADMFA_OPERATION_CANCEL_FACTOR, /* call factor->cancel(backend, login_id) if there is one */
  RADMFA_OPERATION_SEND,          /* send bytes to peer, from local, through socket */
} radmfa_operation_type;

typedef struct radmfa_operation {
  radmfa_operation_type type;
  uint64_t login_id;
  const radmfa_primary *primary;
  const radmfa_factor *factor;
  void *backend;
  radmfa_upstream *upstream;
  /* CHECK, START_FACTOR: borrowed until the next call of radmfa_engine_next; so the next two */
  radmfa_request request;
  radmfa_span attributes; /* FORWARD: of the request, User-Password in clear, as they go on */
  radmfa_span conversation;
  /* FORWARD: who gets the answer in place of radmfa_answer_primary (radmfa_policy_options), with
   * `upstream_user` and request.user; NULL: nobody */
  int (*upstream_answer)(void *user, uint64_t login_id, radmfa_span typed_user,
                         const radmfa_primary_answer *answer);
  void *upstream_user;
  /* SEND: borrowed until the engine is called with anything but radmfa_engine_next; so the rest */
  radmfa_span bytes;
  radmfa_address peer;
  radmfa_address local;
  uint16_t socket;
} radmfa_operation;

/* radmfa_engine_next gives the next operation, SENDs last, so that a caller can gather them;
 * false when there is none. */
RADMFA_API bool radmfa_engine_next(radmfa_engine *engine, radmfa_operation *out_operation);

/* radmfa_engine_set_ruleset: from now on new logins go by `ruleset` (a reference is taken);
 * pending ones end under theirs, and so do those that join them. What each client has waiting is
 * counted from 0 again. Returns 0 or RADMFA_E_NO_MEMORY: then the old one stays. */
RADMFA_API RADMFA_MUST_USE int radmfa_engine_set_ruleset(radmfa_engine *engine,
                                                         radmfa_ruleset *ruleset);

/* radmfa_engine_set_limits changes what the options of the same names said; what is pending
 * stays. */
RADMFA_API void radmfa_engine_set_limits(radmfa_engine *engine, uint32_t pending_max,
                                         uint32_t kept_replies_max);

/* radmfa_engine_drain: from now on no new login is admitted. Requests that join a pending one,
 * retransmissions and kept replies are served; Status-Server gets no answer, so that clients go
 * elsewhere. */
RADMFA_API void radmfa_engine_drain(radmfa_engine *engine);

/* A login that waits for its verdict. Borrowed until the engine is called again. */
typedef struct radmfa_pending {
  uint64_t login_id;
  radmfa_address peer;
  const char *client;
  const char *policy;
  const char *factor;   /* the one that is out; NULL: none */
  radmfa_span user;     /* as typed */
  radmfa_span identity; /* empty: nobody has said yet who it is, or it follows another login */
  radmfa_login_state state;
  uint64_t arrived_ms;
  uint64_t deadline_ms;
} radmfa_pending;

#define RADMFA_PENDING_LOOK 4096u /* records that one call looks at, in use or not */

/* radmfa_engine_pending fills `out_logins` with up to `max` pending logins that stand from
 * `*inout_place` (0 for the first call) on, and returns how many. Then `*inout_place` is where to
 * go on, or 0 where there are no more; a call may find few or none, since it looks at
 * RADMFA_PENDING_LOOK records and no more. Logins that come or end between two calls may be missed,
 * and none is told twice. */
RADMFA_API size_t radmfa_engine_pending(const radmfa_engine *engine, uint32_t *inout_place,
                                        radmfa_pending *out_logins, size_t max);

/* Whether the login is this engine's and waits for its verdict, or for its answer. */
RADMFA_API bool radmfa_engine_is_pending(const radmfa_engine *engine, uint64_t login_id);

typedef struct radmfa_engine_stats {
  uint64_t datagrams;
  uint64_t drops[RADMFA_DROP_COUNT];
  uint64_t retransmissions_absorbed; /* while the login was pending, or swallowed after silence */
  uint64_t replies_resent;
  uint64_t joined;
  uint64_t status_server;
  uint64_t logins[RADMFA_REASON_COUNT]; /* ended, by reason */
  uint64_t accepted_on_one_factor[RADMFA_REASON_COUNT];
  uint64_t factors_started;
  uint64_t answers_dropped; /* for logins that were gone */
  uint32_t pending;         /* requests without an answer; now, as the next */
  uint32_t kept;            /* answered ones that are remembered */
} radmfa_engine_stats;

RADMFA_API void radmfa_engine_stats_get(const radmfa_engine *engine,
                                        radmfa_engine_stats *out_stats);

#ifdef __cplusplus
}
#endif
#endif
