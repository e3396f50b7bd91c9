/* fewer.h: beneath valgrind, which takes fifty times as long, a tenth of the rounds is played. */
#ifndef RADMFA_TESTS_FEWER_H
#define RADMFA_TESTS_FEWER_H

#include <stdint.h>
#include <stdlib.h>

static inline uint64_t fewer(uint64_t rounds) {
  return getenv("TESTS_FEWER") ? rounds / 10 : rounds;
}

#endif
