#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void memory_none(void) {
  fputs("radmfa-bench: out of memory\n", stderr);
  exit(1);
}

static void *or_exit(void *memory) {
  if (!memory) memory_none();
  return memory;
}

void *memory_new(size_t size) {
  return or_exit(calloc(1, size));
}

void *memory_grow(void *memory, size_t size) {
  return or_exit(realloc(memory, size));
}
