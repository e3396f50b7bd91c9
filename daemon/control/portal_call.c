/* portal_call.c: calls that confirm a number, or that tell somebody that his was changed. What is
 * heard in them comes from other threads, and is taken up in the control thread. */
#include "portal_inside.h"

#include "../factor/call.h"
#include "../fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 120000u /* for the whole call, from the queue on */

struct portal_call {
  struct control_work work;
  struct portal *portal;
  struct control_call *call; /* who asked; NULL: nobody, it tells */
  struct site *site;         /* held */
  uint64_t id;               /* the site's */
  uint64_t session_id;       /* held, where somebody asked */
  enum portal_verb verb;
  struct portal_who who;
  struct portal_edit edit; /* once it was answered */
  radmfa_factor_answer answer;
  struct portal_call *previous, *next; /* of the portal's */
};

struct progress {
  struct portal_call *call;
  const char *word;
};

/* ---- list ---- */

static void link_call(struct portal *portal, struct portal_call *call) {
  call->next = portal->calls;
  if (call->next) call->next->previous = call;
  portal->calls = call;
}

static void free_call(struct portal_call *call) {
  *(call->previous ? &call->previous->next : &call->portal->calls) = call->next;
  if (call->next) call->next->previous = call->previous;
  portal_release_site(call->portal, call->site);
  free(call);
}

/* Somebody whose password is known could call at the moment at which the user awaits a call of his
 * own, and it would be his session that is confirmed. */
static bool is_being_called(const struct portal *portal, const struct portal_session *session) {
  for (const struct portal_call *one = portal->calls; one; one = one->next)
    if (one->call && strcmp(one->who.primary, session->primary) == 0 &&
        fold_equal(radmfa_text(one->who.identity), radmfa_text(session->identity)))
      return true;
  return false;
}

static void set_who(struct portal_who *who, const char *primary, const char *identity,
                    const char *name) {
  snprintf(who->primary, sizeof who->primary, "%s", primary);
  snprintf(who->identity, sizeof who->identity, "%s", identity);
  snprintf(who->name, sizeof who->name, "%s", name);
}

/* ---- its end ---- */

static const struct answer_text {
  const char *word, *text;
} answer_texts[] = {
    [RADMFA_FACTOR_DENIED] = {"denied", "the call was answered, and not confirmed"},
    [RADMFA_FACTOR_FRAUD] = {"fraud", "fraud was reported: this account is blocked"},
    [RADMFA_FACTOR_BUSY] = {"busy", "the number is busy"},
    [RADMFA_FACTOR_DECLINED] = {"declined", "the call was declined"},
    [RADMFA_FACTOR_NO_ANSWER] = {"no_answer", "nobody answered the call"},
    [RADMFA_FACTOR_HUNG_UP] = {"hung_up", "the call was ended before it was confirmed"},
    [RADMFA_FACTOR_BAD_NUMBER] = {"bad_number", "this number cannot be called"},
    [RADMFA_FACTOR_UNAVAILABLE] = {"unavailable", "calls cannot be made now"},
    [RADMFA_FACTOR_OVER_LIMIT] = {"limit", "too many calls: try again in a while"},
    [RADMFA_FACTOR_NOT_ENROLLED] = {"bad_number", "there is no number to be called"},
};

static const struct answer_text *text_of(radmfa_factor_answer answer) {
  size_t n = sizeof answer_texts / sizeof *answer_texts;
  if ((size_t)answer >= n || !answer_texts[answer].word) answer = RADMFA_FACTOR_DENIED;
  return &answer_texts[answer];
}

static void fail(struct portal_call *call) {
  static const struct answer_text strangers = {"fraud", "who answered did not ask for this call"};
  const struct answer_text *text = text_of(call->answer);
  bool is_fraud = call->answer == RADMFA_FACTOR_FRAUD;
  /* Who answers a number that is not the user's, a mistyped one say, has no say over him. */
  bool is_his = call->edit.kind == PORTAL_EDIT_ANSWERED;
  if (is_fraud && is_his) {
    portal_block(call->portal, call->call, true, &call->who,
                 "reported fraud in a call for the portal");
    return;
  }
  if (is_fraud) text = &strangers;
  control_fail(call->call, text->word, "%s", text->text);
}

static void conclude(struct portal_call *call) {
  struct portal *portal = call->portal;
  struct portal_session *session =
      portal_sessions_release(portal->sessions, call->session_id, portal_now_ms());
  if (session) session->call = NULL;
  if (call->answer != RADMFA_FACTOR_APPROVED)
    fail(call);
  else if (!session)
    portal_fail_session(call->call);
  else
    portal_change(portal, call->call, session, call->verb, &call->edit);
}

/* The change stays: that he did not know of it may be so, or not; an administrator will see. */
static void conclude_telling(struct portal_call *call) {
  const char *word =
      call->answer == RADMFA_FACTOR_APPROVED ? "approved" : text_of(call->answer)->word;
  portal_log_change(call->portal, USER_EVENT_CHANGE, call->who.primary, call->who.identity,
                    call->who.name, "told", word, call->who.name, call->edit.number.e164);
  if (call->answer == RADMFA_FACTOR_FRAUD)
    portal_block(call->portal, NULL, false, &call->who,
                 "said that the change of his number was not his");
}

static void take_up_end(void *arg) {
  struct portal_call *call = arg;
  if (call->call) {
    control_on_gone(call->call, NULL, NULL);
    conclude(call);
  } else {
    conclude_telling(call);
    control_release(call->portal->control);
  }
  free_call(call);
}

