/* portal_change.c: a user is changed by himself: how he is by then is held against the rules once
 * more, and written only if he is still so. Where he has become another meanwhile it is done again.
 */
#include "portal_inside.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TRIES_MAX 5u

struct change {
  struct control_work work;
  struct portal *portal;
  struct control_call *call;
  uint64_t session_id; /* held */
  enum portal_verb verb;
  struct portal_edit edit;
  unsigned tries;

  /* as it was before */
  bool was_enrolled;
  const char *how;     /* he might enrol; NULL: he was enrolled */
  struct number known; /* that is told; empty: none */

  /* what the store said */
  int error;
  struct store_user now;
};

static void free_change(struct change *change) {
  sodium_memzero(change, sizeof *change);
  free(change);
}

static void fail(struct change *change, const char *word, const char *text) {
  control_fail(change->call, word, "%s", text);
  free_change(change);
}

static bool is_factor(enum portal_edit_kind kind) {
  return kind == PORTAL_EDIT_NUMBER || kind == PORTAL_EDIT_ANSWERED || kind == PORTAL_EDIT_PASSCODE;
}

/* ---- done ---- */

void portal_log_change(struct portal *portal, enum user_event_kind kind, const char *primary,
                       const char *identity, const char *name, const char *what, const char *how,
                       const char *by, const char *number) {
  struct user_event event = {.kind = kind,
                             .primary = primary,
                             .user = radmfa_text(name),
                             .identity = radmfa_text(identity),
                             .what = what,
                             .how = how,
                             .by = radmfa_text(by),
                             .number = number};
  log_user_event(portal->world.log, &event);
}

static void log_change(const struct change *change) {
  enum portal_edit_kind kind = change->edit.kind;
  const struct store_user *now = &change->now;
  bool is_enrolment = is_factor(kind) && !change->was_enrolled;
  portal_log_change(change->portal, is_enrolment ? USER_EVENT_ENROLMENT : USER_EVENT_CHANGE,
                    now->primary, now->identity, now->name, portal_edit_name(kind),
                    is_enrolment ? change->how : NULL, now->name, change->edit.number.e164);
}

/* Whoever has enrolled another phone or an app, after one careless # say, has not done so unseen by
 * who has this phone. */
static void tell(const struct change *change) {
  bool is_told =
      change->edit.kind == PORTAL_EDIT_NUMBER || change->edit.kind == PORTAL_EDIT_PASSCODE;
  if (is_told && *change->known.e164 && strcmp(change->known.e164, change->edit.number.e164) != 0)
    portal_tell(change->portal, &change->now, &change->known);
}

/* In this session he is known by what he has now; all others of his are over. */
static void update_session(const struct change *change, struct portal_session *session) {
  portal_stamp_make(&change->now, &session->stamp);
  if (!is_factor(change->edit.kind)) return;
  session->has_invite = false;
  sodium_memzero(session->secret, sizeof session->secret);
  session->secret_len = 0;
}

static void finish(struct change *change, struct portal_session *session, struct site *site) {
  if (session && is_factor(change->edit.kind)) session->is_verified = true;
  if (session)
    portal_end_with_me(change->portal, change->call, session, site);
  else
    portal_fail_session(change->call);
  free_change(change);
}

/* `session` is NULL where it has ended meanwhile: it is done nevertheless. */
static void conclude(struct change *change, struct portal_session *session, struct site *site) {
  log_change(change);
  tell(change);
  if (session) update_session(change, session);
  finish(change, session, site);
}

/* ---- one try ---- */

static void try_once(struct change *change, struct portal_session *session, struct site *site);

static void take_up(void *arg) {
  struct change *change = arg;
  struct portal *portal = change->portal;
  struct portal_session *session =
      portal_sessions_release(portal->sessions, change->session_id, portal_now_ms());
  struct site *site = portal_hold_site(portal);
  bool is_stale = change->error == RADMFA_E_BUSY || change->error == RADMFA_E_EXISTS ||
                  change->error == RADMFA_E_NOT_FOUND;
  if (!change->error) {
    conclude(change, session, site);
  } else if (!session) {
    portal_fail_session(change->call);
    free_change(change);
  } else if (is_stale && ++change->tries < TRIES_MAX) {
    try_once(change, session, site);
  } else if (is_stale) {
    fail(change, "busy", "changed by somebody else meanwhile: try again");
  } else {
    fail(change, "unavailable", "it cannot be kept now: try again in a while");
  }
  portal_release_site(portal, site);
}

/* On the store's thread. */
static void on_stored(int error, const struct store_user *now, void *user) {
  struct change *change = user;
  change->error = error;
  if (now) change->now = *now;
  portal_post(change->portal, &change->work, take_up, change);
}

static void store(struct change *change, struct portal_session *session,
                  const struct portal_view *view) {
  uint64_t revision = view->is_stored ? view->user.revision : STORE_NEW_USER;
  int error = store_put(change->portal->world.store, &view->user, revision, on_stored, change);
  if (error)
    fail(change, "unavailable", "it cannot be kept now: try again in a while");
  else
    change->session_id = portal_session_hold(session);
}

