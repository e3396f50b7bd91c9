/* recent.c: a ring of slices. */
#include "recent.h"

/* Now; or the last one, where another thread's clock was read a little later. */
static uint64_t slice_of(const struct recent *recent, uint32_t window_ms, uint64_t now_ms) {
  uint64_t slice_ms = (window_ms + RECENT_SLICES - 2u) / (RECENT_SLICES - 1u);
  uint64_t slice = now_ms / slice_ms;
  return slice > recent->last ? slice : recent->last;
}

void recent_add(struct recent *recent, uint32_t window_ms, uint64_t now_ms) {
  uint64_t slice = slice_of(recent, window_ms, now_ms);
  uint64_t passed = slice - recent->last;
  for (uint64_t i = 0; i < passed && i < RECENT_SLICES; i++)
    recent->counts[(slice - i) % RECENT_SLICES] = 0;
  recent->last = slice;
  recent->counts[slice % RECENT_SLICES]++;
}

uint32_t recent_count(const struct recent *recent, uint32_t window_ms, uint64_t now_ms) {
  uint64_t passed = slice_of(recent, window_ms, now_ms) - recent->last;
  uint32_t count = 0;
  for (uint64_t i = 0; passed + i < RECENT_SLICES && i <= recent->last; i++)
    count += recent->counts[(recent->last - i) % RECENT_SLICES];
  return count;
}
