/* call_outcome.h: what came of a call, in the words of the log, and what of it the login hears.
 * Pure. */
#ifndef RADMFAD_FACTOR_CALL_OUTCOME_H
#define RADMFAD_FACTOR_CALL_OUTCOME_H

#include <radmfa/backend.h>

/* X(name, word, what the login hears) */
#define CALL_OUTCOME_MAP(X)                                                                        \
  X(DENIED, "denied", DENIED) /* wrong keys, or none */                                            \
  X(APPROVED, "approved", APPROVED)                                                                \
  X(FRAUD, "fraud", FRAUD)                                                                         \
  X(BUSY, "busy", BUSY)                                                                            \
  X(DECLINED, "declined", DECLINED)                                                                \
  X(NO_ANSWER, "no_answer", NO_ANSWER)                                                             \
  X(UNREACHABLE, "unreachable", NO_ANSWER) /* no phone rang: switched off, say */                  \
  X(BAD_NUMBER, "bad_number", BAD_NUMBER)                                                          \
  X(FORBIDDEN, "forbidden", BAD_NUMBER) /* by allowed_prefixes or denied_prefixes */               \
  X(HUNG_UP, "hung_up", HUNG_UP)                                                                   \
  X(NO_MEDIA, "no_media", DENIED)                  /* no codec in common, or no port */            \
  X(TRUNK_DOWN, "trunk_down", UNAVAILABLE)         /* the last of the trunks that were asked */    \
  X(TRUNK_AUTH, "trunk_auth", UNAVAILABLE)         /* it does not know us: 401, 403, 407 */        \
  X(NO_NUMBER, "no_number", NOT_ENROLLED)          /* he has none, for certain */                  \
  X(NUMBER_UNKNOWN, "number_unknown", UNAVAILABLE) /* nobody could say whether he has one */       \
  X(UNVERIFIED, "unverified", DENIED)              /* a number that he may have written himself */ \
  X(NO_PIN, "no_pin", DENIED)                      /* one is wanted, and he has none */            \
  X(LIMIT, "limit", OVER_LIMIT)                                                                    \
  X(CANCELLED, "cancelled", NO_ANSWER) /* nobody waits any more: the login hears nothing */

#define CALL_OUTCOME_ENUM(name, word, answer) CALL_OUTCOME_##name,
enum call_outcome { CALL_OUTCOME_MAP(CALL_OUTCOME_ENUM) CALL_OUTCOME_COUNT };

/* Of a final answer to an INVITE other than 200; `is_local`: none came (RFC 3261 8.1.3.1). */
enum call_outcome call_outcome_of(unsigned status, bool is_local, bool rang);
/* Whether it says nothing of the person: another trunk may do better. */
bool call_outcome_is_of_trunk(enum call_outcome outcome);

radmfa_factor_answer call_outcome_answer(enum call_outcome outcome);
const char *call_outcome_word(enum call_outcome outcome);

#endif
