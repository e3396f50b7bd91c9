/* asked.h: a request that the upstream server has seen, and its answer: a retransmission has the
 * same peer, identifier and authenticator (RFC 5080 2.2.2). */
#ifndef RADMFA_BENCH_ASKED_H
#define RADMFA_BENCH_ASKED_H

#include "table.h"

#include <radmfa/packet.h>

struct asked {
  struct table_node node; /* comes first: what frees a node frees this */
  radmfa_address peer;
  uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE];
  uint8_t id;
  bool answered;
  bool held_back;
  uint16_t reply_len;
  uint8_t reply[];
};

uint64_t asked_hash_peer(const radmfa_address *peer);

/* The same request, or NULL. */
struct asked *asked_find(const struct table *table, const radmfa_address *peer,
                         const radmfa_packet *request);
/* Keeps a copy of `reply`. */
struct asked *asked_add(struct table *table, const radmfa_address *peer,
                        const radmfa_packet *request, radmfa_span reply);
void asked_forget(struct table *table, struct asked *asked);
void asked_free(struct table_node *node);

#endif
