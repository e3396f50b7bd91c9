/* load.h: `radmfa-bench load`: logins by a plan, whose answers are verified and timed. */
#ifndef RADMFA_BENCH_LOAD_H
#define RADMFA_BENCH_LOAD_H

#include "load_report.h"

int load_main(int argc, char **argv);

/* One run; `run` is all zeros. Returns 0 or a negative error of libuv or the system. */
int load_perform(const struct load_options *options, const struct secret *secret,
                 const struct users *users, struct load_run *run);

#endif
