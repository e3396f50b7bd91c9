#include "approvals.h"

#include "mem.h"

#include "core.h"

struct approval {
  struct table_node by_user;
  struct list link;
  radmfa_hash128 key;
  uint64_t until_ms;
};

int radmfa__approvals_init(struct approvals *approvals, const radmfa_allocator *allocator) {
  list_init(&approvals->oldest_first);
  return radmfa__table_init(&approvals->by_user, allocator, 16);
}

static void forget(struct approvals *approvals, struct approval *approval) {
  list_remove(&approval->link);
  radmfa__table_remove(&approvals->by_user, &approval->by_user);
  radmfa__free(approvals->by_user.allocator, approval, sizeof *approval);
}

static struct approval *oldest(const struct approvals *approvals) {
  return CONTAINER(struct approval, link, approvals->oldest_first.next);
}

void radmfa__approvals_cleanup(struct approvals *approvals) {
  while (!list_empty(&approvals->oldest_first)) forget(approvals, oldest(approvals));
  radmfa__table_cleanup(&approvals->by_user);
}

/* Policies differ in how long, so one that has run out may stand behind one that has not: it
 * only goes later. */
static void forget_old(struct approvals *approvals, uint64_t now_ms) {
  while (!list_empty(&approvals->oldest_first) &&
         (oldest(approvals)->until_ms <= now_ms || approvals->by_user.count >= APPROVALS_MAX))
    forget(approvals, oldest(approvals));
}

void radmfa__approvals_add(struct approvals *approvals, uint64_t user, radmfa_hash128 key,
                           uint64_t now_ms, uint32_t for_ms) {
  forget_old(approvals, now_ms);
  struct approval *approval = radmfa__alloc(approvals->by_user.allocator, sizeof *approval);
  if (!approval) return;
  approval->key = key;
  approval->until_ms = now_ms + for_ms;
  list_append(&approvals->oldest_first, &approval->link);
  radmfa__table_insert(&approvals->by_user, &approval->by_user, user);
}

bool radmfa__approvals_take(struct approvals *approvals, uint64_t user, radmfa_hash128 key,
                            uint64_t now_ms) {
  struct table_node *node = radmfa__table_first(&approvals->by_user, user);
  for (; node; node = radmfa__table_next(&approvals->by_user, node)) {
    struct approval *approval = CONTAINER(struct approval, by_user, node);
    if (approval->key.a != key.a || approval->key.b != key.b || approval->until_ms <= now_ms)
      continue;
    forget(approvals, approval);
    return true;
  }
  return false;
}

void radmfa__approvals_forget(struct approvals *approvals, uint64_t user) {
  struct table_node *node;
  while ((node = radmfa__table_first(&approvals->by_user, user)))
    forget(approvals, CONTAINER(struct approval, by_user, node));
}
