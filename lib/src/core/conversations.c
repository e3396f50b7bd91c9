#include "conversations.h"

#include "mem.h"

#include "core.h"

struct conversation {
  struct table_node by_key;
  struct list link;
  uint64_t rest; /* of the key, beside the hash of by_key */
  size_t server;
  uint64_t until_ms;
};

int radmfa__conversations_init(struct conversations *conversations,
                               const radmfa_allocator *allocator) {
  list_init(&conversations->oldest_first);
  return radmfa__table_init(&conversations->by_key, allocator, 16);
}

static void forget(struct conversations *conversations, struct conversation *conversation) {
  list_remove(&conversation->link);
  radmfa__table_remove(&conversations->by_key, &conversation->by_key);
  radmfa__free(conversations->by_key.allocator, conversation, sizeof *conversation);
}

static struct conversation *oldest(const struct conversations *conversations) {
  return CONTAINER(struct conversation, link, conversations->oldest_first.next);
}

void radmfa__conversations_cleanup(struct conversations *conversations) {
  while (!list_empty(&conversations->oldest_first)) forget(conversations, oldest(conversations));
  radmfa__table_cleanup(&conversations->by_key);
}

static struct conversation *find(const struct conversations *conversations, radmfa_hash128 key) {
  struct table_node *node = radmfa__table_first(&conversations->by_key, key.a);
  for (; node; node = radmfa__table_next(&conversations->by_key, node)) {
    struct conversation *conversation = CONTAINER(struct conversation, by_key, node);
    if (conversation->rest == key.b) return conversation;
  }
  return NULL;
}

static void forget_old(struct conversations *conversations, uint64_t now_ms) {
  while (!list_empty(&conversations->oldest_first) &&
         (oldest(conversations)->until_ms <= now_ms ||
          conversations->by_key.count >= CONVERSATIONS_MAX))
    forget(conversations, oldest(conversations));
}

void radmfa__conversations_put(struct conversations *conversations, radmfa_hash128 key,
                               size_t server, uint64_t now_ms) {
  struct conversation *conversation = find(conversations, key);
  if (conversation) forget(conversations, conversation);
  forget_old(conversations, now_ms);
  conversation = radmfa__alloc(conversations->by_key.allocator, sizeof *conversation);
  if (!conversation) return;
  conversation->rest = key.b;
  conversation->server = server;
  conversation->until_ms = now_ms + CONVERSATION_MS;
  list_append(&conversations->oldest_first, &conversation->link);
  radmfa__table_insert(&conversations->by_key, &conversation->by_key, key.a);
}

size_t radmfa__conversations_find(const struct conversations *conversations, radmfa_hash128 key,
                                  uint64_t now_ms) {
  const struct conversation *conversation = find(conversations, key);
  return conversation && conversation->until_ms > now_ms ? conversation->server : SIZE_MAX;
}
