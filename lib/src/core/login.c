/* login.c: where a login's next step is decided: one table, [state][event] -> {next state,
 * action}. Every cell is written out, so that a forgotten one (zero: NONE) fails a test. Leaving
 * FACTOR by anything but the factor's own answer ends the call. */
#include <radmfa/login.h>

#include "core.h"

#define GO(next, action) \
  { RADMFA_STATE_##next, RADMFA_ACTION_##action }

/* clang-format off: tables, a line for each cell */

/* Answers that come when nobody waits for them any more. */
#define LATE_PRIMARY_ANSWERS(state)                                                         \
  [RADMFA_EVENT_REFUSE] = GO(state, IGNORE), [RADMFA_EVENT_REFUSE_NOW] = GO(state, IGNORE), \
  [RADMFA_EVENT_CHALLENGE] = GO(state, IGNORE), [RADMFA_EVENT_CALL] = GO(state, IGNORE),    \
  [RADMFA_EVENT_ONE_FACTOR] = GO(state, IGNORE),                                            \
  [RADMFA_EVENT_PRIMARY_UNAVAILABLE] = GO(state, IGNORE)
#define LATE_FACTOR_ANSWERS(state)                                                              \
  [RADMFA_EVENT_APPROVED] = GO(state, IGNORE), [RADMFA_EVENT_NOT_APPROVED] = GO(state, IGNORE), \
  [RADMFA_EVENT_NO_ANSWER] = GO(state, IGNORE), [RADMFA_EVENT_NEXT_FACTOR] = GO(state, IGNORE), \
  [RADMFA_EVENT_NOT_ENROLLED] = GO(state, IGNORE), [RADMFA_EVENT_WAIVED] = GO(state, IGNORE),   \
  [RADMFA_EVENT_FACTOR_UNAVAILABLE] = GO(state, IGNORE)
/* A leader's verdict for a login that follows nobody. */
#define LATE_LEADER_VERDICTS(state)                     \
  [RADMFA_EVENT_LEADER_ACCEPTED] = GO(state, IGNORE),   \
  [RADMFA_EVENT_LEADER_REJECTED] = GO(state, IGNORE),   \
  [RADMFA_EVENT_LEADER_CHALLENGED] = GO(state, IGNORE), \
  [RADMFA_EVENT_LEADER_SILENT] = GO(state, IGNORE)

static const radmfa_login_step login_table[RADMFA_STATE_COUNT][RADMFA_EVENT_COUNT] =
    {
        [RADMFA_STATE_NEW] =
            {
                [RADMFA_EVENT_START] = GO(PRIMARY, CHECK_PASSWORD),
                [RADMFA_EVENT_JOIN] = GO(FOLLOWS, FOLLOW),
                [RADMFA_EVENT_REFUSE] = GO(REFUSED, WAIT),
                [RADMFA_EVENT_REFUSE_NOW] = GO(DONE, REJECT),
                [RADMFA_EVENT_CHALLENGE] = GO(NEW, IGNORE),
                [RADMFA_EVENT_CALL] = GO(NEW, IGNORE),
                [RADMFA_EVENT_ONE_FACTOR] = GO(NEW, IGNORE),
                [RADMFA_EVENT_PRIMARY_UNAVAILABLE] = GO(NEW, IGNORE),
                LATE_FACTOR_ANSWERS(NEW),
                [RADMFA_EVENT_REJECT_DUE] = GO(NEW, IGNORE),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, REJECT),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, SILENCE),
                LATE_LEADER_VERDICTS(NEW),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, SILENCE),
                [RADMFA_EVENT_HANG_UP] = GO(DONE, REJECT),
            },
        [RADMFA_STATE_PRIMARY] =
            {
                [RADMFA_EVENT_START] = GO(PRIMARY, IGNORE),
                [RADMFA_EVENT_JOIN] = GO(FOLLOWS, FOLLOW),
                [RADMFA_EVENT_REFUSE] = GO(REFUSED, WAIT),
                [RADMFA_EVENT_REFUSE_NOW] = GO(DONE, REJECT),
                [RADMFA_EVENT_CHALLENGE] = GO(DONE, CHALLENGE),
                [RADMFA_EVENT_CALL] = GO(FACTOR, START_FACTOR),
                [RADMFA_EVENT_ONE_FACTOR] = GO(DONE, ACCEPT),
                [RADMFA_EVENT_PRIMARY_UNAVAILABLE] = GO(DONE, SILENCE),
                LATE_FACTOR_ANSWERS(PRIMARY),
                [RADMFA_EVENT_REJECT_DUE] = GO(PRIMARY, IGNORE),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, CANCEL_PRIMARY_REJECT),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, CANCEL_PRIMARY_SILENCE),
                LATE_LEADER_VERDICTS(PRIMARY),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, CANCEL_PRIMARY_SILENCE),
                [RADMFA_EVENT_HANG_UP] = GO(DONE, CANCEL_PRIMARY_REJECT),
            },
        [RADMFA_STATE_REFUSED] =
            {
                [RADMFA_EVENT_START] = GO(REFUSED, IGNORE),
                [RADMFA_EVENT_JOIN] = GO(REFUSED, IGNORE),
                LATE_PRIMARY_ANSWERS(REFUSED),
                LATE_FACTOR_ANSWERS(REFUSED),
                [RADMFA_EVENT_REJECT_DUE] = GO(DONE, REJECT),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, REJECT),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, REJECT),
                LATE_LEADER_VERDICTS(REFUSED),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, SILENCE),
                [RADMFA_EVENT_HANG_UP] = GO(REFUSED, IGNORE),
            },
        [RADMFA_STATE_FACTOR] =
            {
                [RADMFA_EVENT_START] = GO(FACTOR, IGNORE),
                [RADMFA_EVENT_JOIN] = GO(FACTOR, IGNORE),
                LATE_PRIMARY_ANSWERS(FACTOR),
                [RADMFA_EVENT_APPROVED] = GO(DONE, ACCEPT),
                [RADMFA_EVENT_NOT_APPROVED] = GO(DONE, REJECT),
                [RADMFA_EVENT_NO_ANSWER] = GO(UNANSWERED, IGNORE),
                [RADMFA_EVENT_NEXT_FACTOR] = GO(FACTOR, START_FACTOR),
                [RADMFA_EVENT_NOT_ENROLLED] = GO(REFUSED, WAIT),
                [RADMFA_EVENT_WAIVED] = GO(DONE, ACCEPT),
                [RADMFA_EVENT_FACTOR_UNAVAILABLE] = GO(DONE, SILENCE),
                [RADMFA_EVENT_REJECT_DUE] = GO(FACTOR, IGNORE),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, CANCEL_FACTOR_REJECT),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, CANCEL_FACTOR_SILENCE),
                LATE_LEADER_VERDICTS(FACTOR),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, CANCEL_FACTOR_SILENCE),
                [RADMFA_EVENT_HANG_UP] = GO(DONE, CANCEL_FACTOR_REJECT),
            },
        [RADMFA_STATE_UNANSWERED] =
            {
                [RADMFA_EVENT_START] = GO(UNANSWERED, IGNORE),
                [RADMFA_EVENT_JOIN] = GO(UNANSWERED, IGNORE),
                LATE_PRIMARY_ANSWERS(UNANSWERED),
                LATE_FACTOR_ANSWERS(UNANSWERED),
                [RADMFA_EVENT_REJECT_DUE] = GO(UNANSWERED, IGNORE),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, REJECT),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, SILENCE),
                LATE_LEADER_VERDICTS(UNANSWERED),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, SILENCE),
                [RADMFA_EVENT_HANG_UP] = GO(DONE, REJECT),
            },
        [RADMFA_STATE_FOLLOWS] =
            {
                [RADMFA_EVENT_START] = GO(FOLLOWS, IGNORE),
                [RADMFA_EVENT_JOIN] = GO(FOLLOWS, IGNORE),
                LATE_PRIMARY_ANSWERS(FOLLOWS),
                LATE_FACTOR_ANSWERS(FOLLOWS),
                [RADMFA_EVENT_REJECT_DUE] = GO(FOLLOWS, IGNORE),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, UNFOLLOW_REJECT),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, UNFOLLOW_SILENCE),
                [RADMFA_EVENT_LEADER_ACCEPTED] = GO(DONE, ACCEPT),
                [RADMFA_EVENT_LEADER_REJECTED] = GO(DONE, REJECT),
                [RADMFA_EVENT_LEADER_CHALLENGED] = GO(DONE, CHALLENGE),
                [RADMFA_EVENT_LEADER_SILENT] = GO(DONE, SILENCE),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, UNFOLLOW_SILENCE),
                [RADMFA_EVENT_HANG_UP] = GO(DONE, UNFOLLOW_REJECT),
            },
        [RADMFA_STATE_DONE] =
            {
                [RADMFA_EVENT_START] = GO(DONE, IGNORE),
                [RADMFA_EVENT_JOIN] = GO(DONE, IGNORE),
                LATE_PRIMARY_ANSWERS(DONE),
                LATE_FACTOR_ANSWERS(DONE),
                [RADMFA_EVENT_REJECT_DUE] = GO(DONE, IGNORE),
                [RADMFA_EVENT_DEADLINE] = GO(DONE, IGNORE),
                [RADMFA_EVENT_DEADLINE_SILENT] = GO(DONE, IGNORE),
                LATE_LEADER_VERDICTS(DONE),
                [RADMFA_EVENT_ABANDONED] = GO(DONE, IGNORE),
                [RADMFA_EVENT_HANG_UP] = GO(DONE, IGNORE),
            },
};
/* clang-format on */

