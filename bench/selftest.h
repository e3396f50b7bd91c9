/* selftest.h: `radmfa-bench load --selftest`: how many logins a second the generator can do at
 * most, when the server is an echo in a process of its own. */
#ifndef RADMFA_BENCH_SELFTEST_H
#define RADMFA_BENCH_SELFTEST_H

#include "load_options.h"

/* Gives the exit status. */
int selftest(const struct load_options *options, const struct secret *secret,
             const struct users *users);

#endif
