/* request.c: from the head of a request to its handler, and responses with the headers that each
 * has. */
#include "request.h"

#include "assets.h"
#include "config.h"
#include "http.h"
#include "messages.h"
#include "radmfad.h"
#include "routes.h"
#include "template.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define QUESTION_TIMEOUT_MS 30000u

static const struct {
  const char *name, *value;
} headers[] = {
    {"Cache-Control", "no-store"},
    {"Strict-Transport-Security", "max-age=31536000"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    /* Not no-referrer: with that, browsers say "Origin: null" of our own forms. */
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
};

const char *request_header(const struct request *request, const char *name) {
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

void request_add_header(struct request *request, const char *name, const char *value) {
  if (request->response) (void)MHD_add_response_header(request->response, name, value);
}

/* From here on libmicrohttpd goes on with the connection. */
static void resume(struct request *request) {
  if (!request->is_suspended) return;
  request->is_suspended = false;
  MHD_resume_connection(request->connection);
}

static void add_cookie(struct request *request, const char *name, const char *value) {
  char cookie[SESSION_TOKEN_SIZE + 128];
  session_set_cookie(name, value, 0, cookie, sizeof cookie);
  request_add_header(request, "Set-Cookie", cookie);
}

void request_respond(struct request *request, unsigned status, const char *type, const char *bytes,
                     size_t len) {
  if (request->response) return;
  request->response = MHD_create_response_from_buffer(len, (void *)(uintptr_t)(len ? bytes : ""),
                                                      MHD_RESPMEM_MUST_COPY);
  request->status = status;
  if (type) request_add_header(request, "Content-Type", type);
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
    request_add_header(request, headers[i].name, headers[i].value);
  if (request->token_is_new) add_cookie(request, SESSION_COOKIE, request->token);
  resume(request); /* no response at all: the connection is closed */
}

void request_redirect(struct request *request, const char *path) {
  request_respond(request, MHD_HTTP_SEE_OTHER, NULL, "", 0);
  request_add_header(request, "Location", path);
}

void request_set_token(struct request *request, const char *token) {
  size_t len = strlen(token);
  if (len >= sizeof request->token) len = 0;
  memcpy(request->token, token, len);
  request->token[len] = '\0';
  request->token_is_new = true;
}

static const char *me_text(const struct request *request, const char *name) {
  const char *text = json_string_value(json_object_get(request->me, name));
  return text ? text : "";
}

/* The message that ?done= names, if it is one of those: nobody else's text comes onto a page. */
static json_t *notice(const struct request *request) {
  char key[64];
  const char *done = form_find(&request->query, "done");
  if (!done || strlen(done) > 40) return json_null();
  snprintf(key, sizeof key, "done_%s", done);
  return messages_find(key, request->language) ? json_string(key) : json_null();
}

json_t *request_view(struct request *request, const char *title_key) {
  char csrf[SESSION_CSRF_SIZE];
  bool is_signed_in = request->me != NULL;
  session_csrf(request->portal->csrf_key, request->token, csrf);
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:n, s:n, s:b}", /* */
                   "site", request->portal->config->title, "title", title_key, "language",
                   language_codes[request->language], "csrf", csrf, "version", assets_version(),
                   "user", me_text(request, "name"), "signed_in", is_signed_in, "is_admin",
                   json_is_true(json_object_get(request->me, "is_admin")), "german",
                   request->language == LANGUAGE_DE, "notice", notice(request), "error", "refresh",
                   "live", false);
}

static void show_plain(struct request *request, unsigned status, const char *text) {
  request_respond(request, status, "text/plain; charset=utf-8", text, strlen(text));
}

void request_show(struct request *request, unsigned status, const char *page, json_t *view) {
  struct text html = {0};
  bool put = view && template_put(&html, "layout", page, view, request->language);
  json_decref(view);
  if (put) {
    request_respond(request, status, "text/html; charset=utf-8", html.bytes, html.len);
    request_add_header(request, "Content-Language", language_codes[request->language]);
  } else {
    fprintf(stderr, "radmfa-portal: page %s cannot be made\n", page);
    show_plain(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "This page cannot be shown.\n");
  }
  text_free(&html);
}

