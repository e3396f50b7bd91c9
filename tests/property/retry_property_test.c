/* What RFC 5080 2.2.1 says of every schedule, whatever the times, the jitter and the delays. */
#include "core/retry.h"

#include "../support/dice.h"
#include "../support/doom.h"
#include "../support/fewer.h"

#include <criterion/criterion.h>

static struct retry_timing some_timing(struct dice *dice) {
  return (struct retry_timing){.first_ms = 1 + dice_below(dice, 20000),
                               .longest_ms = dice_below(dice, 4) * dice_below(dice, 20000),
                               .retransmissions_max = dice_below(dice, 6),
                               .give_up_after_ms = 1 + dice_below(dice, 180000)};
}

/* Is it a tenth more or less, to the millisecond? */
static bool is_about(uint64_t rt_ms, double ms, double tenth) {
  return (double)rt_ms >= ms - tenth - 1 && (double)rt_ms <= ms + tenth + 1;
}

static void check_rt(const struct retry_timing *timing, uint64_t rt_ms, uint64_t before_ms) {
  double wanted = before_ms ? 2.0 * (double)before_ms : timing->first_ms;
  double tenth = (before_ms ? (double)before_ms : timing->first_ms) / 10;
  double longest = timing->longest_ms;
  if (longest > 0 && (double)rt_ms > longest * 1.1 + 1) DOOM("longer than the longest");
  bool is_longest = longest > 0 && is_about(rt_ms, longest, longest / 10);
  if (!is_longest && !is_about(rt_ms, wanted, tenth)) DOOM("%llu ms", (unsigned long long)rt_ms);
}

static void run(struct dice *dice) {
  struct retry_timing timing = some_timing(dice);
  struct retry retry;
  uint64_t begin_ms = dice_next(dice) >> 20, now_ms = begin_ms, before_ms = 0, at_ms;
  uint32_t sent = 0;
  bool again = radmfa__retry_begin(&retry, &timing, now_ms, (uint32_t)dice_next(dice), &at_ms);
  while (again) {
    if (at_ms >= begin_ms + timing.give_up_after_ms) DOOM("sent again when it is given up");
    check_rt(&timing, at_ms - now_ms, before_ms);
    before_ms = at_ms - now_ms;
    now_ms = at_ms + (dice_one_in(dice, 4) ? dice_below(dice, 300) : 0);
    sent++;
    again = radmfa__retry_next(&retry, &timing, now_ms, (uint32_t)dice_next(dice), &at_ms);
  }
  if (timing.retransmissions_max && sent > timing.retransmissions_max) DOOM("sent too often");
  if (at_ms != begin_ms + timing.give_up_after_ms) DOOM("given up at another time");
}

Test(retry_property, every_schedule_keeps_its_bounds) {
  for (uint64_t seed = 0; seed < fewer(100000); seed++) {
    struct dice dice = dice_of(seed);
    doom_context("seed %llu", (unsigned long long)seed);
    run(&dice);
  }
}
