#include "deadline.h"

#include "core.h"

#define SLOT_BITS 6u /* DEADLINE_SLOTS is 1 << SLOT_BITS */

void radmfa__deadlines_init(struct deadlines *deadlines, uint64_t now_ms) {
  *deadlines = (struct deadlines){.now_ms = now_ms};
  for (unsigned level = 0; level < DEADLINE_LEVELS; level++)
    for (unsigned slot = 0; slot < DEADLINE_SLOTS; slot++)
      list_init(&deadlines->slots[level][slot]);
}

void radmfa__deadline_init(struct deadline *deadline) {
  list_init(&deadline->link);
}

static unsigned digit(uint64_t at_ms, unsigned level) {
  return (unsigned)(at_ms >> (level * SLOT_BITS)) & (DEADLINE_SLOTS - 1);
}

/* The level is the highest digit in which the two times differ: everything on it lies ahead in
 * the current round of that level. */
static unsigned level_of(uint64_t now_ms, uint64_t due_ms) {
  uint64_t differ = now_ms ^ due_ms;
  unsigned level = 0;
  while (level < DEADLINE_LEVELS - 1 && differ >> ((level + 1) * SLOT_BITS)) level++;
  return level;
}

void radmfa__deadline_add(struct deadlines *deadlines, struct deadline *deadline, uint64_t due_ms) {
  uint64_t slot_ms = due_ms < deadlines->now_ms ? deadlines->now_ms : due_ms;
  unsigned level = level_of(deadlines->now_ms, slot_ms);
  unsigned slot = digit(slot_ms, level);
  deadline->due_ms = due_ms;
  list_append(&deadlines->slots[level][slot], &deadline->link);
  deadlines->occupied[level] |= (uint64_t)1 << slot;
}

void radmfa__deadline_remove(struct deadline *deadline) {
  list_remove(&deadline->link);
}

/* The next slot with its bit set, from the current one on at level 0, behind it on the others
 * (those ahead are at lower levels). */
static bool next_slot(const struct deadlines *deadlines, unsigned *out_level,
                      uint64_t *out_start_ms) {
  for (unsigned level = 0; level < DEADLINE_LEVELS; level++) {
    unsigned current = digit(deadlines->now_ms, level);
    uint64_t ahead = deadlines->occupied[level] & (~(uint64_t)0 << current);
    if (level) ahead &= ~((uint64_t)1 << current);
    if (!ahead) continue;
    unsigned shift = level * SLOT_BITS;
    uint64_t round_start = deadlines->now_ms >> (shift + SLOT_BITS) << (shift + SLOT_BITS);
    *out_level = level;
    *out_start_ms = round_start + ((uint64_t)(unsigned)__builtin_ctzll(ahead) << shift);
    return true;
  }
  return false;
}

/* Time has come to the start of a slot of a higher level: what is in it spreads over the levels
 * below. */
static void cascade(struct deadlines *deadlines, unsigned level) {
  unsigned slot = digit(deadlines->now_ms, level);
  struct list all, *link;
  list_init(&all);
  list_move_all(&deadlines->slots[level][slot], &all);
  deadlines->occupied[level] &= ~((uint64_t)1 << slot);
  while ((link = list_pop(&all))) {
    struct deadline *deadline = CONTAINER(struct deadline, link, link);
    radmfa__deadline_add(deadlines, deadline, deadline->due_ms);
  }
}

/* The oldest in the current slot of level 0, or NULL; its bit is cleared when the slot is empty. */
static struct deadline *pop_current(struct deadlines *deadlines) {
  unsigned slot = digit(deadlines->now_ms, 0);
  struct list *link = list_pop(&deadlines->slots[0][slot]);
  if (list_empty(&deadlines->slots[0][slot])) deadlines->occupied[0] &= ~((uint64_t)1 << slot);
  return link ? CONTAINER(struct deadline, link, link) : NULL;
}

struct deadline *radmfa__deadlines_pop(struct deadlines *deadlines, uint64_t now_ms) {
  unsigned level;
  uint64_t start_ms;
  while (next_slot(deadlines, &level, &start_ms) && start_ms <= now_ms) {
    deadlines->now_ms = start_ms;
    if (level) {
      cascade(deadlines, level);
      continue;
    }
    struct deadline *due = pop_current(deadlines);
    if (due) return due;
  }
  if (deadlines->now_ms < now_ms) deadlines->now_ms = now_ms;
  return NULL;
}

uint64_t radmfa__deadlines_next(const struct deadlines *deadlines) {
  unsigned level;
  uint64_t start_ms;
  return next_slot(deadlines, &level, &start_ms) ? start_ms : UINT64_MAX;
}
