/* dedup.h: where a retransmission is recognised: the same receiving socket, peer address and
 * port, identifier and authenticator (RFC 5080 2.2.2). It finds the pending login, or the kept
 * one with its signed reply. */
#ifndef RADMFA_CORE_DEDUP_H
#define RADMFA_CORE_DEDUP_H

#include "record.h"

#define KEEP_AT_LEAST_MS 5000u /* RFC 5080 2.2.2: a reply is kept for 5 to 30 seconds */

struct dedup {
  struct table by_request; /* source, identifier and authenticator: pending and kept ones */
  struct table by_source;  /* source and identifier: pending ones */
  struct list kept;        /* by `due`, the one answered first at the front */
  uint32_t n_kept, kept_max;
  uint32_t keep_ms;
  radmfa_hash_key key;
};

RADMFA_MUST_USE int radmfa__dedup_init(struct dedup *dedup, radmfa_hash_key key, uint32_t keep_ms,
                                       uint32_t kept_max, const radmfa_allocator *allocator);
void radmfa__dedup_cleanup(struct dedup *dedup);

/* What this datagram's request is found by; radmfa__dedup_prefetch has the place fetched
 * meanwhile. */
uint64_t radmfa__dedup_hash(const struct dedup *dedup, const radmfa_datagram *datagram,
                            const radmfa_packet *packet);
void radmfa__dedup_prefetch(const struct dedup *dedup, uint64_t hash);

/* The login that this datagram's request began, or NULL: a new one. */
struct login *radmfa__dedup_find(const struct dedup *dedup, const radmfa_datagram *datagram,
                                 const radmfa_packet *packet, uint64_t hash);

enum rivals {
  RIVALS_ALL,
  /* not those whose person this login may turn out to be, under another form of the name */
  RIVALS_OF_OTHER_KEYS,
};

/* A pending login that `login`, with the same source and identifier and another authenticator,
 * replaces; NULL when there is none (left). One without Message-Authenticator never replaces one
 * that had it. */
struct login *radmfa__dedup_rival(const struct dedup *dedup, const struct login *login,
                                  enum rivals which);

/* `hash` is of its datagram. */
void radmfa__dedup_add(struct dedup *dedup, struct login *login, uint64_t hash);
/* It has its reply (or silence): remembered for keep_ms from now. */
void radmfa__dedup_keep(struct dedup *dedup, struct login *login, uint64_t now_ms);
void radmfa__dedup_remove(struct dedup *dedup, struct login *login);

/* Takes out one kept login whose time is over, or that is too many and older than 5 s; NULL when
 * there is none. */
struct login *radmfa__dedup_pop_old(struct dedup *dedup, uint64_t now_ms);
uint64_t radmfa__dedup_next_due(const struct dedup *dedup); /* UINT64_MAX: nothing kept */

#endif
