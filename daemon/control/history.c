#include "history.h"

#include "control_text.h"

#include <inttypes.h>
#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_SIZE 48u

json_t *history_login(const struct store_login *login) {
  char peer[RADMFA_ADDRESS_TEXT_SIZE];
  json_t *stages = json_pack("{sisisi}", "primary", (int)login->primary_ms, "factor",
                             (int)login->factor_ms, "total", (int)login->total_ms);
  json_t *identity = login->identity.len ? control_text(login->identity) : json_null();
  return json_pack(
      "{sososososo ssso sosososo so}", "time", control_time(login->time_ms), "id",
      control_id(login->login_id), "user", control_text(login->user), "identity", identity,
      "client", control_text_or_null(login->client), "peer",
      radmfa_address_format(&login->peer, peer), "primary", control_text_or_null(login->primary),
      "policy", control_text_or_null(login->policy), "verdict",
      control_text_or_null(login->verdict), "reason", control_text_or_null(login->reason), "factor",
      control_text_or_null(login->factor), "stages_ms", stages);
}

json_t *history_cursor(const struct store_history_page *page) {
  char text[CURSOR_SIZE];
  if (!page->next.number) return json_null();
  (void)snprintf(text, sizeof text, "%" PRIu64 "-%" PRIu64, page->next.time_ms, page->next.number);
  return json_string(text);
}

bool history_cursor_parse(const char *text, struct store_history_place *out_place) {
  struct store_history_place place;
  char end;
  if (sscanf(text, "%" SCNu64 "-%" SCNu64 "%c", &place.time_ms, &place.number, &end) != 2)
    return false;
  *out_place = place;
  return true;
}

struct history_wait {
  struct control_work work;
  struct control_call *call;
  struct control *control;
  json_t *(*show)(const struct store_login *login);
  int error;
  json_t *page;
};

static void deliver(void *arg) {
  struct history_wait *wait = arg;
  if (wait->error)
    control_fail(wait->call, "failed", "the store cannot be read: %s", strerror(-wait->error));
  else
    control_end(wait->call, wait->page);
  free(wait);
}

static void on_page(int error, const struct store_history_page *page, void *user) {
  struct history_wait *wait = user;
  wait->error = error;
  if (page) {
    json_t *logins = json_array();
    for (size_t i = 0; i < page->n; i++)
      (void)json_array_append_new(logins, wait->show(&page->logins[i]));
    wait->page = json_pack("{soso}", "logins", logins, "more", history_cursor(page));
  }
  wait->work = (struct control_work){.run = deliver, .arg = wait};
  control_post_work(wait->control, &wait->work);
}

void history_answer(struct control_call *call, struct store *store,
                    const struct store_history_filter *filter,
                    json_t *(*show)(const struct store_login *login)) {
  struct history_wait *wait = calloc(1, sizeof *wait);
  int error = RADMFA_E_NO_MEMORY;
  if (wait) {
    *wait = (struct history_wait){.call = call, .control = control_of(call), .show = show};
    error = store_history(store, filter, on_page, wait);
  }
  if (!error) return;
  free(wait);
  if (error == RADMFA_E_INVALID)
    control_fail(call, "invalid", "a text is too long");
  else
    control_fail(call, "failed", "out of memory");
}
