/* The pool of identifiers against arrays that are searched from end to end. */
#include "core/idpool.h"

#include "../support/dice.h"
#include "../support/doom.h"
#include "../support/fewer.h"
#include "../support/heap.h"

#include <criterion/criterion.h>

#define SOCKETS 6u
#define IDS 256u
#define REST_MS 1000u

struct model_id {
  uint64_t released; /* in the order of releases, from 1; 0: never used */
  uint64_t released_ms;
  bool is_out;
};

struct model {
  struct idpool pool;
  uint64_t now_ms, n_releases, n_opened;
  uint64_t opened[SOCKETS]; /* in the order of opening, from 1; 0: not open */
  uint64_t touched_ms[SOCKETS];
  struct model_id ids[SOCKETS][IDS];
};

static struct model m;

/* What is to come before what: those never used by socket and identifier, then by release. */
static uint64_t rank(unsigned socket, unsigned id) {
  uint64_t released = m.ids[socket][id].released;
  return released ? released << 32 : m.opened[socket] * IDS + id;
}

static bool expected_next(unsigned *out_socket, unsigned *out_id) {
  uint64_t best = UINT64_MAX;
  for (unsigned s = 0; s < SOCKETS; s++)
    for (unsigned i = 0; i < IDS && m.opened[s]; i++) {
      if (m.ids[s][i].is_out || rank(s, i) >= best) continue;
      best = rank(s, i);
      *out_socket = s;
      *out_id = i;
    }
  if (best == UINT64_MAX) return false;
  const struct model_id *next = &m.ids[*out_socket][*out_id];
  return !next->released || m.now_ms - next->released_ms >= REST_MS;
}

static void take(void) {
  unsigned expected_socket = 0, expected_id = 0;
  uint16_t socket;
  uint8_t id;
  bool expected = expected_next(&expected_socket, &expected_id);
  struct model_id *owner = &m.ids[expected_socket][expected_id];
  if (radmfa__idpool_take(&m.pool, m.now_ms, owner, &socket, &id) != expected)
    DOOM("%s", expected ? "one is ready, and was not given" : "none is ready, and one was given");
  if (!expected) return;
  if (socket != expected_socket || id != expected_id)
    DOOM("%u, %u instead of %u, %u", socket, id, expected_socket, expected_id);
  owner->is_out = true;
}

static bool is_idle(unsigned socket) {
  if (!m.opened[socket]) return false;
  for (unsigned i = 0; i < IDS; i++)
    if (m.ids[socket][i].is_out) return false;
  return true;
}

static void give(unsigned socket, unsigned id) {
  struct model_id *given = &m.ids[socket][id];
  if (!m.opened[socket] || !given->is_out) return;
  radmfa__idpool_give(&m.pool, (uint16_t)socket, (uint8_t)id, m.now_ms);
  *given = (struct model_id){++m.n_releases, m.now_ms, false};
  m.touched_ms[socket] = m.now_ms;
}

static void add_socket(void) {
  uint16_t added;
  unsigned open = 0;
  for (unsigned s = 0; s < SOCKETS; s++) open += m.opened[s] != 0;
  if (open == SOCKETS) return;
  cr_assert_eq(radmfa__idpool_add_socket(&m.pool, m.now_ms, &added), 0);
  if (added >= SOCKETS || m.opened[added]) DOOM("number %u", added);
  m.opened[added] = ++m.n_opened;
  m.touched_ms[added] = m.now_ms;
  for (unsigned i = 0; i < IDS; i++) m.ids[added][i] = (struct model_id){0};
}

static void remove_socket(struct dice *dice) {
  uint16_t socket = (uint16_t)dice_below(dice, SOCKETS);
  bool at_any_time = dice_one_in(dice, 10);
  if (!at_any_time && !radmfa__idpool_idle_socket(&m.pool, m.now_ms, 100, &socket)) return;
  if (!m.opened[socket]) return;
  radmfa__idpool_remove_socket(&m.pool, socket);
  m.opened[socket] = 0;
}

