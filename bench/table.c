#include "table.h"

#include "memory.h"

#include <stdlib.h>

#define BUCKETS ((size_t)1 << 20)

void table_init(struct table *table) {
  *table = (struct table){.buckets = memory_new(BUCKETS * sizeof *table->buckets)};
}

void table_cleanup(struct table *table, void (*free_fn)(struct table_node *node)) {
  for (size_t i = 0; table->count && i < BUCKETS; i++)
    for (struct table_node *node = table->buckets[i], *next; node; node = next) {
      next = node->next;
      free_fn(node);
    }
  free(table->buckets);
  *table = (struct table){0};
}

static struct table_node **bucket_of(const struct table *table, uint64_t hash) {
  return &table->buckets[hash & (BUCKETS - 1)];
}

void table_insert(struct table *table, struct table_node *node, uint64_t hash) {
  struct table_node **bucket = bucket_of(table, hash);
  *node = (struct table_node){*bucket, hash};
  *bucket = node;
  table->count++;
}

void table_remove(struct table *table, struct table_node *node) {
  struct table_node **at = bucket_of(table, node->hash);
  while (*at != node) at = &(*at)->next;
  *at = node->next;
  table->count--;
}

static struct table_node *same_hash(struct table_node *node, uint64_t hash) {
  while (node && node->hash != hash) node = node->next;
  return node;
}

struct table_node *table_first(const struct table *table, uint64_t hash) {
  return same_hash(*bucket_of(table, hash), hash);
}

struct table_node *table_next(const struct table_node *node) {
  return same_hash(node->next, node->hash);
}

uint64_t hash_of(uint64_t so_far, const void *bytes, size_t size) {
  uint64_t hash = so_far ^ 0xcbf29ce484222325u;
  const uint8_t *octets = bytes;
  for (size_t i = 0; i < size; i++) hash = (hash ^ octets[i]) * 0x100000001b3u;
  return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u >> 3;
}
