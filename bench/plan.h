/* plan.h: when each login is due, whatever happens to those before it: an open loop. A plan is
 * walked: what is due next, then on to the one after it. */
#ifndef RADMFA_BENCH_PLAN_H
#define RADMFA_BENCH_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct plan {
  double per_second;
  uint64_t n_logins;
  uint64_t next; /* number of the next login, from 0 */
};

void plan_init(struct plan *plan, double per_second, uint64_t n_logins);

/* When the next login is due, counted from the start; false when all have been. */
bool plan_next_due(const struct plan *plan, uint64_t *out_due_ns);
void plan_advance(struct plan *plan);

#endif
