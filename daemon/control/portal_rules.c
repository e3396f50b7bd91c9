/* portal_rules.c: the table. */
#include "portal_rules.h"

#include <stddef.h>

#define ALL(rule)                                                                            \
  {                                                                                          \
    [PORTAL_STATE_NEW] = PORTAL_RULE_##rule, [PORTAL_STATE_EXPECTED] = PORTAL_RULE_##rule,   \
    [PORTAL_STATE_INVITED] = PORTAL_RULE_##rule, [PORTAL_STATE_LOCKED] = PORTAL_RULE_##rule, \
    [PORTAL_STATE_VERIFIED] = PORTAL_RULE_##rule,                                            \
    [PORTAL_STATE_ADMINISTRATOR] = PORTAL_RULE_##rule                                        \
  }
#define CELLS(new, expected, invited, locked, verified)                                         \
  {                                                                                             \
    [PORTAL_STATE_NEW] = PORTAL_RULE_##new, [ PORTAL_STATE_EXPECTED ] = PORTAL_RULE_##expected, \
    [ PORTAL_STATE_INVITED ] = PORTAL_RULE_##invited,                                           \
    [ PORTAL_STATE_LOCKED ] = PORTAL_RULE_##locked,                                             \
    [ PORTAL_STATE_VERIFIED ] = PORTAL_RULE_##verified,                                         \
    [ PORTAL_STATE_ADMINISTRATOR ] = PORTAL_RULE_##verified /* as for himself */                \
  }
#define FOR_ADMINISTRATORS                                  \
  {                                                         \
    [PORTAL_STATE_NEW] = PORTAL_RULE_NO_ADMINISTRATOR,      \
    [PORTAL_STATE_EXPECTED] = PORTAL_RULE_NO_ADMINISTRATOR, \
    [PORTAL_STATE_INVITED] = PORTAL_RULE_NO_ADMINISTRATOR,  \
    [PORTAL_STATE_LOCKED] = PORTAL_RULE_NO_ADMINISTRATOR,   \
    [PORTAL_STATE_VERIFIED] = PORTAL_RULE_NO_ADMINISTRATOR, \
    [PORTAL_STATE_ADMINISTRATOR] = PORTAL_RULE_MAY          \
  }

/* clang-format off */

static const enum portal_rule table[PORTAL_VERB_COUNT][PORTAL_STATE_COUNT] = {
  [PORTAL_VERB_ME] = ALL(MAY), /* which says less of who is not verified: portal_me.c */
  [PORTAL_VERB_SIGN_OUT] = ALL(MAY),
  [PORTAL_VERB_STOP_CALL] = ALL(MAY), /* of this session */
  /*                                        NEW          EXPECTED      INVITED      LOCKED        VERIFIED */
  [PORTAL_VERB_VERIFY_CALL]      = CELLS(ENROL_FIRST, MAY,          MAY,         MAY,          MAY),
  [PORTAL_VERB_VERIFY_PASSCODE]  = CELLS(ENROL_FIRST, ENROL_FIRST,  ENROL_FIRST, MAY,          MAY),
  [PORTAL_VERB_USE_INVITE]       = CELLS(MAY,         MAY,          MAY,         ENROLLED,     ENROLLED),
  [PORTAL_VERB_SET_LANGUAGE]     = CELLS(HERE,        HERE,         HERE,        HERE,         MAY),
  [PORTAL_VERB_SET_NUMBER]       = CELLS(NOT_INVITED, VERIFY_FIRST, MAY,         VERIFY_FIRST, MAY),
  [PORTAL_VERB_SET_PIN]          = CELLS(NOT_INVITED, VERIFY_FIRST, MAY,         VERIFY_FIRST, MAY),
  [PORTAL_VERB_SET_FACTOR]       = CELLS(ENROL_FIRST, VERIFY_FIRST, ENROL_FIRST, VERIFY_FIRST, MAY),
  [PORTAL_VERB_PASSCODE_BEGIN]   = CELLS(NOT_INVITED, VERIFY_FIRST, MAY,         VERIFY_FIRST, MAY),
  [PORTAL_VERB_PASSCODE_CONFIRM] = CELLS(NOT_INVITED, VERIFY_FIRST, MAY,         VERIFY_FIRST, MAY),
  [PORTAL_VERB_PASSCODE_REMOVE]  = CELLS(ENROL_FIRST, VERIFY_FIRST, ENROL_FIRST, VERIFY_FIRST, MAY),
  [PORTAL_VERB_HISTORY]          = CELLS(ENROL_FIRST, VERIFY_FIRST, ENROL_FIRST, VERIFY_FIRST, MAY),
  [PORTAL_VERB_REPORT_FRAUD]     = CELLS(ENROL_FIRST, VERIFY_FIRST, ENROL_FIRST, VERIFY_FIRST, MAY),
  [PORTAL_VERB_USERS] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_USER] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_BLOCK] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_UNBLOCK] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_BYPASS] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_INVITE] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_PENDING] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_HANGUP] = FOR_ADMINISTRATORS,
  [PORTAL_VERB_ALL_HISTORY] = FOR_ADMINISTRATORS,
};

/* clang-format on */

/* A number that nobody has answered yet is called at logins, too: what lets anybody enrol must not
 * put another one in its place. An invitation may, since an administrator has made it for him. */
enum portal_state portal_state_of(const struct portal_facts *facts) {
  if (facts->is_verified)
    return facts->is_administrator ? PORTAL_STATE_ADMINISTRATOR : PORTAL_STATE_VERIFIED;
  if (facts->is_enrolled) return PORTAL_STATE_LOCKED;
  if (facts->is_invited) return PORTAL_STATE_INVITED;
  if (facts->is_expected) return PORTAL_STATE_EXPECTED;
  return facts->is_free ? PORTAL_STATE_INVITED : PORTAL_STATE_NEW;
}

enum portal_rule portal_rule_for(enum portal_verb verb, enum portal_state state) {
  return table[verb][state];
}

const char *portal_verb_name(enum portal_verb verb) {
#define NAME(id, word, arguments) [PORTAL_VERB_##id] = word,
  static const char *const names[] = {PORTAL_VERB_MAP(NAME)};
#undef NAME
  return names[verb];
}

const char *portal_state_name(enum portal_state state) {
#define NAME(id) [PORTAL_STATE_##id] = #id,
  static const char *const names[] = {PORTAL_STATE_MAP(NAME)};
#undef NAME
  return names[state];
}

const char *portal_rule_text(enum portal_rule rule) {
  static const char *const texts[PORTAL_RULE_COUNT] = {
      [PORTAL_RULE_VERIFY_FIRST] = "show first that it is you: by a call or a passcode",
      [PORTAL_RULE_ENROL_FIRST] = "you have no factor yet that this could be done with",
      [PORTAL_RULE_NOT_INVITED] = "you need an administrator's invitation to enrol",
      [PORTAL_RULE_ENROLLED] = "you are enrolled already: an invitation is for who is not",
      [PORTAL_RULE_NO_ADMINISTRATOR] = "this is for administrators who have shown that it is they",
  };
  return texts[rule] ? texts[rule] : "";
}
