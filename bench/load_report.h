/* load_report.h: what `radmfa-bench load` counts, and how it tells. */
#ifndef RADMFA_BENCH_LOAD_REPORT_H
#define RADMFA_BENCH_LOAD_REPORT_H

#include "load_options.h"
#include "report.h"

struct load_counts {
  uint64_t planned; /* every login is one of the next seven */
  uint64_t ok, rejected, challenged, wrong_verdict, lost, not_sent, unfinished;

  uint64_t requests_sent; /* datagrams, those lost on purpose not among them */
  uint64_t retransmissions, requests_lost, not_taken;
  uint64_t replies_received; /* datagrams: answers and the next five */
  uint64_t replies_lost, doubled, late, forged, malformed;
  uint64_t not_signed_first; /* of the answers: Message-Authenticator missing or not first */
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
};

/* Above this, at p99, the sender and not the server was measured. */
#define LOAD_BEHIND_MAX_NS 10000000u

bool load_is_valid(const struct load_run *run);
/* Did every login end as expected, with its reply signed where that is asked for? */
bool load_is_as_expected(const struct load_run *run, const struct load_options *options);

/* What a person watches, once a second. */
struct load_progress {
  uint64_t elapsed_ns, pending, answered, lost;
  uint64_t sent_now;           /* in the last second */
  const struct hist *from_due; /* of that second's answers */
};
/* Over the line before; NULL clears it. */
void load_print_progress(FILE *terminal, const struct load_progress *progress);

void load_print(FILE *out, const struct load_run *run, const struct load_options *options);
/* Into the object that report_begin_json opened. */
void load_put_json(struct json *json, const struct load_run *run,
                   const struct load_options *options);

#endif
