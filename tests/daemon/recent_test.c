/* What happened of late is counted for a whole window, and for a slice longer at most. */
#include "recent.h"

#include <criterion/criterion.h>

#define WINDOW_MS 24000u /* slices of a second */

Test(recent, nothing_has_happened_at_first) {
  struct recent recent = {0};
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 0), 0);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 1000000), 0);
}

Test(recent, what_happened_counts_for_the_window_and_a_slice_at_most) {
  for (uint64_t at_ms = 0; at_ms < 200000; at_ms += 777) {
    struct recent recent = {0};
    recent_add(&recent, WINDOW_MS, at_ms);
    cr_assert_eq(recent_count(&recent, WINDOW_MS, at_ms), 1);
    cr_assert_eq(recent_count(&recent, WINDOW_MS, at_ms + WINDOW_MS - 1), 1);
    cr_assert_eq(recent_count(&recent, WINDOW_MS, at_ms + WINDOW_MS + 1000), 0);
  }
}

Test(recent, each_is_forgotten_in_its_own_time) {
  struct recent recent = {0};
  for (uint64_t second = 100; second < 110; second++) recent_add(&recent, WINDOW_MS, second * 1000);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 110000), 10);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 125000), 9);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 130000), 4);
  recent_add(&recent, WINDOW_MS, 130000);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 130000), 5);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 140000), 1);
}

Test(recent, a_long_rest_forgets_all) {
  struct recent recent = {0};
  for (int i = 0; i < 5; i++) recent_add(&recent, WINDOW_MS, 1000);
  recent_add(&recent, WINDOW_MS, UINT64_C(1) << 50);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, UINT64_C(1) << 50), 1);
}

Test(recent, a_clock_that_was_read_earlier_does_no_harm) {
  struct recent recent = {0};
  recent_add(&recent, WINDOW_MS, 50000);
  recent_add(&recent, WINDOW_MS, 48000);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 48000), 2);
  cr_assert_eq(recent_count(&recent, WINDOW_MS, 50000), 2);
}

Test(recent, windows_that_24_does_not_divide_are_counted_whole) {
  struct recent recent = {0};
  recent_add(&recent, 1001, 5000);
  cr_assert_eq(recent_count(&recent, 1001, 6000), 1);
  cr_assert_eq(recent_count(&recent, 1001, 6050), 0);
}
