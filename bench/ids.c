#include "ids.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 64u

void ids_cleanup(struct ids *ids) {
  for (uint32_t i = 0; i < ids->n_sockets; i++) free(ids->sockets[i]);
  free(ids->sockets);
  *ids = (struct ids){0};
}

struct slot *ids_slot(const struct ids *ids, uint32_t number) {
  return &ids->sockets[number / IDS_PER_SOCKET][number % IDS_PER_SOCKET];
}

static void append_free(struct ids *ids, struct slot *slot) {
  slot->next_free = 0;
  if (ids->last_free)
    ids_slot(ids, ids->last_free - 1)->next_free = slot->number + 1;
  else
    ids->first_free = slot->number + 1;
  ids->last_free = slot->number + 1;
}

void ids_add_socket(struct ids *ids) {
  if (ids->n_sockets == ids->capacity) {
    ids->capacity = ids->capacity ? ids->capacity * 2 : CAPACITY_MIN;
    ids->sockets = memory_grow(ids->sockets, ids->capacity * sizeof *ids->sockets);
  }
  uint32_t socket = ids->n_sockets++;
  ids->sockets[socket] = memory_new(IDS_PER_SOCKET * sizeof **ids->sockets);
  for (uint32_t id = 0; id < IDS_PER_SOCKET; id++) {
    struct slot *slot = &ids->sockets[socket][id];
    slot->number = socket * IDS_PER_SOCKET + id;
    append_free(ids, slot);
  }
}

struct slot *ids_take(struct ids *ids) {
  if (!ids->first_free) return NULL;
  struct slot *slot = ids_slot(ids, ids->first_free - 1);
  ids->first_free = slot->next_free;
  if (!ids->first_free) ids->last_free = 0;
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
