#include "table.h"

#include "mem.h"

#include "core.h"

#define MOVED_AT_ONCE 4u /* buckets for each insert: done long before the new array is full */

int radmfa__table_init(struct table *table, const radmfa_allocator *allocator, size_t n_buckets) {
  struct table_node **buckets = radmfa__alloc(allocator, n_buckets * sizeof *buckets);
  if (!buckets) return RADMFA_E_NO_MEMORY;
  *table = (struct table){.allocator = allocator, .buckets = buckets, .n_buckets = n_buckets};
  return 0;
}

void radmfa__table_cleanup(struct table *table) {
  radmfa__free(table->allocator, table->buckets, table->n_buckets * sizeof *table->buckets);
  radmfa__free(table->allocator, table->old, table->n_old * sizeof *table->old);
  *table = (struct table){0};
}

static struct table_node **bucket_of(const struct table *table, uint64_t hash) {
  if (table->old) {
    size_t at = hash & (table->n_old - 1);
    if (at >= table->moved) return &table->old[at];
  }
  return &table->buckets[hash & (table->n_buckets - 1)];
}

static void push(struct table_node **bucket, struct table_node *node) {
  node->next = *bucket;
  *bucket = node;
}

static void move_some(struct table *table) {
  size_t end = table->moved + MOVED_AT_ONCE;
  for (; table->moved < end && table->moved < table->n_old; table->moved++) {
    struct table_node *node = table->old[table->moved];
    while (node) {
      struct table_node *next = node->next;
      push(&table->buckets[node->hash & (table->n_buckets - 1)], node);
      node = next;
    }
  }
  if (table->moved < table->n_old) return;
  radmfa__free(table->allocator, table->old, table->n_old * sizeof *table->old);
  table->old = NULL;
  table->n_old = table->moved = 0;
}

static void grow(struct table *table) {
  size_t n_buckets = 2 * table->n_buckets;
  struct table_node **buckets = radmfa__alloc(table->allocator, n_buckets * sizeof *buckets);
  if (!buckets) return;
  table->old = table->buckets;
  table->n_old = table->n_buckets;
  table->moved = 0;
  table->buckets = buckets;
  table->n_buckets = n_buckets;
}

void radmfa__table_insert(struct table *table, struct table_node *node, uint64_t hash) {
  if (table->old)
    move_some(table);
  else if (table->count >= table->n_buckets)
    grow(table);
  node->hash = hash;
  push(bucket_of(table, hash), node);
  table->count++;
}

void radmfa__table_remove(struct table *table, struct table_node *node) {
  struct table_node **at = bucket_of(table, node->hash);
  while (*at != node) at = &(*at)->next;
  *at = node->next;
  node->next = NULL;
  table->count--;
}

static struct table_node *same_hash(struct table_node *node, uint64_t hash) {
  while (node && node->hash != hash) node = node->next;
  return node;
}

struct table_node *radmfa__table_first(const struct table *table, uint64_t hash) {
  return same_hash(*bucket_of(table, hash), hash);
}

struct table_node *radmfa__table_next(const struct table_node *node) {
  return same_hash(node->next, node->hash);
}
