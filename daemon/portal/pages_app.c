/* pages_app.c: the authenticator app. Its secret is on one page, once. */
#include "pages.h"

#include "qr.h"
#include "request.h"
#include "view.h"

#include <string.h>

static json_t *app_view(struct request *request) {
  json_t *view = request_view(request, "title_app");
  view_put_me(view, request->me);
  view_put(view, "secret", NULL);
  view_put(view, "qr", NULL);
  view_put_flag(view, "is_begun", false);
  return view;
}

void page_app(struct request *request) {
  request_show(request, MHD_HTTP_OK, "app", app_view(request));
}

/* In groups of four, as people read it. */
static void put_secret(json_t *view, const char *secret) {
  struct text text = {0};
  for (size_t i = 0; secret[i]; i++) {
    if (i && i % 4 == 0) text_puts(&text, " ");
    text_put(&text, secret + i, 1);
  }
  view_put(view, "secret", text.bytes);
  text_free(&text);
}

static void on_begun(struct request *request, const struct answer *answer) {
  struct text picture = {0};
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  json_t *view = app_view(request);
  (void)qr_put_data_url(&picture, view_text(answer->ok, "uri"));
  view_put(view, "qr", picture.bytes); /* without one there is still the secret */
  put_secret(view, view_text(answer->ok, "secret"));
  view_put_flag(view, "is_begun", true);
  request_show(request, MHD_HTTP_OK, "app", view);
  text_free(&picture);
}

void page_post_app_begin(struct request *request) {
  request_ask(request, "passcode_begin", NULL, on_begun);
}

static void show_wrong(struct request *request, unsigned status, const char *error) {
  json_t *view = app_view(request);
  view_put(view, "error", error);
  view_put_flag(view, "is_begun", true);
  request_show(request, status, "app", view);
}

static void on_confirmed(struct request *request, const struct answer *answer) {
  if (answer->ok) {
    request_redirect(request, "/?done=app");
  } else if (!strcmp(answer->error, "wrong") || !strcmp(answer->error, "bad_request")) {
    show_wrong(request, MHD_HTTP_FORBIDDEN, "code_wrong");
  } else if (!strcmp(answer->error, "limit")) {
    show_wrong(request, MHD_HTTP_TOO_MANY_REQUESTS, "code_limit");
  } else {
    request_fail(request, answer->error);
  }
}

void page_post_app_confirm(struct request *request) {
  const char *code = form_get(&request->form, "code");
  if (*code) {
    request_ask(request, "passcode_confirm", json_pack("{s:s}", "code", code), on_confirmed);
  } else {
    show_wrong(request, MHD_HTTP_FORBIDDEN, "code_wrong");
  }
}

static void on_removed(struct request *request, const struct answer *answer) {
  if (answer->ok) {
    request_redirect(request, "/?done=app_removed");
  } else if (!strcmp(answer->error, "invalid")) {
    request_refuse(request, MHD_HTTP_CONFLICT, "app_last");
  } else {
    request_fail(request, answer->error);
  }
}

void page_post_app_remove(struct request *request) {
  request_ask(request, "passcode_remove", NULL, on_removed);
}
