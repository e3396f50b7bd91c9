/* trunks.c: health without probes: calls tell. */
#include "trunks.h"

void trunks_init(struct trunks *trunks, size_t n) {
  *trunks = (struct trunks){.n = n};
}

static bool is_tried(uint32_t tried, size_t trunk) {
  return tried >> trunk & 1u;
}

size_t trunks_pick(struct trunks *trunks, uint32_t tried, uint64_t now_ms) {
  size_t last_resort = TRUNK_NONE;
  for (size_t i = 0; i < trunks->n; i++) {
    struct trunk_health *health = &trunks->of[i];
    if (is_tried(tried, i)) continue;
    if (!health->is_down) return i;
    if (now_ms >= health->rests_until_ms) { /* this call finds out for the others */
      health->rests_until_ms = now_ms + TRUNK_REST_MS;
      return i;
    }
    if (last_resort == TRUNK_NONE) last_resort = i;
  }
  return last_resort;
}

bool trunks_up(struct trunks *trunks, size_t trunk) {
  bool was_down = trunks->of[trunk].is_down;
  trunks->of[trunk] = (struct trunk_health){0};
  return was_down;
}

bool trunks_down(struct trunks *trunks, size_t trunk, uint64_t now_ms) {
  bool was_down = trunks->of[trunk].is_down;
  trunks->of[trunk] = (struct trunk_health){true, now_ms + TRUNK_REST_MS};
  return !was_down;
}
