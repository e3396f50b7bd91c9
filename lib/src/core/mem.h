/* mem.h: the caller's allocator with a default. mem.c holds the spans of base.h as well. */
#ifndef RADMFA_CORE_MEM_H
#define RADMFA_CORE_MEM_H

#include <radmfa/base.h>

/* radmfa__allocator copies `chosen`, or gives the C library's where it is NULL. */
radmfa_allocator radmfa__allocator(const radmfa_allocator *chosen);

void *radmfa__alloc(const radmfa_allocator *allocator, size_t size);
void radmfa__free(const radmfa_allocator *allocator, void *memory, size_t size);

#endif
