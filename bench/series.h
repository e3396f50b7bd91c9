/* series.h: what happened in each second of a run. */
#ifndef RADMFA_BENCH_SERIES_H
#define RADMFA_BENCH_SERIES_H

#include "hist.h"
#include "json.h"

/* Counts from the start of the run. */
struct series_totals {
  uint64_t sent, answered, lost; /* logins */
};

struct series_second {
  uint64_t end_ns; /* since the start; a second is about one second long, the last one shorter */
  struct series_totals now; /* in it */
  uint64_t pending;         /* at its end */
  uint64_t p50_ns, p99_ns;  /* from when due, of those answered in it; 0 where none was */
};

/* All zeros is an empty one. */
struct series {
  struct series_second *seconds;
  size_t count;
  struct series_totals before;
  struct hist latencies; /* of the second that goes on */
};

void series_cleanup(struct series *series);
void series_answer(struct series *series, uint64_t from_due_ns);
/* Gives the second that ends now. */
const struct series_second *series_end_second(struct series *series, uint64_t end_ns,
                                              const struct series_totals *totals, uint64_t pending);
void series_put_json(struct json *json, const struct series *series);

#endif
