/* call_party.h: users and numbers, as the limits of calls know them: what was granted to each of
 * late, and who waits for a number. A party is its keyed hash: nobody finds two with the same one
 * who does not know the key, and by chance it takes some 2^32 of them. Not thread-safe. */
#ifndef RADMFAD_FACTOR_CALL_PARTY_H
#define RADMFAD_FACTOR_CALL_PARTY_H

#include "../recent.h"

#include <stdbool.h>
#include <stddef.h>

struct call_ticket;

struct call_queue {
  struct call_ticket *first, *last;
};

struct call_party {
  struct call_party *next_in_bucket;
  struct call_party *older, *newer; /* where it has no tickets */
  uint64_t hash;
  uint32_t window_ms; /* its own; 0: that of all */
  uint32_t n_tickets;
  uint32_t n_waiting; /* of these; they count as granted for the limit */
  struct recent granted;
  /* of numbers: the one ticket whose turn it is or was, and those behind it */
  struct call_ticket *holder;
  struct call_queue waiting;
};

#define CALL_PARTIES_MAX 100000u /* without tickets; over that the oldest is forgotten */
#define CALL_PARTY_BUCKETS 16384u

struct call_parties {
  struct call_party *buckets[CALL_PARTY_BUCKETS];
  struct call_party *oldest, *newest;
  size_t n_idle;
  uint32_t window_ms; /* 0: nothing is counted */
};

/* The party, with one ticket more; NULL: no memory. `window_ms` is its own (0: that of all): with
 * another one it has another hash. */
struct call_party *call_parties_take(struct call_parties *parties, uint64_t hash,
                                     uint32_t window_ms, uint64_t now_ms);
/* One ticket less. The party may be gone. */
void call_parties_give(struct call_parties *parties, struct call_party *party, uint64_t now_ms);

void call_parties_count(const struct call_parties *parties, struct call_party *party,
                        uint64_t now_ms);
/* What was granted in the window, and what waits. */
uint32_t call_parties_used(const struct call_parties *parties, const struct call_party *party,
                           uint64_t now_ms);

/* Another window forgets what was granted to those who have none of their own. */
void call_parties_set_window(struct call_parties *parties, uint32_t window_ms);
void call_parties_free(struct call_parties *parties); /* none has a ticket */

#endif
