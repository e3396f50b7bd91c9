/* core.h: the private prelude of lib/src/core, included last. Core code gets its memory, time
 * and randomness as arguments; what would bring them in by the back door does not compile here. */
#ifndef RADMFA_CORE_CORE_H
#define RADMFA_CORE_CORE_H

#include <radmfa/base.h>
#include <radmfa/error.h>

#include <stdlib.h>
#include <string.h>

#define TRY(call)                    \
  do {                               \
    int try_error = (call);          \
    if (try_error) return try_error; \
  } while (0)

/* Takes the caller's options over defaults that are set already: as many octets as the caller's
 * library knew of. */
#define OPTIONS_COPY(out, given) \
  memcpy((out), (given), (given)->size < sizeof *(out) ? (given)->size : sizeof *(out))

/* The struct that holds `member` at `pointer`. */
#define CONTAINER(type, member, pointer) \
  ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#pragma GCC poison malloc calloc realloc free time rand random printf fprintf memcmp

#endif
