/* login.h: the multi-factor machine as data: states, events, actions, and the one function that
 * looks a step up. Decisions that need reasons (policy, the user's factor, who joined whom) are
 * made before the table and reach it as events. */
#ifndef RADMFA_LOGIN_H
#define RADMFA_LOGIN_H

#include <radmfa/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, what the login is doing) */
#define RADMFA_STATE_MAP(X)                                                     \
  X(NEW, "admitted, nothing begun")                                             \
  X(PRIMARY, "the primary checks the password")                                 \
  X(REFUSED, "refused; the answer waits for the reject delay")                  \
  X(FACTOR, "the second factor is out: the phone rings")                        \
  X(UNANSWERED, "nobody answered the phone; the answer waits for the deadline") \
  X(FOLLOWS, "waits for the verdict of the login it joined")                    \
  X(DONE, "answered, or silent for good; kept for retransmissions")

/* X(NAME, what happened) */
#define RADMFA_EVENT_MAP(X)                                                                     \
  X(START, "no login like it is under way")                                                     \
  X(JOIN, "a login like it is under way")                                                       \
  X(REFUSE, "wrong password, unknown or blocked user, or a method the primary cannot check")    \
  X(REFUSE_NOW, "refused, and nothing is to be gained by a delay")                              \
  X(CHALLENGE, "the primary asks for more")                                                     \
  X(CALL, "password right, and the policy wants a second factor")                               \
  X(ONE_FACTOR, "password right, and the configuration says that this is enough")               \
  X(PRIMARY_UNAVAILABLE, "the primary cannot be asked, and the policy says silent")             \
  X(APPROVED, "the factor's yes")                                                               \
  X(NOT_APPROVED, "the factor's no, in any of its forms")                                       \
  X(NO_ANSWER, "the factor's: nobody answered")                                                 \
  X(NEXT_FACTOR, "the factor's: the user does not have me; the policy names another")           \
  X(NOT_ENROLLED, "the factor's: the user does not have me; the policy names no other")         \
  X(WAIVED, "the factor cannot be had, and the configuration says that the password is enough") \
  X(FACTOR_UNAVAILABLE, "the factor cannot be had, and the policy says silent")                 \
  X(REJECT_DUE, "the reject delay is over")                                                     \
  X(DEADLINE, "the client gives up in a moment")                                                \
  X(DEADLINE_SILENT, "the same, the primary has not answered, and the policy says silent")      \
  X(LEADER_ACCEPTED, "the login it joined was accepted")                                        \
  X(LEADER_REJECTED, "the login it joined was rejected")                                        \
  X(LEADER_CHALLENGED, "the login it joined was challenged")                                    \
  X(LEADER_SILENT, "the login it joined ended without an answer")                               \
  X(ABANDONED, "nobody waits for this login any more")                                          \
  X(HANG_UP, "an administrator ends it")

/* X(NAME, what is to be done); NONE is the empty cell, which no reachable cell may be. */
#define RADMFA_ACTION_MAP(X)                                            \
  X(NONE, "a cell that was forgotten")                                  \
  X(IGNORE, "nothing")                                                  \
  X(CHECK_PASSWORD, "start the primary")                                \
  X(START_FACTOR, "start the factor")                                   \
  X(WAIT, "wait for the reject delay")                                  \
  X(FOLLOW, "wait for another login's verdict")                         \
  X(ACCEPT, "answer Access-Accept")                                     \
  X(REJECT, "answer Access-Reject")                                     \
  X(CHALLENGE, "answer Access-Challenge")                               \
  X(SILENCE, "answer nothing")                                          \
  X(CANCEL_PRIMARY_REJECT, "cancel the primary, answer Access-Reject")  \
  X(CANCEL_PRIMARY_SILENCE, "cancel the primary, answer nothing")       \
  X(CANCEL_FACTOR_REJECT, "end the call, answer Access-Reject")         \
  X(CANCEL_FACTOR_SILENCE, "end the call, answer nothing")              \
  X(UNFOLLOW_REJECT, "leave the login it joined, answer Access-Reject") \
  X(UNFOLLOW_SILENCE, "leave the login it joined, answer nothing")

