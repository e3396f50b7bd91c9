#include "heap.h"

#include "doom.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 0x6d66616d6f6f6421u

/* Stands before each block; 16 octets more keep it aligned for any type. */
struct block {
  uint64_t magic;
  size_t size;
};

static void *heap_alloc(size_t size, void *user) {
  struct heap *heap = user;
  heap->count++;
  if (heap->count == heap->fail_at || (heap->fail_all_from && heap->count >= heap->fail_all_from)) {
    heap->failed = true;
    return NULL;
  }
  struct block *block = calloc(1, sizeof *block + size);
  if (!block) abort();
  *block = (struct block){MAGIC, size};
  heap->blocks++;
  heap->bytes += size;
  return block + 1;
}

static void heap_free(void *memory, size_t size, void *user) {
  struct heap *heap = user;
  if (!memory) return;
  struct block *block = (struct block *)memory - 1;
  if (block->magic != MAGIC) DOOM("freed twice, or never allocated");
  if (block->size != size) DOOM("allocated as %zu octets, freed as %zu", block->size, size);
  heap->blocks--;
  heap->bytes -= size;
  block->magic = 0;
  memset(memory, 0xdb, size);
  free(block);
}

radmfa_allocator heap_allocator(struct heap *heap) {
  return (radmfa_allocator){heap_alloc, heap_free, heap};
}