radmfa_login_step radmfa_login_step_for(radmfa_login_state state, radmfa_login_event event) {
  return login_table[state][event];
}

#define NAMED(name, text) #name,
static const char *const state_names[] = {RADMFA_STATE_MAP(NAMED)};
static const char *const event_names[] = {RADMFA_EVENT_MAP(NAMED)};
static const char *const action_names[] = {RADMFA_ACTION_MAP(NAMED)};
static const char *const reason_names[] = {
#define REASON_WORD(name, word) word,
    RADMFA_REASON_MAP(REASON_WORD)};
static const char *const verdict_names[] = {[RADMFA_VERDICT_REJECT] = "reject",
                                            [RADMFA_VERDICT_ACCEPT] = "accept",
                                            [RADMFA_VERDICT_SILENT] = "silent",
                                            [RADMFA_VERDICT_CHALLENGE] = "challenge"};

const char *radmfa_login_state_name(radmfa_login_state state) {
  return state_names[state];
}

const char *radmfa_login_event_name(radmfa_login_event event) {
  return event_names[event];
}

const char *radmfa_login_action_name(radmfa_login_action action) {
  return action_names[action];
}

const char *radmfa_verdict_name(radmfa_verdict verdict) {
  return verdict_names[verdict];
}

const char *radmfa_reason_name(radmfa_reason reason) {
  return reason_names[reason];
}
