/* recent.h: how often something happened of late, in memory that does not grow. Time is counted in
 * slices of a 24th of the window, and a slice counts as a whole: never are more allowed in a window
 * than the limit says, and what happened is forgotten up to a slice after its window. Not
 * thread-safe. */
#ifndef RADMFAD_RECENT_H
#define RADMFAD_RECENT_H

#include <stdint.h>

#define RECENT_SLICES 25u /* of the window, and the one that has begun */

/* Zeros: it never happened. Always with the same `window_ms`, not 0. */
struct recent {
  uint64_t last; /* the latest slice that something happened in, counted from time 0 */
  uint32_t counts[RECENT_SLICES];
};

void recent_add(struct recent *recent, uint32_t window_ms, uint64_t now_ms);
uint32_t recent_count(const struct recent *recent, uint32_t window_ms, uint64_t now_ms);

#endif
