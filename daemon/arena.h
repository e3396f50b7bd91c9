/* arena.h: memory for many small things that live and end together. What it gives is wiped before
 * it is freed. */
#ifndef RADMFAD_ARENA_H
#define RADMFAD_ARENA_H

#include <stddef.h>

struct arena {
  struct arena_block *blocks; /* NULL: empty; an arena of zeros is ready for use */
};

/* Zeroed, aligned for any type; NULL when out of memory. */
void *arena_alloc(struct arena *arena, size_t size);
/* As arena_alloc for `count` things; NULL also where their size overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
/* A copy of `len` octets with a NUL behind it. */
char *arena_copy(struct arena *arena, const char *text, size_t len);
void arena_free(struct arena *arena); /* all of it; the arena is empty again */

#endif
