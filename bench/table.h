/* table.h: things found by a 64-bit hash. It never grows, so no insert is slower than another: its
 * buckets are enough for a few million, and the pages of those that are not used cost nothing. */
#ifndef RADMFA_BENCH_TABLE_H
#define RADMFA_BENCH_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_node {
  struct table_node *next;
  uint64_t hash;
};

struct table {
  struct table_node **buckets;
  size_t count;
};

void table_init(struct table *table);
/* Calls `free_fn` for each node that is left. */
void table_cleanup(struct table *table, void (*free_fn)(struct table_node *node));

void table_insert(struct table *table, struct table_node *node, uint64_t hash);
void table_remove(struct table *table, struct table_node *node);
/* The first with that hash, or NULL; then the others. */
struct table_node *table_first(const struct table *table, uint64_t hash);
struct table_node *table_next(const struct table_node *node);

/* FNV-1a with a final mix; `so_far` is 0 or the hash of what stands before. Nobody attacks a
 * benchmark: it has no key. */
uint64_t hash_of(uint64_t so_far, const void *bytes, size_t size);

#endif
