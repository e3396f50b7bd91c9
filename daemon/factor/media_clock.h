/* media_clock.h: when each call sends its next frame. A frame is 20 ms; every 5 ms a fourth of the
 * calls has its turn, so that the packets of all do not leave in one burst. The schedule is
 * absolute, so nothing adds up. Pure: time comes in. */
#ifndef RADMFAD_FACTOR_MEDIA_CLOCK_H
#define RADMFAD_FACTOR_MEDIA_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define MEDIA_PHASES 4u

struct media_clock {
  uint64_t next_ns; /* when the next turn is due */
  unsigned phase;   /* and whose it is */
};

void media_clock_start(struct media_clock *clock, uint64_t now_ns);

/* How many frames all calls must leave out, after a stall; call it before the turns are taken. */
unsigned media_clock_skip(struct media_clock *clock, uint64_t now_ns);
/* Takes a turn that is due; false: none is. */
bool media_clock_turn(struct media_clock *clock, uint64_t now_ns, unsigned *out_phase);

/* By how much the next turn is late already. */
uint64_t media_clock_late_ns(const struct media_clock *clock, uint64_t now_ns);
/* When the next turn is due, in full milliseconds, as timers have them: not before it. */
uint64_t media_clock_due_ms(const struct media_clock *clock);

#endif
