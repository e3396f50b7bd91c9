/* call_party.c: a hash table, and a list of those without tickets in the order in which they lost
 * their last one. */
#include "call_party.h"

#include <stdlib.h>

/* ---- list and table ---- */

static void unlink_idle(struct call_parties *parties, struct call_party *party) {
  *(party->older ? &party->older->newer : &parties->oldest) = party->newer;
  *(party->newer ? &party->newer->older : &parties->newest) = party->older;
  parties->n_idle--;
}

static void append_idle(struct call_parties *parties, struct call_party *party) {
  party->older = parties->newest;
  party->newer = NULL;
  *(party->older ? &party->older->newer : &parties->oldest) = party;
  parties->newest = party;
  parties->n_idle++;
}

/* The place that points to the party, or that holds the NULL where it belongs. */
static struct call_party **place_of(struct call_parties *parties, uint64_t hash) {
  struct call_party **place = &parties->buckets[hash % CALL_PARTY_BUCKETS];
  while (*place && (*place)->hash != hash) place = &(*place)->next_in_bucket;
  return place;
}

static void remove_party(struct call_parties *parties, struct call_party *party) {
  *place_of(parties, party->hash) = party->next_in_bucket;
  free(party);
}

static void forget(struct call_parties *parties, struct call_party *party) {
  unlink_idle(parties, party);
  remove_party(parties, party);
}

static uint32_t window_of(const struct call_parties *parties, const struct call_party *party) {
  return party->window_ms ? party->window_ms : parties->window_ms;
}

static uint32_t granted(const struct call_parties *parties, const struct call_party *party,
                        uint64_t now_ms) {
  uint32_t window_ms = window_of(parties, party);
  return window_ms ? recent_count(&party->granted, window_ms, now_ms) : 0;
}

/* Two for each one that may come, so that they become fewer, and none has to wait for many. */
static void forget_old(struct call_parties *parties, uint64_t now_ms) {
  for (int i = 0; i < 2 && parties->oldest && !granted(parties, parties->oldest, now_ms); i++)
    forget(parties, parties->oldest);
}

/* ---- callers ---- */

struct call_party *call_parties_take(struct call_parties *parties, uint64_t hash,
                                     uint32_t window_ms, uint64_t now_ms) {
  forget_old(parties, now_ms);
  struct call_party **place = place_of(parties, hash), *party = *place;
  if (!party) {
    party = calloc(1, sizeof *party);
    if (!party) return NULL;
    party->hash = hash;
    party->window_ms = window_ms;
    *place = party;
  } else if (!party->n_tickets) {
    unlink_idle(parties, party);
  }
  party->n_tickets++;
  return party;
}

void call_parties_give(struct call_parties *parties, struct call_party *party, uint64_t now_ms) {
  if (--party->n_tickets) return;
  if (!granted(parties, party, now_ms)) {
    remove_party(parties, party);
    return;
  }
  append_idle(parties, party);
  if (parties->n_idle > CALL_PARTIES_MAX) forget(parties, parties->oldest);
}

void call_parties_count(const struct call_parties *parties, struct call_party *party,
                        uint64_t now_ms) {
  uint32_t window_ms = window_of(parties, party);
  if (window_ms) recent_add(&party->granted, window_ms, now_ms);
}

uint32_t call_parties_used(const struct call_parties *parties, const struct call_party *party,
                           uint64_t now_ms) {
  return granted(parties, party, now_ms) + party->n_waiting;
}

void call_parties_set_window(struct call_parties *parties, uint32_t window_ms) {
  if (window_ms == parties->window_ms) return;
  for (struct call_party *party = parties->oldest, *newer; party; party = newer) {
    newer = party->newer;
    if (!party->window_ms) forget(parties, party);
  }
  for (size_t i = 0; i < CALL_PARTY_BUCKETS; i++)
    for (struct call_party *party = parties->buckets[i]; party; party = party->next_in_bucket)
      if (!party->window_ms) party->granted = (struct recent){0};
  parties->window_ms = window_ms;
}

void call_parties_free(struct call_parties *parties) {
  while (parties->oldest) forget(parties, parties->oldest);
}
