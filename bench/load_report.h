/* load_report.h: what `radmfa-bench load` counts, and how it tells. */
#ifndef RADMFA_BENCH_LOAD_REPORT_H
#define RADMFA_BENCH_LOAD_REPORT_H

#include "load_options.h"
#include "report.h"
#include "series.h"

struct load_counts {
  uint64_t planned; /* every login is one of the next seven */
  uint64_t ok, rejected, challenged, wrong_verdict, lost, not_sent, unfinished;

  uint64_t requests_sent; /* datagrams, those lost on purpose not among them */
  uint64_t retransmissions, requests_lost, not_taken;
  uint64_t replies_received; /* datagrams: answers and the next five */
  uint64_t replies_lost, doubled, late, forged, malformed;
  /* of the answers: Message-Authenticator missing or not first, Proxy-State missing or another */
  uint64_t not_signed_first, proxy_state_wrong;
  uint64_t failovers; /* logins that a further server was asked for, once for each */
  uint64_t refused, dropped_by_kernel;
  uint64_t sockets, most_pending;
};

struct load_run {
  struct load_counts counts;
  uint64_t sending_ns; /* from the first login to the last */
  uint64_t ran_ns;
  bool interrupted;
  struct hist from_due, from_sent; /* of the logins that got an answer */
  struct hist behind;              /* how late each login was sent */
  struct series series;
};

void load_run_cleanup(struct load_run *run);

/* Above this, at p99, the sender and not the server was measured. */
#define LOAD_BEHIND_MAX_NS 10000000u

bool load_is_valid(const struct load_run *run);
/* Did every login end as expected, with its reply signed and its Proxy-State back where that is
 * asked for? */
bool load_is_as_expected(const struct load_run *run, const struct load_options *options);

/* The line that a person watches, over the one before; `second` is NULL to clear it. */
void load_print_progress(FILE *terminal, const struct series_second *second,
                         const struct series_totals *totals);

/* Mean over the run of those that were sent. */
double load_sent_per_second(const struct load_run *run);

void load_print(FILE *out, const struct load_run *run, const struct load_options *options);
/* Into the object that report_begin_json opened. */
void load_put_json(struct json *json, const struct load_run *run,
                   const struct load_options *options);

#endif
