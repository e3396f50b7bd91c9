/* call_machine.c: where a call's next step is decided: one table, [state][event] -> {next state,
 * action}. Every cell is written out, so that a forgotten one (zero: NONE) fails a test. Whatever
 * leads out of DIALLING, PROCEEDING, RINGING and TALKING hangs up, goes on to the next of these, or
 * follows the far end's hanging up: no phone rings for nobody. */
#include "call_machine.h"

#define GO(next, action) \
  { CALL_##next, CALL_DO_##action }

/* clang-format off: tables, a line for each cell */

/* What the trunk says of a call that is none of its any more, or not yet. */
#define NO_NEWS(state)                                                            \
  [CALL_ON_TRYING] = GO(state, IGNORE), [CALL_ON_RANG] = GO(state, IGNORE),       \
  [CALL_ON_ANSWERED] = GO(state, IGNORE), [CALL_ON_NO_MEDIA] = GO(state, IGNORE), \
  [CALL_ON_FAILED] = GO(state, IGNORE), [CALL_ON_NEXT_TRUNK] = GO(state, IGNORE), \
  [CALL_ON_NO_TRUNK] = GO(state, IGNORE), [CALL_ON_REDIRECTED] = GO(state, IGNORE)
#define NO_TURNS(state) [CALL_ON_TURN] = GO(state, IGNORE), [CALL_ON_NO_TURN] = GO(state, IGNORE)
#define NO_KEYS(state)                                                         \
  [CALL_ON_APPROVED] = GO(state, IGNORE), [CALL_ON_FRAUD] = GO(state, IGNORE), \
  [CALL_ON_PIN] = GO(state, IGNORE), [CALL_ON_WRONG] = GO(state, IGNORE),      \
  [CALL_ON_WRONG_LAST] = GO(state, IGNORE)
/* A phone that was not answered. */
#define UNANSWERED(state)                                                                    \
  [CALL_ON_ANSWERED] = GO(TALKING, GREET), [CALL_ON_NO_MEDIA] = GO(ENDING, CONCLUDE),        \
  [CALL_ON_FAILED] = GO(ENDING, CONCLUDE), [CALL_ON_NO_TRUNK] = GO(ENDING, CONCLUDE),        \
  [CALL_ON_RING_TIMEOUT] = GO(ENDING, CONCLUDE), [CALL_ON_TALK_TIMEOUT] = GO(state, IGNORE), \
  [CALL_ON_SAID] = GO(state, IGNORE), [CALL_ON_HUNG_UP] = GO(ENDING, CONCLUDE),              \
  [CALL_ON_CANCEL] = GO(ENDING, HANG_UP), NO_TURNS(state), NO_KEYS(state)

static const struct call_step table[CALL_STATE_COUNT][CALL_EVENT_COUNT] =
    {
        [CALL_QUEUED] =
            {
                [CALL_ON_TURN] = GO(DIALLING, DIAL),
                [CALL_ON_NO_TURN] = GO(ENDING, CONCLUDE),
                NO_NEWS(QUEUED),
                NO_KEYS(QUEUED),
                [CALL_ON_RING_TIMEOUT] = GO(QUEUED, IGNORE),
                [CALL_ON_TALK_TIMEOUT] = GO(QUEUED, IGNORE),
                [CALL_ON_SAID] = GO(QUEUED, IGNORE),
                [CALL_ON_HUNG_UP] = GO(QUEUED, IGNORE),
                [CALL_ON_CANCEL] = GO(ENDING, HANG_UP),
            },
        [CALL_DIALLING] =
            {
                [CALL_ON_TRYING] = GO(PROCEEDING, IGNORE),
                [CALL_ON_RANG] = GO(RINGING, IGNORE),
                [CALL_ON_NEXT_TRUNK] = GO(DIALLING, REDIAL),
                [CALL_ON_REDIRECTED] = GO(QUEUED, ASK_AGAIN),
                UNANSWERED(DIALLING),
            },
        [CALL_PROCEEDING] =
            {
                [CALL_ON_TRYING] = GO(PROCEEDING, IGNORE),
                [CALL_ON_RANG] = GO(RINGING, IGNORE),
                [CALL_ON_NEXT_TRUNK] = GO(DIALLING, REDIAL),
                [CALL_ON_REDIRECTED] = GO(QUEUED, ASK_AGAIN),
                UNANSWERED(PROCEEDING),
            },
        [CALL_RINGING] =
            {
                [CALL_ON_TRYING] = GO(RINGING, IGNORE),
                [CALL_ON_RANG] = GO(RINGING, IGNORE),
                [CALL_ON_NEXT_TRUNK] = GO(ENDING, CONCLUDE),
                [CALL_ON_REDIRECTED] = GO(ENDING, CONCLUDE),
                UNANSWERED(RINGING),
            },
        [CALL_TALKING] =
            {
                NO_TURNS(TALKING),
                NO_NEWS(TALKING),
                [CALL_ON_APPROVED] = GO(LEAVING, SAY_GOODBYE),
                [CALL_ON_FRAUD] = GO(LEAVING, SAY_GOODBYE),
                [CALL_ON_PIN] = GO(CHECKING, CHECK_PIN),
                [CALL_ON_WRONG] = GO(TALKING, PROMPT),
                [CALL_ON_WRONG_LAST] = GO(LEAVING, SAY_GOODBYE),
                [CALL_ON_RING_TIMEOUT] = GO(TALKING, IGNORE),
                [CALL_ON_TALK_TIMEOUT] = GO(ENDING, CONCLUDE),
                [CALL_ON_SAID] = GO(TALKING, IGNORE),
                [CALL_ON_HUNG_UP] = GO(ENDING, CONCLUDE),
                [CALL_ON_CANCEL] = GO(ENDING, HANG_UP),
            },
        [CALL_CHECKING] =
            {
                NO_TURNS(CHECKING),
                NO_NEWS(CHECKING),
                [CALL_ON_APPROVED] = GO(LEAVING, SAY_GOODBYE),
                [CALL_ON_FRAUD] = GO(CHECKING, IGNORE),
                [CALL_ON_PIN] = GO(CHECKING, IGNORE),
                [CALL_ON_WRONG] = GO(TALKING, PROMPT),
                [CALL_ON_WRONG_LAST] = GO(LEAVING, SAY_GOODBYE),
                [CALL_ON_RING_TIMEOUT] = GO(CHECKING, IGNORE),
                [CALL_ON_TALK_TIMEOUT] = GO(ENDING, CONCLUDE),
                [CALL_ON_SAID] = GO(CHECKING, IGNORE),
                [CALL_ON_HUNG_UP] = GO(ENDING, CONCLUDE),
                [CALL_ON_CANCEL] = GO(ENDING, HANG_UP),
            },
        [CALL_LEAVING] =
            {
                NO_TURNS(LEAVING),
                NO_NEWS(LEAVING),
                NO_KEYS(LEAVING),
                [CALL_ON_RING_TIMEOUT] = GO(LEAVING, IGNORE),
                [CALL_ON_TALK_TIMEOUT] = GO(ENDING, HANG_UP),
                [CALL_ON_SAID] = GO(ENDING, HANG_UP),
                [CALL_ON_HUNG_UP] = GO(OVER, FREE),
                [CALL_ON_CANCEL] = GO(LEAVING, IGNORE),
            },
        [CALL_ENDING] =
            {
                NO_TURNS(ENDING),
                NO_NEWS(ENDING),
                NO_KEYS(ENDING),
                [CALL_ON_RING_TIMEOUT] = GO(ENDING, IGNORE),
                [CALL_ON_TALK_TIMEOUT] = GO(ENDING, IGNORE),
                [CALL_ON_SAID] = GO(ENDING, IGNORE),
                [CALL_ON_HUNG_UP] = GO(OVER, FREE),
                [CALL_ON_CANCEL] = GO(ENDING, IGNORE),
            },
        [CALL_OVER] =
            {
                NO_TURNS(OVER),
                NO_NEWS(OVER),
                NO_KEYS(OVER),
                [CALL_ON_RING_TIMEOUT] = GO(OVER, IGNORE),
                [CALL_ON_TALK_TIMEOUT] = GO(OVER, IGNORE),
                [CALL_ON_SAID] = GO(OVER, IGNORE),
                [CALL_ON_HUNG_UP] = GO(OVER, IGNORE),
                [CALL_ON_CANCEL] = GO(OVER, IGNORE),
            },
};
/* clang-format on */

struct call_step call_step_for(enum call_state state, enum call_machine_event event) {
  return table[state][event];
}

#define NAMED(name) #name,
static const char *const state_names[] = {CALL_STATE_MAP(NAMED)};
static const char *const event_names[] = {CALL_EVENT_MAP(NAMED)};
static const char *const action_names[] = {CALL_ACTION_MAP(NAMED)};

const char *call_state_name(enum call_state state) {
  return state_names[state];
}

const char *call_machine_event_name(enum call_machine_event event) {
  return event_names[event];
}

const char *call_action_name(enum call_action action) {
  return action_names[action];
}
