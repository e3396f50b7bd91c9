/* portal_inside.h: what the files of the portal share. Everything here runs in the control thread,
 * where it does not say otherwise. */
#ifndef RADMFAD_CONTROL_PORTAL_INSIDE_H
#define RADMFAD_CONTROL_PORTAL_INSIDE_H

#include "../site.h"
#include "../user_event.h"
#include "portal.h"
#include "portal_edit.h"
#include "portal_limits.h"
#include "portal_rules.h"
#include "portal_sessions.h"

#define PORTAL_ADDRESS_SIZE RADMFA_ADDRESS_TEXT_SIZE

struct portal {
  struct control_world world;
  struct control *control;
  struct portal_sessions *sessions;
  struct portal_limits *users, *addresses; /* sign-ins */
  struct portal_limits *codes;             /* invitations and passcodes, by user */
  struct portal_call *calls;               /* that are under way */
  unsigned n_sign_ins, n_hashes;           /* the same */
  bool is_stopping;
  struct control_work stop;
};

struct portal_who {
  char primary[STORE_WORD_SIZE], identity[STORE_TEXT_SIZE], name[STORE_TEXT_SIZE];
};

void portal_who_of(const struct portal_session *session, struct portal_who *out_who);

/* A session's user as he is now, and what follows from that. It holds secrets: portal_view_wipe. */
struct portal_view {
  struct store_user user; /* zeros but for the key and the name where the store does not know him */
  bool is_stored;
  struct phone listed; /* his number in the directory or the users file */
  struct portal_facts facts;
  enum portal_state state;
  const struct config_portal *config;
  const struct config_policy *policy;
  const char *primary;
  const char *call_factor;     /* the first of the policy that calls, or is simulated; or NULL */
  const char *passcode_factor; /* of type totp; or NULL */
  uint32_t passcode_window;    /* steps each way */
};

/* False: the session is over, because he was blocked, removed or changed by somebody else, and is
 * gone. */
bool portal_look(struct portal *portal, struct portal_session *session, const struct site *site,
                 struct portal_view *out_view);
void portal_view_wipe(struct portal_view *view);
/* His password was right just now: whether the directory makes him an administrator. */
void portal_note_groups(struct portal_session *session, struct site *site);

/* A request that may be: borrowed for the handler. */
struct portal_request {
  struct portal *portal;
  struct control_call *call;
  enum portal_verb verb;
  enum portal_rule rule; /* MAY or HERE */
  const json_t *arguments;
  struct portal_session *session;
  struct site *site; /* held for the handler */
  struct portal_view view;
};

struct site *portal_hold_site(struct portal *portal);
void portal_release_site(struct portal *portal, struct site *site);

/* Any thread: `run(arg)` in the control thread; `work` is in memory that `arg` has until then. */
void portal_post(struct portal *portal, struct control_work *work, void (*run)(void *arg),
                 void *arg);

uint64_t portal_now_ms(void); /* monotonic */
uint64_t portal_wall_ms(void);

/* An argument that is a text of 1 to `size` - 1 octets and without a NUL, copied. False:
 * bad_request was answered. */
bool portal_take_text(const struct portal_request *request, const char *key, char *out,
                      size_t size);
/* The same where it may be missing or null: then it is empty. */
bool portal_take_optional(const struct portal_request *request, const char *key, char *out,
                          size_t size);

/* `language`, one of those that hello tells; it may be missing. */
bool portal_take_language(const struct portal_request *request, char out[STORE_LANGUAGE_SIZE]);

/* "invite", "networks"... */
const char *portal_enrolment_word(enum config_enrolment enrolment);

/* {"me": ME} of a session; NULL: out of memory, which control_end takes. */
json_t *portal_me(struct portal *portal, const struct portal_session *session,
                  const struct portal_view *view);
/* Ends the call with it, as the user is now; or with `session` where the session is over. */
void portal_end_with_me(struct portal *portal, struct control_call *call,
                        struct portal_session *session, const struct site *site);

void portal_fail_session(struct control_call *call);

/* The number that a call to him would go to: the store's, else the listed one. False: none. */
bool portal_number_of(const struct portal_view *view, struct number *out_number);

void portal_log_change(struct portal *portal, enum user_event_kind kind, const char *primary,
                       const char *identity, const char *name, const char *what, const char *how,
                       const char *by, const char *number);

/* ---- portal_change.c ---- */

/* Makes the edit for who asked with this verb, once the rules have been held against how he is by
 * then, and ends the call. The edit is copied and wiped. */
void portal_change(struct portal *portal, struct control_call *call, struct portal_session *session,
                   enum portal_verb verb, const struct portal_edit *edit);
/* Blocks him, and ends his sessions and what is under way in them. `call` ends when the store has
 * it, with the error `fraud` where it is one; or NULL. `who` is not a session's own, which is gone
 * then. */
void portal_block(struct portal *portal, struct control_call *call, bool is_fraud,
                  const struct portal_who *who, const char *why);

/* ---- portal_call.c ---- */

/* Tells somebody at `number` that he was changed. */
void portal_tell(struct portal *portal, const struct store_user *user, const struct number *number);
/* Hangs up all that is up, and begins none that nobody waits for. */
void portal_stop_calls(struct portal *portal);
/* Hangs up what was placed for this session. */
void portal_stop_call(struct portal_call *call);

/* ---- verbs ---- */

typedef void portal_handler(struct portal_request *request);

portal_handler portal_verify_call, portal_set_number, portal_stop_call_verb;
portal_handler portal_use_invite, portal_verify_passcode, portal_set_pin, portal_set_factor,
    portal_set_language, portal_passcode_begin, portal_passcode_confirm, portal_passcode_remove;
portal_handler portal_history, portal_report_fraud, portal_all_history;
portal_handler portal_users, portal_user, portal_block_verb, portal_unblock, portal_bypass,
    portal_invite, portal_pending, portal_hangup;

void portal_sign_in(struct portal *portal, struct control_call *call, const json_t *arguments);

#endif
