#include "due.h"

#include "memory.h"

#include <stdlib.h>

#define CAPACITY_MIN 1024u
/* Four children lie in one cache line, and the tree is half as deep as with two. */
#define CHILDREN 4u

static size_t parent_of(size_t at) {
  return (at - 1) / CHILDREN;
}

static void make_room(struct due *due) {
  if (due->count < due->capacity) return;
  due->capacity = due->capacity ? due->capacity * 2 : CAPACITY_MIN;
  due->heap = memory_grow(due->heap, due->capacity * sizeof *due->heap);
}

void due_add(struct due *due, uint64_t at_ns, uint64_t what) {
  make_room(due);
  size_t at = due->count++;
  for (; at > 0 && due->heap[parent_of(at)].at_ns > at_ns; at = parent_of(at))
    due->heap[at] = due->heap[parent_of(at)];
  due->heap[at] = (struct due_entry){at_ns, what};
}

/* The earliest child of `at`, or the end. */
static size_t earliest_child(const struct due *due, size_t at) {
  size_t first = at * CHILDREN + 1, best = first;
  for (size_t i = first + 1; i < first + CHILDREN && i < due->count; i++)
    if (due->heap[i].at_ns < due->heap[best].at_ns) best = i;
  return best < due->count ? best : due->count;
}

bool due_pop(struct due *due, uint64_t now_ns, uint64_t *out_what) {
  if (!due->count || due->heap[0].at_ns > now_ns) return false;
  *out_what = due->heap[0].what;
  struct due_entry last = due->heap[--due->count];
  size_t at = 0, child;
  while ((child = earliest_child(due, at)) < due->count && due->heap[child].at_ns < last.at_ns) {
    due->heap[at] = due->heap[child];
    at = child;
  }
  due->heap[at] = last;
  return true;
}

uint64_t due_next_ns(const struct due *due) {
  return due->count ? due->heap[0].at_ns : UINT64_MAX;
}

void due_cleanup(struct due *due) {
  free(due->heap);
  *due = (struct due){0};
}
