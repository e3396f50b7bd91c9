#include "dedup.h"

#include "core.h"

int radmfa__dedup_init(struct dedup *dedup, radmfa_hash_key key, uint32_t keep_ms,
                       uint32_t kept_max, const radmfa_allocator *allocator) {
  TRY(radmfa__table_init(&dedup->by_request, allocator, 256));
  int error = radmfa__table_init(&dedup->by_source, allocator, 256);
  if (error) {
    radmfa__table_cleanup(&dedup->by_request);
    return error;
  }
  list_init(&dedup->kept);
  dedup->n_kept = 0;
  dedup->kept_max = kept_max;
  dedup->keep_ms = keep_ms > KEEP_AT_LEAST_MS ? keep_ms : KEEP_AT_LEAST_MS;
  dedup->key = key;
  return 0;
}

void radmfa__dedup_cleanup(struct dedup *dedup) {
  radmfa__table_cleanup(&dedup->by_request);
  radmfa__table_cleanup(&dedup->by_source);
}

/* What names a request; without the authenticator, at the end, its source and identifier. */
struct name {
  uint8_t bytes[16 + 4 + 2 + 2 + 1 + RADMFA_AUTHENTICATOR_SIZE];
};

#define SOURCE_SIZE (sizeof(struct name) - RADMFA_AUTHENTICATOR_SIZE)

static struct name name_of(const radmfa_address *peer, uint16_t socket, uint8_t id) {
  struct name name;
  memcpy(name.bytes, peer->ip, 16);
  memcpy(name.bytes + 16, &peer->scope_id, 4);
  memcpy(name.bytes + 20, &peer->port, 2);
  memcpy(name.bytes + 22, &socket, 2);
  name.bytes[24] = id;
  return name;
}

static uint64_t hash_source(const struct dedup *dedup, const struct name *name) {
  return radmfa__hash64(dedup->key, name->bytes, SOURCE_SIZE);
}

static bool same_source(const struct login *login, const radmfa_address *peer, uint16_t socket,
                        uint8_t id) {
  return login->packet_id == id && login->socket == socket && login->peer.port == peer->port &&
         login->peer.scope_id == peer->scope_id &&
         radmfa_span_equal((radmfa_span){login->peer.ip, 16}, (radmfa_span){peer->ip, 16});
}

uint64_t radmfa__dedup_hash(const struct dedup *dedup, const radmfa_datagram *datagram,
                            const radmfa_packet *packet) {
  struct name name = name_of(&datagram->peer, datagram->socket, packet->id);
  memcpy(name.bytes + SOURCE_SIZE, radmfa_packet_authenticator(packet), RADMFA_AUTHENTICATOR_SIZE);
  return radmfa__hash64(dedup->key, name.bytes, sizeof name.bytes);
}

void radmfa__dedup_prefetch(const struct dedup *dedup, uint64_t hash) {
  radmfa__table_prefetch(&dedup->by_request, hash);
}

/* That the hashes are equal says that the authenticators are: without the key nobody finds two that
 * are, and by chance it takes 2^64 tries. */
struct login *radmfa__dedup_find(const struct dedup *dedup, const radmfa_datagram *datagram,
                                 const radmfa_packet *packet, uint64_t hash) {
  struct table_node *node = radmfa__table_first(&dedup->by_request, hash);
  for (; node; node = radmfa__table_next(&dedup->by_request, node)) {
    struct login *login = CONTAINER(struct login, by_request, node);
    if (same_source(login, &datagram->peer, datagram->socket, packet->id)) return login;
  }
  return NULL;
}

static bool may_be_joined(const struct login *rival, const struct login *login) {
  return login->join_role == JOIN_LEADER && rival->join_role == JOIN_LEADER &&
         rival->key.a == login->key.a && rival->key.b == login->key.b;
}

struct login *radmfa__dedup_rival(const struct dedup *dedup, const struct login *login,
                                  enum rivals which) {
  struct table_node *node = radmfa__table_first(&dedup->by_source, login->by_source.hash);
  for (; node; node = radmfa__table_next(&dedup->by_source, node)) {
    struct login *other = CONTAINER(struct login, by_source, node);
    if (other == login || other->is_dropped) continue;
    if (other->is_signed && !login->is_signed) continue;
    if (which == RIVALS_OF_OTHER_KEYS && may_be_joined(other, login)) continue;
    if (same_source(other, &login->peer, login->socket, login->packet_id)) return other;
  }
  return NULL;
}

void radmfa__dedup_add(struct dedup *dedup, struct login *login, uint64_t hash) {
  struct name name = name_of(&login->peer, login->socket, login->packet_id);
  radmfa__table_insert(&dedup->by_request, &login->by_request, hash);
  radmfa__table_insert(&dedup->by_source, &login->by_source, hash_source(dedup, &name));
}

void radmfa__dedup_keep(struct dedup *dedup, struct login *login, uint64_t now_ms) {
  radmfa__table_remove(&dedup->by_source, &login->by_source);
  login->is_kept = true;
  login->due.due_ms = now_ms + dedup->keep_ms;
  list_append(&dedup->kept, &login->due.link);
  dedup->n_kept++;
}

void radmfa__dedup_remove(struct dedup *dedup, struct login *login) {
  radmfa__table_remove(&dedup->by_request, &login->by_request);
  if (!login->is_kept) {
    radmfa__table_remove(&dedup->by_source, &login->by_source);
    return;
  }
  login->is_kept = false;
  list_remove(&login->due.link);
  dedup->n_kept--;
}

static struct login *oldest(const struct dedup *dedup) {
  return CONTAINER(struct login, due.link, dedup->kept.next);
}

uint64_t radmfa__dedup_next_due(const struct dedup *dedup) {
  if (list_empty(&dedup->kept)) return UINT64_MAX;
  uint64_t due_ms = oldest(dedup)->due.due_ms;
  return dedup->n_kept > dedup->kept_max ? due_ms - dedup->keep_ms + KEEP_AT_LEAST_MS : due_ms;
}

static void prefetch_record(const struct login *login) {
  for (size_t at = 0; at < sizeof *login; at += 64)
    __builtin_prefetch((const uint8_t *)login + at, 1);
}

/* Nobody has touched old ones for long, and they go many at a time: while this one goes, memory
 * fetches the place in the table of the next one, and the record of the one behind that. */
static void look_ahead(const struct dedup *dedup, const struct login *login) {
  struct list *next = login->due.link.next;
  const struct list *last = &dedup->kept;
  if (next == last) return;
  radmfa__table_prefetch(&dedup->by_request,
                         CONTAINER(struct login, due.link, next)->by_request.hash);
  if (next->next != last) prefetch_record(CONTAINER(struct login, due.link, next->next));
}

struct login *radmfa__dedup_pop_old(struct dedup *dedup, uint64_t now_ms) {
  if (radmfa__dedup_next_due(dedup) > now_ms) return NULL;
  struct login *login = oldest(dedup);
  look_ahead(dedup, login);
  radmfa__dedup_remove(dedup, login);
  return login;
}
