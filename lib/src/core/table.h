/* table.h: a chained hash table of intrusive nodes. The caller hashes (hash.h, keyed) and
 * compares. It grows a few buckets at a time, so that no single packet pays for a million; when
 * memory for that fails it goes on with longer chains. It does not shrink. */
#ifndef RADMFA_CORE_TABLE_H
#define RADMFA_CORE_TABLE_H

#include <radmfa/base.h>

struct table_node {
  struct table_node *next;
  uint64_t hash;
};

struct table {
  const radmfa_allocator *allocator;
  struct table_node **buckets;
  struct table_node **old; /* while growing: buckets from `moved` on are still in here */
  size_t n_buckets;        /* a power of two; so n_old */
  size_t n_old;
  size_t moved;
  size_t count;
};

/* `n_buckets` is a power of two. Returns 0 or RADMFA_E_NO_MEMORY. The allocator must outlive the
 * table. */
RADMFA_MUST_USE int radmfa__table_init(struct table *table, const radmfa_allocator *allocator,
                                       size_t n_buckets);
/* The nodes are the caller's. */
void radmfa__table_cleanup(struct table *table);

void radmfa__table_insert(struct table *table, struct table_node *node, uint64_t hash);
void radmfa__table_remove(struct table *table, struct table_node *node);

/* The first node with that hash, then the others; NULL after the last. Neither inserts nor
 * removes may come between, but the node last given may be removed when the walk ends there. */
struct table_node *radmfa__table_first(const struct table *table, uint64_t hash);
struct table_node *radmfa__table_next(const struct table_node *node);

#endif
