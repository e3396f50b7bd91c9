#include "plan.h"

#include <criterion/criterion.h>

static uint64_t due_of(struct plan *plan, uint64_t login) {
  uint64_t due_ns = 0;
  plan->next = login;
  cr_assert(plan_next_due(plan, &due_ns));
  return due_ns;
}

Test(plan, the_first_login_is_due_at_once_and_the_others_at_even_steps) {
  struct plan plan;
  plan_init(&plan, 500, 5000);
  cr_assert_eq(due_of(&plan, 0), 0);
  cr_assert_eq(due_of(&plan, 1), 2000000);
  cr_assert_eq(due_of(&plan, 4999), 9998000000);
}

Test(plan, errors_do_not_add_up_over_a_day) {
  struct plan plan;
  plan_init(&plan, 3, 300000);
  cr_assert_eq(due_of(&plan, 259200), (uint64_t)86400 * 1000000000);
}

Test(plan, less_than_one_a_second_is_a_rate_too) {
  struct plan plan;
  plan_init(&plan, 0.5, 2);
  cr_assert_eq(due_of(&plan, 1), 2000000000);
}

Test(plan, it_ends_after_its_last_login) {
  struct plan plan;
  uint64_t due_ns = 4711;
  plan_init(&plan, 10, 2);
  plan_advance(&plan);
  cr_assert(plan_next_due(&plan, &due_ns));
  plan_advance(&plan);
  due_ns = 4711;
  cr_assert_not(plan_next_due(&plan, &due_ns));
  cr_assert_eq(due_ns, 4711);
}
