#include "core/deadline.h"

#include <criterion/criterion.h>

static struct deadlines wheel;
static struct deadline a, b;

static void fresh(void) {
  radmfa__deadlines_init(&wheel, 1000);
  radmfa__deadline_init(&a);
  radmfa__deadline_init(&b);
}

TestSuite(deadline, .init = fresh);

Test(deadline, nothing_is_due_in_an_empty_wheel) {
  cr_assert_null(radmfa__deadlines_pop(&wheel, 1u << 30));
  cr_assert_eq(radmfa__deadlines_next(&wheel), UINT64_MAX);
}

Test(deadline, one_is_due_at_its_millisecond_not_before) {
  radmfa__deadline_add(&wheel, &a, 50000);
  cr_assert_null(radmfa__deadlines_pop(&wheel, 49999));
  cr_assert_eq(radmfa__deadlines_pop(&wheel, 50000), &a);
  cr_assert_null(radmfa__deadlines_pop(&wheel, 50000));
}

Test(deadline, the_earlier_comes_first_whatever_the_order_of_adding) {
  radmfa__deadline_add(&wheel, &a, 200000);
  radmfa__deadline_add(&wheel, &b, 199999);
  cr_assert_eq(radmfa__deadlines_pop(&wheel, 300000), &b);
  cr_assert_eq(radmfa__deadlines_pop(&wheel, 300000), &a);
}

Test(deadline, one_in_the_past_is_due_at_once) {
  radmfa__deadline_add(&wheel, &a, 5);
  cr_assert_leq(radmfa__deadlines_next(&wheel), 1000);
  cr_assert_eq(radmfa__deadlines_pop(&wheel, 1000), &a);
}

Test(deadline, one_that_was_removed_never_comes) {
  radmfa__deadline_add(&wheel, &a, 2000);
  radmfa__deadline_remove(&a);
  radmfa__deadline_remove(&a);
  cr_assert_null(radmfa__deadlines_pop(&wheel, 100000));
  cr_assert_eq(radmfa__deadlines_next(&wheel), UINT64_MAX);
}

Test(deadline, next_is_exact_within_64_ms_and_never_late_beyond) {
  radmfa__deadline_add(&wheel, &a, 1010);
  cr_assert_eq(radmfa__deadlines_next(&wheel), 1010);
  radmfa__deadline_remove(&a);
  radmfa__deadline_add(&wheel, &a, 400000);
  cr_assert_leq(radmfa__deadlines_next(&wheel), 400000);
}

Test(deadline, boundaries_of_every_level_are_crossed_in_time) {
  for (unsigned level = 1; level < 7; level++) {
    uint64_t boundary = (uint64_t)1 << (6 * level);
    for (int around = -1; around <= 1; around++) {
      uint64_t due = boundary + (uint64_t)around;
      radmfa__deadlines_init(&wheel, 1);
      radmfa__deadline_init(&a);
      radmfa__deadline_add(&wheel, &a, due);
      cr_assert_null(radmfa__deadlines_pop(&wheel, due - 1), "level %u, %d", level, around);
      cr_assert_eq(radmfa__deadlines_pop(&wheel, due), &a, "level %u, %d", level, around);
    }
  }
}

Test(deadline, time_never_goes_back) {
  cr_assert_null(radmfa__deadlines_pop(&wheel, 5000));
  radmfa__deadline_add(&wheel, &a, 5001);
  cr_assert_null(radmfa__deadlines_pop(&wheel, 10));
  cr_assert_eq(radmfa__deadlines_pop(&wheel, 5001), &a);
}
