/* backend.h: the two things a program plugs in: a primary, which checks passwords, and a factor,
 * which asks the person. Both are started with a login's id and answer by that id, whenever and
 * on whatever thread they like, exactly once. */
#ifndef RADMFA_BACKEND_H
#define RADMFA_BACKEND_H

#include <radmfa/login.h>
#include <radmfa/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a request proves the password. */
typedef enum radmfa_method {
  RADMFA_METHOD_NONE = 0,       /* nothing that the library knows */
  RADMFA_METHOD_PAP = 1u << 0,  /* User-Password (RFC 2865 5.2) */
  RADMFA_METHOD_CHAP = 1u << 1, /* CHAP-Password (RFC 2865 5.3) */
  /* MS-CHAP-Response or MS-CHAP2-Response (RFC 2548 2.1.3, 2.3.2) */
  RADMFA_METHOD_MSCHAP = 1u << 2,
  RADMFA_METHOD_EAP = 1u << 3, /* EAP-Message (RFC 3579 3.1) */
} radmfa_method;

/* What a backend gets to see of a login. Everything is borrowed for the call of `start`; what is
 * needed longer is copied there. */
typedef struct radmfa_request {
  uint64_t login_id; /* never 0 */
  radmfa_method method;
  radmfa_span user; /* User-Name as typed, 1 to 253 octets of anything */
  /* PAP, at the primary only; the library wipes it when `start` returns, so does a backend its
   * copy */
  radmfa_span password;
  radmfa_span identity; /* factor: who the primary said it is; primary: empty */
  /* the whole request; at a factor User-Password is overwritten with zeros */
  const radmfa_packet *packet;
  const char *client; /* names from the ruleset */
  const char *policy;
  uint64_t now_ms;
  uint64_t deadline_ms; /* after this nobody waits for an answer: cancel comes by itself */
} radmfa_request;

typedef enum radmfa_primary_verdict {
  RADMFA_PRIMARY_REJECT,
  RADMFA_PRIMARY_ACCEPT,
  /* `attributes` carry State and what else the client needs (RFC 2865 4.4) */
  RADMFA_PRIMARY_CHALLENGE,
  /* no one could be asked, or no one answered: never a wrong password */
  RADMFA_PRIMARY_UNAVAILABLE,
  RADMFA_PRIMARY_OVER_LIMIT, /* a queue is full: answered as any limit, never as unavailable */
} radmfa_primary_verdict;

/* What an accepting primary says of the second factor. */
typedef enum radmfa_admission {
  RADMFA_ADMISSION_FACTOR, /* as the policy says; the default */
  RADMFA_ADMISSION_EXEMPT, /* let in alone: a configured exemption */
  RADMFA_ADMISSION_BYPASS, /* let in alone: an administrator's one-time bypass */
} radmfa_admission;

typedef struct radmfa_primary_answer {
  radmfa_primary_verdict verdict;
  radmfa_reason reason; /* reject: WRONG_PASSWORD, UNKNOWN_USER, BLOCKED or METHOD */
  radmfa_admission admission;
  /* unavailable: a server or directory did get the request, so a retry must not ask again */
  bool was_asked;
  /* Encoded attributes for the reply, 0 to 4058 octets; copied. What RADIUS hides in replies is
   * given in clear, and the library hides it for each reply: Tunnel-Password (RFC 2868 3.5: the
   * tag octet, then the password), MS-MPPE-Send-Key and MS-MPPE-Recv-Key (RFC 2548 2.4.2, 2.4.3:
   * the key), MS-CHAP-MPPE-Keys (2.4.1: LM-Key and NT-Key, 24 octets), and the vendors' attributes
   * that are hidden like one of these or like Ascend-Send-Secret (16 octets): of 3GPP2, Alcatel-
   * Lucent, Aerohive, Aruba, Ascend, ERX, LANCOM, Lucent, Motorola and WiMAX. A value may have 239
   * octets; a reply whose hidden ones do not fit or are malformed is not sent. */
  radmfa_span attributes;
  /* who it is, whatever name was typed: 0 to 255 octets, empty for the typed name; copied */
  radmfa_span identity;
} radmfa_primary_answer;

