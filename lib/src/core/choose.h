/* choose.h: which of the servers that stand in for each other gets a request. One that is suspected
 * is alive as any other. */
#ifndef RADMFA_CORE_CHOOSE_H
#define RADMFA_CORE_CHOOSE_H

#include "health.h"

#include <radmfa/upstream.h>

#define CHOOSE_MAX 32u /* servers: `tried` has a bit for each, 1 << its index */
#define CHOOSE_NONE (-1)

/* The index of the server that gets the request now, or CHOOSE_NONE: each is dead or tried. Those
 * that refused within the last second are chosen where no other is left. A dead one whose trial is
 * due is chosen before all others, until radmfa__health_sent says that it has got a request.
 * `*inout_turn` is ROUND_ROBIN's memory, 0 in the beginning. */
int radmfa__choose(radmfa_strategy strategy, const struct health *servers, uint32_t n_servers,
                   uint32_t *inout_turn, uint32_t tried, uint64_t now_ms);

#endif
