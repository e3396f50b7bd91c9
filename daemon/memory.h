/* memory.h: the memory of the library's engines: whatever is large is kept out of core images,
 * since requests and secrets are in it. */
#ifndef RADMFAD_MEMORY_H
#define RADMFAD_MEMORY_H

#include <radmfa/base.h>

/* Large blocks are mapped and marked MADV_DONTDUMP, small ones are the C library's. Any thread. */
extern const radmfa_allocator memory_allocator;

#endif
