#include "axis.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct axis axis;

static void expect_ticks(const char *want) {
  char text[512] = "";
  size_t used = 0;
  for (size_t i = 0; i < axis.n_ticks; i++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "|" : "",
                             axis.ticks[i].label);
  cr_assert_str_eq(text, want);
}

Test(axis, counts_begin_at_0_and_end_at_a_round_number) {
  axis_init(&axis, AXIS_COUNT, 3000, 4586);
  expect_ticks("0|1,000|2,000|3,000|4,000|5,000");
  cr_assert_float_eq(axis_place(&axis, 0), 0, 1e-9);
  cr_assert_float_eq(axis_place(&axis, 2500), 0.5, 1e-9);
}

Test(axis, no_counts_have_an_axis_too) {
  axis_init(&axis, AXIS_COUNT, 0, 0);
  expect_ticks("0|1");
}

Test(axis, few_counts_are_whole_ones) {
  axis_init(&axis, AXIS_COUNT, 0, 2);
  expect_ticks("0|1|2");
}

Test(axis, seconds_end_with_the_run) {
  axis_init(&axis, AXIS_SECONDS, 1, 12.05);
  expect_ticks("0|2|4|6|8|10|12");
  cr_assert_float_eq(axis_place(&axis, 12.05), 1, 1e-9);
}

Test(axis, latencies_are_logarithmic_between_round_numbers) {
  axis_init(&axis, AXIS_LATENCY, 0.7, 38);
  expect_ticks("500 us|1 ms|2 ms|5 ms|10 ms|20 ms|50 ms");
  cr_assert_float_eq(axis_place(&axis, 5), 0.5, 1e-9);
}

Test(axis, latencies_that_hardly_differ_have_a_decade_all_the_same) {
  axis_init(&axis, AXIS_LATENCY, 20.1, 20.2);
  cr_assert_geq(axis.max - axis.min, 1 - 1e-9);
  cr_assert(axis_place(&axis, 20.1) > 0 && axis_place(&axis, 20.2) < 1);
}

Test(axis, many_decades_are_named_once_each) {
  axis_init(&axis, AXIS_LATENCY, 0.05, 20000);
  expect_ticks("100 us|1 ms|10 ms|100 ms|1 s|10 s");
}

Test(axis, each_tenth_of_the_percentiles_that_are_left_is_as_wide) {
  axis_init(&axis, AXIS_PERCENTILE, 0, 99.9);
  expect_ticks("0 %|50 %|90 %|99 %|99.9 %");
  cr_assert_float_eq(axis_place(&axis, 90), 1.0 / 3, 1e-9);
  cr_assert_float_eq(axis_place(&axis, 99), 2.0 / 3, 1e-9);
}
