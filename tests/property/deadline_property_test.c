/* The timing wheel against a list that is searched from end to end. */
#include "core/deadline.h"

#include "../support/dice.h"
#include "../support/doom.h"
#include "../support/fewer.h"

#include <criterion/criterion.h>

#define MANY 64u

struct model {
  struct deadlines wheel;
  struct deadline items[MANY];
  bool in[MANY];
  uint64_t now_ms;
};

static struct model model;

/* Small steps, and jumps to just around the boundaries of the wheel's levels. */
static uint64_t some_distance(struct dice *dice) {
  unsigned bits = dice_below(dice, 44);
  uint64_t distance = dice_next(dice) & (((uint64_t)1 << bits) - 1);
  if (!dice_one_in(dice, 3)) return distance;
  uint64_t boundary = (uint64_t)1 << (6 * (1 + dice_below(dice, 6)));
  return boundary - model.now_ms % boundary + dice_below(dice, 3) - 1;
}

static uint64_t earliest(void) {
  uint64_t due_ms = UINT64_MAX;
  for (unsigned i = 0; i < MANY; i++)
    if (model.in[i] && model.items[i].due_ms < due_ms) due_ms = model.items[i].due_ms;
  return due_ms;
}

static void pop_all(void) {
  struct deadline *due;
  while ((due = radmfa__deadlines_pop(&model.wheel, model.now_ms))) {
    unsigned i = (unsigned)(due - model.items);
    if (!model.in[i]) DOOM("popped what was not in the wheel");
    if (due->due_ms > model.now_ms) DOOM("popped too early");
    model.in[i] = false;
  }
  if (earliest() <= model.now_ms) DOOM("one that is due was not popped");
}

/* Popped one after the other at one moment, they come in the order of their milliseconds. */
static void pop_in_order(uint64_t until_ms) {
  struct deadline *due;
  uint64_t last_ms = 0;
  uint64_t before_ms = model.now_ms;
  model.now_ms = until_ms;
  while ((due = radmfa__deadlines_pop(&model.wheel, until_ms))) {
    uint64_t at_ms = due->due_ms < before_ms ? before_ms : due->due_ms;
    if (at_ms < last_ms) DOOM("popped out of order");
    last_ms = at_ms;
    model.in[due - model.items] = false;
  }
  if (earliest() <= until_ms) DOOM("one that is due was not popped");
}

static void add_or_remove(struct dice *dice) {
  unsigned i = dice_below(dice, MANY);
  if (model.in[i]) {
    radmfa__deadline_remove(&model.items[i]);
    model.in[i] = false;
    return;
  }
  uint64_t due_ms = dice_one_in(dice, 10) ? model.now_ms - dice_below(dice, 1000)
                                          : model.now_ms + some_distance(dice);
  radmfa__deadline_add(&model.wheel, &model.items[i], due_ms);
  model.in[i] = true;
}

static void step(struct dice *dice) {
  uint64_t next_ms = radmfa__deadlines_next(&model.wheel), due_ms = earliest();
  if (next_ms > due_ms && next_ms > model.now_ms) DOOM("next is later than what is due");
  if (due_ms == UINT64_MAX) pop_all();
  switch (dice_below(dice, 6)) {
    case 0:
      model.now_ms += some_distance(dice);
      pop_all();
      return;
    case 1: pop_in_order(model.now_ms + some_distance(dice)); return;
    case 2: /* as the engine does: to the next moment */
      if (next_ms != UINT64_MAX && next_ms > model.now_ms) model.now_ms = next_ms;
      pop_all();
      return;
    default: add_or_remove(dice);
  }
}

Test(deadline_property, the_wheel_does_what_a_list_would) {
  for (uint64_t seed = 0; seed < fewer(300); seed++) {
    struct dice dice = dice_of(seed);
    model = (struct model){.now_ms = 100000 + dice_next(&dice) % ((uint64_t)1 << 40)};
    radmfa__deadlines_init(&model.wheel, model.now_ms);
    for (unsigned i = 0; i < MANY; i++) radmfa__deadline_init(&model.items[i]);
    for (unsigned n = 0; n < 2000; n++) {
      doom_context("seed %llu, step %u", (unsigned long long)seed, n);
      step(&dice);
    }
  }
}

/* What a caller costs who sleeps until `next`: a few wakes for each deadline, not one for each
 * millisecond. */
Test(deadline_property, a_deadline_costs_few_wakes) {
  model = (struct model){.now_ms = 12345};
  radmfa__deadlines_init(&model.wheel, model.now_ms);
  radmfa__deadline_init(&model.items[0]);
  radmfa__deadline_add(&model.wheel, &model.items[0], 12345 + 180000);
  unsigned wakes = 0;
  while (!radmfa__deadlines_pop(&model.wheel, model.now_ms)) {
    model.now_ms = radmfa__deadlines_next(&model.wheel);
    wakes++;
  }
  cr_assert_eq(model.now_ms, 12345 + 180000);
  cr_assert_leq(wakes, 6);
}
