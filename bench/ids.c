#include "ids.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 64u
#define RUN 16u /* identifiers of a socket that are used after one another; divides 256 */

void ids_cleanup(struct ids *ids) {
  for (uint32_t i = 0; i < ids->n_sockets; i++) free(ids->sockets[i]);
  free(ids->sockets);
  *ids = (struct ids){0};
}

struct slot *ids_slot(const struct ids *ids, uint32_t number) {
  return &ids->sockets[number / IDS_PER_SOCKET][number % IDS_PER_SOCKET];
}

static void append_free(struct ids *ids, struct slot *slot) {
  struct ids_pool *pool = &ids->pools[slot->pool];
  slot->next_free = 0;
  if (pool->last_free)
    ids_slot(ids, pool->last_free - 1)->next_free = slot->number + 1;
  else
    pool->first_free = slot->number + 1;
  pool->last_free = slot->number + 1;
}

static void make_room(struct ids *ids, uint32_t count) {
  if (ids->n_sockets + count <= ids->capacity) return;
  while (ids->n_sockets + count > ids->capacity)
    ids->capacity = ids->capacity ? ids->capacity * 2 : CAPACITY_MIN;
  ids->sockets = memory_grow(ids->sockets, ids->capacity * sizeof *ids->sockets);
}

static void add_run(struct ids *ids, unsigned pool, uint32_t socket, uint32_t first_id) {
  for (uint32_t id = first_id; id < first_id + RUN; id++) {
    struct slot *slot = &ids->sockets[socket][id];
    slot->number = socket * IDS_PER_SOCKET + id;
    slot->pool = (uint8_t)pool;
    append_free(ids, slot);
  }
}

void ids_add_sockets(struct ids *ids, unsigned pool, uint32_t count) {
  uint32_t first = ids->n_sockets;
  make_room(ids, count);
  for (; ids->n_sockets < first + count; ids->n_sockets++)
    ids->sockets[ids->n_sockets] = memory_new(IDS_PER_SOCKET * sizeof **ids->sockets);
  for (uint32_t id = 0; id < IDS_PER_SOCKET; id += RUN)
    for (uint32_t socket = first; socket < ids->n_sockets; socket++) add_run(ids, pool, socket, id);
}

struct slot *ids_take(struct ids *ids, unsigned pool) {
  struct ids_pool *from = &ids->pools[pool];
  if (!from->first_free) return NULL;
  struct slot *slot = ids_slot(ids, from->first_free - 1);
  from->first_free = slot->next_free;
  if (!from->first_free) from->last_free = 0;
  memcpy(slot->authenticator_before, slot->authenticator, sizeof slot->authenticator);
  slot->state_before = slot->state;
  slot->state = SLOT_WAITING;
  slot->n_sent = 0;
  slot->use++;
  if (++ids->n_waiting > ids->most_waiting) ids->most_waiting = ids->n_waiting;
  return slot;
}

void ids_give_back(struct ids *ids, struct slot *slot, enum slot_state state) {
  slot->state = (uint8_t)state;
  append_free(ids, slot);
  ids->n_waiting--;
}
