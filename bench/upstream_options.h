/* upstream_options.h: what `radmfa-bench upstream` can be told. */
#ifndef RADMFA_BENCH_UPSTREAM_OPTIONS_H
#define RADMFA_BENCH_UPSTREAM_OPTIONS_H

#include "answer.h"
#include "args.h"
#include "delay.h"
#include "faults.h"

struct upstream_options {
  radmfa_address listen;
  struct secret_options secret;
  struct delay delay;
  struct faults faults;
  double lose_requests;
  struct answer_options answer;
  uint64_t stop_after_ns, stop_for_ns; /* from the first request on; 0 for: it never stops */
  uint64_t remember_ns;
  bool drop_duplicates;
  bool status_server;
  uint64_t seed;
  const char *json; /* or NULL */
};

extern const struct args_command upstream_command;

/* Anything but ARGS_OK has been told already. */
enum args_result upstream_options_read(int argc, char **argv, struct upstream_options *out_options,
                                       FILE *out, FILE *messages);

#endif
