#include "due.h"
#include "random.h"

#include <criterion/criterion.h>

static struct due due;

static void none_left(void) {
  due_cleanup(&due);
}

TestSuite(due, .fini = none_left);

Test(due, nothing_is_due_of_nothing) {
  uint64_t what;
  cr_assert_not(due_pop(&due, UINT64_MAX, &what));
  cr_assert_eq(due_next_ns(&due), UINT64_MAX);
}

Test(due, one_is_due_at_its_nanosecond_not_before) {
  uint64_t what = 0;
  due_add(&due, 1000, 7);
  cr_assert_eq(due_next_ns(&due), 1000);
  cr_assert_not(due_pop(&due, 999, &what));
  cr_assert(due_pop(&due, 1000, &what));
  cr_assert_eq(what, 7);
  cr_assert_not(due_pop(&due, 1000, &what));
}

Test(due, a_hundred_thousand_in_any_order_come_out_in_order) {
  struct random random;
  uint64_t last = 0, what = 0, n = 0;
  random_seed(&random, 1);
  for (int i = 0; i < 100000; i++) {
    uint64_t at = random_next(&random) % 50000;
    due_add(&due, at, at);
  }
  for (; due_pop(&due, UINT64_MAX, &what); n++, last = what) cr_assert_leq(last, what);
  cr_assert_eq(n, 100000);
}

Test(due, adding_and_taking_by_turns_keeps_the_order) {
  struct random random;
  uint64_t what, now = 0;
  random_seed(&random, 2);
  for (int i = 0; i < 20000; i++) {
    due_add(&due, now + random_next(&random) % 1000, 0);
    due_add(&due, now + random_next(&random) % 1000, 0);
    uint64_t next = due_next_ns(&due);
    cr_assert_geq(next, now);
    now = next;
    cr_assert(due_pop(&due, now, &what));
  }
  cr_assert_eq(due.count, 20000);
}