static void take_up_progress(void *arg) {
  struct progress *progress = arg;
  if (progress->call->call) control_event(progress->call->call, progress->word, NULL);
  free(progress);
}

/* The next two on any thread. What cannot be told is not. */
static void on_progress(const char *word, void *user) {
  struct portal_call *call = user;
  struct progress *progress = call->call ? malloc(sizeof *progress) : NULL;
  if (!progress) return;
  *progress = (struct progress){call, word};
  if (!control_post(call->portal->control, take_up_progress, progress)) free(progress);
}

static void on_done(radmfa_factor_answer answer, void *user) {
  struct portal_call *call = user;
  call->answer = answer;
  portal_post(call->portal, &call->work, take_up_end, call);
}

/* ---- its beginning ---- */

static int place(struct portal_call *call, enum call_purpose purpose, const char *language) {
  const struct config *config = site_config(call->site);
  struct site_call_request request = {
      .policy = config->policies[config->portal.policy].name,
      .identity = radmfa_text(call->who.identity),
      .number = &call->edit.number,
      .language = language && *language ? language : NULL,
      .purpose = purpose,
      .wait_ms = WAIT_MS,
  };
  return site_call(call->site, &request, on_progress, on_done, call, &call->id);
}

static void on_gone(void *user) {
  portal_stop_call(user);
}

static void begin(struct portal_request *request, const struct portal_edit *edit,
                  enum call_purpose purpose, const char *language) {
  struct portal *portal = request->portal;
  struct portal_session *session = request->session;
  struct portal_call *call = is_being_called(portal, session) ? NULL : calloc(1, sizeof *call);
  if (!call) {
    control_fail(request->call, "limit", "you are being called already, by another request");
    return;
  }
  call->portal = portal;
  call->call = request->call;
  call->site = portal_hold_site(portal);
  call->verb = request->verb;
  call->edit = *edit;
  set_who(&call->who, session->primary, session->identity, session->name);
  link_call(portal, call);
  if (place(call, purpose, language)) {
    control_fail(request->call, "unavailable", "calls cannot be made now");
    free_call(call);
    return;
  }
  call->session_id = portal_session_hold(session);
  session->call = call;
  control_on_gone(request->call, on_gone, call);
}

void portal_stop_call(struct portal_call *call) {
  site_end_call(call->site, call->id);
}

void portal_tell(struct portal *portal, const struct store_user *user,
                 const struct number *number) {
  struct portal_call *call = calloc(1, sizeof *call);
  if (!call) return;
  call->portal = portal;
  call->site = portal_hold_site(portal);
  call->edit.number = *number;
  set_who(&call->who, user->primary, user->identity, user->name);
  link_call(portal, call);
  if (!portal->is_stopping && !place(call, CALL_TO_TELL, user->language)) {
    control_hold(portal->control);
    return;
  }
  call->answer = RADMFA_FACTOR_UNAVAILABLE;
  conclude_telling(call);
  free_call(call);
}

void portal_stop_calls(struct portal *portal) {
  portal->is_stopping = true;
  for (struct portal_call *call = portal->calls; call; call = call->next) portal_stop_call(call);
}

/* ---- verbs ---- */

void portal_verify_call(struct portal_request *request) {
  const struct portal_view *view = &request->view;
  struct portal_edit edit = {.kind = PORTAL_EDIT_ANSWERED};
  if (!view->call_factor)
    control_fail(request->call, "unavailable", "there are no calls here");
  else if (portal_number_of(view, &edit.number)) {
    edit.is_listed = !site_number_counts(&view->user);
    edit.is_kept = view->config->enrolment == CONFIG_ENROL_DIRECTORY_NUMBER;
    begin(request, &edit, CALL_TO_MANAGE, view->user.language);
  } else if (view->facts.is_expected)
    control_fail(request->call, "unavailable", "your number cannot be looked up now");
  else
    control_fail(request->call, "bad_number", "there is no number to be called");
}

static bool take_number(const struct portal_request *request, struct number *out_number) {
  char text[64], extension[NUMBER_EXTENSION_MAX + 1], country[COUNTRY_CODE_MAX + 2], whole[96];
  if (!portal_take_text(request, "number", text, sizeof text) ||
      !portal_take_optional(request, "extension", extension, sizeof extension) ||
      !portal_take_optional(request, "country_code", country, sizeof country))
    return false;
  const char *code = country[0] == '+' ? country + 1 : country;
  snprintf(whole, sizeof whole, "%s%s%s", text, *extension ? " x" : "", extension);
  if ((!*code || country_code_is_valid(code)) &&
      number_parse(radmfa_text(whole), *code ? code : NULL, out_number))
    return true;
  control_fail(request->call, "invalid",
               "this is no telephone number: write it with its country, as +1 555 123 0001");
  return false;
}

void portal_set_number(struct portal_request *request) {
  struct portal_edit edit = {.kind = PORTAL_EDIT_NUMBER};
  const struct portal_view *view = &request->view;
  if (!view->call_factor) {
    control_fail(request->call, "unavailable", "there are no calls here");
    return;
  }
  if (!take_number(request, &edit.number)) return;
  memcpy(edit.language, request->session->language, sizeof edit.language);
  begin(request, &edit, CALL_TO_VERIFY,
        *view->user.language ? view->user.language : request->session->language);
}

void portal_stop_call_verb(struct portal_request *request) {
  if (request->session->call) portal_stop_call(request->session->call);
  control_end(request->call, json_object());
}
