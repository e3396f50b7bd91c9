/* heap.h: items by a key, the least of which is found at once; each may be taken out at any time.
 * Adding and taking out cost the logarithm of how many there are. Not thread-safe. */
#ifndef RADMFAD_HEAP_H
#define RADMFAD_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lies in the item. */
struct heap_node {
  uint64_t key;
  size_t place; /* the heap's own; 0: in none */
};

struct heap {
  struct heap_node **nodes; /* a heap of zeros is empty */
  size_t n, room;
};

/* Room for so many in all; false: no memory. */
bool heap_reserve(struct heap *heap, size_t n);
void heap_add(struct heap *heap, struct heap_node *node); /* there is room for it */
void heap_remove(struct heap *heap, struct heap_node *node);
struct heap_node *heap_least(const struct heap *heap); /* NULL: none */
void heap_free(struct heap *heap);                     /* its own memory; it is empty again */

#endif
