/* load_options.h: what `radmfa-bench load` can be told. */
#ifndef RADMFA_BENCH_LOAD_OPTIONS_H
#define RADMFA_BENCH_LOAD_OPTIONS_H

#include "args.h"
#include "ids.h"
#include "plan.h"
#include "request.h"
#include "secret.h"
#include "sources.h"
#include "values.h"

/* In the order in which they are asked. */
struct load_servers {
  radmfa_address list[IDS_POOLS_MAX];
  unsigned count;
};

/* Where the server is an echo. */
enum load_echo {
  LOAD_NO_ECHO,
  LOAD_ECHO,       /* one packet over and over, but for identifier and authenticator */
  LOAD_ECHO_WHOLE, /* each is built and each reply verified, in vain: what that costs */
};

struct load_options {
  struct load_servers servers;
  struct secret_options secret;
  struct plan_shape shape;
  double per_second;              /* 0: the shape or a closed loop says it */
  uint64_t n_logins, duration_ns; /* reading makes n_logins of the duration; see plan.h */
  uint64_t outstanding;           /* 0: an open loop */
  struct users_options users;
  struct request_options request;
  uint64_t timeout_ns; /* of each server */
  struct retransmission retransmission;
  double lose;
  struct sources sources;
  uint64_t n_sockets; /* at most; 0: as many as are needed */
  uint64_t seed;
  const char *json, *html, *against; /* or NULL */
  enum load_echo echo;
  bool selftest, quiet;
};

extern const struct args_command load_command;

/* Anything but ARGS_OK has been told already. */
enum args_result load_options_read(int argc, char **argv, struct load_options *out_options,
                                   FILE *out, FILE *messages);

#endif
