/* pages_logins.c: logins: one's own, those under way, and all that were. */
#include "pages.h"

#include "csv.h"
#include "request.h"
#include "view.h"

#include <stdio.h>
#include <string.h>

#define CSV_ROWS_MAX 20000u
#define CSV_PAGE 200

static void add_cursor(const struct request *request, json_t *question, const char *name) {
  json_t *cursor = view_take_cursor(form_find(&request->query, name));
  if (cursor && question)
    json_object_set_new(question, name, cursor);
  else
    json_decref(cursor);
}

static void put_page(json_t *view, const struct answer *answer) {
  view_put_list(view, "logins", json_object_get(answer->ok, "logins"), view_login);
  view_put_cursor(view, "more", json_object_get(answer->ok, "more"));
}

/* ---- one's own ---- */

static void on_own(struct request *request, const struct answer *answer) {
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  json_t *view = request_view(request, "title_logins");
  put_page(view, answer);
  request_show(request, MHD_HTTP_OK, "logins", view);
}

void page_logins(struct request *request) {
  json_t *question = json_object();
  add_cursor(request, question, "before");
  request_ask(request, "history", question, on_own);
}

static void on_reported(struct request *request, const struct answer *answer) {
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  request_set_token(request, ""); /* his sessions are over */
  request_redirect(request, "/sign-in?done=reported");
}

void page_post_report(struct request *request) {
  request_ask(request, "report_fraud",
              json_pack("{s:s}", "login", form_get(&request->form, "login")), on_reported);
}

/* ---- under way ---- */

static void on_pending(struct request *request, const struct answer *answer) {
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  json_t *view = request_view(request, "title_pending");
  put_page(view, answer);
  view_put_flag(view, "live", true);
  request_show(request, MHD_HTTP_OK, "pending", view);
}

void page_pending(struct request *request) {
  json_t *question = json_object();
  add_cursor(request, question, "after");
  request_ask(request, "pending", question, on_pending);
}

static void on_hung_up(struct request *request, const struct answer *answer) {
  if (answer->error && strcmp(answer->error, "not_found") != 0) {
    request_fail(request, answer->error);
  } else {
    request_redirect(request,
                     answer->ok ? "/admin/pending?done=hung_up" : "/admin/pending?done=gone");
  }
}

void page_post_hangup(struct request *request) {
  request_ask(request, "hangup", json_pack("{s:s}", "login", form_get(&request->form, "login")),
              on_hung_up);
}

/* ---- all that were ---- */

static const char *const filters[] = {"user", "verdict", "reason", "from", "until"};
#define N_FILTERS (sizeof filters / sizeof *filters)

/* A day, as a browser sends it, begins or ends it. */
static void add_day(json_t *question, const char *name, const char *day) {
  char time[40];
  if (strlen(day) != 10) return;
  snprintf(time, sizeof time, "%s%s", day, *name == 'f' ? "T00:00:00.000Z" : "T23:59:59.999Z");
  json_object_set_new(question, name, json_string(time));
}

static json_t *history_question(const struct request *request) {
  json_t *question = json_object();
  for (size_t i = 0; question && i < N_FILTERS; i++) {
    const char *value = form_get(&request->query, filters[i]);
    if (!*value) continue;
    if (!strcmp(filters[i], "from") || !strcmp(filters[i], "until"))
      add_day(question, filters[i], value);
    else
      json_object_set_new(question, filters[i], json_string(value));
  }
  return question;
}

static void on_history(struct request *request, const struct answer *answer) {
  static const char *const verdicts[] = {"accept", "reject", "silent"};
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  json_t *view = request_view(request, "title_history");
  put_page(view, answer);
  for (size_t i = 0; i < N_FILTERS; i++) {
    char name[16];
    snprintf(name, sizeof name, "by_%s", filters[i]);
    view_put(view, name, form_get(&request->query, filters[i]));
  }
  for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
    char name[16];
    snprintf(name, sizeof name, "only_%s", verdicts[i]);
    view_put_flag(view, name, !strcmp(form_get(&request->query, "verdict"), verdicts[i]));
  }
  request_show(request, MHD_HTTP_OK, "history", view);
}

void page_history(struct request *request) {
  json_t *question = history_question(request);
  add_cursor(request, question, "before");
  request_ask(request, "all_history", question, on_history);
}

/* ---- download ---- */

static void put_row(struct text *csv, const json_t *login) {
  static const char *const names[] = {"time",    "id",     "client",  "peer",   "user",  "identity",
                                      "primary", "policy", "verdict", "reason", "factor"};
  const char *cells[sizeof names / sizeof *names];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cells[i] = login ? view_text(login, names[i]) : names[i];
  csv_put(csv, cells, sizeof names / sizeof *names);
}

static void send_csv(struct request *request) {
  struct text csv = {0};
  put_row(&csv, NULL);
  for (size_t i = 0; i < json_array_size(request->rows); i++)
    put_row(&csv, json_array_get(request->rows, i));
  if (csv.failed) {
    request_fail(request, "failed");
  } else {
    request_respond(request, MHD_HTTP_OK, "text/csv; charset=utf-8; header=present", csv.bytes,
                    csv.len);
    request_add_header(request, "Content-Disposition", "attachment; filename=\"logins.csv\"");
  }
  text_free(&csv);
}

static void on_csv_page(struct request *request, const struct answer *answer);

static void ask_csv_page(struct request *request, json_t *before) {
  json_t *question = history_question(request);
  if (question) json_object_set_new(question, "max", json_integer(CSV_PAGE));
  if (question && before) json_object_set(question, "before", before);
  request_ask(request, "all_history", question, on_csv_page);
}

static void on_csv_page(struct request *request, const struct answer *answer) {
  json_t *more = json_object_get(answer->ok, "more");
  if (answer->error) {
    request_fail(request, answer->error);
    return;
  }
  (void)json_array_extend(request->rows, json_object_get(answer->ok, "logins"));
  if (more && !json_is_null(more) && json_array_size(request->rows) < CSV_ROWS_MAX)
    ask_csv_page(request, more);
  else
    send_csv(request);
}

void page_history_csv(struct request *request) {
  request->rows = json_array();
  ask_csv_page(request, NULL);
}
