#include "series.h"

#include "memory.h"

#include <stdlib.h>

#define P50 50000u
#define P99 99000u

void series_cleanup(struct series *series) {
  free(series->seconds);
  series->seconds = NULL;
  series->count = 0;
}

void series_answer(struct series *series, uint64_t from_due_ns) {
  hist_add(&series->latencies, from_due_ns);
}

static struct series_second *append(struct series *series) {
  size_t n = series->count;
  /* a power of two: all places are taken */
  if (!(n & (n - 1)))
    series->seconds = memory_grow(series->seconds, (n ? 2 * n : 1) * sizeof *series->seconds);
  return &series->seconds[series->count++];
}

const struct series_second *series_end_second(struct series *series, uint64_t end_ns,
                                              const struct series_totals *totals,
                                              uint64_t pending) {
  const struct series_totals *before = &series->before;
  struct series_second *second = append(series);
  *second = (struct series_second){
      .end_ns = end_ns,
      .now = {totals->sent - before->sent, totals->answered - before->answered,
              totals->lost - before->lost},
      .pending = pending,
      .p50_ns = hist_quantile_ns(&series->latencies, P50),
      .p99_ns = hist_quantile_ns(&series->latencies, P99),
  };
  series->before = *totals;
  hist_reset(&series->latencies);
  return second;
}

void series_put_json(struct json *json, const struct series *series) {
  json_open(json, "series", '[');
  for (size_t i = 0; i < series->count; i++) {
    const struct series_second *second = &series->seconds[i];
    json_open(json, NULL, '{');
    json_number(json, "at_s", (double)second->end_ns / 1e9);
    json_count(json, "sent", second->now.sent);
    json_count(json, "answered", second->now.answered);
    json_count(json, "lost", second->now.lost);
    json_count(json, "pending", second->pending);
    json_number(json, "p50_ms", (double)second->p50_ns / 1e6);
    json_number(json, "p99_ms", (double)second->p99_ns / 1e6);
    json_close(json, '}');
  }
  json_close(json, ']');
}
