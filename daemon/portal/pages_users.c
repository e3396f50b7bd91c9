/* pages_users.c: administrators look at others, and change them. */
#include "pages.h"

#include "request.h"
#include "view.h"

#include <stdlib.h>
#include <string.h>

/* ---- all ---- */

static void on_users(struct request *request, const struct answer *answer) {
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  json_t *view = request_view(request, "title_users");
  view_put_list(view, "users", json_object_get(answer->ok, "users"), view_user);
  view_put_cursor(view, "more", json_object_get(answer->ok, "more"));
  view_put(view, "text", form_get(&request->query, "text"));
  request_show(request, MHD_HTTP_OK, "users", view);
}

void page_users(struct request *request) {
  const char *text = form_get(&request->query, "text");
  json_t *after = view_take_cursor(form_find(&request->query, "after")), *question = json_object();
  if (question && *text) json_object_set_new(question, "text", json_string(text));
  if (question && after) json_object_set(question, "after", after);
  json_decref(after);
  request_ask(request, "users", question, on_users);
}

/* ---- one ---- */

/* The answer may be a user, or an object that has one. */
static const json_t *user_of(const json_t *ok) {
  const json_t *user = json_object_get(ok, "user");
  return json_is_object(user) ? user : ok;
}

static void show_user(struct request *request, unsigned status, const json_t *ok,
                      const char *error) {
  json_t *view = request_view(request, "title_user"), *user = view_user(user_of(ok));
  if (view) json_object_set(view, "person", user);
  json_decref(user);
  view_put(view, "code", view_text(ok, "code"));
  view_put_time(view, "code_until", view_text(ok, "until"));
  view_put(view, "error", error);
  request_show(request, status, "user", view);
}

static void on_user(struct request *request, const struct answer *answer) {
  if (answer->error)
    request_fail(request, answer->error);
  else
    show_user(request, MHD_HTTP_OK, answer->ok, NULL);
}

static json_t *who(const struct form *form) {
  return json_pack("{s:s, s:s}", "primary", form_get(form, "primary"), "identity",
                   form_get(form, "identity"));
}

void page_user(struct request *request) {
  request_ask(request, "user", who(&request->query), on_user);
}

/* ---- changed ---- */

static void back_to_user(struct request *request, const char *done) {
  struct text path = {0};
  text_puts(&path, "/admin/user?primary=");
  text_put_url(&path, form_get(&request->form, "primary"));
  text_puts(&path, "&identity=");
  text_put_url(&path, form_get(&request->form, "identity"));
  text_puts(&path, "&done=");
  text_puts(&path, done);
  if (path.failed)
    request_fail(request, "failed");
  else
    request_redirect(request, path.bytes);
  text_free(&path);
}

static void on_blocked(struct request *request, const struct answer *answer) {
  if (answer->error)
    request_fail(request, answer->error);
  else
    back_to_user(request, "blocked");
}

static void on_unblocked(struct request *request, const struct answer *answer) {
  if (answer->error)
    request_fail(request, answer->error);
  else
    back_to_user(request, "unblocked");
}

static void on_bypass(struct request *request, const struct answer *answer) {
  if (answer->error)
    request_fail(request, answer->error);
  else
    back_to_user(request, "bypass");
}

/* What an administrator does to others has a reason, which is kept. */
static json_t *who_and_why(struct request *request) {
  const char *why = form_get(&request->form, "why");
  if (!*why) {
    request_refuse(request, MHD_HTTP_BAD_REQUEST, "error_why");
    return NULL;
  }
  json_t *question = who(&request->form);
  if (question) json_object_set_new(question, "why", json_string(why));
  return question;
}

/* A whole number that a form has sent, or -1. */
static json_int_t number_of(const char *text) {
  size_t len = strlen(text);
  return len && len < 6 && strspn(text, "0123456789") == len ? strtol(text, NULL, 10) : -1;
}

void page_post_block(struct request *request) {
  json_t *question = who_and_why(request);
  if (question) request_ask(request, "block", question, on_blocked);
}

void page_post_unblock(struct request *request) {
  request_ask(request, "unblock", who(&request->form), on_unblocked);
}

void page_post_bypass(struct request *request) {
  json_t *question = who_and_why(request);
  if (!question) return;
  json_object_set_new(question, "minutes",
                      json_integer(number_of(form_get(&request->form, "minutes"))));
  request_ask(request, "bypass", question, on_bypass);
}

/* Not by a redirect: the code is in this response and nowhere else. */
void page_post_user_invite(struct request *request) {
  json_t *question = who(&request->form);
  if (question)
    json_object_set_new(question, "hours",
                        json_integer(number_of(form_get(&request->form, "hours"))));
  request_ask(request, "invite", question, on_user);
}
