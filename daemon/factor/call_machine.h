/* call_machine.h: one call from the queue to its end, as data. Decisions that need reasons (what a
 * status of SIP means, whether another trunk or another try is left) become events before the
 * table. Pure. */
#ifndef RADMFAD_FACTOR_CALL_MACHINE_H
#define RADMFAD_FACTOR_CALL_MACHINE_H

#define CALL_STATE_MAP(X)                                                            \
  X(QUEUED)     /* waits for its turn */                                             \
  X(DIALLING)   /* the trunk was asked and has said nothing */                       \
  X(PROCEEDING) /* it has the call; no phone rings as far as we know */              \
  X(RINGING)    /* from here on no other trunk is asked: a phone would ring twice */ \
  X(TALKING)    /* answered: prompts are said, keys are heard */                     \
  X(CHECKING)   /* a PIN is being hashed */                                          \
  X(LEAVING)    /* the answer is given; the last words are being said */             \
  X(ENDING)     /* hung up; the trunk has not confirmed it */                        \
  X(OVER)

#define CALL_EVENT_MAP(X)                                                                    \
  X(TURN)         /* its turn has come */                                                    \
  X(NO_TURN)      /* it will not come: a limit */                                            \
  X(TRYING)       /* a sign of life of the trunk */                                          \
  X(RANG)         /* the phone rings */                                                      \
  X(ANSWERED)     /* with a session that we can speak */                                     \
  X(NO_MEDIA)     /* answered, and nothing can be said */                                    \
  X(REDIRECTED)   /* to another number, where that is followed: another call */              \
  X(FAILED)       /* the call has ended, and not for a trunk's fault */                      \
  X(NEXT_TRUNK)   /* this trunk cannot, and there is another */                              \
  X(NO_TRUNK)     /* this trunk cannot, nor can any other */                                 \
  X(APPROVED)     /* the right key */                                                        \
  X(FRAUD)        /* the fraud code */                                                       \
  X(PIN)          /* a PIN to be checked */                                                  \
  X(WRONG)        /* another key, a wrong PIN or silence; there is another try */            \
  X(WRONG_LAST)   /* there is none */                                                        \
  X(RING_TIMEOUT) /* it has rung for as long as it may */                                    \
  X(TALK_TIMEOUT) /* it has lasted for as long as it may */                                  \
  X(SAID)         /* the last words have been said */                                        \
  X(HUNG_UP)      /* the far end hung up after the answer; or our hanging up is confirmed */ \
  X(CANCEL)       /* nobody waits for the answer */

#define CALL_ACTION_MAP(X)                                       \
  X(NONE) /* no action stands in a cell: it was forgotten */     \
  X(IGNORE)                                                      \
  X(DIAL)      /* ask the first trunk */                         \
  X(ASK_AGAIN) /* for the turn of another number */              \
  X(REDIAL)    /* leave this trunk and ask the next */           \
  X(GREET)     /* begin to speak */                              \
  X(PROMPT)    /* say it again */                                \
  X(CHECK_PIN)                                                   \
  X(CONCLUDE)    /* answer, and hang up where something is up */ \
  X(SAY_GOODBYE) /* answer, and say what came of it */           \
  X(HANG_UP)                                                     \
  X(FREE)

#define CALL_ENUM_STATE(name) CALL_##name,
#define CALL_ENUM_EVENT(name) CALL_ON_##name,
#define CALL_ENUM_ACTION(name) CALL_DO_##name,
enum call_state { CALL_STATE_MAP(CALL_ENUM_STATE) CALL_STATE_COUNT };
enum call_machine_event { CALL_EVENT_MAP(CALL_ENUM_EVENT) CALL_EVENT_COUNT };
enum call_action { CALL_ACTION_MAP(CALL_ENUM_ACTION) CALL_ACTION_COUNT };

struct call_step {
  enum call_state next;
  enum call_action action;
};

struct call_step call_step_for(enum call_state state, enum call_machine_event event);

const char *call_state_name(enum call_state state);
const char *call_machine_event_name(enum call_machine_event event);
const char *call_action_name(enum call_action action);

#endif
