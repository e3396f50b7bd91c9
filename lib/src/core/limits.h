/* limits.h: how many at once. A quota draws on a counter that several engines share, a few at a
 * time where the limit is large, so that they seldom touch it. */
#ifndef RADMFA_CORE_LIMITS_H
#define RADMFA_CORE_LIMITS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct quota {
  atomic_uint *taken; /* shared: how many all engines hold, used or in reserve */
  uint32_t max;
  uint32_t reserve; /* taken from the counter, not used yet */
};

void radmfa__quota_init(struct quota *quota, atomic_uint *taken, uint32_t max);
bool radmfa__quota_take(struct quota *quota); /* false: the limit is reached */
void radmfa__quota_give(struct quota *quota);
void radmfa__quota_close(struct quota *quota); /* gives the reserve back */

/* A limit on a counter that is seldom contended: one at a time. */
bool radmfa__count_up(atomic_uint *counter, uint32_t max);
void radmfa__count_down(atomic_uint *counter);

#endif
