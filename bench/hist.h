/* hist.h: a histogram of nanoseconds, exact below 2 us and to a part in a thousand from there to 73
 * minutes: each doubling is split into 1024 equal buckets. */
#ifndef RADMFA_BENCH_HIST_H
#define RADMFA_BENCH_HIST_H

#include <stddef.h>
#include <stdint.h>

#define HIST_SPLIT_BITS 10u
#define HIST_VALUE_BITS 42u /* longer ones count as the longest; `max_ns` is exact all the same */
#define HIST_BUCKETS ((HIST_VALUE_BITS - HIST_SPLIT_BITS + 1) << HIST_SPLIT_BITS)

struct hist {
  uint64_t count;
  uint64_t max_ns;
  uint64_t sum_ns;
  uint64_t counts[HIST_BUCKETS];
};

void hist_reset(struct hist *hist);
void hist_add(struct hist *hist, uint64_t ns);

/* The value that `of_100000` in 100,000 do not exceed: 50000 is the median, 99900 the 99.9th
 * percentile. 0 for an empty histogram. */
uint64_t hist_quantile_ns(const struct hist *hist, uint32_t of_100000);
uint64_t hist_mean_ns(const struct hist *hist);

#endif
