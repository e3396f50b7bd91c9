#include "plan.h"

#include <criterion/criterion.h>

static struct plan plan;

static void init(const char *text, double per_second, uint64_t n_logins) {
  struct plan_shape shape;
  cr_assert(read_plan(text, &shape));
  plan_init(&plan, &shape, per_second, n_logins ? n_logins : plan_shape_logins(&shape), 1);
}

/* Walks on to that login. */
static uint64_t due_of(uint64_t login) {
  uint64_t due_ns = 0;
  while (plan.next < login) plan_advance(&plan);
  cr_assert(plan_next_due(&plan, 0, 0, &due_ns));
  return due_ns;
}

Test(plan, the_first_login_is_due_at_once_and_the_others_at_even_steps) {
  init("constant", 500, 5000);
  cr_assert_eq(due_of(0), 0);
  cr_assert_eq(due_of(1), 2000000);
  cr_assert_eq(due_of(4999), 9998000000);
}

Test(plan, errors_do_not_add_up_over_a_day) {
  init("constant", 3, 300000);
  cr_assert_eq(due_of(259200), (uint64_t)86400 * 1000000000);
}

Test(plan, less_than_one_a_second_is_a_rate_too) {
  init("constant", 0.5, 2);
  cr_assert_eq(due_of(1), 2000000000);
}

Test(plan, it_ends_after_its_last_login) {
  uint64_t due_ns = 4711;
  init("constant", 10, 2);
  plan_advance(&plan);
  cr_assert(plan_next_due(&plan, 0, 0, &due_ns));
  plan_advance(&plan);
  due_ns = 4711;
  cr_assert_not(plan_next_due(&plan, 0, 0, &due_ns));
  cr_assert_eq(due_ns, 4711);
  cr_assert(plan_is_over(&plan, 0));
}

Test(plan, each_step_has_its_rate_and_begins_where_the_one_before_ends) {
  init("step:10/2s,0/3s,1000/1s", 0, 0);
  cr_assert_eq(plan.n_logins, 1020);
  cr_assert_eq(due_of(19), 1900000000);
  cr_assert_eq(due_of(20), 5000000000);
  cr_assert_eq(due_of(21), 5001000000);
  cr_assert_eq(due_of(1019), 5999000000);
}

/* From 0 to 100 a second in 10 s there are t * t * 5 logins until t. */
Test(plan, a_ramp_grows_evenly) {
  init("ramp:0..100/10s", 0, 0);
  cr_assert_eq(plan.n_logins, 500);
  cr_assert_eq(due_of(0), 0);
  cr_assert_eq(due_of(5), 1000000000);
  cr_assert_eq(due_of(125), 5000000000);
  cr_assert_eq(due_of(405), 9000000000);
}

Test(plan, a_ramp_can_fall_and_be_followed_by_another) {
  init("ramp:100..0/10s,0..100/10s", 0, 0);
  cr_assert_eq(plan.n_logins, 1000);
  cr_assert_eq(due_of(375), 5000000000);
  cr_assert_eq(due_of(625), 15000000000);
}

Test(plan, poisson_has_its_rate_on_average_and_steps_of_every_length) {
  uint64_t last_ns = 0, n_short = 0;
  init("poisson", 1000, 100000);
  for (uint64_t login = 1; login < 100000; login++) {
    uint64_t due_ns = due_of(login);
    cr_assert_geq(due_ns, last_ns);
    n_short += due_ns - last_ns < 693147; /* the median of 1 ms on average: ln 2 */
    last_ns = due_ns;
  }
  cr_assert_float_eq((double)last_ns / 1e11, 1, 0.015);
  cr_assert_float_eq((double)n_short / 1e5, 0.5, 0.01);
}

Test(plan, the_same_seed_gives_the_same_chances) {
  init("poisson", 1000, 100);
  uint64_t due_ns = due_of(99);
  init("poisson", 1000, 100);
  cr_assert_eq(due_of(99), due_ns);
}

Test(plan, in_a_closed_loop_one_is_due_when_fewer_wait) {
  uint64_t due_ns = 0;
  plan_init_closed(&plan, 64, UINT64_MAX, 1000);
  cr_assert(plan_next_due(&plan, 500, 63, &due_ns));
  cr_assert_eq(due_ns, 500);
  cr_assert_not(plan_next_due(&plan, 500, 64, &due_ns));
}

Test(plan, a_closed_loop_ends_by_time_or_by_number) {
  uint64_t due_ns;
  plan_init_closed(&plan, 64, UINT64_MAX, 1000);
  cr_assert_not(plan_is_over(&plan, 999));
  cr_assert(plan_is_over(&plan, 1000));
  plan_init_closed(&plan, 64, 1, 0);
  cr_assert(plan_next_due(&plan, 5, 0, &due_ns));
  plan_advance(&plan);
  cr_assert_not(plan_next_due(&plan, 5, 0, &due_ns));
}

Test(plan, anything_else_is_refused) {
  const char *const texts[] = {"",          "step",          "step:",      "step:5",
                               "step:5/0s", "step:0/1s",     "step:5/1s,", "step:1..2/1s",
                               "ramp:5/1s", "ramp:1../1s",   "ramp:1..2",  "ramp:1..2/1",
                               "uniform",   "step:1/1s;2/1s"};
  struct plan_shape shape = {.text = "untouched"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_plan(texts[i], &shape), "%s was taken", texts[i]);
  cr_assert_str_eq(shape.text, "untouched");
}
