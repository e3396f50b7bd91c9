/* arena.c: blocks in a list, filled from the front; nothing is given back before the end. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16 * 1024)

struct arena_block {
  struct arena_block *next;
  size_t size; /* of bytes */
  size_t used;
  _Alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *add_block(struct arena *arena, size_t at_least) {
  size_t size = at_least > BLOCK_SIZE ? at_least : BLOCK_SIZE;
  struct arena_block *block = calloc(1, sizeof *block + size);
  if (!block) return NULL;
  block->size = size;
  block->next = arena->blocks;
  arena->blocks = block;
  return block;
}

void *arena_alloc(struct arena *arena, size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  size_t align = _Alignof(max_align_t), rounded = (size + align - 1) / align * align;
  struct arena_block *block = arena->blocks;
  if (!block || block->size - block->used < rounded) block = add_block(arena, rounded);
  if (!block) return NULL;
  void *memory = block->bytes + block->used;
  block->used += rounded;
  return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
  return count > SIZE_MAX / 2 / size ? NULL : arena_alloc(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *text, size_t len) {
  char *copy = arena_alloc(arena, len + 1);
  if (copy && len) memcpy(copy, text, len);
  return copy;
}

void arena_free(struct arena *arena) {
  while (arena->blocks) {
    struct arena_block *block = arena->blocks;
    arena->blocks = block->next;
    explicit_bzero(block->bytes, block->used);
    free(block);
  }
}
