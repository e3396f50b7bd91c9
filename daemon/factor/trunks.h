/* trunks.h: which trunk is asked next, and which are down. A trunk that could not is passed over
 * for TRUNK_REST_MS; then one call tries it, and when that is heard of, all do. Where every
 * trunk is down all are tried, so that the first call after a repair goes through. Pure. */
#ifndef RADMFAD_FACTOR_TRUNKS_H
#define RADMFAD_FACTOR_TRUNKS_H

#include "sip.h"

#define TRUNK_REST_MS 30000u
#define TRUNK_NONE SIP_TRUNKS_MAX

struct trunks {
  size_t n;
  struct trunk_health {
    bool is_down;
    uint64_t rests_until_ms;
  } of[SIP_TRUNKS_MAX];
};

void trunks_init(struct trunks *trunks, size_t n);
/* The first in order that can be asked; `tried` has a bit for each that this call has asked.
 * TRUNK_NONE: none is left. */
size_t trunks_pick(struct trunks *trunks, uint32_t tried, uint64_t now_ms);
/* It has answered, whatever. True: it was down. */
bool trunks_up(struct trunks *trunks, size_t trunk);
/* It cannot. True: that is news. */
bool trunks_down(struct trunks *trunks, size_t trunk, uint64_t now_ms);

#endif
