/* Logins that ended: noted without waiting, found again by who, when and how, and forgotten. */
#include "store_world.h"

#include <radmfa/error.h>

TestSuite(store_history, .init = world_up, .fini = world_down);

/* ---- asking ---- */

#define SEEN_MAX 3000u

struct seen {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_told;
  int error;
  size_t n;
  uint64_t ids[SEEN_MAX];
  struct store_history_place next;
  struct store_login first; /* without its texts */
  char text[256];           /* its texts, one behind the other */
};

static void page_told(int error, const struct store_history_page *page, void *user) {
  struct seen *seen = user;
  pthread_mutex_lock(&seen->lock);
  seen->error = error;
  seen->next = page ? page->next : (struct store_history_place){0};
  for (size_t i = 0; page && i < page->n && seen->n < SEEN_MAX; i++)
    seen->ids[seen->n++] = page->logins[i].login_id;
  if (page && page->n) {
    const struct store_login *login = &page->logins[0];
    char peer[RADMFA_ADDRESS_TEXT_SIZE];
    seen->first = *login;
    snprintf(seen->text, sizeof seen->text, "%s %.*s %.*s %s %s %s %s %s %s",
             login->primary ? login->primary : "-", (int)login->user.len,
             (const char *)login->user.ptr, (int)login->identity.len,
             (const char *)login->identity.ptr, login->client ? login->client : "-",
             radmfa_address_format(&login->peer, peer), login->policy ? login->policy : "-",
             login->verdict, login->reason, login->factor ? login->factor : "-");
  }
  seen->is_told = true;
  pthread_cond_signal(&seen->changed);
  pthread_mutex_unlock(&seen->lock);
}

static struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void ask_more(struct store *store, const struct store_history_filter *filter) {
  seen.is_told = false;
  cr_assert_eq(store_history(store, filter, page_told, &seen), 0);
  pthread_mutex_lock(&seen.lock);
  while (!seen.is_told) pthread_cond_wait(&seen.changed, &seen.lock);
  pthread_mutex_unlock(&seen.lock);
  cr_assert_eq(seen.error, 0);
}

static size_t ask(struct store *store, struct store_history_filter filter) {
  seen.n = 0;
  if (!filter.max) filter.max = 100;
  ask_more(store, &filter);
  return seen.n;
}

#define ASK(...) ask(store, (struct store_history_filter){__VA_ARGS__})

/* ---- noting ---- */

static struct store_login login_of(uint64_t id, const char *user, const char *verdict) {
  return (struct store_login){.time_ms = wall_ms - 1000 + id,
                              .login_id = id,
                              .user = radmfa_text(user),
                              .verdict = verdict,
                              .reason = "approved"};
}

static void note(struct store *store, uint64_t id, const char *user, const char *verdict) {
  struct store_login login = login_of(id, user, verdict);
  store_note_login(store, &login);
}

Test(store_history, a_login_is_there_with_all_that_was_said_of_it) {
  struct store *store = world_store();
  struct store_login login = login_of(UINT64_MAX - 5, "CORP\\alice", "accept");
  login.time_ms = 4000000;
  login.primary = "corp";
  login.identity = radmfa_text("0a1b");
  login.client = "nas";
  cr_assert_eq(radmfa_address_parse("[2001:db8::1]:1812", &login.peer), 0);
  login.policy = "vpn";
  login.factor = "phone";
  login.primary_ms = 12;
  login.factor_ms = UINT32_MAX;
  login.total_ms = 14;
  store_note_login(store, &login);
  cr_assert_eq(ASK(0), 1);
  cr_assert_str_eq(seen.text,
                   "corp CORP\\alice 0a1b nas [2001:db8::1]:1812 vpn accept approved phone");
  cr_assert_eq(seen.first.login_id, login.login_id);
  cr_assert_eq(seen.first.time_ms, login.time_ms);
  cr_assert_eq(seen.first.primary_ms, 12);
  cr_assert_eq(seen.first.factor_ms, UINT32_MAX);
  cr_assert_eq(seen.first.total_ms, 14);
  store_free(store);
}

Test(store_history, what_was_noted_is_there_when_it_is_opened_anew) {
  struct store *store = world_store();
  note(store, 1, "alice", "accept");
  store_free(store);
  store = world_store();
  cr_assert_eq(ASK(0), 1);
  cr_assert_eq(seen.next.number, 0);
  store_free(store);
}

Test(store_history, somebody_is_found_by_his_identity_and_by_the_name_he_types) {
  struct store *store = world_store();
  struct store_login known = login_of(1, "CORP\\alice", "accept");
  known.identity = radmfa_text("0A1B");
  store_note_login(store, &known);
  note(store, 2, "Alice", "reject");
  note(store, 3, "bob", "accept");
  cr_assert_eq(ASK(.identity = radmfa_text("0a1b")), 1);
  cr_assert_eq(seen.ids[0], 1);
  cr_assert_eq(ASK(.user = radmfa_text("alice")), 1);
  cr_assert_eq(seen.ids[0], 2);
  cr_assert_eq(ASK(.identity = radmfa_text("0a1b"), .user = radmfa_text("alice")), 2);
  cr_assert_eq(seen.ids[0], 2, "the latest first");
  cr_assert_eq(ASK(.identity = radmfa_text("alice"), .user = radmfa_text("ALICE")), 1);
  cr_assert_eq(ASK(.identity = radmfa_text("alic")), 0);
  store_free(store);
}

