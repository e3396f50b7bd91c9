/* heap.c: a binary heap; places count from 1, so that 0 means none. */
#include "heap.h"

#include <stdlib.h>

#define ROOM_MIN 16u

bool heap_reserve(struct heap *heap, size_t n) {
  if (n <= heap->room) return true;
  size_t room = n < ROOM_MIN ? ROOM_MIN : 2 * n;
  struct heap_node **nodes = realloc(heap->nodes, (room + 1) * sizeof *nodes);
  if (!nodes) return false;
  heap->nodes = nodes;
  heap->room = room;
  return true;
}

static void put(struct heap *heap, struct heap_node *node, size_t place) {
  heap->nodes[place] = node;
  node->place = place;
}

/* Where `node` belongs, from the free place upwards. */
static void rise(struct heap *heap, struct heap_node *node, size_t place) {
  for (; place > 1 && heap->nodes[place / 2]->key > node->key; place /= 2)
    put(heap, heap->nodes[place / 2], place);
  put(heap, node, place);
}

static void sink(struct heap *heap, struct heap_node *node, size_t place) {
  for (size_t child; (child = 2 * place) <= heap->n; place = child) {
    if (child < heap->n && heap->nodes[child + 1]->key < heap->nodes[child]->key) child++;
    if (heap->nodes[child]->key >= node->key) break;
    put(heap, heap->nodes[child], place);
  }
  put(heap, node, place);
}

void heap_add(struct heap *heap, struct heap_node *node) {
  rise(heap, node, ++heap->n);
}

void heap_remove(struct heap *heap, struct heap_node *node) {
  size_t place = node->place;
  struct heap_node *last = heap->nodes[heap->n--];
  node->place = 0;
  if (last == node) return;
  if (place > 1 && heap->nodes[place / 2]->key > last->key)
    rise(heap, last, place);
  else
    sink(heap, last, place);
}

struct heap_node *heap_least(const struct heap *heap) {
  return heap->n ? heap->nodes[1] : NULL;
}

void heap_free(struct heap *heap) {
  free(heap->nodes);
  *heap = (struct heap){0};
}
