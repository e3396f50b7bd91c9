#include "memory.h"

#include <stdlib.h>
#include <sys/mman.h>

#define LARGE 16384u /* engines, their pages of logins and their sockets' buffers are larger */

static void *memory_alloc(size_t size, void *user) {
  (void)user;
  if (size < LARGE) return calloc(1, size);
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  (void)madvise(memory, size, MADV_DONTDUMP);
  return memory;
}

static void memory_free(void *memory, size_t size, void *user) {
  (void)user;
  if (!memory) return;
  if (size < LARGE)
    free(memory);
  else
    (void)munmap(memory, size);
}

const radmfa_allocator memory_allocator = {memory_alloc, memory_free, NULL};
