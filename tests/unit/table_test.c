#include "core/mem.h"
#include "core/table.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>

#define MANY 500u

static struct heap heap;
static radmfa_allocator allocator;
static struct table table;
static struct table_node nodes[MANY];

static void fresh(void) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__table_init(&table, &allocator, 16), 0);
}

static void done(void) {
  radmfa__table_cleanup(&table);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(table, .init = fresh, .fini = done);

Test(table, an_empty_one_finds_nothing) {
  cr_assert_null(radmfa__table_first(&table, 0));
}

Test(table, all_nodes_of_one_hash_are_walked_and_no_other) {
  radmfa__table_insert(&table, &nodes[0], 5);
  radmfa__table_insert(&table, &nodes[1], 5 + 16); /* the same bucket */
  radmfa__table_insert(&table, &nodes[2], 5);
  struct table_node *first = radmfa__table_first(&table, 5);
  struct table_node *second = radmfa__table_next(&table, first);
  cr_assert((first == &nodes[0] && second == &nodes[2]) ||
            (first == &nodes[2] && second == &nodes[0]));
  cr_assert_null(radmfa__table_next(&table, second));
  cr_assert_eq(radmfa__table_first(&table, 21), &nodes[1]);
}

static void fill(void) {
  for (unsigned i = 0; i < MANY; i++)
    radmfa__table_insert(&table, &nodes[i], (uint64_t)i * 0x9e3779b97f4a7c15u);
}

static void find_all(void) {
  for (unsigned i = 0; i < MANY; i++)
    cr_assert_eq(radmfa__table_first(&table, (uint64_t)i * 0x9e3779b97f4a7c15u), &nodes[i]);
}

Test(table, it_grows_and_finds_everything_all_the_while) {
  for (unsigned i = 0; i < MANY; i++) {
    radmfa__table_insert(&table, &nodes[i], i * 7);
    for (unsigned j = 0; j <= i; j++) cr_assert_eq(radmfa__table_first(&table, j * 7), &nodes[j]);
  }
  cr_assert_eq(table.count, MANY);
  cr_assert_geq(table.now.n_buckets * TABLE_PLACES, MANY);
}

Test(table, without_memory_to_grow_it_goes_on) {
  heap.fail_all_from = heap.count + 1;
  fill();
  find_all();
  cr_assert_eq(table.now.n_buckets, 4);
}

Test(table, nodes_are_removed_while_it_grows) {
  fill();
  for (unsigned i = 0; i < MANY; i += 2) radmfa__table_remove(&table, &nodes[i]);
  for (unsigned i = 0; i < MANY; i++) {
    struct table_node *found = radmfa__table_first(&table, (uint64_t)i * 0x9e3779b97f4a7c15u);
    cr_assert_eq(found, i % 2 ? &nodes[i] : NULL);
  }
  cr_assert_eq(table.count, MANY / 2);
}

Test(table, one_without_memory_is_refused) {
  struct table other;
  heap.fail_at = heap.count + 1;
  cr_assert_eq(radmfa__table_init(&other, &allocator, 16), RADMFA_E_NO_MEMORY);
}

Test(table, what_finds_no_place_without_memory_finds_one_once_there_is_some) {
  heap.fail_all_from = heap.count + 1;
  for (unsigned i = 0; i < 40; i++) radmfa__table_insert(&table, &nodes[i], 7);
  cr_assert_not_null(table.spilled);
  heap.fail_all_from = 0;
  radmfa__table_insert(&table, &nodes[40], 7);
  unsigned n = 0;
  for (struct table_node *node = radmfa__table_first(&table, 7); node;
       node = radmfa__table_next(&table, node))
    n++;
  cr_assert_eq(n, 41);
  for (unsigned i = 0; i < 41; i++) radmfa__table_remove(&table, &nodes[i]);
  cr_assert_null(radmfa__table_first(&table, 7));
}
