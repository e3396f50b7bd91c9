/* worker.c: what is ordered is done on the worker's thread, sooner or later. */
#include "worker.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_bool no_memory;

static void *take_memory(size_t size, void *user) {
  (void)user;
  return no_memory ? NULL : calloc(1, size);
}

static void give_memory(void *memory, size_t size, void *user) {
  (void)size, (void)user;
  free(memory);
}

/* What the worker has told, in order. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t more;
  unsigned number;
  int errors[8];
  unsigned n;
} told = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static void behind(unsigned number, int error, void *user) {
  (void)user;
  pthread_mutex_lock(&told.lock);
  told.number = number;
  told.errors[told.n++] = error;
  pthread_cond_signal(&told.more);
  pthread_mutex_unlock(&told.lock);
}

static int told_number(unsigned n) {
  pthread_mutex_lock(&told.lock);
  while (told.n <= n) pthread_cond_wait(&told.more, &told.lock);
  int error = told.errors[n];
  pthread_mutex_unlock(&told.lock);
  return error;
}

static radmfa_join_table *join_table;
static radmfa_ruleset *first, *second, *third;
static struct worker *worker;
static atomic_int n_released; /* of the second and third */

static void released(void *user) {
  (void)user;
  n_released++;
}

static void start_worker(void) {
  static const uint8_t key[16];
  struct worker_options options = {.name = "worker", .behind = behind, .number = 3};
  cr_assert_eq(radmfa_join_table_new(key, NULL, &join_table), 0);
  cr_assert_eq(radmfa_ruleset_new(NULL, &first), 0);
  cr_assert_eq(radmfa_ruleset_new(NULL, &second), 0);
  cr_assert_eq(radmfa_ruleset_new(NULL, &third), 0);
  radmfa_ruleset_on_release(second, released, NULL);
  radmfa_ruleset_on_release(third, released, NULL);
  radmfa_proxy_options_init(&options.proxy);
  options.proxy.join_table = join_table;
  options.proxy.ruleset = first;
  options.proxy.allocator = (radmfa_allocator){take_memory, give_memory, NULL};
  cr_assert_eq(worker_new(&options, &worker), 0);
  cr_assert(worker_start(worker));
}

static void stop_worker(void) {
  worker_free(worker);
  radmfa_ruleset_unref(first);
  radmfa_ruleset_unref(second);
  radmfa_ruleset_unref(third);
  radmfa_join_table_unref(join_table);
  cr_assert_eq(n_released, 2);
}

TestSuite(worker, .init = start_worker, .fini = stop_worker);

Test(worker, a_ruleset_that_finds_no_memory_is_told_once_and_tried_again) {
  no_memory = true;
  worker_set_ruleset(worker, second, 1, 1);
  cr_assert_eq(told_number(0), RADMFA_E_NO_MEMORY);
  cr_assert_eq(told.number, 3);
  no_memory = false;
  cr_assert_eq(told_number(1), 0);
  cr_assert_eq(told.n, 2);
}

Test(worker, a_newer_ruleset_takes_the_place_of_one_that_is_to_be_tried_again) {
  no_memory = true;
  worker_set_ruleset(worker, second, 1, 1);
  cr_assert_eq(told_number(0), RADMFA_E_NO_MEMORY);
  no_memory = false;
  worker_set_ruleset(worker, third, 1, 1);
  cr_assert_eq(told_number(1), 0);
  cr_assert_eq(told.n, 2);
}

Test(worker, it_can_be_stopped_while_a_ruleset_is_to_be_tried_again) {
  no_memory = true;
  worker_set_ruleset(worker, second, 1, 1);
  cr_assert_eq(told_number(0), RADMFA_E_NO_MEMORY);
}
