/* load.h: `radmfa-bench load`: logins at their appointed times, and what becomes of them. */
#ifndef RADMFA_BENCH_LOAD_H
#define RADMFA_BENCH_LOAD_H

/* Gives the exit status: 0 where every login ended as expected, 1 otherwise, 2 for a wrong call;
 * argv[0] is the command's word. */
int load_main(int argc, char **argv);

#endif
