/* portal_rules.h: what a session of the portal may do, as data: a cell for each verb and each state
 * of its user. That is all that stands between who has stolen a password and the factor that is to
 * stop him. Pure. */
#ifndef RADMFAD_CONTROL_PORTAL_RULES_H
#define RADMFAD_CONTROL_PORTAL_RULES_H

#include <stdbool.h>

/* The verbs that need a session. X(id, the word of the socket, its arguments) */
#define PORTAL_VERB_MAP(X)                                             \
  X(ME, "me", "session")                                               \
  X(SIGN_OUT, "sign_out", "session")                                   \
  X(STOP_CALL, "stop_call", "session")                                 \
  X(VERIFY_CALL, "verify_call", "session")                             \
  X(VERIFY_PASSCODE, "verify_passcode", "session code")                \
  X(USE_INVITE, "use_invite", "session code")                          \
  X(SET_LANGUAGE, "set_language", "session language")                  \
  X(SET_NUMBER, "set_number", "session number extension country_code") \
  X(SET_PIN, "set_pin", "session pin")                                 \
  X(SET_FACTOR, "set_factor", "session factor")                        \
  X(PASSCODE_BEGIN, "passcode_begin", "session")                       \
  X(PASSCODE_CONFIRM, "passcode_confirm", "session code")              \
  X(PASSCODE_REMOVE, "passcode_remove", "session")                     \
  X(HISTORY, "history", "session before max")                          \
  X(REPORT_FRAUD, "report_fraud", "session login")                     \
  X(USERS, "users", "session text after")                              \
  X(USER, "user", "session primary identity")                          \
  X(BLOCK, "block", "session primary identity why")                    \
  X(UNBLOCK, "unblock", "session primary identity")                    \
  X(BYPASS, "bypass", "session primary identity minutes why")          \
  X(INVITE, "invite", "session primary identity hours")                \
  X(PENDING, "pending", "session after max")                           \
  X(HANGUP, "hangup", "session login")                                 \
  X(ALL_HISTORY, "all_history", "session user primary from until verdict reason before max")

#define PORTAL_STATE_MAP(X)                                                                        \
  X(NEW)      /* nothing is known by which he could be asked, and nothing lets him enrol */        \
  X(EXPECTED) /* a number is known that nobody has answered yet: an administrator's, the users   \
               * file's or the directory's */ \
  X(INVITED)  /* he may enrol: an administrator's code, or what `enrolment` says */                \
  X(LOCKED)   /* he is enrolled, and has not shown in this session that it is he */                \
  X(VERIFIED) /* he has */                                                                         \
  X(ADMINISTRATOR) /* he has, and is one */

#define PORTAL_RULE_MAP(X)                                      \
  X(FORGOTTEN) /* no cell has it */                             \
  X(MAY)                                                        \
  X(HERE)         /* for this session alone; nothing is kept */ \
  X(VERIFY_FIRST) /* the factor must be asked first */          \
  X(ENROL_FIRST)  /* there is nothing to do it with or to */    \
  X(NOT_INVITED)  /* nothing lets him enrol */                  \
  X(ENROLLED)     /* it is for who is not enrolled */           \
  X(NO_ADMINISTRATOR)

#define PORTAL_ENUM_VERB(id, word, arguments) PORTAL_VERB_##id,
#define PORTAL_ENUM_STATE(id) PORTAL_STATE_##id,
#define PORTAL_ENUM_RULE(id) PORTAL_RULE_##id,
enum portal_verb { PORTAL_VERB_MAP(PORTAL_ENUM_VERB) PORTAL_VERB_COUNT };
enum portal_state { PORTAL_STATE_MAP(PORTAL_ENUM_STATE) PORTAL_STATE_COUNT };
enum portal_rule { PORTAL_RULE_MAP(PORTAL_ENUM_RULE) PORTAL_RULE_COUNT };

/* What is known of a session and its user. */
struct portal_facts {
  bool is_enrolled; /* he has a number that was answered, or a passcode */
  bool is_expected; /* a number of his is known, answered or not */
  bool is_invited;  /* he has typed the code of an invitation that is still good */
  bool is_free;     /* what `enrolment` says lets him enrol: networks or open */
  bool is_verified; /* in this session */
  bool is_administrator;
};

enum portal_state portal_state_of(const struct portal_facts *facts);
enum portal_rule portal_rule_for(enum portal_verb verb, enum portal_state state);

const char *portal_verb_name(enum portal_verb verb);
const char *portal_state_name(enum portal_state state);
/* What is said to who may not; for the other rules "". */
const char *portal_rule_text(enum portal_rule rule);

#endif
