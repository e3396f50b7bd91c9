#include "core/engine.h"

#include "../support/world_in.h"

#include <criterion/criterion.h>
#include <radmfa/upstream.h>
#include <string.h>

static radmfa_upstream *upstream;

static void fresh(void) {
  radmfa_upstream_options options;
  radmfa_upstream_options_init(&options);
  options.name = "nps";
  cr_assert_eq(radmfa_upstream_new(&options, &upstream), 0);
}

static void done(void) {
  radmfa_upstream_unref(upstream);
}

TestSuite(operations, .init = fresh, .fini = done);

static struct world world_with_upstream(const char *factor) {
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  options.upstream = upstream;
  options.factors[0] = factor;
  return world_new(&options);
}

static bool holds(radmfa_span attributes, const char *piece) {
  return memmem(attributes.ptr, attributes.len, piece, strlen(piece)) != NULL;
}

Test(operations, a_request_for_an_upstream_is_forwarded_with_its_password_in_clear) {
  struct world w = world_with_upstream(NULL);
  int alice = world_send(&w, access_request("alice", "right", .proxy_state = "one"));
  cr_assert(holds(world_forwarded(&w), "\x02\x07right"));
  cr_assert(holds(world_forwarded(&w), "\x21\x05one\x21\x12"));
  world_answer_primary(&w, alice, (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT});
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(world_last_login(&w).reason, RADMFA_REASON_PRIMARY_ALONE);
  world_end(&w);
}

Test(operations, an_upstreams_yes_is_followed_by_the_factor) {
  struct world w = world_with_upstream("phone");
  int alice = world_send(&w, access_request("alice", "right"));
  world_answer_primary(&w, alice, (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT});
  cr_assert_eq(world_calls_placed(&w), 1);
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  world_end(&w);
}

/* Our own Proxy-State, as it comes back where somebody sends the request here again. */
static const char *mark_of(radmfa_span forwarded, char out_mark[64]) {
  const uint8_t *mark = forwarded.ptr + forwarded.len - 16;
  memcpy(out_mark, mark, 16);
  out_mark[16] = 0;
  return memchr(mark, 0, 16) || memchr(mark, ',', 16) ? NULL : out_mark;
}

Test(operations, a_request_that_passed_here_before_is_refused) {
  struct world w = world_with_upstream(NULL);
  char mark[64];
  (void)world_send(&w, access_request("alice", "right", .id = 1));
  cr_assert_not_null(mark_of(world_forwarded(&w), mark), "choose another key for the world");
  int again = world_send(&w, access_request("alice", "right", .id = 2, .proxy_state = mark));
  cr_assert_eq(world_code(&w, again), RADMFA_ACCESS_REJECT);
  cr_assert_eq(world_last_drop(&w).drop, RADMFA_DROP_LOOP);
  cr_assert_eq(world_checks(&w), 1);
  world_end(&w);
}

Test(operations, a_request_that_would_grow_too_large_is_unavailable) {
  struct world w = world_with_upstream(NULL);
  int alice = world_send(&w, access_request("alice", "right", .filler = 4020));
  cr_assert_eq(world_checks(&w), 0);
  cr_assert_eq(world_replies_to(&w, alice), 0);
  cr_assert_eq(world_last_login(&w).reason, RADMFA_REASON_PRIMARY_UNAVAILABLE);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_TOO_BIG], 1);
  world_end(&w);
}

/* It comes in, and nothing is fetched. */
static void receive(struct world *w, struct request request) {
  int waiter = world_prepare(w, request);
  const struct sent *sent = &w->in->waiters[waiter].sent;
  radmfa_datagram datagram = {.bytes = {sent->bytes, sent->len}, .peer = sent->peer};
  radmfa_engine_datagram(world_engine(w, 0), &datagram, world_now(w));
}

Test(operations, the_password_of_a_request_that_is_not_forwarded_does_not_stay_in_memory) {
  static const uint8_t wiped[32];
  struct world w = world_with_upstream(NULL);
  radmfa_engine *engine = world_engine(&w, 0);
  radmfa_operation operation;
  receive(&w, access_request("alice", "right, and longer than the next", .filler = 4000));
  receive(&w, access_request("bob", "right", .id = 2));
  cr_assert(radmfa_engine_next(engine, &operation));
  cr_assert_eq(engine->password_len, 5);
  cr_assert(radmfa_span_equal((radmfa_span){engine->password + 5, sizeof wiped},
                              (radmfa_span){wiped, sizeof wiped}));
  world__perform(w.in, 0, &operation);
  world_pump(&w, 0);
  world_end(&w);
}