typedef enum radmfa_factor_answer {
  RADMFA_FACTOR_DENIED,
  RADMFA_FACTOR_APPROVED,
  RADMFA_FACTOR_FRAUD, /* the person says: that was not me */
  RADMFA_FACTOR_BUSY,
  RADMFA_FACTOR_DECLINED,
  RADMFA_FACTOR_NO_ANSWER,
  RADMFA_FACTOR_HUNG_UP,
  RADMFA_FACTOR_BAD_NUMBER,
  /* every way to the person is down: never busy, never a limit (design: "Unavailable means
   * only") */
  RADMFA_FACTOR_UNAVAILABLE,
  RADMFA_FACTOR_OVER_LIMIT, /* a limit or a full queue */
  /* known for certain: the user does not have this factor; never for a failed look-up */
  RADMFA_FACTOR_NOT_ENROLLED,
} radmfa_factor_answer;

/* A primary. `start` and `cancel` are called on engines' threads, several at a time if the
 * program runs several engines. */
typedef struct radmfa_primary {
  /* radmfa_method bits it can check; a login by another is refused with reason METHOD and never
   * reaches it */
  unsigned methods;
  /* a RADIUS server: in plain proxying (a policy without factors) its reject is passed on
   * without delay */
  bool is_upstream;
  /* Begins a check; answer with radmfa_answer_primary, later or before returning. */
  void (*start)(void *backend, const radmfa_request *request);
  /* The login no longer waits: what is still going on may be given up. Its answer, if it still
   * comes, is dropped. Or NULL. */
  void (*cancel)(void *backend, uint64_t login_id);
} radmfa_primary;

/* A factor; as above. After `cancel` a phone must not ring on. */
typedef struct radmfa_factor {
  void (*start)(void *backend, const radmfa_request *request);
  void (*cancel)(void *backend, uint64_t login_id);
} radmfa_factor;

/* What the engines of one process share: which logins are under way, so that a second request
 * for one joins it, the fresh approvals, the addresses known to sign, and each engine's inbox of
 * answers. One for each process; engines hold references to it. Any thread. */
typedef struct radmfa_join_table radmfa_join_table;

/* radmfa_join_table_new: `random_key` is 16 octets nobody can predict, kept in memory only
 * (passwords are recognised by a hash keyed with it). Returns 0 or RADMFA_E_NO_MEMORY. */
RADMFA_API RADMFA_MUST_USE int radmfa_join_table_new(const uint8_t random_key[16],
                                                     const radmfa_allocator *allocator,
                                                     radmfa_join_table **out_table);
/* radmfa_join_table_unref gives the caller's reference up; the table lives on while engines use
 * it. */
RADMFA_API void radmfa_join_table_unref(radmfa_join_table *table);

/* radmfa_answer_primary and radmfa_answer_factor deliver a backend's answer to the login, on
 * whichever engine it is. An answer for a login that is gone, or that does not wait for it, is
 * dropped; a value that is none of the enum's is a refusal. Any thread, also inside `start`. Return
 * 0; RADMFA_E_NO_MEMORY, RADMFA_E_TOO_BIG
 * (attributes or identity), RADMFA_E_MALFORMED (attributes), RADMFA_E_NOT_FOUND (no such
 * engine): then the login hears nothing and ends at its deadline. A backend can do nothing about
 * that, so the result may be left alone: fail closed. */
RADMFA_API int radmfa_answer_primary(radmfa_join_table *table, uint64_t login_id,
                                     const radmfa_primary_answer *answer);
RADMFA_API int radmfa_answer_factor(radmfa_join_table *table, uint64_t login_id,
                                    radmfa_factor_answer answer);

/* radmfa_hang_up ends a login as if the person had hung up: what is out (primary or factor) is
 * cancelled, and the login, with all who follow it, gets Access-Reject at once, reason hung_up. One
 * that is refused already waits for its delay; one that has ended, or is none, is left alone. A
 * login that follows another ends alone. Any thread. Returns 0, RADMFA_E_NO_MEMORY or
 * RADMFA_E_NOT_FOUND (no such engine). */
RADMFA_API int radmfa_hang_up(radmfa_join_table *table, uint64_t login_id);

#ifdef __cplusplus
}
#endif
#endif
