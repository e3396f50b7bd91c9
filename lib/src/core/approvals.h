/* approvals.h: fresh approvals (design: reuse_approval): after a factor said yes, one request
 * with the same key is let in without a second call, for a while. Bounded: over APPROVALS_MAX
 * the oldest is forgotten. Not thread-safe: join.c locks. */
#ifndef RADMFA_CORE_APPROVALS_H
#define RADMFA_CORE_APPROVALS_H

#include "hash.h"
#include "list.h"
#include "table.h"

#define APPROVALS_MAX 16384u /* for each of join.c's stripes */

struct approvals {
  struct table by_user;
  struct list oldest_first;
};

RADMFA_MUST_USE int radmfa__approvals_init(struct approvals *approvals,
                                           const radmfa_allocator *allocator);
void radmfa__approvals_cleanup(struct approvals *approvals);

/* `user` is a keyed hash of the user. Without memory the approval is not reused, that is all. */
void radmfa__approvals_add(struct approvals *approvals, uint64_t user, radmfa_hash128 key,
                           uint64_t now_ms, uint32_t for_ms);
/* True once for each one that was added and has not run out. */
bool radmfa__approvals_take(struct approvals *approvals, uint64_t user, radmfa_hash128 key,
                            uint64_t now_ms);
/* A reject, block or fraud report ends all of a user's. */
void radmfa__approvals_forget(struct approvals *approvals, uint64_t user);

#endif