Test(store_history, verdict_reason_and_time_narrow_it_down) {
  struct store *store = world_store();
  for (uint64_t i = 1; i <= 10; i++) note(store, i, "alice", i % 2 ? "accept" : "reject");
  uint64_t first_ms = wall_ms - 1000;
  cr_assert_eq(ASK(.verdict = "reject"), 5);
  cr_assert_eq(ASK(.reason = "approved"), 10);
  cr_assert_eq(ASK(.reason = "fraud"), 0);
  cr_assert_eq(ASK(.from_ms = first_ms + 4, .until_ms = first_ms + 6), 3, "both included");
  cr_assert_eq(seen.ids[0], 6);
  cr_assert_eq(ASK(.user = radmfa_text("alice"), .verdict = "accept", .from_ms = first_ms + 9), 1);
  store_free(store);
}

static void assert_pages(struct store *store, struct store_history_filter filter, size_t n) {
  seen.n = 0;
  do {
    size_t before = seen.n;
    ask_more(store, &filter);
    cr_assert_leq(seen.n - before, filter.max);
    filter.before = seen.next;
  } while (seen.next.number);
  cr_assert_eq(seen.n, n);
  for (size_t i = 0; i < n; i++) cr_assert_eq(seen.ids[i], n - i);
}

Test(store_history, pages_hold_every_login_once) {
  struct store *store = world_store();
  for (uint64_t i = 1; i <= 2000; i++) {
    struct store_login login = login_of(i, "alice", "accept");
    login.time_ms = wall_ms - 1000 + i / 7; /* many at the same time */
    store_note_login(store, &login);
  }
  assert_pages(store, (struct store_history_filter){.max = 300}, 2000);
  assert_pages(store, (struct store_history_filter){.user = radmfa_text("alice"), .max = 999},
               2000);
  store_free(store);
}

Test(store_history, names_may_hold_any_octet) {
  struct store *store = world_store();
  struct store_login login = login_of(1, "", "reject");
  login.user = (radmfa_span){(const uint8_t *)"a\0\xff\n", 4};
  store_note_login(store, &login);
  note(store, 2, "", "reject");
  cr_assert_eq(ASK(.max = 1), 1);
  cr_assert_eq(seen.first.user.len, 0);
  cr_assert_eq(ASK(.before = seen.next), 1);
  cr_assert_eq(seen.first.user.len, 4);
  store_free(store);
}

Test(store_history, what_is_older_than_its_days_is_forgotten) {
  struct store *store = world_store();
  for (uint64_t i = 1; i <= 1200; i++) note(store, i, "alice", "accept");
  cr_assert_eq(ASK(.max = 1000), 1000);
  store_free(store);
  wall_ms += HISTORY_MS - 1000 + 1190; /* ten of them have some time left */
  store = world_store();
  note(store, 5000, "bob", "accept");
  for (size_t n = 1000; n == 1000;) n = ASK(.max = 1000);
  store_free(store); /* it may have been asked between two pieces */
  store = world_store();
  while (ASK(.max = 1000) > 12) continue;
  cr_assert_eq(ASK(.user = radmfa_text("alice")), 11);
  store_free(store);
}

Test(store_history, a_store_without_history_notes_nothing_and_keeps_nothing) {
  char error[STORE_ERROR_SIZE];
  struct store_options options = {.path = db_path, .clock_ms = world_clock_ms};
  struct store *store = world_store();
  note(store, 1, "alice", "accept");
  store_free(store);
  store = store_new(&options, error);
  note(store, 2, "alice", "accept");
  while (ASK(0)) cr_assert_eq(seen.ids[0], 1);
  cr_assert_eq(store_lost_logins(store), 0);
  store_free(store);
}

/* ---- where there is no room ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void wait_at_gate(int error, const struct store_user *now, void *user) {
  (void)error;
  (void)now;
  (void)user;
  pthread_mutex_lock(&gate);
  pthread_mutex_unlock(&gate);
}

Test(store_history, logins_that_nobody_can_write_are_counted_and_nobody_waits) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  pthread_mutex_lock(&gate); /* the store's thread stands still */
  cr_assert_eq(store_put(store, &alice, STORE_NEW_USER, wait_at_gate, NULL), 0);
  while (!store_find(store, "corp", id_of(&alice), NULL)) usleep(1000);
  for (uint64_t i = 0; i < 20010; i++) note(store, i, "alice", "accept");
  cr_assert_eq(store_lost_logins(store), 10);
  pthread_mutex_unlock(&gate);
  cr_assert_eq(ASK(.max = 1000), 1000);
  store_free(store);
}
