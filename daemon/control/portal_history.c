/* portal_history.c: a user's own logins, and one of them reported: it was not he. */
#include "portal_inside.h"

#include "../fold.h"
#include "control_text.h"
#include "history.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_STANDARD 50u
#define PAGE_MAX 200u

struct look_up {
  struct control_work work;
  struct portal *portal;
  struct control_call *call;
  uint64_t session_id; /* held */
  enum portal_verb verb;
  struct portal_who who;
  size_t max;

  uint64_t login_id; /* that was reported */
  bool is_found;

  int error;
  json_t *logins, *more;
  struct store_history_place next;
};

/* The name he types is another's, too, where the primary is another. */
static bool is_his(const struct portal_who *who, const struct store_login *login) {
  if (!login->primary || strcmp(login->primary, who->primary) != 0) return false;
  if (login->identity.len) return fold_equal(login->identity, radmfa_text(who->identity));
  return fold_equal(login->user, radmfa_text(who->name));
}

/* ---- on the store's thread ---- */

static json_t *name_or_null(const char *name) {
  return name ? control_text(radmfa_text(name)) : json_null();
}

/* The client is what he logged in to; of the network between them, and of the policy, he learns
 * nothing. */
static json_t *login_json(const struct store_login *login) {
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "time", control_time(login->time_ms),
                   "id", control_id(login->login_id), "user", control_text(login->user), "verdict",
                   name_or_null(login->verdict), "reason", name_or_null(login->reason), "factor",
                   name_or_null(login->factor), "client", name_or_null(login->client));
}

static void take_page(struct look_up *look_up, const struct store_history_page *page) {
  for (size_t i = 0; i < page->n; i++) {
    const struct store_login *login = &page->logins[i];
    if (!is_his(&look_up->who, login)) continue;
    if (look_up->verb == PORTAL_VERB_HISTORY)
      json_array_append_new(look_up->logins, login_json(login));
    else if (login->login_id == look_up->login_id)
      look_up->is_found = true;
  }
  look_up->next = page->next;
  json_decref(look_up->more);
  look_up->more = history_cursor(page);
}

static void take_up(void *arg);

static void on_page(int error, const struct store_history_page *page, void *user) {
  struct look_up *look_up = user;
  look_up->error = error;
  if (page) take_page(look_up, page);
  portal_post(look_up->portal, &look_up->work, take_up, look_up);
}

/* ---- in the control thread ---- */

static int ask(struct look_up *look_up) {
  struct store_history_filter filter = {.identity = radmfa_text(look_up->who.identity),
                                        .user = radmfa_text(look_up->who.name),
                                        .before = look_up->next,
                                        .max = look_up->max};
  return store_history(look_up->portal->world.store, &filter, on_page, look_up);
}

static void free_look_up(struct look_up *look_up) {
  json_decref(look_up->logins);
  json_decref(look_up->more);
  free(look_up);
}

static void show(struct look_up *look_up) {
  control_end(look_up->call,
              json_pack("{s:O, s:O}", "logins", look_up->logins, "more", look_up->more));
}

/* False: the next page is asked for, and it goes on. */
static bool report(struct look_up *look_up) {
  if (look_up->is_found)
    portal_block(look_up->portal, look_up->call, false, &look_up->who, "reported a login as fraud");
  else if (look_up->next.number && !ask(look_up))
    return false;
  else
    control_fail(look_up->call, "not_found", "none of your logins has this number");
  return true;
}

static void take_up(void *arg) {
  struct look_up *look_up = arg;
  struct portal *portal = look_up->portal;
  struct portal_session *session =
      portal_sessions_release(portal->sessions, look_up->session_id, portal_now_ms());
  bool is_done = true;
  if (!session)
    portal_fail_session(look_up->call);
  else if (look_up->error)
    control_fail(look_up->call, "unavailable", "the history cannot be read now");
  else if (look_up->verb == PORTAL_VERB_HISTORY)
    show(look_up);
  else
    is_done = report(look_up);
  if (is_done)
    free_look_up(look_up);
  else
    look_up->session_id = portal_session_hold(session);
}

static void begin(struct portal_request *request, const struct look_up *from) {
  struct look_up *look_up = malloc(sizeof *look_up);
  const struct portal_session *session = request->session;
  if (look_up) {
    *look_up = *from;
    look_up->portal = request->portal;
    look_up->call = request->call;
    look_up->verb = request->verb;
    look_up->logins = json_array();
    portal_who_of(session, &look_up->who);
  }
  if (look_up && !ask(look_up)) {
    look_up->session_id = portal_session_hold(request->session);
    return;
  }
  control_fail(request->call, "unavailable", "the history cannot be read now");
  if (look_up) free_look_up(look_up);
}

/* Cursors are ours; who sends another one sees another page of his own. */
static bool take_place(const struct portal_request *request, struct store_history_place *out) {
  char text[64];
  *out = (struct store_history_place){0};
  if (!portal_take_optional(request, "before", text, sizeof text)) return false;
  if (!*text || history_cursor_parse(text, out)) return true;
  control_fail(request->call, "bad_request", "`before` must be what `more` was");
  return false;
}

static bool take_max(const struct portal_request *request, size_t *out_max) {
  const json_t *max = json_object_get(request->arguments, "max");
  *out_max = PAGE_STANDARD;
  if (!max || json_is_null(max)) return true;
  if (json_is_integer(max) && json_integer_value(max) >= 1 && json_integer_value(max) <= PAGE_MAX) {
    *out_max = (size_t)json_integer_value(max);
    return true;
  }
  control_fail(request->call, "bad_request", "`max` must be in 1..%u", PAGE_MAX);
  return false;
}

void portal_history(struct portal_request *request) {
  struct look_up look_up = {0};
  if (take_place(request, &look_up.next) && take_max(request, &look_up.max))
    begin(request, &look_up);
}

static bool take_login(const struct portal_request *request, uint64_t *out_id) {
  char text[32], *end;
  if (!portal_take_text(request, "login", text, sizeof text)) return false;
  *out_id = strtoull(text, &end, 16);
  if (strlen(text) == 16 && text[strspn(text, "0123456789abcdef")] == '\0') return true;
  control_fail(request->call, "bad_request", "`login` must be 16 hexadecimal digits");
  return false;
}

void portal_report_fraud(struct portal_request *request) {
  struct look_up look_up = {.max = STORE_HISTORY_MAX};
  if (take_login(request, &look_up.login_id)) begin(request, &look_up);
}