void request_refuse(struct request *request, unsigned status, const char *key) {
  json_t *view = request_view(request, "title_error");
  if (view) json_object_set_new(view, "error", json_string(key));
  request_show(request, status, "error", view);
}

void request_fail(struct request *request, const char *word) {
  static const struct {
    const char *word;
    unsigned status;
  } words[] = {
      {"unavailable", MHD_HTTP_SERVICE_UNAVAILABLE},
      {"limit", MHD_HTTP_TOO_MANY_REQUESTS},
      {"denied", MHD_HTTP_FORBIDDEN},
      {"not_found", MHD_HTTP_NOT_FOUND},
      {"busy", MHD_HTTP_CONFLICT},
      {"failed", MHD_HTTP_INTERNAL_SERVER_ERROR},
  };
  unsigned status = MHD_HTTP_BAD_REQUEST;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!strcmp(words[i].word, word)) status = words[i].status;
  }
  request_refuse(request, status, messages_key("error_", word));
}

static void sign_in_again(struct request *request) {
  request_set_token(request, "");
  request_redirect(request, "/sign-in?done=over");
}

static void on_answer(const struct radmfad_answer *from, void *user) {
  struct request *request = user;
  if (from->event) return;
  request->asked = 0;
  if (from->error && !strcmp(from->error, "session")) {
    sign_in_again(request);
  } else {
    request->answered(request, &(struct answer){from->ok, from->error});
  }
}

void request_ask(struct request *request, const char *verb, json_t *question, request_cb answered) {
  if (!question) question = json_object();
  bool is_signed_in = *request->token && !session_is_before(request->token);
  bool made = question && !json_object_set_new(question, "do", json_string(verb));
  if (made && is_signed_in && strcmp(verb, "sign_in") != 0)
    made = !json_object_set_new(question, "session", json_string(request->token));
  if (!made) {
    json_decref(question);
    question = NULL;
  }
  request->answered = answered;
  request->asked = radmfad_ask(request->portal->radmfad, question, QUESTION_TIMEOUT_MS,
                               request->portal->now_ms, on_answer, request);
  if (!request->asked) request_fail(request, "unavailable");
}

/* ---- the beginning ---- */

static void find_address(struct request *request) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  const struct sockaddr *address = info ? info->client_addr : NULL;
  char *out = request->address;
  const void *in = NULL;
  if (address && address->sa_family == AF_INET)
    in = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
  if (address && address->sa_family == AF_INET6)
    in = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
  if (in) inet_ntop(address->sa_family, in, out, sizeof request->address);
}

/* What the user has set goes before what the browser says, and that before the configuration. */
static void find_language(struct request *request, const char *cookies) {
  char chosen[SESSION_TOKEN_SIZE];
  enum language language = LANGUAGE_NONE;
  if (session_find_cookie(cookies, SESSION_LANGUAGE_COOKIE, chosen)) language = language_of(chosen);
  if (language == LANGUAGE_NONE)
    language = language_accepted(request_header(request, "Accept-Language"));
  request->language = language == LANGUAGE_NONE ? request->portal->config->language : language;
}

static void find_session(struct request *request, const char *cookies) {
  if (session_find_cookie(cookies, SESSION_COOKIE, request->token)) return;
  session_make_before(request->token);
  request->token_is_new = true;
}

static bool is_too_long(const struct request *request) {
  const char *length = request_header(request, "Content-Length");
  return length && (strlen(length) > 5 || strtoul(length, NULL, 10) > HTTP_BODY_MAX);
}

