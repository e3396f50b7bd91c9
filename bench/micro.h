/* micro.h: `radmfa-bench micro`: what each step of a login costs in the library. */
#ifndef RADMFA_BENCH_MICRO_H
#define RADMFA_BENCH_MICRO_H

int micro_main(int argc, char **argv);

#endif
