/* load_options.h: what `radmfa-bench load` can be told. */
#ifndef RADMFA_BENCH_LOAD_OPTIONS_H
#define RADMFA_BENCH_LOAD_OPTIONS_H

#include "args.h"
#include "request.h"
#include "secret.h"
#include "values.h"

struct load_options {
  radmfa_address server;
  struct secret_options secret;
  double per_second;
  uint64_t n_logins, duration_ns; /* one of both is given; reading makes n_logins of the other */
  struct request_options request;
  uint8_t expected; /* RADMFA_ACCESS_ACCEPT or RADMFA_ACCESS_REJECT */
  uint64_t timeout_ns;
  struct retransmission retransmission;
  double lose;
  uint64_t n_sockets; /* at most; 0: as many as are needed */
  uint64_t seed;
  const char *json; /* or NULL */
  bool quiet;
};

extern const struct args_command load_command;

/* Anything but ARGS_OK has been told already. */
enum args_result load_options_read(int argc, char **argv, struct load_options *out_options,
                                   FILE *out, FILE *messages);

#endif
