/* choose.h: which of the servers that stand in for each other gets a request. */
#ifndef RADMFA_CORE_CHOOSE_H
#define RADMFA_CORE_CHOOSE_H

#include "health.h"

#include <radmfa/upstream.h>

#define CHOOSE_MAX 32u /* servers: `tried` has a bit for each, 1 << its index */
#define CHOOSE_NONE (-1)

/* The index of the server that gets the request now, or CHOOSE_NONE: each is dead or tried.
 * Those that are suspected are chosen where no other is left: what they get now waits for them,
 * whatever their probe brings. Last come those that refused within the last second. A dead one
 * whose trial is due is chosen before all others, until radmfa__health_sent says that it has got
 * a request. `*inout_turn` is ROUND_ROBIN's memory, 0 in the beginning. */
int radmfa__choose(radmfa_strategy strategy, const struct health *servers, uint32_t n_servers,
                   uint32_t *inout_turn, uint32_t tried, uint64_t now_ms);

#endif
