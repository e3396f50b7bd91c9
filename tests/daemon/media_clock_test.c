/* Turns of an absolute schedule, by a clock of the test's own. */
#include "factor/media_clock.h"

#include <criterion/criterion.h>

#define MS UINT64_C(1000000)

static unsigned take_turns(struct media_clock *clock, uint64_t now_ns) {
  unsigned n = 0, phase;
  while (media_clock_turn(clock, now_ns, &phase)) n++;
  return n;
}

Test(media_clock, each_phase_has_its_turn_every_20_ms) {
  struct media_clock clock;
  unsigned phase;
  media_clock_start(&clock, 7 * MS);
  for (uint64_t i = 0; i < 12; i++) {
    cr_assert_not(media_clock_turn(&clock, (7 + 5 * i) * MS - 1, &phase));
    cr_assert(media_clock_turn(&clock, (7 + 5 * i) * MS, &phase));
    cr_assert_eq(phase, i % MEDIA_PHASES);
  }
}

Test(media_clock, being_late_does_not_add_up) {
  struct media_clock clock;
  unsigned n = 0;
  media_clock_start(&clock, 0);
  for (uint64_t now = 0; now < 10000 * MS; now += 5 * MS + 700000) n += take_turns(&clock, now);
  cr_assert_geq(n, 1999);
  cr_assert_leq(n, 2000);
}

Test(media_clock, a_timer_in_full_milliseconds_never_comes_before_its_turn) {
  struct media_clock clock;
  media_clock_start(&clock, 3 * MS + 1);
  cr_assert_eq(media_clock_due_ms(&clock), 4);
  media_clock_start(&clock, 3 * MS);
  cr_assert_eq(media_clock_due_ms(&clock), 3);
}

Test(media_clock, a_short_stall_is_caught_up) {
  struct media_clock clock;
  media_clock_start(&clock, 0);
  cr_assert_eq(media_clock_late_ns(&clock, 60 * MS), 60 * MS);
  cr_assert_eq(media_clock_skip(&clock, 60 * MS), 0);
  cr_assert_eq(take_turns(&clock, 60 * MS), 13); /* three frames of each, and one begins anew */
}

Test(media_clock, behind_a_long_stall_frames_are_left_out) {
  struct media_clock clock;
  unsigned phase;
  media_clock_start(&clock, 0);
  cr_assert(media_clock_turn(&clock, 0, &phase));
  cr_assert_eq(media_clock_skip(&clock, 5 * MS + 1000 * MS), 47);
  cr_assert(media_clock_turn(&clock, 5 * MS + 1000 * MS, &phase));
  cr_assert_eq(phase, 1); /* nobody lost his turn to somebody else */
  cr_assert_eq(take_turns(&clock, 5 * MS + 1000 * MS), 12);
  cr_assert_eq(media_clock_late_ns(&clock, 5 * MS + 1000 * MS), 0);
}