#define RADMFA_LOGIN_ENUM(name, text) RADMFA_STATE_##name,
typedef enum radmfa_login_state {
  RADMFA_STATE_MAP(RADMFA_LOGIN_ENUM) RADMFA_STATE_COUNT
} radmfa_login_state;
#undef RADMFA_LOGIN_ENUM
#define RADMFA_LOGIN_ENUM(name, text) RADMFA_EVENT_##name,
typedef enum radmfa_login_event {
  RADMFA_EVENT_MAP(RADMFA_LOGIN_ENUM) RADMFA_EVENT_COUNT
} radmfa_login_event;
#undef RADMFA_LOGIN_ENUM
#define RADMFA_LOGIN_ENUM(name, text) RADMFA_ACTION_##name,
typedef enum radmfa_login_action {
  RADMFA_ACTION_MAP(RADMFA_LOGIN_ENUM) RADMFA_ACTION_COUNT
} radmfa_login_action;
#undef RADMFA_LOGIN_ENUM

typedef struct radmfa_login_step {
  uint8_t next;   /* radmfa_login_state */
  uint8_t action; /* radmfa_login_action */
} radmfa_login_step;

/* radmfa_login_step_for looks one step of the machine up: what a login in `state` does when
 * `event` happens. Any thread. */
RADMFA_API radmfa_login_step radmfa_login_step_for(radmfa_login_state state,
                                                   radmfa_login_event event);

/* The names above ("PRIMARY", "APPROVED", "CANCEL_FACTOR_REJECT"), constant. Any thread. */
RADMFA_API const char *radmfa_login_state_name(radmfa_login_state state);
RADMFA_API const char *radmfa_login_event_name(radmfa_login_event event);
RADMFA_API const char *radmfa_login_action_name(radmfa_login_action action);

/* Zero, what a forgotten field holds, is never a yes; so with backends' answers (backend.h). */
typedef enum radmfa_verdict {
  RADMFA_VERDICT_REJECT,
  RADMFA_VERDICT_ACCEPT,
  RADMFA_VERDICT_SILENT,
  RADMFA_VERDICT_CHALLENGE,
} radmfa_verdict;

/* Why a login ended as it did. X(NAME, word in logs) */
#define RADMFA_REASON_MAP(X)                    \
  X(NONE, "none")                               \
  X(APPROVED, "approved")                       \
  X(REUSED_APPROVAL, "reused_approval")         \
  X(WRONG_PASSWORD, "wrong_password")           \
  X(UNKNOWN_USER, "unknown_user")               \
  X(BLOCKED, "blocked")                         \
  X(DENIED, "denied")                           \
  X(FRAUD, "fraud")                             \
  X(BUSY, "busy")                               \
  X(DECLINED, "declined")                       \
  X(NO_ANSWER, "no_answer")                     \
  X(HUNG_UP, "hung_up")                         \
  X(BAD_NUMBER, "bad_number")                   \
  X(DEADLINE, "deadline")                       \
  X(UNENROLLED, "unenrolled")                   \
  X(EXEMPT, "exempt")                           \
  X(BYPASS, "bypass")                           \
  X(METHOD, "method")                           \
  X(LIMIT, "limit")                             \
  X(PRIMARY_UNAVAILABLE, "primary_unavailable") \
  X(FACTOR_UNAVAILABLE, "factor_unavailable")   \
  X(PRIMARY_ALONE, "primary_alone")             \
  X(SUPERSEDED, "superseded")                   \
  X(CHALLENGED, "challenged")

typedef enum radmfa_reason {
#define RADMFA_REASON_ENUM(name, word) RADMFA_REASON_##name,
  RADMFA_REASON_MAP(RADMFA_REASON_ENUM)
#undef RADMFA_REASON_ENUM
      RADMFA_REASON_COUNT
} radmfa_reason;

/* Words for logs: "reject", "accept", "silent", "challenge"; the reasons as above. Constant, any
 * thread. */
RADMFA_API const char *radmfa_verdict_name(radmfa_verdict verdict);
RADMFA_API const char *radmfa_reason_name(radmfa_reason reason);

#ifdef __cplusplus
}
#endif
#endif
