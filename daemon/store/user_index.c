/* user_index.c: a hash table of keys, and a sorted array of pointers: to make room in it for one
 * more costs far less than to wait for the disk, and whoever lists users or looks for a name finds
 * them in order. */
#include "user_index.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_MIN 1024u
#define CAPACITY_MIN 256u

bool user_index_init(struct user_index *index) {
  *index = (struct user_index){.n_buckets = BUCKETS_MIN};
  if (sodium_init() < 0) return false;
  randombytes_buf(index->primary_key, sizeof index->primary_key);
  randombytes_buf(index->identity_key, sizeof index->identity_key);
  index->buckets = calloc(BUCKETS_MIN, sizeof(struct user_record *));
  return index->buckets != NULL;
}

void user_index_cleanup(struct user_index *index) {
  for (size_t i = 0; i < index->n; i++) user_record_drop(index->by_name[i]);
  free(index->by_name);
  free(index->buckets);
}

/* ---- keys ---- */

static uint64_t hash_of(const struct user_index *index, const char *primary, radmfa_span identity) {
  return fold_hash(index->primary_key, radmfa_text(primary)) ^
         fold_hash(index->identity_key, identity);
}

static bool has_key(const struct user_record *record, const char *primary, radmfa_span identity) {
  return strcmp(user_record_text(record, USER_PRIMARY), primary) == 0 &&
         fold_equal(radmfa_text(user_record_text(record, USER_IDENTITY)), identity);
}

/* The place that points to him, or that holds the NULL where he belongs. */
static struct user_record **bucket_place(const struct user_index *index, const char *primary,
                                         radmfa_span identity) {
  uint64_t hash = hash_of(index, primary, identity);
  struct user_record **place = &index->buckets[hash & (index->n_buckets - 1)];
  while (*place && ((*place)->hash != hash || !has_key(*place, primary, identity)))
    place = &(*place)->next_in_bucket;
  return place;
}

struct user_record *user_index_find(const struct user_index *index, const char *primary,
                                    radmfa_span identity) {
  return *bucket_place(index, primary, identity);
}

/* ---- order ---- */

static int folded(char c) {
  return c >= 'A' && c <= 'Z' ? c | 0x20 : (unsigned char)c;
}

/* As SQLite's NOCASE, in whose order users are read. */
static int compare_folded(const char *a, const char *b) {
  while (*a && folded(*a) == folded(*b)) a++, b++;
  return folded(*a) - folded(*b);
}

static int compare(const struct user_record *record, const char *name, const char *primary,
                   const char *identity) {
  int order = compare_folded(user_record_text(record, USER_NAME), name);
  if (!order) order = strcmp(user_record_text(record, USER_PRIMARY), primary);
  return order ? order : compare_folded(user_record_text(record, USER_IDENTITY), identity);
}

size_t user_index_place(const struct user_index *index, const char *name, const char *primary,
                        const char *identity) {
  size_t low = 0, high = index->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (compare(index->by_name[middle], name, primary, identity) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t user_index_place_after(const struct user_index *index, const struct store_user *user) {
  size_t at = user_index_place(index, user->name, user->primary, user->identity);
  bool is_himself =
      at < index->n && compare(index->by_name[at], user->name, user->primary, user->identity) == 0;
  return at + is_himself;
}

bool user_index_is_named(const struct user_record *record, radmfa_span name) {
  return fold_equal(radmfa_text(user_record_text(record, USER_NAME)), name);
}

static size_t place_of(const struct user_index *index, const struct user_record *record) {
  return user_index_place(index, user_record_text(record, USER_NAME),
                          user_record_text(record, USER_PRIMARY),
                          user_record_text(record, USER_IDENTITY));
}

/* ---- coming and going ---- */

static void rehash(struct user_index *index, struct user_record **buckets, size_t n_buckets) {
  for (size_t i = 0; i < index->n; i++) {
    struct user_record *record = index->by_name[i];
    struct user_record **bucket = &buckets[record->hash & (n_buckets - 1)];
    record->next_in_bucket = *bucket;
    *bucket = record;
  }
  free(index->buckets);
  index->buckets = buckets;
  index->n_buckets = n_buckets;
}

/* Without memory more users share a bucket, and that is all. */
static void widen(struct user_index *index, size_t n_users) {
  size_t n_buckets = index->n_buckets;
  while (n_buckets < n_users) n_buckets *= 2;
  if (n_buckets == index->n_buckets) return;
  struct user_record **buckets = calloc(n_buckets, sizeof(struct user_record *));
  if (buckets) rehash(index, buckets, n_buckets);
}

bool user_index_reserve(struct user_index *index, size_t more) {
  size_t capacity = index->capacity ? index->capacity : CAPACITY_MIN;
  while (capacity < index->n + more) capacity *= 2;
  if (capacity > index->capacity) {
    struct user_record **by_name = realloc(index->by_name, capacity * sizeof *by_name);
    if (!by_name) return false;
    index->by_name = by_name;
    index->capacity = capacity;
  }
  widen(index, index->n + more);
  return true;
}

static void remove_at(struct user_index *index, struct user_record **place) {
  struct user_record *record = *place;
  size_t at = place_of(index, record);
  *place = record->next_in_bucket;
  index->n--;
  memmove(&index->by_name[at], &index->by_name[at + 1], (index->n - at) * sizeof *index->by_name);
  user_record_drop(record);
}

void user_index_remove(struct user_index *index, const char *primary, radmfa_span identity) {
  struct user_record **place = bucket_place(index, primary, identity);
  if (*place) remove_at(index, place);
}

void user_index_put(struct user_index *index, struct user_record *record) {
  const char *primary = user_record_text(record, USER_PRIMARY);
  radmfa_span identity = radmfa_text(user_record_text(record, USER_IDENTITY));
  user_index_remove(index, primary, identity);
  size_t at = place_of(index, record);
  memmove(&index->by_name[at + 1], &index->by_name[at], (index->n - at) * sizeof *index->by_name);
  index->by_name[at] = record;
  index->n++;
  record->hash = hash_of(index, primary, identity);
  record->next_in_bucket = NULL;
  *bucket_place(index, primary, identity) = record;
}
