/* pages.c: signing in and out, the language, the first page, and files. */
#include "pages.h"

#include "assets.h"
#include "request.h"
#include "routes.h"
#include "view.h"

#include <string.h>

#define YEAR_S 31536000u

/* ---- files ---- */

void page_file(struct request *request) {
  struct asset file;
  if (!assets_file(request->path + strlen("/static/"), &file)) {
    request_refuse(request, MHD_HTTP_NOT_FOUND, "error_page");
    return;
  }
  request_respond(request, MHD_HTTP_OK, file.type, file.bytes, file.len);
  /* Their addresses have the version in them. */
  (void)MHD_del_response_header(request->response, "Cache-Control", "no-store");
  request_add_header(request, "Cache-Control", "public, max-age=86400");
}

/* ---- signing in and out ---- */

static void show_sign_in(struct request *request, unsigned status, const char *error) {
  json_t *view = request_view(request, "title_sign_in");
  view_put(view, "error", error);
  request_show(request, status, "sign_in", view);
}

void page_sign_in(struct request *request) {
  show_sign_in(request, MHD_HTTP_OK, NULL);
}

/* A new cookie, so that one which somebody else has put into this browser is of no use to him. */
static void on_signed_in(struct request *request, const struct answer *answer) {
  const char *token = view_text(answer->ok, "session");
  if (answer->ok && *token) {
    request_set_token(request, token);
    request_redirect(request, "/");
  } else if (!answer->error || !strcmp(answer->error, "unavailable")) {
    show_sign_in(request, MHD_HTTP_SERVICE_UNAVAILABLE, "error_unavailable");
  } else if (!strcmp(answer->error, "limit")) {
    show_sign_in(request, MHD_HTTP_TOO_MANY_REQUESTS, "sign_in_limit");
  } else {
    show_sign_in(request, MHD_HTTP_UNAUTHORIZED, "sign_in_wrong");
  }
}

void page_post_sign_in(struct request *request) {
  const char *user = form_get(&request->form, "user");
  const char *password = form_get(&request->form, "password");
  if (!*user || !*password) {
    show_sign_in(request, MHD_HTTP_UNAUTHORIZED, "sign_in_wrong");
    return;
  }
  request_ask(request, "sign_in",
              json_pack("{s:s, s:s, s:s, s:s}", "user", user, "password", password, "address",
                        request->address, "language", language_codes[request->language]),
              on_signed_in);
}

static void on_signed_out(struct request *request, const struct answer *answer) {
  if (answer->error && strcmp(answer->error, "session") != 0) {
    request_fail(request, answer->error); /* he must not think that he is */
    return;
  }
  request_set_token(request, "");
  request_redirect(request, "/sign-in?done=signed_out");
}

void page_post_sign_out(struct request *request) {
  request_ask(request, "sign_out", NULL, on_signed_out);
}

/* ---- the language ---- */

/* The page of ours from which the form came, or the first one. */
static const char *page_before(const struct request *request) {
  char path[64];
  bool other;
  const char *host = request_header(request, "Host"), *from = request_header(request, "Referer");
  size_t host_len = host ? strlen(host) : 0, scheme_len = strlen("https://");
  if (!host || !from || strncmp(from, "https://", scheme_len) != 0 ||
      strncmp(from + scheme_len, host, host_len) != 0)
    return "/";
  from += scheme_len + host_len;
  size_t len = strcspn(from, "?");
  if (len >= sizeof path) return "/";
  memcpy(path, from, len);
  path[len] = '\0';
  return routes_find(path, false, &other) ? from : "/";
}

static void keep_language(struct request *request, enum language language) {
  char cookie[SESSION_TOKEN_SIZE];
  session_set_cookie(SESSION_LANGUAGE_COOKIE, language_codes[language], YEAR_S, cookie,
                     sizeof cookie);
  request_redirect(request, page_before(request));
  request_add_header(request, "Set-Cookie", cookie);
}

static void on_language(struct request *request, const struct answer *answer) {
  (void)answer; /* the browser keeps it in any case */
  keep_language(request, language_of(form_get(&request->form, "language")));
}

void page_post_language(struct request *request) {
  enum language language = language_of(form_get(&request->form, "language"));
  if (language == LANGUAGE_NONE) {
    request_refuse(request, MHD_HTTP_BAD_REQUEST, "error_bad_request");
  } else if (session_is_before(request->token)) {
    keep_language(request, language);
  } else {
    request_ask(request, "set_language", json_pack("{s:s}", "language", language_codes[language]),
                on_language);
  }
}

/* ---- the first page ---- */

void page_home(struct request *request) {
  json_t *view = request_view(request, "title_home");
  const json_t *types = json_object_get(request->me, "factor_types");
  const char *type = view_text(types, view_text(request->me, "factor"));
  view_put_me(view, request->me);
  view_put(view, "factor_key", !strcmp(type, "totp") ? "factor_app" : *type ? "factor_call" : NULL);
  request_show(request, MHD_HTTP_OK, "home", view);
}
