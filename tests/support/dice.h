/* dice.h: numbers that are random enough for tests and the same in every run: xorshift64* (Vigna
 * 2016). */
#ifndef RADMFA_TESTS_DICE_H
#define RADMFA_TESTS_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
  uint64_t state;
};

static inline struct dice dice_of(uint64_t seed) {
  return (struct dice){(seed + 1) * 0x9e3779b97f4a7c15u | 1};
}

static inline uint64_t dice_next(struct dice *dice) {
  dice->state ^= dice->state >> 12;
  dice->state ^= dice->state << 25;
  dice->state ^= dice->state >> 27;
  return dice->state * 0x2545f4914f6cdd1du;
}

/* 0 to below - 1 */
static inline uint32_t dice_below(struct dice *dice, uint32_t below) {
  return (uint32_t)((dice_next(dice) >> 32) * below >> 32);
}

static inline bool dice_one_in(struct dice *dice, uint32_t n) {
  return dice_below(dice, n) == 0;
}

#endif
