#include "format.h"

#include <criterion/criterion.h>

static char text[FORMAT_SIZE];

Test(format, counts_have_commas) {
  cr_assert_str_eq(format_count(0, text), "0");
  cr_assert_str_eq(format_count(999, text), "999");
  cr_assert_str_eq(format_count(1000, text), "1,000");
  cr_assert_str_eq(format_count(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

Test(format, decimals_have_four_digits_and_no_zeros_behind_them) {
  cr_assert_str_eq(format_decimal(500, text), "500");
  cr_assert_str_eq(format_decimal(499.96, text), "500");
  cr_assert_str_eq(format_decimal(0.25, text), "0.25");
  cr_assert_str_eq(format_decimal(12345.6, text), "12,346");
}

Test(format, durations_have_the_unit_that_suits_them) {
  cr_assert_str_eq(format_duration(0, text), "0 s");
  cr_assert_str_eq(format_duration(50000, text), "50 us");
  cr_assert_str_eq(format_duration(1500000000, text), "1.5 s");
  cr_assert_str_eq(format_duration(300000000, text), "300 ms");
}

Test(format, a_share_of_nothing_is_no_share) {
  cr_assert_str_eq(format_share(1, 3, text), "33.33 %");
  cr_assert_str_eq(format_share(0, 0, text), "0.00 %");
}
