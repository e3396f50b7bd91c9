/* table.h: a hash table of intrusive nodes. The caller hashes (hash.h, keyed) and compares. A
 * look-up for what is not there costs one cache line, however many nodes there are: a bucket is
 * a line with places for five, and what finds its bucket full stands in the next one. It grows a
 * few buckets at a time, so that no single packet pays for a million; when memory for that fails
 * it goes on with a list. It does not shrink. */
#ifndef RADMFA_CORE_TABLE_H
#define RADMFA_CORE_TABLE_H

#include <radmfa/base.h>

struct table_node {
  uint64_t hash;
  struct table_node *next; /* among the spilled ones */
};

#define TABLE_PLACES 5u /* of a bucket */

struct table_bucket {
  uint32_t hashes[TABLE_PLACES]; /* the lower half: enough to find its place in a larger array */
  uint32_t passed;               /* nodes that would be here, and stand further on */
  struct table_node *nodes[TABLE_PLACES];
};

struct table_array {
  void *memory;
  struct table_bucket *buckets; /* inside `memory`, at the beginning of a cache line */
  size_t n_buckets;             /* a power of two */
};

struct table {
  const radmfa_allocator *allocator;
  struct table_array now;
  struct table_array old; /* while it grows: buckets from `moved` on are still in here */
  size_t moved;
  struct table_node *spilled; /* without memory: what found no place */
  size_t count;
};

/* For so many nodes in the beginning, a power of two. Returns 0 or RADMFA_E_NO_MEMORY. The
 * allocator must outlive the table. */
RADMFA_MUST_USE int radmfa__table_init(struct table *table, const radmfa_allocator *allocator,
                                       size_t n_nodes);
/* The nodes are the caller's. */
void radmfa__table_cleanup(struct table *table);

void radmfa__table_insert(struct table *table, struct table_node *node, uint64_t hash);
void radmfa__table_remove(struct table *table, struct table_node *node);

/* The first node with that hash, then the others; NULL after the last. Neither inserts nor
 * removes may come between, but the node last given may be removed when the walk ends there. */
struct table_node *radmfa__table_first(const struct table *table, uint64_t hash);
struct table_node *radmfa__table_next(const struct table *table, const struct table_node *node);

/* Has the line that a look-up or an insert will want fetched meanwhile. */
void radmfa__table_prefetch(const struct table *table, uint64_t hash);

#endif
