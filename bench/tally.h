/* tally.h: how often each of many was seen: logins by name, clients by address and port. Only a
 * 64-bit hash of each is kept; that two of a million share one has odds of 1 in 30 million. */
#ifndef RADMFA_BENCH_TALLY_H
#define RADMFA_BENCH_TALLY_H

#include "table.h"

struct tally {
  struct table table;
  uint64_t n_seen;     /* different ones */
  uint64_t n_repeated; /* of these, seen more than once */
  uint64_t most;       /* how often the most frequent one was */
};

void tally_init(struct tally *tally);
void tally_cleanup(struct tally *tally);
void tally_add(struct tally *tally, uint64_t hash);

#endif
