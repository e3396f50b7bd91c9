/* The hash table against an array, while it grows, and while memory for that fails. */
#include "core/table.h"

#include "../support/dice.h"
#include "../support/doom.h"
#include "../support/fewer.h"
#include "../support/heap.h"

#include <criterion/criterion.h>

#define MANY 600u

static struct table_node nodes[MANY];
static uint64_t hashes[MANY];
static bool in[MANY];

static void find(const struct table *table, unsigned i) {
  bool found = false;
  unsigned n = 0, expected = 0;
  for (struct table_node *node = radmfa__table_first(table, hashes[i]); node;
       node = radmfa__table_next(table, node)) {
    if (node->hash != hashes[i]) DOOM("another's hash");
    found |= node == &nodes[i];
    n++;
  }
  for (unsigned j = 0; j < MANY; j++) expected += in[j] && hashes[j] == hashes[i];
  if (found != in[i] || n != expected) DOOM("node %u: %u found, %u expected", i, n, expected);
}

static void change(struct table *table, struct dice *dice, unsigned i) {
  if (in[i]) {
    radmfa__table_remove(table, &nodes[i]);
  } else {
    uint64_t hash = dice_next(dice);
    hashes[i] = dice_one_in(dice, 4) ? hash % 8 : hash;
    radmfa__table_insert(table, &nodes[i], hashes[i]);
  }
  in[i] = !in[i];
}

static void run(uint64_t seed) {
  struct dice dice = dice_of(seed);
  struct heap heap = {0};
  struct table table;
  radmfa_allocator allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__table_init(&table, &allocator, 2), 0);
  for (unsigned i = 0; i < MANY; i++) in[i] = false;
  for (unsigned step = 0; step < 3000; step++) {
    doom_context("seed %llu, step %u", (unsigned long long)seed, step);
    heap.fail_at = dice_one_in(&dice, 2) ? heap.count + 1 : 0;
    unsigned i = dice_below(&dice, MANY);
    if (!in[i] || dice_one_in(&dice, 3)) change(&table, &dice, i);
    find(&table, dice_below(&dice, MANY));
    find(&table, i);
  }
  size_t count = 0;
  for (unsigned i = 0; i < MANY; i++) count += in[i];
  cr_assert_eq(table.count, count);
  radmfa__table_cleanup(&table);
  cr_assert_eq(heap.blocks, 0);
}

Test(table_property, the_table_does_what_an_array_would) {
  for (uint64_t seed = 0; seed < fewer(30); seed++) run(seed);
}
