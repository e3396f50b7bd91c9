/* ids.h: which login waits at which socket and identifier: 256 for each source port (RFC 2865 3).
 * An identifier is given to another login only when it is free, and the one that has been free for
 * longest goes first. Sockets of several servers lie in pools of their own. It knows no sockets,
 * only their numbers. */
#ifndef RADMFA_BENCH_IDS_H
#define RADMFA_BENCH_IDS_H

#include <radmfa/attr.h>

#define IDS_PER_SOCKET 256u
#define IDS_POOLS_MAX 4u

enum slot_state { SLOT_UNUSED, SLOT_WAITING, SLOT_ANSWERED, SLOT_LOST };

struct slot {
  uint64_t due_ns;   /* when its login was planned */
  uint64_t sent_ns;  /* the first time */
  uint64_t asked_ns; /* the first time to this server */
  uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE];
  uint8_t authenticator_before[RADMFA_AUTHENTICATOR_SIZE]; /* of the login before this one */
  uint64_t login;
  uint32_t number;    /* 256 * socket + identifier */
  uint32_t use;       /* how often it was taken: tells an old deadline from a new one */
  uint32_t next_free; /* number of the slot that is free after this one, plus 1 */
  uint8_t n_sent;
  uint8_t state;        /* enum slot_state */
  uint8_t state_before; /* how the login before this one ended */
  uint8_t pool;
};

/* Numbers of slots, plus 1. */
struct ids_pool {
  uint32_t first_free, last_free;
};

/* All zeros is one without sockets. */
struct ids {
  struct slot **sockets; /* 256 slots each */
  uint32_t n_sockets, capacity;
  struct ids_pool pools[IDS_POOLS_MAX];
  uint64_t n_waiting, most_waiting;
};

void ids_cleanup(struct ids *ids);
/* `count` sockets whose numbers follow those of before. They are used by turns, a few identifiers
 * of each, so that requests that are sent together can share a system call. */
void ids_add_sockets(struct ids *ids, unsigned pool, uint32_t count);

/* A slot in state WAITING with nothing but its history filled in; NULL where all are waiting. */
struct slot *ids_take(struct ids *ids, unsigned pool);
/* `state` is how it ended: SLOT_ANSWERED or SLOT_LOST. */
void ids_give_back(struct ids *ids, struct slot *slot, enum slot_state state);

struct slot *ids_slot(const struct ids *ids, uint32_t number);
static inline uint8_t slot_id(const struct slot *slot) {
  return (uint8_t)(slot->number % IDS_PER_SOCKET);
}
static inline uint32_t slot_socket(const struct slot *slot) {
  return slot->number / IDS_PER_SOCKET;
}

#endif
