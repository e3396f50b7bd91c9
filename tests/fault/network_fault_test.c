/* The network: each datagram of an exchange is lost, doubled, or comes after the next one; each
 * reply is lost. */
#include "../support/doom.h"
#include "../support/world.h"

#include <criterion/criterion.h>

struct letter {
  uint64_t at_ms;
  struct request request;
};

/* An AD Connector with two addresses: retransmissions, a new id, a fail-over, a wrong password, a
 * change of mind. */
static const struct letter letters[] = {
    {0, {.user = "alice", .password = "right", .id = 1}},
    {100, {.user = "bob", .password = "wrong", .id = 2}},
    {2000, {.user = "alice", .password = "right", .id = 1}},
    {2100, {.user = "bob", .password = "wrong", .id = 2}},
    {3000,
     {.user = "alice",
      .password = "right",
      .id = 3,
      .peer = "10.0.1.57:4000",
      .engine = 1,
      .proxy_state = "p"}},
    {4000, {.user = "alice", .password = "right", .id = 1, .fresh = 1}},
    {5000, {.user = "carol", .password = "right", .id = 2, .fresh = 1}},
    {9000, {.user = "alice", .password = "right", .id = 1, .fresh = 1}},
    {9500,
     {.user = "alice",
      .password = "right",
      .id = 3,
      .peer = "10.0.1.57:4000",
      .engine = 1,
      .proxy_state = "p"}},
    {9600, {.user = "carol", .password = "right", .id = 2, .fresh = 1}},
    {9700, {.user = "bob", .password = "wrong", .id = 2}},
};
#define LETTERS (sizeof letters / sizeof *letters)

static struct world new_world(void) {
  struct world_options options;
  world_options_init(&options);
  options.engines = 2;
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  world_add_user(&w, "bob", "right");
  world_add_user(&w, "carol", "right");
  world_primary_takes(&w, 20);
  world_factor_says(&w, RADMFA_FACTOR_APPROVED, 6000);
  return w;
}

enum fault { LOST, DOUBLED, SWAPPED };

/* `order` names the letters in the order of arrival. Then everyone sends once more, as clients do
 * who heard nothing. */
static void deliver(struct world *w, const size_t *order, size_t n) {
  uint64_t began_ms = world_now(w);
  int waiters[2 * LETTERS];
  for (size_t i = 0; i < n; i++) {
    const struct letter *letter = &letters[order[i]];
    if (began_ms + letter->at_ms > world_now(w)) world_advance_to(w, began_ms + letter->at_ms);
    waiters[i] = world_send(w, letter->request);
  }
  world_advance_to(w, began_ms + 16000);
  for (size_t i = 0; i < n; i++) {
    world_send_again(w, waiters[i]);
    world_advance_ms(w, 10);
  }
  world_advance_ms(w, 8000);
}

static void judge(struct world *w) {
  cr_assert_leq(world_calls_placed(w),
                3); /* alice, carol, and whoever was superseded and asked again at last */
  cr_assert_eq(world_calls_ringing(w), 0);
  cr_assert_geq(world_replies(w), 3);
  world_end(w);
}

static void run(enum fault fault, size_t at) {
  struct world w = new_world();
  size_t order[2 * LETTERS], n = 0;
  doom_context("fault %d at letter %zu", (int)fault, at);
  for (size_t i = 0; i < LETTERS; i++) {
    if (i == at && fault == LOST) continue;
    if (i == at && fault == DOUBLED) order[n++] = i;
    order[n++] = i;
  }
  if (fault == SWAPPED && at + 1 < LETTERS) {
    order[at] = at + 1;
    order[at + 1] = at;
  }
  deliver(&w, order, n);
  judge(&w);
}

Test(network_fault, every_datagram_is_lost_once) {
  for (size_t i = 0; i < LETTERS; i++) run(LOST, i);
}

Test(network_fault, every_datagram_comes_twice) {
  for (size_t i = 0; i < LETTERS; i++) run(DOUBLED, i);
}

Test(network_fault, every_datagram_comes_after_the_next) {
  for (size_t i = 0; i + 1 < LETTERS; i++) run(SWAPPED, i);
}

Test(network_fault, a_lost_reply_is_sent_again_when_the_client_asks_again) {
  for (unsigned lost = 1; lost <= 8; lost++) {
    struct world w = new_world();
    size_t order[LETTERS];
    for (size_t i = 0; i < LETTERS; i++) order[i] = i;
    doom_context("reply %u", lost);
    world_lose_reply(&w, lost);
    deliver(&w, order, LETTERS);
    int other = world_send(&w, letters[4].request), alice = world_send(&w, letters[7].request);
    cr_assert_eq(world_code(&w, other), RADMFA_ACCESS_ACCEPT);
    cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
    judge(&w);
  }
}

Test(network_fault, one_call_whatever_is_lost_of_five_tries) {
  for (unsigned lost = 0; lost < 31; lost++) { /* a bit for each of five; one at least arrives */
    struct world w = new_world();
    int alice = world_prepare(&w, access_request("alice", "right", .id = 1));
    doom_context("lost %x", lost);
    for (unsigned i = 0; i < 5; i++) {
      if (!(lost >> i & 1)) world_send_again(&w, alice);
      world_advance_ms(&w, 2000);
    }
    world_advance_ms(&w, 10000);
    cr_assert_eq(world_calls_placed(&w), 1);
    cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
    world_end(&w);
  }
}
