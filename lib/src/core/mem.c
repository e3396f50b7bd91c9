/* mem.c: the allocator hooks with their default, and spans. core.h is left out: the default needs
 * what it poisons. */
#include "mem.h"

#include <stdlib.h>
#include <string.h>

static void *default_alloc(size_t size, void *user) {
  (void)user;
  return calloc(1, size);
}

static void default_free(void *memory, size_t size, void *user) {
  (void)size;
  (void)user;
  free(memory);
}

radmfa_allocator radmfa__allocator(const radmfa_allocator *chosen) {
  return chosen ? *chosen : (radmfa_allocator){.alloc_fn = default_alloc, .free_fn = default_free};
}

void *radmfa__alloc(const radmfa_allocator *allocator, size_t size) {
  return allocator->alloc_fn(size, allocator->user);
}

void radmfa__free(const radmfa_allocator *allocator, void *memory, size_t size) {
  allocator->free_fn(memory, size, allocator->user);
}

radmfa_span radmfa_text(const char *text) {
  if (!text) return (radmfa_span){NULL, 0};
  return (radmfa_span){(const uint8_t *)text, strlen(text)};
}

bool radmfa_span_equal(radmfa_span a, radmfa_span b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
