#include "learned.h"

#include "mem.h"

#include "core.h"

struct learned_address {
  struct table_node node;
  struct list link;
  uint8_t ip[16];
};

int radmfa__learned_init(struct learned *learned, radmfa_hash_key key,
                         const radmfa_allocator *allocator) {
  TRY(radmfa__table_init(&learned->addresses, allocator, 64));
  list_init(&learned->oldest_first);
  learned->key = key;
  return 0;
}

static void forget(struct learned *learned, struct learned_address *address) {
  list_remove(&address->link);
  radmfa__table_remove(&learned->addresses, &address->node);
  radmfa__free(learned->addresses.allocator, address, sizeof *address);
}

void radmfa__learned_cleanup(struct learned *learned) {
  while (!list_empty(&learned->oldest_first))
    forget(learned, CONTAINER(struct learned_address, link, learned->oldest_first.next));
  radmfa__table_cleanup(&learned->addresses);
}

static bool same_ip(const uint8_t a[16], const uint8_t b[16]) {
  return radmfa_span_equal((radmfa_span){a, 16}, (radmfa_span){b, 16});
}

static bool find(const struct learned *learned, const uint8_t ip[16], uint64_t hash) {
  struct table_node *node = radmfa__table_first(&learned->addresses, hash);
  for (; node; node = radmfa__table_next(&learned->addresses, node))
    if (same_ip(CONTAINER(struct learned_address, node, node)->ip, ip)) return true;
  return false;
}

bool radmfa__learned_has(const struct learned *learned, const uint8_t ip[16]) {
  return find(learned, ip, radmfa__hash64(learned->key, ip, 16));
}

void radmfa__learned_add(struct learned *learned, const uint8_t ip[16]) {
  uint64_t hash = radmfa__hash64(learned->key, ip, 16);
  if (find(learned, ip, hash)) return;
  struct learned_address *address = radmfa__alloc(learned->addresses.allocator, sizeof *address);
  if (!address) return;
  if (learned->addresses.count == LEARNED_MAX)
    forget(learned, CONTAINER(struct learned_address, link, learned->oldest_first.next));
  memcpy(address->ip, ip, 16);
  list_append(&learned->oldest_first, &address->link);
  radmfa__table_insert(&learned->addresses, &address->node, hash);
}
