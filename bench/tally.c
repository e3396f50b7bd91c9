#include "tally.h"

#include "memory.h"

#include <stdlib.h>

/* The node comes first: what frees a node frees this. */
struct seen {
  struct table_node node;
  uint64_t times;
};

void tally_init(struct tally *tally) {
  *tally = (struct tally){0};
  table_init(&tally->table);
}

static void free_seen(struct table_node *node) {
  free(node);
}

void tally_cleanup(struct tally *tally) {
  table_cleanup(&tally->table, free_seen);
}

static struct seen *seen_of(struct tally *tally, uint64_t hash) {
  struct seen *seen = (struct seen *)table_first(&tally->table, hash);
  if (seen) return seen;
  seen = memory_new(sizeof *seen);
  table_insert(&tally->table, &seen->node, hash);
  tally->n_seen++;
  return seen;
}

void tally_add(struct tally *tally, uint64_t hash) {
  struct seen *seen = seen_of(tally, hash);
  seen->times++;
  if (seen->times == 2) tally->n_repeated++;
  if (seen->times > tally->most) tally->most = seen->times;
}
