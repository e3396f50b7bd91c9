/* conversations.h: which server gave a State, for the request that brings it back: a bounded table,
 * a minute for each entry. The State itself is never rewritten (RFC 2865 5.24). */
#ifndef RADMFA_CORE_CONVERSATIONS_H
#define RADMFA_CORE_CONVERSATIONS_H

#include "hash.h"
#include "list.h"
#include "table.h"

#define CONVERSATIONS_MAX 65536u
#define CONVERSATION_MS 60000u

struct conversations {
  struct table by_key;
  struct list oldest_first;
};

RADMFA_MUST_USE int radmfa__conversations_init(struct conversations *conversations,
                                               const radmfa_allocator *allocator);
void radmfa__conversations_cleanup(struct conversations *conversations);

/* From now on it is that server's; without memory it is forgotten. */
void radmfa__conversations_put(struct conversations *conversations, radmfa_hash128 key,
                               size_t server, uint64_t now_ms);
/* SIZE_MAX: nobody's. */
size_t radmfa__conversations_find(const struct conversations *conversations, radmfa_hash128 key,
                                  uint64_t now_ms);

#endif
