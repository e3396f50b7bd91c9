/* media_clock.c: turns are counted, never timed from one to the next. */
#include "media_clock.h"

#define MS_NS 1000000u
#define FRAME_NS (20u * MS_NS)
#define TURN_NS (FRAME_NS / MEDIA_PHASES)

/* A listener's buffer that ran empty is filled again by so many packets at once; more are a burst
 * that it throws away. */
#define CATCH_UP_FRAMES 3u

void media_clock_start(struct media_clock *clock, uint64_t now_ns) {
  *clock = (struct media_clock){.next_ns = now_ns};
}

uint64_t media_clock_late_ns(const struct media_clock *clock, uint64_t now_ns) {
  return now_ns > clock->next_ns ? now_ns - clock->next_ns : 0;
}

unsigned media_clock_skip(struct media_clock *clock, uint64_t now_ns) {
  uint64_t behind = media_clock_late_ns(clock, now_ns) / FRAME_NS;
  if (behind <= CATCH_UP_FRAMES) return 0;
  uint64_t skipped = behind - CATCH_UP_FRAMES;
  clock->next_ns += skipped * FRAME_NS;
  return (unsigned)skipped;
}

bool media_clock_turn(struct media_clock *clock, uint64_t now_ns, unsigned *out_phase) {
  if (clock->next_ns > now_ns) return false;
  *out_phase = clock->phase;
  clock->phase = (clock->phase + 1) % MEDIA_PHASES;
  clock->next_ns += TURN_NS;
  return true;
}

uint64_t media_clock_due_ms(const struct media_clock *clock) {
  return (clock->next_ns + MS_NS - 1) / MS_NS;
}