static bool is_a_form(const struct request *request) {
  static const char wanted[] = "application/x-www-form-urlencoded";
  const char *type = request_header(request, "Content-Type");
  size_t len = sizeof wanted - 1;
  return type && !strncasecmp(type, wanted, len) && (!type[len] || strchr("; ", type[len]));
}

static bool split_path(struct request *request) {
  char *query = strchr(request->path, '?');
  if (!query) return true;
  *query = '\0';
  return form_parse(&request->query, query + 1, strlen(query + 1));
}

void request_take_head(struct request *request, const char *method) {
  const char *cookies = request_header(request, "Cookie");
  bool other_method = false, is_get = !strcmp(method, "GET") || !strcmp(method, "HEAD");
  bool is_split = split_path(request);
  request->is_post = !strcmp(method, "POST");
  find_address(request);
  find_language(request, cookies);
  request->route = routes_find(request->path, request->is_post, &other_method);
  if (!request->route || !request->route->is_file) find_session(request, cookies);
  if (!is_get && !request->is_post) {
    request_refuse(request, MHD_HTTP_METHOD_NOT_ALLOWED, "error_method");
    request_add_header(request, "Allow", "GET, HEAD, POST");
  } else if (!request->route) {
    request_refuse(request, other_method ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND,
                   other_method ? "error_method" : "error_page");
    if (other_method) request_add_header(request, "Allow", request->is_post ? "GET, HEAD" : "POST");
  } else if (!is_split) {
    request_refuse(request, MHD_HTTP_BAD_REQUEST, "error_bad_request");
  } else if (is_too_long(request)) {
    request_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "error_too_long");
  } else if (request->is_post && !is_a_form(request)) {
    request_refuse(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "error_bad_request");
  }
}

static bool form_is_ours(const struct request *request) {
  return session_csrf_is(request->portal->csrf_key, request->token,
                         form_find(&request->form, "csrf")) &&
         session_same_origin(request_header(request, "Host"), request_header(request, "Origin"),
                             request_header(request, "Sec-Fetch-Site"));
}

static bool me_is(const struct request *request, const char *name) {
  return json_is_true(json_object_get(request->me, name));
}

static void on_me(struct request *request, const struct answer *answer) {
  const json_t *me = answer->ok ? json_object_get(answer->ok, "me") : NULL;
  if (answer->error || !json_is_object(me)) {
    request_fail(request, answer->error ? answer->error : "failed");
    return;
  }
  request->me = json_deep_copy(me);
  enum language language = language_of(me_text(request, "language"));
  if (language != LANGUAGE_NONE) request->language = language;
  if (request->route->needs >= ROUTE_NEEDS_VERIFIED && me_is(request, "must_verify")) {
    request_redirect(request, "/verify");
  } else if (request->route->needs == ROUTE_NEEDS_ADMIN && !me_is(request, "is_admin")) {
    request_refuse(request, MHD_HTTP_FORBIDDEN, "error_denied");
  } else {
    request->route->run(request);
  }
}

void request_begin(struct request *request) {
  if (request->body.failed) {
    request_refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "error_too_long");
  } else if (request->body.len &&
             !form_parse(&request->form, request->body.bytes, request->body.len)) {
    request_refuse(request, MHD_HTTP_BAD_REQUEST, "error_bad_request");
  } else if (request->is_post && !form_is_ours(request)) {
    request_refuse(request, MHD_HTTP_FORBIDDEN, "error_form");
  } else if (request->route->needs == ROUTE_NEEDS_NOTHING) {
    request->route->run(request);
  } else if (session_is_before(request->token)) {
    request_redirect(request, "/sign-in");
  } else {
    request_ask(request, "me", NULL, on_me);
  }
}

void request_free(struct request *request) {
  if (!request) return;
  radmfad_forget(request->portal->radmfad, request->asked);
  if (request->response) MHD_destroy_response(request->response);
  json_decref(request->me);
  json_decref(request->rows);
  text_free(&request->body);
  free(request->path);
  free(request);
}
