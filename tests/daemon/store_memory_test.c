/* The store's own memory where there is none: every allocation fails once (the linker sends those
 * of this program through here), what fails says so, and nothing that was acknowledged is lost. */
#include "store_world.h"

#include <radmfa/error.h>
#include <stdatomic.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static atomic_uint n_allocations, fail_at; /* 0: none fails */

static bool is_refused(void) {
  unsigned at = fail_at;
  return at && ++n_allocations == at;
}

void *__wrap_malloc(size_t size) {
  return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  return is_refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size) {
  return is_refused() ? NULL : __real_realloc(memory, size);
}

static void arm(unsigned at) {
  n_allocations = 0;
  fail_at = at;
}

/* Whether one has failed. */
static bool disarm(void) {
  bool has_failed = n_allocations >= fail_at;
  fail_at = 0;
  return has_failed;
}

/* ---- changes ---- */

#define BEFORE 253u /* users; with those that come the index needs more room */
#define MORE 8u

static struct store_user numbered(unsigned number) {
  char name[16];
  snprintf(name, sizeof name, "user%u", number);
  return user_named(name);
}

static void fill(struct store *store) {
  static struct outcome outcomes[BEFORE];
  for (unsigned i = 0; i < BEFORE; i++) {
    struct store_user user = numbered(i);
    outcomes[i] = (struct outcome)OUTCOME;
    cr_assert_eq(store_put(store, &user, STORE_NEW_USER, outcome_told, &outcomes[i]), 0);
  }
  for (unsigned i = 0; i < BEFORE; i++) cr_assert_eq(outcome_wait(&outcomes[i]), 0);
}

static bool put_or_say_why(struct store *store, const struct store_user *user) {
  struct outcome outcome = OUTCOME;
  int error = store_put(store, user, STORE_ANY_REVISION, outcome_told, &outcome);
  if (!error) error = outcome_wait(&outcome);
  if (error) cr_assert_eq(error, RADMFA_E_NO_MEMORY);
  return !error;
}

static bool live_through(unsigned at) {
  bool is_there[MORE];
  world_up();
  struct store *store = world_store();
  fill(store);
  arm(at);
  for (unsigned i = 0; i < MORE; i++) {
    struct store_user user = numbered(BEFORE + i);
    is_there[i] = put_or_say_why(store, &user);
  }
  bool has_failed = disarm();
  for (int opened_anew = 0; opened_anew < 2; opened_anew++) {
    for (unsigned i = 0; i < MORE; i++) {
      struct store_user user = numbered(BEFORE + i);
      cr_assert_eq(store_find(store, "corp", id_of(&user), NULL), is_there[i]);
    }
    store_free(store);
    store = world_store();
  }
  store_free(store);
  world_down();
  return has_failed;
}

Test(store_memory, a_change_for_which_there_is_none_is_refused_and_all_others_are_made) {
  unsigned at = 1;
  while (live_through(at)) at++;
  cr_assert_gt(at, MORE, "something did fail");
}

static void never_told(int error, const struct store_history_page *page, void *user) {
  (void)error;
  (void)page;
  (void)user;
  cr_assert_fail();
}

Test(store_memory, a_question_for_which_there_is_none_is_refused, .init = world_up,
     .fini = world_down) {
  struct store *store = world_store();
  struct store_history_filter all = {.max = 1};
  arm(1);
  cr_assert_eq(store_history(store, &all, never_told, NULL), RADMFA_E_NO_MEMORY);
  cr_assert(disarm());
  store_free(store);
}

/* ---- opening ---- */

static bool open_through(unsigned at) {
  char error[STORE_ERROR_SIZE] = "";
  arm(at);
  struct store *store = world_try_store(error);
  bool has_failed = disarm();
  cr_assert_eq(store == NULL, has_failed, "%s", error);
  if (!store) cr_assert_not_null(strstr(error, "out of memory"), "%s", error);
  store_free(store);
  return has_failed;
}

Test(store_memory, without_any_the_store_is_not_opened, .init = world_up, .fini = world_down) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  store_free(store);
  unsigned at = 1;
  while (open_through(at)) at++;
  cr_assert_gt(at, 5);
}
