/* The least comes first, whatever was added and taken out before. */
#include "heap.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(heap, an_empty_one_has_no_least) {
  struct heap heap = {0};
  cr_assert_null(heap_least(&heap));
  heap_free(&heap);
}

static void add(struct heap *heap, struct heap_node *node, uint64_t key) {
  node->key = key;
  cr_assert(heap_reserve(heap, heap->n + 1));
  heap_add(heap, node);
}

Test(heap, items_come_out_by_their_keys) {
  struct heap heap = {0};
  struct heap_node nodes[100];
  for (size_t i = 0; i < 100; i++) add(&heap, &nodes[i], i * 37 % 100);
  for (uint64_t key = 0; key < 100; key++) {
    cr_assert_eq(heap_least(&heap)->key, key);
    heap_remove(&heap, heap_least(&heap));
  }
  cr_assert_null(heap_least(&heap));
  heap_free(&heap);
}

/* Against a search through all of them. */
Test(heap, any_item_may_be_taken_out) {
  struct heap heap = {0};
  struct heap_node nodes[64] = {{0}};
  srand(1);
  for (int step = 0; step < 20000; step++) {
    struct heap_node *node = &nodes[rand() % 64];
    if (node->place)
      heap_remove(&heap, node);
    else
      add(&heap, node, (uint64_t)(rand() % 1000));
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < 64; i++)
      if (nodes[i].place && nodes[i].key < least) least = nodes[i].key;
    cr_assert_eq(heap.n ? heap_least(&heap)->key : UINT64_MAX, least);
  }
  heap_free(&heap);
}
