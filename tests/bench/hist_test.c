#include "hist.h"

#include <criterion/criterion.h>

static struct hist hist;

static void expect_within(uint64_t value, uint64_t want, double share) {
  double error = (double)value / (double)want - 1;
  cr_assert(error <= share && error >= -share, "%llu is not about %llu", (unsigned long long)value,
            (unsigned long long)want);
}

Test(hist, an_empty_one_has_zeros) {
  cr_assert_eq(hist_quantile_ns(&hist, 50000), 0);
  cr_assert_eq(hist_mean_ns(&hist), 0);
}

Test(hist, small_values_are_exact) {
  for (uint64_t ns = 0; ns < 2048; ns++) {
    hist_reset(&hist);
    hist_add(&hist, ns);
    cr_assert_eq(hist_quantile_ns(&hist, 50000), ns);
  }
}

Test(hist, any_value_comes_back_to_a_part_in_a_thousand) {
  for (uint64_t ns = 1; ns < (uint64_t)1 << 41; ns = ns * 9 / 7 + 1) {
    hist_reset(&hist);
    hist_add(&hist, ns);
    hist_add(&hist, (uint64_t)1 << 41); /* so that the maximum is no help */
    expect_within(hist_quantile_ns(&hist, 50000), ns, 0.001);
  }
}

Test(hist, quantiles_of_the_numbers_from_1_to_100000) {
  for (uint64_t ns = 1; ns <= 100000; ns++) hist_add(&hist, ns);
  expect_within(hist_quantile_ns(&hist, 50000), 50000, 0.001);
  expect_within(hist_quantile_ns(&hist, 99000), 99000, 0.001);
  expect_within(hist_quantile_ns(&hist, 99900), 99900, 0.001);
  cr_assert_eq(hist_quantile_ns(&hist, 100000), 100000);
  cr_assert_eq(hist_mean_ns(&hist), 50000);
}

Test(hist, one_slow_answer_in_a_hundred_is_seen_above_p99_only) {
  for (int i = 0; i < 99; i++) hist_add(&hist, 1000);
  hist_add(&hist, 1000000);
  cr_assert_eq(hist_quantile_ns(&hist, 99000), 1000);
  cr_assert_eq(hist_quantile_ns(&hist, 99900), 1000000);
}

Test(hist, what_is_too_long_for_a_bucket_is_still_the_maximum) {
  hist_add(&hist, UINT64_MAX / 2);
  cr_assert_eq(hist.max_ns, UINT64_MAX / 2);
  cr_assert_geq(hist_quantile_ns(&hist, 50000), ((uint64_t)1 << HIST_VALUE_BITS) - 1);
}
