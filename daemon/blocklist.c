/* blocklist.c: a set of names, open addressing, at most half full. */
#include "blocklist.h"

#include "fold.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MIN 64u

struct blocked {
  size_t len;
  uint8_t name[];
};

struct blocklist {
  pthread_mutex_t lock;
  struct blocked **slots;
  size_t n_slots; /* a power of two */
  atomic_size_t
      count; /* changes under the lock; read without it, since as a rule nobody is blocked */
  uint8_t key[FOLD_KEY_SIZE];
};

struct blocklist *blocklist_new(void) {
  struct blocklist *list = calloc(1, sizeof *list);
  if (!list) return NULL;
  list->slots = calloc(SLOTS_MIN, sizeof *list->slots);
  if (!list->slots || sodium_init() < 0 || pthread_mutex_init(&list->lock, NULL) != 0) {
    free(list->slots);
    free(list);
    return NULL;
  }
  list->n_slots = SLOTS_MIN;
  randombytes_buf(list->key, sizeof list->key);
  return list;
}

void blocklist_free(struct blocklist *list) {
  if (!list) return;
  for (size_t i = 0; i < list->n_slots; i++) free(list->slots[i]);
  free(list->slots);
  pthread_mutex_destroy(&list->lock);
  free(list);
}

static radmfa_span name_of(const struct blocked *blocked) {
  return (radmfa_span){blocked->name, blocked->len};
}

/* The slot that holds `name`, or the free one where it belongs. */
static struct blocked **slot_of(const struct blocklist *list, radmfa_span name) {
  size_t i = (size_t)fold_hash(list->key, name) & (list->n_slots - 1);
  while (list->slots[i] && !fold_equal(name_of(list->slots[i]), name))
    i = (i + 1) & (list->n_slots - 1);
  return &list->slots[i];
}

static bool grow(struct blocklist *list) {
  struct blocked **old = list->slots;
  size_t n_old = list->n_slots;
  struct blocked **slots = calloc(n_old * 2, sizeof *slots);
  if (!slots) return false;
  list->slots = slots;
  list->n_slots = n_old * 2;
  for (size_t i = 0; i < n_old; i++)
    if (old[i]) *slot_of(list, name_of(old[i])) = old[i];
  free(old);
  return true;
}

static struct blocked *blocked_new(radmfa_span name) {
  struct blocked *blocked = malloc(sizeof *blocked + name.len);
  if (!blocked) return NULL;
  blocked->len = name.len;
  if (name.len) memcpy(blocked->name, name.ptr, name.len);
  return blocked;
}

static bool add(struct blocklist *list, radmfa_span identity) {
  if (*slot_of(list, identity)) return true;
  size_t count = atomic_load(&list->count);
  if (count >= BLOCKLIST_MAX) return false;
  if ((count + 1) * 2 > list->n_slots && !grow(list)) return false;
  struct blocked *blocked = blocked_new(identity);
  if (!blocked) return false;
  *slot_of(list, identity) = blocked;
  atomic_store(&list->count, count + 1);
  return true;
}

bool blocklist_add(struct blocklist *list, radmfa_span identity) {
  pthread_mutex_lock(&list->lock);
  bool added = add(list, identity);
  pthread_mutex_unlock(&list->lock);
  return added;
}

/* Those behind it may stand there for its sake: they are put in again. */
static void take_out(struct blocklist *list, radmfa_span identity) {
  struct blocked **slot = slot_of(list, identity);
  if (!*slot) return;
  free(*slot);
  *slot = NULL;
  atomic_fetch_sub(&list->count, 1);
  size_t i = (size_t)(slot - list->slots);
  while (list->slots[i = (i + 1) & (list->n_slots - 1)]) {
    struct blocked *blocked = list->slots[i];
    list->slots[i] = NULL;
    *slot_of(list, name_of(blocked)) = blocked;
  }
}

void blocklist_remove(struct blocklist *list, radmfa_span identity) {
  if (atomic_load(&list->count) == 0) return;
  pthread_mutex_lock(&list->lock);
  take_out(list, identity);
  pthread_mutex_unlock(&list->lock);
}

bool blocklist_has(struct blocklist *list, radmfa_span identity) {
  if (atomic_load(&list->count) == 0) return false;
  pthread_mutex_lock(&list->lock);
  bool has = *slot_of(list, identity) != NULL;
  pthread_mutex_unlock(&list->lock);
  return has;
}