static const char *how_of(const struct portal_view *view) {
  if (view->facts.is_invited) return "invite";
  if (view->user.number_state == STORE_NUMBER_ENTERED && site_number_counts(&view->user))
    return "administrator";
  if (view->facts.is_expected) return "directory_number";
  return view->config->enrolment == CONFIG_ENROL_OPEN ? "open" : "networks";
}

static void note_before(struct change *change, const struct portal_view *view) {
  change->was_enrolled = view->facts.is_enrolled;
  change->how = how_of(view);
  change->known = (struct number){0};
  if (!portal_number_of(view, &change->known) && view->listed.kind == PHONE_GOOD)
    change->known = view->listed.number; /* written by himself perhaps: told nevertheless */
}

static void apply(struct change *change, struct portal_session *session, struct site *site,
                  struct portal_view *view) {
  note_before(change, view);
  switch (portal_edit_apply(&change->edit, &view->user)) {
    case PORTAL_EDIT_DONE: store(change, session, view); break;
    case PORTAL_EDIT_NOTHING: finish(change, session, site); break;
    case PORTAL_EDIT_CHANGED:
      fail(change, "busy", "the number was changed by somebody else meanwhile");
      break;
    case PORTAL_EDIT_LAST:
      fail(change, "invalid", "it is the only factor you have: enrol another one first");
      break;
  }
}

static void try_once(struct change *change, struct portal_session *session, struct site *site) {
  struct portal_view view;
  if (!portal_look(change->portal, session, site, &view)) {
    portal_fail_session(change->call);
    free_change(change);
    return;
  }
  enum portal_rule rule = portal_rule_for(change->verb, view.state);
  if (rule == PORTAL_RULE_MAY)
    apply(change, session, site, &view);
  else
    fail(change, "denied", portal_rule_text(rule));
  portal_view_wipe(&view);
}

void portal_change(struct portal *portal, struct control_call *call, struct portal_session *session,
                   enum portal_verb verb, const struct portal_edit *edit) {
  struct change *change = calloc(1, sizeof *change);
  if (!change) {
    control_fail(call, "unavailable", "out of memory");
    return;
  }
  *change = (struct change){.portal = portal, .call = call, .verb = verb, .edit = *edit};
  struct site *site = portal_hold_site(portal);
  try_once(change, session, site);
  portal_release_site(portal, site);
}

/* ---- blocked ---- */

struct block {
  struct control_work work;
  struct portal *portal;
  struct control_call *call; /* or NULL */
  bool is_fraud;             /* it ends with that error */
  char primary[STORE_WORD_SIZE], identity[STORE_TEXT_SIZE];
  int error;
};

static void take_up_block(void *arg) {
  struct block *block = arg;
  struct control *control = block->portal->control;
  if (block->call && block->error)
    control_fail(block->call, "unavailable", "it cannot be kept now: try again in a while");
  else if (block->call && block->is_fraud)
    control_fail(block->call, "fraud", "fraud was reported: this account is blocked");
  else if (block->call)
    control_end(block->call, json_object());
  free(block);
  control_release(control);
}

/* On the store's thread. What cannot be kept holds until radmfad ends. */
static void on_blocked(int error, const struct store_user *now, void *user) {
  struct block *block = user;
  (void)now;
  block->error = error;
  if (error) {
    (void)blocklist_add(block->portal->world.blocklist, radmfa_text(block->identity));
    log_message(block->portal->world.log, LOG_LEVEL_ERROR,
                "the store cannot block %s, who is blocked until radmfad is started again",
                block->identity);
  }
  portal_post(block->portal, &block->work, take_up_block, block);
}

void portal_block(struct portal *portal, struct control_call *call, bool is_fraud,
                  const struct portal_who *who, const char *why) {
  struct block *block = calloc(1, sizeof *block);
  int error = RADMFA_E_NO_MEMORY;
  portal_log_change(portal, USER_EVENT_CHANGE, who->primary, who->identity, who->name, "blocked",
                    why, who->name, NULL);
  if (block) {
    *block = (struct block){.portal = portal, .call = call, .is_fraud = is_fraud};
    memcpy(block->primary, who->primary, sizeof block->primary);
    memcpy(block->identity, who->identity, sizeof block->identity);
    error = store_block(portal->world.store, who->primary, radmfa_text(who->identity),
                        radmfa_text(who->name), why, on_blocked, block);
  }
  if (!error) {
    control_hold(portal->control);
  } else {
    (void)blocklist_add(portal->world.blocklist, radmfa_text(who->identity));
    if (call) control_fail(call, "unavailable", "it cannot be kept now: try again in a while");
    free(block);
  }
  portal_sessions_end_user(portal->sessions, who->primary, radmfa_text(who->identity));
}
