#include "hist.h"

#include <string.h>

#define SPLIT (1u << HIST_SPLIT_BITS)

void hist_reset(struct hist *hist) {
  memset(hist, 0, sizeof *hist);
}

/* Values below 2 * SPLIT are their own bucket; of greater ones the highest 11 bits count. */
static unsigned shift_of(uint64_t ns) {
  if (ns < 2 * SPLIT) return 0;
  return 63 - (unsigned)__builtin_clzll(ns) - HIST_SPLIT_BITS;
}

static size_t bucket_of(uint64_t ns) {
  unsigned shift = shift_of(ns);
  size_t bucket = ((size_t)shift << HIST_SPLIT_BITS) + (size_t)(ns >> shift);
  return bucket < HIST_BUCKETS ? bucket : HIST_BUCKETS - 1;
}

/* The greatest value of a bucket. */
static uint64_t end_of(size_t bucket) {
  if (bucket < 2 * SPLIT) return bucket;
  unsigned shift = (unsigned)(bucket >> HIST_SPLIT_BITS) - 1;
  uint64_t high = bucket - ((uint64_t)shift << HIST_SPLIT_BITS);
  return ((high + 1) << shift) - 1;
}

void hist_add(struct hist *hist, uint64_t ns) {
  hist->count++;
  hist->sum_ns += ns;
  if (ns > hist->max_ns) hist->max_ns = ns;
  hist->counts[bucket_of(ns)]++;
}

uint64_t hist_quantile_ns(const struct hist *hist, uint32_t of_100000) {
  uint64_t rank = (hist->count * of_100000 + 99999) / 100000, seen = 0;
  if (!hist->count) return 0;
  for (size_t bucket = 0; bucket < HIST_BUCKETS; bucket++) {
    seen += hist->counts[bucket];
    if (seen && seen >= rank) return end_of(bucket) < hist->max_ns ? end_of(bucket) : hist->max_ns;
  }
  return hist->max_ns;
}

uint64_t hist_mean_ns(const struct hist *hist) {
  return hist->count ? hist->sum_ns / hist->count : 0;
}
