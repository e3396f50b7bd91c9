/* Durations: whole numbers with a unit. */
#include "duration.h"

#include <criterion/criterion.h>

static void expect_ms(const char *text, uint32_t ms) {
  uint32_t parsed = 1;
  cr_assert(duration_parse(text, &parsed), "%s was refused", text);
  cr_assert_eq(parsed, ms, "%s became %u", text, parsed);
}

static void expect_refused(const char *text) {
  uint32_t parsed = 4711;
  cr_assert_not(duration_parse(text, &parsed), "%s was taken", text);
  cr_assert_eq(parsed, 4711);
}

Test(duration, each_unit_counts) {
  expect_ms("300ms", 300);
  expect_ms("50s", 50000);
  expect_ms("10m", 600000);
  expect_ms("2h", 7200000);
}

Test(duration, zero_needs_no_unit) {
  expect_ms("0", 0);
  expect_ms("0s", 0);
}

Test(duration, a_day_is_the_most) {
  expect_ms("24h", 86400000);
  expect_refused("25h");
  expect_refused("86400001ms");
  expect_refused("99999999999999999999s");
  expect_refused("4294967297s");
}

Test(duration, anything_else_is_refused) {
  const char *const texts[] = {"",     "5",    "s",  "-1s", "+1s",  " 1s",       "1 s",  "1s ",
                               "1.5s", "1sec", "1d", "1S",  "0x1s", "3 parsecs", "1s..", "1ss"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) expect_refused(texts[i]);
}

Test(duration, a_range_has_two_ends) {
  struct duration_range range;
  cr_assert(duration_range_parse("300ms..5s", &range));
  cr_assert_eq(range.min_ms, 300);
  cr_assert_eq(range.max_ms, 5000);
}

Test(duration, one_duration_is_a_range_of_its_own) {
  struct duration_range range;
  cr_assert(duration_range_parse("3s", &range));
  cr_assert_eq(range.min_ms, 3000);
  cr_assert_eq(range.max_ms, 3000);
}

Test(duration, a_range_that_runs_backwards_or_is_incomplete_is_refused) {
  struct duration_range range = {1, 2};
  const char *const texts[] = {"5s..1s",  "..5s",       "1s..",  "..",
                               "1s...5s", "1s..2s..3s", "1..2s", ""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(duration_range_parse(texts[i], &range), "%s was taken", texts[i]);
  cr_assert_eq(range.max_ms, 2);
}

Test(duration, a_rate_is_written_as_it_is_read) {
  static const char *const texts[] = {"3/30m", "1/1h", "1000/24h", "5/90s", "2/1500ms", "7/1s"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct rate rate;
    char text[RATE_TEXT_SIZE];
    cr_assert(rate_parse(texts[i], &rate));
    rate_text(&rate, text);
    cr_assert_str_eq(text, texts[i]);
  }
}

Test(duration, a_rate_is_how_many_in_which_time) {
  struct rate rate;
  cr_assert(rate_parse("3/30m", &rate));
  cr_assert_eq(rate.count, 3);
  cr_assert_eq(rate.window_ms, 1800000);
  cr_assert(rate_parse("1000/1s", &rate));
}

Test(duration, what_is_no_rate_is_refused) {
  static const char *const texts[] = {"",      "3",     "3/",    "/3s",      "0/3s",   "1001/3s",
                                      "3/0",   "3/1ms", "3/3",   "3 /3s",    "-3/3s",  "3/3s/3s",
                                      "3/25h", "x/3s",  "3/3s ", "10000/3s", "3..4/3s"};
  struct rate rate = {.count = 4711};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(rate_parse(texts[i], &rate), "%s was taken", texts[i]);
  cr_assert_eq(rate.count, 4711);
}
