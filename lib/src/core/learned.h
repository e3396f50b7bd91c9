/* learned.h: source addresses that have once sent a valid Message-Authenticator: from then on it
 * is required of them (`auto`). At most LEARNED_MAX; over that the one learned first is
 * forgotten. */
#ifndef RADMFA_CORE_LEARNED_H
#define RADMFA_CORE_LEARNED_H

#include "hash.h"
#include "list.h"
#include "table.h"

#define LEARNED_MAX 65536u

struct learned {
  struct table addresses;
  struct list oldest_first;
  radmfa_hash_key key;
};

RADMFA_MUST_USE int radmfa__learned_init(struct learned *learned, radmfa_hash_key key,
                                         const radmfa_allocator *allocator);
void radmfa__learned_cleanup(struct learned *learned);
bool radmfa__learned_has(const struct learned *learned, const uint8_t ip[16]);
/* without memory it is learned next time */
void radmfa__learned_add(struct learned *learned, const uint8_t ip[16]);

#endif
