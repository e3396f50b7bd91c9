/* upstream.h: `radmfa-bench upstream`: a RADIUS server whose delays and faults are set. */
#ifndef RADMFA_BENCH_UPSTREAM_H
#define RADMFA_BENCH_UPSTREAM_H

/* Gives the exit status; argv[0] is the command's word. */
int upstream_main(int argc, char **argv);

#endif