static void check_idle(uint32_t idle_ms) {
  uint16_t told = 0;
  uint64_t longest = UINT64_MAX;
  for (unsigned s = 0; s < SOCKETS; s++)
    if (is_idle(s) && m.touched_ms[s] < longest) longest = m.touched_ms[s];
  bool expected = longest != UINT64_MAX && m.now_ms - longest >= idle_ms;
  if (radmfa__idpool_idle_socket(&m.pool, m.now_ms, idle_ms, &told) != expected)
    DOOM("%s", expected ? "an idle socket is not told" : "no socket is idle, and one is told");
  if (expected && (!is_idle(told) || m.touched_ms[told] != longest)) DOOM("socket %u", told);
}

static void check_owners(void) {
  for (unsigned s = 0; s < SOCKETS; s++)
    for (unsigned i = 0; i < IDS; i++) {
      bool is_out = m.opened[s] && m.ids[s][i].is_out;
      void *owner = radmfa__idpool_owner(&m.pool, (uint16_t)s, (uint8_t)i);
      if (owner != (is_out ? &m.ids[s][i] : NULL)) DOOM("the owner of %u, %u", s, i);
    }
}

static void give_all(unsigned socket) {
  for (unsigned i = 0; i < IDS; i++) give(socket, i * 37 % IDS);
}

static void step(struct dice *dice) {
  switch (dice_below(dice, 40)) {
    case 0: add_socket(); return;
    case 1: remove_socket(dice); return;
    case 2: give_all(dice_below(dice, SOCKETS)); return;
    case 3: check_idle(dice_below(dice, 300)); return;
    case 4: m.now_ms += dice_below(dice, 3 * REST_MS); return;
    default: break;
  }
  m.now_ms += dice_one_in(dice, 3);
  if (dice_one_in(dice, 3))
    give(dice_below(dice, SOCKETS), dice_below(dice, IDS));
  else
    take();
}

static void run(uint64_t seed) {
  struct dice dice = dice_of(seed);
  struct heap heap = {0};
  radmfa_allocator allocator = heap_allocator(&heap);
  m = (struct model){.now_ms = dice_below(&dice, 5000)};
  radmfa__idpool_init(&m.pool, &allocator, REST_MS);
  for (unsigned n = 0; n < 10000; n++) {
    doom_context("seed %llu, step %u", (unsigned long long)seed, n);
    step(&dice);
    if (n % 500 == 0) check_owners();
  }
  radmfa__idpool_cleanup(&m.pool);
  cr_assert_eq(heap.blocks, 0);
}

Test(idpool_property, the_pool_does_what_arrays_would) {
  for (uint64_t seed = 0; seed < fewer(20); seed++) run(seed);
}

#define MANY 100000u

static char owners[MANY];
static uint16_t sockets[MANY];
static uint8_t ids[MANY];

static void take_many(struct idpool *pool, uint64_t now_ms, unsigned *inout_n_sockets) {
  for (unsigned i = 0; i < MANY; i++) {
    uint16_t opened;
    if (radmfa__idpool_take(pool, now_ms, &owners[i], &sockets[i], &ids[i])) continue;
    cr_assert_eq(radmfa__idpool_add_socket(pool, now_ms, &opened), 0);
    ++*inout_n_sockets;
    cr_assert(radmfa__idpool_take(pool, now_ms, &owners[i], &sockets[i], &ids[i]));
  }
}

static void expect_owners(const struct idpool *pool) {
  for (unsigned i = 0; i < MANY; i++)
    cr_assert_eq(radmfa__idpool_owner(pool, sockets[i], ids[i]), &owners[i]);
}

Test(idpool_property, a_hundred_thousand_are_out_at_once_on_391_sockets) {
  struct heap heap = {0};
  radmfa_allocator allocator = heap_allocator(&heap);
  struct idpool pool;
  unsigned n_sockets = 0;
  radmfa__idpool_init(&pool, &allocator, REST_MS);
  for (uint64_t now_ms = 0; now_ms < 6000; now_ms += 2000) {
    take_many(&pool, now_ms, &n_sockets);
    expect_owners(&pool); /* each has its own: none was given twice */
    for (unsigned i = 0; i < MANY; i++) radmfa__idpool_give(&pool, sockets[i], ids[i], now_ms);
  }
  cr_assert_eq(n_sockets, 391);
  radmfa__idpool_cleanup(&pool);
  cr_assert_eq(heap.blocks, 0);
}
