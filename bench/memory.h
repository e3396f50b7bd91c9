/* memory.h: memory for a program that has nothing left to do without it. */
#ifndef RADMFA_BENCH_MEMORY_H
#define RADMFA_BENCH_MEMORY_H

#include <stddef.h>

/* Zeroed, for free(); where there is none, the program says so and exits with 1. */
void *memory_new(size_t size);
/* As realloc; what is new is not zeroed. */
void *memory_grow(void *memory, size_t size);
/* Says that there is none, and exits with 1. */
_Noreturn void memory_none(void);

#endif
