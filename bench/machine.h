/* machine.h: where a figure was taken. */
#ifndef RADMFA_BENCH_MACHINE_H
#define RADMFA_BENCH_MACHINE_H

#include <stdint.h>

struct machine {
  char cpu[128]; /* "unknown" where the system does not say */
  uint64_t cores;
  char kernel[160];
  char architecture[65];
};

void machine_describe(struct machine *out_machine);

#endif
