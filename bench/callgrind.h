/* callgrind.h: this program's own instructions, counted by valgrind --tool=callgrind. */
#ifndef RADMFA_BENCH_CALLGRIND_H
#define RADMFA_BENCH_CALLGRIND_H

#include <stdint.h>

/* How many instructions `micro --only subject` takes for each time: the difference of two runs, so
 * that start and end of the program are not in it. -1, and a message, where valgrind cannot be
 * had or does not tell. */
double callgrind_instructions(const char *subject);

#endif
