/* deadline.h: what is due next, of a million, at O(1): a hierarchical timing wheel (Varghese and
 * Lauck 1987) with one-millisecond slots. Adding and taking out touch one slot; a deadline of
 * minutes moves down two or three levels before it is due. */
#ifndef RADMFA_CORE_DEADLINE_H
#define RADMFA_CORE_DEADLINE_H

#include "list.h"

#include <stdint.h>

#define DEADLINE_LEVELS 8u /* 48 bits of milliseconds: nothing is out of reach */
#define DEADLINE_SLOTS 64u /* for each level: one bit of a word for each slot */

struct deadline {
  struct list link;
  uint64_t due_ms;
};

struct deadlines {
  uint64_t now_ms;
  /* a set bit may belong to a slot that was emptied meanwhile */
  uint64_t occupied[DEADLINE_LEVELS];
  struct list slots[DEADLINE_LEVELS][DEADLINE_SLOTS];
};

void radmfa__deadlines_init(struct deadlines *deadlines, uint64_t now_ms);

/* radmfa__deadline_init makes one that is in no wheel; removing such a one is allowed. */
void radmfa__deadline_init(struct deadline *deadline);

/* One that is in the past is due at once. `deadline` must be in no wheel. */
void radmfa__deadline_add(struct deadlines *deadlines, struct deadline *deadline, uint64_t due_ms);
void radmfa__deadline_remove(struct deadline *deadline);

/* Takes out one that is due at now_ms, earliest first (to the millisecond), or returns NULL.
 * Time never goes back. */
struct deadline *radmfa__deadlines_pop(struct deadlines *deadlines, uint64_t now_ms);

/* When to look again: exact for what is due within 64 ms, else up to one slot early. UINT64_MAX
 * when there is nothing. */
uint64_t radmfa__deadlines_next(const struct deadlines *deadlines);

#endif
