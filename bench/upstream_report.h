/* upstream_report.h: what `radmfa-bench upstream` counts, and how it tells. */
#ifndef RADMFA_BENCH_UPSTREAM_REPORT_H
#define RADMFA_BENCH_UPSTREAM_REPORT_H

#include "report.h"

#include <radmfa/base.h>

struct upstream_counts {
  uint64_t received; /* every datagram: each is one of the next eight */
  uint64_t distinct, retransmissions, status_server;
  uint64_t requests_lost, requests_while_stopped;
  uint64_t malformed, unexpected, bad_message_authenticator;

  uint64_t answered_again, ignored; /* of the retransmissions */
  /* of the Access-Requests that were verified */
  uint64_t message_authenticator_first, message_authenticator_later, message_authenticator_missing;
  uint64_t bad_passwords;
  uint64_t logins, logins_repeated, most_requests; /* by User-Name, those with State apart */
  uint64_t source_ports, pending, most_pending;

  uint64_t answers, accepts, rejects, challenges; /* decided, once for each distinct request */
  uint64_t sent;                                  /* datagrams */
  uint64_t doubled, held_back, forged, truncated; /* of those */
  uint64_t lost, lost_while_stopped, too_big, not_taken;
  uint64_t dropped_by_kernel;
};

struct upstream_run {
  struct upstream_counts counts;
  radmfa_address bound;
  uint64_t seed;
  uint64_t ran_ns;
};

void upstream_print(FILE *out, const struct upstream_run *run);
/* Into the object that report_begin_json opened. */
void upstream_put_json(struct json *json, const struct upstream_run *run);

#endif
