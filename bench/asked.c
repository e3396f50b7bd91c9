#include "asked.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

uint64_t asked_hash_peer(const radmfa_address *peer) {
  uint64_t hash = hash_of(0, peer->ip, sizeof peer->ip);
  hash = hash_of(hash, &peer->scope_id, sizeof peer->scope_id);
  return hash_of(hash, &peer->port, sizeof peer->port);
}

static uint64_t key_of(const radmfa_address *peer, const radmfa_packet *request) {
  uint64_t hash = hash_of(asked_hash_peer(peer), &request->id, sizeof request->id);
  return hash_of(hash, radmfa_packet_authenticator(request), RADMFA_AUTHENTICATOR_SIZE);
}

static bool is_same(const struct asked *asked, const radmfa_address *peer,
                    const radmfa_packet *request) {
  return asked->id == request->id && asked->peer.port == peer->port &&
         asked->peer.scope_id == peer->scope_id &&
         !memcmp(asked->peer.ip, peer->ip, sizeof peer->ip) &&
         !memcmp(asked->authenticator, radmfa_packet_authenticator(request),
                 RADMFA_AUTHENTICATOR_SIZE);
}

struct asked *asked_find(const struct table *table, const radmfa_address *peer,
                         const radmfa_packet *request) {
  struct table_node *node = table_first(table, key_of(peer, request));
  while (node && !is_same((struct asked *)node, peer, request)) node = table_next(node);
  return (struct asked *)node;
}

struct asked *asked_add(struct table *table, const radmfa_address *peer,
                        const radmfa_packet *request, radmfa_span reply) {
  struct asked *asked = memory_new(sizeof *asked + reply.len);
  asked->peer = *peer;
  asked->id = request->id;
  memcpy(asked->authenticator, radmfa_packet_authenticator(request), RADMFA_AUTHENTICATOR_SIZE);
  asked->reply_len = (uint16_t)reply.len;
  memcpy(asked->reply, reply.ptr, reply.len);
  table_insert(table, &asked->node, key_of(peer, request));
  return asked;
}

void asked_forget(struct table *table, struct asked *asked) {
  table_remove(table, &asked->node);
  free(asked);
}

void asked_free(struct table_node *node) {
  free(node);
}
