/* ruleset.h: which clients may ask, with which secret, and by which policy their logins are
 * decided. Filled once, then immutable and shared by every engine; a reload makes a new one, and
 * logins that began under the old one end under it. */
#ifndef RADMFA_RULESET_H
#define RADMFA_RULESET_H

#include <radmfa/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RADMFA_NAME_SIZE_MAX 63u /* octets of a client's, policy's or factor's name */
#define RADMFA_FACTORS_MAX 8u    /* of one policy */

typedef enum radmfa_on_unavailable {
  RADMFA_UNAVAILABLE_SILENT, /* no answer: the client tries its next server */
  RADMFA_UNAVAILABLE_REJECT,
  RADMFA_UNAVAILABLE_ACCEPT, /* once the primary said yes, never without; before that as REJECT */
} radmfa_on_unavailable;

/* When Message-Authenticator must be in a request (Blast-RADIUS, CVE-2024-3596). Where it is, it
 * is always verified. */
typedef enum radmfa_message_authenticator {
  RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE,
  /* of an address that has once sent a valid one, and with Proxy-State */
  RADMFA_MESSAGE_AUTHENTICATOR_AUTO,
  RADMFA_MESSAGE_AUTHENTICATOR_OFF,
} radmfa_message_authenticator;

/* RADIUS servers to ask (upstream.h). */
typedef struct radmfa_upstream radmfa_upstream;

typedef struct radmfa_factor_options {
  const char *name; /* for logs, 1 to 63 octets */
  const radmfa_factor *factor;
  void *backend;
} radmfa_factor_options;

typedef struct radmfa_policy_options {
  size_t size;
  const char *name; /* 1 to 63 octets, unique in the ruleset */
  const radmfa_primary *primary;
  void *primary_backend;
  radmfa_upstream *upstream;            /* instead of a primary; a reference is taken */
  const radmfa_factor_options *factors; /* in order; the first that the user has is used */
  /* 0 to 8; 0 is a plain proxy: the primary decides alone, nothing is joined */
  size_t n_factors;
  /* a user without any of the factors: false rejects, true accepts on the primary alone */
  bool accept_unenrolled;
  bool join;                            /* default true */
  uint32_t reuse_approval_ms;           /* default 0: off */
  radmfa_on_unavailable on_unavailable; /* default SILENT */
  uint32_t reject_delay_ms;             /* default 1000 */
  /* no factor starts with less left; default 10000, and never over half of a client's time */
  uint32_t min_call_ms;

  /* Only with `upstream`; both on the thread of the login's engine, with `upstream_user`, or NULL.
   *
   * upstream_password says how many octets of a PAP password are sent to the upstream; what stands
   * behind them, a passcode say, is not its. */
  size_t (*upstream_password)(void *user, const radmfa_request *request);
  /* upstream_answer gets what the upstream answered in place of radmfa_answer_primary, and calls
   * that, once, now or later, with this answer or another. `answer` and `typed_user` are borrowed.
   * Returns 0, or an error for an answer that cannot be delivered: then it is called again with
   * UNAVAILABLE. */
  int (*upstream_answer)(void *user, uint64_t login_id, radmfa_span typed_user,
                         const radmfa_primary_answer *answer);
  void *upstream_user;

  /* is_admitted tells whether somebody whose factor has said yes, or is waived, may still come in:
   * he may have been blocked while his phone rang. False: Access-Reject, reason blocked. `identity`
   * is empty where the primary named nobody; both are borrowed. On the thread of the login's
   * engine, which it must not hold up. NULL (the default): whoever is approved comes in. */
  bool (*is_admitted)(void *user, radmfa_span identity, radmfa_span typed_user);
  void *is_admitted_user;
} radmfa_policy_options;

/* radmfa_policy_options_init sets the defaults named above. */
RADMFA_API void radmfa_policy_options_init(radmfa_policy_options *options);

typedef struct radmfa_client_options {
  size_t size;
  const char *name; /* 1 to 63 octets, unique in the ruleset */
  const radmfa_prefix *prefixes;
  size_t n_prefixes;                                  /* 1 or more */
  radmfa_span secret;                                 /* 1 octet or more; copied */
  radmfa_message_authenticator message_authenticator; /* default REQUIRE */
  /* how long the client waits for one login, retries included: 2000 to 180000, default 50000 */
  uint32_t timeout_ms;
  /* the login's deadline is that much earlier; default 0: 1000, at most a tenth of timeout_ms */
  uint32_t answer_before_ms;
  /* requests that may wait at once; default UINT32_MAX: the engine's limit alone */
  uint32_t pending_max;
  const char *policy; /* a policy of this ruleset, added before */
} radmfa_client_options;

/* radmfa_client_options_init sets the defaults named above. */
RADMFA_API void radmfa_client_options_init(radmfa_client_options *options);

typedef struct radmfa_ruleset radmfa_ruleset;

/* radmfa_ruleset_new makes an empty one, with one reference. Returns 0 or RADMFA_E_NO_MEMORY. */
RADMFA_API RADMFA_MUST_USE int radmfa_ruleset_new(const radmfa_allocator *allocator,
                                                  radmfa_ruleset **out_ruleset);

/* Both copy their options, the secret and the names; backends stay the caller's and must live
 * until on_release. Not once an engine has the ruleset. Return 0, RADMFA_E_INVALID (a value out
 * of its range), RADMFA_E_EXISTS (name or prefix), RADMFA_E_NOT_FOUND (policy) or
 * RADMFA_E_NO_MEMORY. */
RADMFA_API RADMFA_MUST_USE int radmfa_ruleset_add_policy(radmfa_ruleset *ruleset,
                                                         const radmfa_policy_options *options);
RADMFA_API RADMFA_MUST_USE int radmfa_ruleset_add_client(radmfa_ruleset *ruleset,
                                                         const radmfa_client_options *options);

/* radmfa_ruleset_on_release: `released` is called once, when the last reference is gone and with
 * it the last login that used the ruleset: now its backends may go too. On the thread that gave
 * the last reference up. */
RADMFA_API void radmfa_ruleset_on_release(radmfa_ruleset *ruleset, void (*released)(void *user),
                                          void *user);

/* Any thread. */
RADMFA_API radmfa_ruleset *radmfa_ruleset_ref(radmfa_ruleset *ruleset);
RADMFA_API void radmfa_ruleset_unref(radmfa_ruleset *ruleset);

#ifdef __cplusplus
}
#endif
#endif
