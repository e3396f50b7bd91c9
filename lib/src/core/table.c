#include "table.h"

#include "mem.h"

#include "core.h"

#define LINE_SIZE 64u
#define MOVED_AT_ONCE 4u /* buckets for each insert: done long before the new array is full */
#define TRIES_MAX 64u    /* buckets that a node may stand in: more only where memory ran out */

_Static_assert(sizeof(void *) != 8 || sizeof(struct table_bucket) == LINE_SIZE,
               "a bucket is a line");

/* ---- arrays ---- */

static size_t memory_size(size_t n_buckets) {
  return n_buckets * sizeof(struct table_bucket) + LINE_SIZE - 1;
}

static int array_init(struct table_array *array, const radmfa_allocator *allocator,
                      size_t n_buckets) {
  uint8_t *memory = radmfa__alloc(allocator, memory_size(n_buckets));
  if (!memory) return RADMFA_E_NO_MEMORY;
  size_t beside = (uintptr_t)memory % LINE_SIZE;
  array->memory = memory;
  array->buckets = (struct table_bucket *)(void *)(memory + (beside ? LINE_SIZE - beside : 0));
  array->n_buckets = n_buckets;
  return 0;
}

static void array_cleanup(struct table_array *array, const radmfa_allocator *allocator) {
  if (array->memory) radmfa__free(allocator, array->memory, memory_size(array->n_buckets));
  *array = (struct table_array){0};
}

static size_t home_of(const struct table_array *array, uint64_t hash) {
  return (size_t)hash & (array->n_buckets - 1);
}

static size_t after(const struct table_array *array, size_t at) {
  return (at + 1) & (array->n_buckets - 1);
}

static size_t tries_of(const struct table_array *array) {
  return array->n_buckets < TRIES_MAX ? array->n_buckets : TRIES_MAX;
}

static bool put(struct table_array *array, struct table_node *node) {
  size_t at = home_of(array, node->hash);
  for (size_t tries = tries_of(array); tries; tries--, at = after(array, at)) {
    struct table_bucket *bucket = &array->buckets[at];
    for (unsigned i = 0; i < TABLE_PLACES; i++) {
      if (bucket->nodes[i]) continue;
      bucket->nodes[i] = node;
      bucket->hashes[i] = (uint32_t)node->hash;
      return true;
    }
    bucket->passed++;
  }
  for (size_t tries = tries_of(array); tries; tries--) { /* it has passed nobody after all */
    at = (at - 1) & (array->n_buckets - 1);
    array->buckets[at].passed--;
  }
  return false;
}

/* The one behind `last` (NULL: the first) with that hash. */
static struct table_node *find(const struct table_array *array, uint64_t hash,
                               const struct table_node **inout_last) {
  size_t at = home_of(array, hash);
  for (size_t tries = tries_of(array); tries; tries--, at = after(array, at)) {
    const struct table_bucket *bucket = &array->buckets[at];
    for (unsigned i = 0; i < TABLE_PLACES; i++) {
      struct table_node *node = bucket->nodes[i];
      if (bucket->hashes[i] != (uint32_t)hash || !node || node->hash != hash) continue;
      if (!*inout_last) return node;
      if (node == *inout_last) *inout_last = NULL;
    }
    if (!bucket->passed) break;
  }
  return NULL;
}

static bool take(struct table_array *array, const struct table_node *node) {
  size_t home = home_of(array, node->hash), at = home;
  for (size_t tries = tries_of(array); tries; tries--, at = after(array, at)) {
    struct table_bucket *bucket = &array->buckets[at];
    for (unsigned i = 0; i < TABLE_PLACES; i++) {
      if (bucket->nodes[i] != node) continue;
      bucket->nodes[i] = NULL;
      for (; home != at; home = after(array, home)) array->buckets[home].passed--;
      return true;
    }
    if (!bucket->passed) break;
  }
  return false;
}

/* ---- growing ---- */

static void spill(struct table *table, struct table_node *node) {
  node->next = table->spilled;
  table->spilled = node;
}

static void put_or_spill(struct table *table, struct table_node *node) {
  if (!put(&table->now, node)) spill(table, node);
}

static void move_some(struct table *table) {
  size_t end = table->moved + MOVED_AT_ONCE;
  for (; table->moved < end && table->moved < table->old.n_buckets; table->moved++) {
    struct table_bucket *bucket = &table->old.buckets[table->moved];
    for (unsigned i = 0; i < TABLE_PLACES; i++) {
      struct table_node *node = bucket->nodes[i];
      if (!node) continue;
      (void)take(&table->old, node);
      put_or_spill(table, node);
    }
  }
  if (table->moved == table->old.n_buckets) array_cleanup(&table->old, table->allocator);
}

static void grow(struct table *table) {
  struct table_array larger;
  struct table_node *node = table->spilled;
  if (array_init(&larger, table->allocator, 2 * table->now.n_buckets)) return;
  table->old = table->now;
  table->now = larger;
  table->moved = 0;
  table->spilled = NULL;
  while (node) {
    struct table_node *next = node->next;
    put_or_spill(table, node);
    node = next;
  }
}

/* Four of five places: most nodes stand in their bucket or the next. A million fills a power of two
 * of buckets well, and so does half a million. */
static bool is_crowded(const struct table *table) {
  return table->count >= (TABLE_PLACES - 1) * table->now.n_buckets;
}

/* ---- the table ---- */

int radmfa__table_init(struct table *table, const radmfa_allocator *allocator, size_t n_nodes) {
  *table = (struct table){.allocator = allocator};
  return array_init(&table->now, allocator, n_nodes < 4 ? 1 : n_nodes / 4);
}

void radmfa__table_cleanup(struct table *table) {
  array_cleanup(&table->now, table->allocator);
  array_cleanup(&table->old, table->allocator);
  *table = (struct table){0};
}

void radmfa__table_insert(struct table *table, struct table_node *node, uint64_t hash) {
  if (table->old.memory)
    move_some(table);
  else if (is_crowded(table))
    grow(table);
  node->hash = hash;
  put_or_spill(table, node);
  table->count++;
}

void radmfa__table_remove(struct table *table, struct table_node *node) {
  struct table_node **link = &table->spilled;
  table->count--;
  if (take(&table->now, node) || (table->old.memory && take(&table->old, node))) return;
  while (*link != node) link = &(*link)->next;
  *link = node->next;
}

/* All places where a node may be, always in the same order. */
static struct table_node *search(const struct table *table, uint64_t hash,
                                 const struct table_node *last) {
  struct table_node *node = find(&table->now, hash, &last);
  if (!node && table->old.memory) node = find(&table->old, hash, &last);
  if (node || !table->spilled) return node;
  for (node = table->spilled; node; node = node->next) {
    if (node->hash == hash && !last) return node;
    if (node == last) last = NULL;
  }
  return NULL;
}

struct table_node *radmfa__table_first(const struct table *table, uint64_t hash) {
  return search(table, hash, NULL);
}

struct table_node *radmfa__table_next(const struct table *table, const struct table_node *node) {
  return search(table, node->hash, node);
}

void radmfa__table_prefetch(const struct table *table, uint64_t hash) {
  __builtin_prefetch(&table->now.buckets[home_of(&table->now, hash)]);
  if (table->old.memory) __builtin_prefetch(&table->old.buckets[home_of(&table->old, hash)]);
}
