#include "core/retry.h"

#include <criterion/criterion.h>

#define NO_JITTER 0x80000000u
#define LEAST 0u
#define MOST UINT32_MAX

/* 2 s, 16 s, as often as fits into 55 s */
static struct retry_timing timing = {2000, 16000, 0, 55000};
static struct retry retry;
static uint64_t at_ms;

/* Every transmission at its time, until it is to be given up; the n-th retransmission's time. */
static unsigned run(uint64_t begin_ms, uint32_t random_bits, uint64_t out_sent_ms[16]) {
  unsigned n = 0;
  bool again = radmfa__retry_begin(&retry, &timing, begin_ms, random_bits, &at_ms);
  while (again) {
    cr_assert_lt(n, 16);
    out_sent_ms[n++] = at_ms;
    again = radmfa__retry_next(&retry, &timing, at_ms, random_bits, &at_ms);
  }
  return n;
}

Test(retry, a_request_is_sent_again_after_twice_the_time_up_to_the_longest) {
  static const uint64_t expected[] = {102000, 106000, 114000, 130000, 146000};
  uint64_t sent_ms[16];
  cr_assert_eq(run(100000, NO_JITTER, sent_ms), 5);
  for (unsigned i = 0; i < 5; i++) cr_assert_eq(sent_ms[i], expected[i]);
  cr_assert_eq(at_ms, 155000);
}

Test(retry, it_is_given_up_at_its_time_however_often_it_may_be_sent) {
  uint64_t sent_ms[16];
  timing.retransmissions_max = 2;
  cr_assert_eq(run(0, NO_JITTER, sent_ms), 2);
  cr_assert_eq(sent_ms[1], 6000);
  cr_assert_eq(at_ms, 55000);
}

Test(retry, without_a_longest_time_it_doubles_on) {
  uint64_t sent_ms[16];
  timing.longest_ms = 0;
  cr_assert_eq(run(0, NO_JITTER, sent_ms), 4);
  cr_assert_eq(sent_ms[3], 30000);
  timing.give_up_after_ms = 62001;
  cr_assert_eq(run(0, NO_JITTER, sent_ms), 5);
  cr_assert_eq(sent_ms[4], 62000);
}

Test(retry, it_is_never_sent_again_at_the_moment_it_is_given_up) {
  timing.give_up_after_ms = 2000;
  cr_assert_not(radmfa__retry_begin(&retry, &timing, 0, NO_JITTER, &at_ms));
  cr_assert_eq(at_ms, 2000);
  timing.give_up_after_ms = 2001;
  cr_assert(radmfa__retry_begin(&retry, &timing, 0, NO_JITTER, &at_ms));
  cr_assert_eq(at_ms, 2000);
}

Test(retry, a_retransmission_that_came_late_moves_the_next_one_but_not_the_end) {
  cr_assert(radmfa__retry_begin(&retry, &timing, 0, NO_JITTER, &at_ms));
  cr_assert(radmfa__retry_next(&retry, &timing, 2500, NO_JITTER, &at_ms));
  cr_assert_eq(at_ms, 6500);
  cr_assert_not(radmfa__retry_next(&retry, &timing, 60000, NO_JITTER, &at_ms));
  cr_assert_eq(at_ms, 55000);
}

Test(retry, jitter_is_a_tenth_more_or_less) {
  cr_assert_eq(radmfa__jitter(5000, LEAST), 4500);
  cr_assert_eq(radmfa__jitter(5000, NO_JITTER), 5000);
  cr_assert_eq(radmfa__jitter(5000, MOST), 5500);
  cr_assert_eq(radmfa__jitter(9, MOST), 9);
  cr_assert_eq(radmfa__jitter(UINT32_MAX, MOST), (uint64_t)UINT32_MAX + UINT32_MAX / 10);
}

Test(retry, jitter_is_of_the_time_before_and_of_the_longest) {
  uint64_t sent_ms[16];
  (void)run(0, MOST, sent_ms); /* RFC 5080 2.2.1: 2.2 s, then 2.1 times that, at last 17.6 s */
  cr_assert_eq(sent_ms[0], 2200);
  cr_assert_eq(sent_ms[1] - sent_ms[0], 4620);
  cr_assert_eq(sent_ms[2] - sent_ms[1], 9702);
  cr_assert_eq(sent_ms[3] - sent_ms[2], 17600);
  (void)run(0, LEAST, sent_ms);
  cr_assert_eq(sent_ms[0], 1800);
  cr_assert_eq(sent_ms[1] - sent_ms[0], 3420);
}
