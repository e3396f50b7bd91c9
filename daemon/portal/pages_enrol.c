/* pages_enrol.c: invitation, number, PIN, and which factor is used. */
#include "pages.h"

#include "calls.h"
#include "request.h"
#include "view.h"

#include <string.h>

static void show(struct request *request, unsigned status, const char *page, const char *title,
                 const char *error) {
  json_t *view = request_view(request, title);
  view_put(view, "error", error);
  view_put_me(view, request->me);
  request_show(request, status, page, view);
}

/* ---- invitation ---- */

static void show_invite(struct request *request, unsigned status, const char *error) {
  show(request, status, "invite", "title_invite", error);
}

void page_invite(struct request *request) {
  show_invite(request, MHD_HTTP_OK, NULL);
}

static void on_invite(struct request *request, const struct answer *answer) {
  if (answer->ok) {
    request_redirect(request, "/?done=invited");
  } else if (!strcmp(answer->error, "wrong") || !strcmp(answer->error, "bad_request")) {
    show_invite(request, MHD_HTTP_FORBIDDEN, "invite_wrong");
  } else if (!strcmp(answer->error, "limit")) {
    show_invite(request, MHD_HTTP_TOO_MANY_REQUESTS, "code_limit");
  } else {
    request_fail(request, answer->error);
  }
}

void page_post_invite(struct request *request) {
  const char *code = form_get(&request->form, "code");
  if (*code) {
    request_ask(request, "use_invite", json_pack("{s:s}", "code", code), on_invite);
  } else {
    show_invite(request, MHD_HTTP_FORBIDDEN, "invite_wrong");
  }
}

/* ---- number ---- */

void page_number(struct request *request) {
  show(request, MHD_HTTP_OK, "number", "title_number", NULL);
}

static void add_optional(json_t *question, const char *name, const char *value) {
  if (question && *value) json_object_set_new(question, name, json_string(value));
}

void page_post_number(struct request *request) {
  const char *number = form_get(&request->form, "number");
  if (!*number) {
    show(request, MHD_HTTP_BAD_REQUEST, "number", "title_number", "number_wrong");
    return;
  }
  json_t *question =
      json_pack("{s:s, s:s, s:s}", "do", "set_number", "session", request->token, "number", number);
  add_optional(question, "extension", form_get(&request->form, "extension"));
  if (!calls_begin(request->portal->calls, request->token, CALL_FOR_NUMBER, question,
                   request->portal->now_ms))
    show(request, MHD_HTTP_CONFLICT, "number", "title_number", "number_busy");
  else
    request_redirect(request, "/call");
}

/* ---- PIN ---- */

void page_pin(struct request *request) {
  show(request, MHD_HTTP_OK, "pin", "title_pin", NULL);
}

static void on_pin(struct request *request, const struct answer *answer) {
  if (answer->ok) {
    request_redirect(request, "/?done=pin");
  } else if (!strcmp(answer->error, "invalid") || !strcmp(answer->error, "bad_request")) {
    show(request, MHD_HTTP_BAD_REQUEST, "pin", "title_pin", "pin_wrong");
  } else {
    request_fail(request, answer->error);
  }
}

void page_post_pin(struct request *request) {
  const char *pin = form_get(&request->form, "pin");
  if (!*pin) {
    show(request, MHD_HTTP_BAD_REQUEST, "pin", "title_pin", "pin_wrong");
  } else if (strcmp(pin, form_get(&request->form, "again")) != 0) {
    show(request, MHD_HTTP_BAD_REQUEST, "pin", "title_pin", "pin_differs");
  } else {
    request_ask(request, "set_pin", json_pack("{s:s}", "pin", pin), on_pin);
  }
}

/* ---- factor ---- */

static json_t *factor_view(const char *name, const json_t *me) {
  const char *type = view_text(json_object_get(me, "factor_types"), name);
  json_t *view = json_object();
  view_put(view, "name", name);
  view_put(view, "kind_key", !strcmp(type, "totp") ? "factor_app" : "factor_call");
  view_put_flag(view, "is_chosen", !strcmp(name, view_text(me, "factor")));
  return view;
}

static void show_factor(struct request *request, unsigned status, const char *error) {
  json_t *view = request_view(request, "title_factor"), *list = json_array();
  const json_t *factors = json_object_get(request->me, "factors");
  for (size_t i = 0; i < json_array_size(factors); i++) {
    const char *name = json_string_value(json_array_get(factors, i));
    if (name) json_array_append_new(list, factor_view(name, request->me));
  }
  if (view) json_object_set(view, "factors", list);
  json_decref(list);
  view_put(view, "error", error);
  request_show(request, status, "factor", view);
}

void page_factor(struct request *request) {
  show_factor(request, MHD_HTTP_OK, NULL);
}

static void on_factor(struct request *request, const struct answer *answer) {
  if (answer->ok) {
    request_redirect(request, "/?done=factor");
  } else if (!strcmp(answer->error, "invalid")) {
    show_factor(request, MHD_HTTP_BAD_REQUEST, "factor_invalid");
  } else {
    request_fail(request, answer->error);
  }
}

void page_post_factor(struct request *request) {
  const char *factor = form_get(&request->form, "factor");
  if (*factor) {
    request_ask(request, "set_factor", json_pack("{s:s}", "factor", factor), on_factor);
  } else {
    show_factor(request, MHD_HTTP_BAD_REQUEST, "factor_none");
  }
}
