/* echo_report.h: what `radmfa-bench echo` counts, and how it tells. */
#ifndef RADMFA_BENCH_ECHO_REPORT_H
#define RADMFA_BENCH_ECHO_REPORT_H

#include "report.h"

#include <radmfa/base.h>

struct echo_counts {
  uint64_t received, replies, not_taken;
  uint64_t batches; /* system calls that received something */
  uint64_t dropped_by_kernel;
};

struct echo_run {
  struct echo_counts counts;
  radmfa_address bound;
  uint64_t ran_ns;
  bool libuv;
};

void echo_print(FILE *out, const struct echo_run *run);
/* Into the object that report_begin_json opened. */
void echo_put_json(struct json *json, const struct echo_run *run);

#endif
