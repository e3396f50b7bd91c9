/* idpool.h: the identifiers of requests to one server. A source port has 256 of them (RFC 2865 3),
 * more requests at once need more source ports (RFC 2865 2.5): the pool holds those of all sockets
 * to the server, probes included (RFC 5997 4.1). The one released longest ago is used next, and
 * none while its request waits (RFC 5080 2.2.2), nor shortly after.
 *
 * A socket costs 4 kB and two list links. Nothing takes longer where there are more sockets, but
 * for adding one now and then, when the index of sockets grows. */
#ifndef RADMFA_CORE_IDPOOL_H
#define RADMFA_CORE_IDPOOL_H

#include "list.h"

#include <radmfa/base.h>

#define IDPOOL_SOCKETS_MAX 65536u

struct idpool {
  const radmfa_allocator *allocator;
  uint32_t rest_ms;
  struct id_place *places; /* by socket number */
  uint32_t n_places, places_size;
  uint32_t free_place;     /* socket number + 1; 0: none */
  uint32_t oldest, newest; /* the ends of the queue of released identifiers */
  struct list unused;      /* sockets with identifiers never used, in the order of opening */
  struct list idle;        /* sockets with no identifier out, the one longest so at the front */
};

/* An identifier rests for rest_ms after its release. */
void radmfa__idpool_init(struct idpool *pool, const radmfa_allocator *allocator, uint32_t rest_ms);
void radmfa__idpool_cleanup(struct idpool *pool);

/* Another socket, with 256 identifiers never used; the caller's name for it is `*out_socket`, the
 * number of a removed socket where there is one. Returns 0, RADMFA_E_NO_MEMORY or RADMFA_E_TOO_BIG
 * (IDPOOL_SOCKETS_MAX). */
RADMFA_MUST_USE int radmfa__idpool_add_socket(struct idpool *pool, uint64_t now_ms,
                                              uint16_t *out_socket);
/* Identifiers that are out go with it: they are not to be given back, and their owners are the
 * caller's to look after, before. */
void radmfa__idpool_remove_socket(struct idpool *pool, uint16_t socket);
/* The socket that is idle longest: none of its identifiers is out, and the latest release, or the
 * opening, was idle_ms ago or more. False when there is none. */
RADMFA_MUST_USE bool radmfa__idpool_idle_socket(const struct idpool *pool, uint64_t now_ms,
                                                uint32_t idle_ms, uint16_t *out_socket);

/* One that was never used, in order, else the one released longest ago. False when none is free
 * or none has rested: add a socket. */
RADMFA_MUST_USE bool radmfa__idpool_take(struct idpool *pool, uint64_t now_ms, void *owner,
                                         uint16_t *out_socket, uint8_t *out_id);
/* Only for one that is out. */
void radmfa__idpool_give(struct idpool *pool, uint16_t socket, uint8_t id, uint64_t now_ms);
/* Who took it, or NULL: it is not out, or there is no such socket. */
void *radmfa__idpool_owner(const struct idpool *pool, uint16_t socket, uint8_t id);

#endif
