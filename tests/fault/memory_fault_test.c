/* Memory: each allocation of a busy scenario fails once, then all from one on. Nothing may leak,
 * hang, ring twice or let anyone in. */
#include <radmfa/error.h>

#include "../support/doom.h"
#include "../support/world.h"

#include <criterion/criterion.h>

static struct world_options busy_options(void) {
  struct world_options options;
  world_options_init(&options);
  options.engines = 2;
  options.methods = RADMFA_METHOD_PAP | RADMFA_METHOD_CHAP;
  options.policy.reuse_approval_ms = 10000;
  options.client.message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_AUTO;
  options.is_manual = true;
  return options;
}

static void answer_all(struct world *w, radmfa_factor_answer answer) {
  static const uint8_t attributes[253] = {25, 253};
  int waiter;
  while ((waiter = world_checked(w, 0)) >= 0) {
    unsigned before = world_calls_placed(w);
    world_answer_primary(w, waiter,
                         (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT,
                                                 .attributes = {attributes, sizeof attributes},
                                                 .identity = radmfa_text("alice@corp")});
    if (world_calls_placed(w) == before && world_checked(w, 0) == waiter)
      break; /* it heard nothing */
  }
  while ((waiter = world_rung(w, 0)) >= 0) {
    world_answer_factor(w, waiter, answer);
    if (world_rung(w, 0) == waiter) break;
  }
}

/* Joins, a follower at the other engine, large packets, another method, a reload, a fresh approval,
 * Status-Server. */
static void busy_scenario(struct world *w) {
  struct world_options options = busy_options();
  world_send(w, access_request("alice", "right", .id = 1));
  world_send(w, access_request("alice", "right", .id = 2, .engine = 1, .filler = 1500,
                               .proxy_state = "p,q"));
  world_send(w, access_request("alice", "right", .id = 3));
  world_send(w, access_request("alice", .id = 4, .method = RADMFA_METHOD_CHAP));
  world_send(w, access_request("alice", .id = 5, .method = RADMFA_METHOD_CHAP, .engine = 1));
  world_send(w, access_request(NULL, NULL, .id = 6, .code = RADMFA_STATUS_SERVER, .filler = 300));
  (void)!world_reload(w, &options);
  world_advance_ms(w, 1000);
  answer_all(w, RADMFA_FACTOR_APPROVED);
  world_advance_ms(w, 1000);
  world_send(w, access_request("alice", "right", .id = 7));
  world_send(w, access_request("bob", "right", .id = 8, .filler = 2000));
  world_send(w, access_request("carol", "right", .id = 8));
  answer_all(w, RADMFA_FACTOR_UNAVAILABLE);
  (void)!world_reload(w, &options);
  for (uint8_t i = 20; i < 100; i++)
    world_send(w, access_request("dave", "right", .id = i, .engine = i & 1));
  answer_all(w, RADMFA_FACTOR_DENIED);
}

Test(memory_fault, every_allocation_of_a_busy_day_fails_once) {
  bool failed = true;
  size_t n = 1;
  for (; failed; n++) {
    struct world_options options = busy_options();
    struct world w = world_new(&options);
    struct heap *heap = world_heap(&w);
    doom_context("allocation %zu", n);
    heap->fail_at = heap->count + n;
    busy_scenario(&w);
    failed = heap->failed;
    world_end(&w);
  }
  cr_assert_gt(n, 10); /* else the day was not busy */
}

Test(memory_fault, memory_runs_out_for_good_at_any_point) {
  bool failed = true;
  for (size_t n = 1; failed; n++) {
    struct world_options options = busy_options();
    struct world w = world_new(&options);
    struct heap *heap = world_heap(&w);
    doom_context("from allocation %zu on", n);
    heap->fail_all_from = heap->count + n;
    busy_scenario(&w);
    failed = heap->failed;
    world_end(&w);
  }
}

Test(memory_fault, after_it_comes_back_logins_go_on) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct heap *heap = world_heap(&w);
  heap->fail_all_from = heap->count + 1;
  world_send(&w, access_request("alice", "right", .id = 1, .filler = 1000));
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_NO_MEMORY], 1);
  heap->fail_all_from = 0;
  int alice = world_send(&w, access_request("alice", "right", .id = 1, .filler = 1000));
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  world_end(&w);
}

/* ---- construction ---- */

static void never(void *backend, const radmfa_request *request) {
  (void)backend;
  (void)request;
}

static int fill(radmfa_ruleset *ruleset) {
  static const radmfa_primary primary = {.methods = RADMFA_METHOD_PAP, .start = never};
  radmfa_policy_options policy;
  radmfa_client_options client;
  radmfa_prefix prefixes[3];
  radmfa_policy_options_init(&policy);
  policy.name = "main";
  policy.primary = &primary;
  int error = radmfa_ruleset_add_policy(ruleset, &policy);
  if (error) return error;
  cr_assert_eq(radmfa_prefix_parse("10.0.0.0/8", &prefixes[0]), 0);
  cr_assert_eq(radmfa_prefix_parse("10.1.0.0/16", &prefixes[1]), 0);
  cr_assert_eq(radmfa_prefix_parse("2001:db8::/32", &prefixes[2]), 0);
  radmfa_client_options_init(&client);
  client.name = "client";
  client.policy = "main";
  client.secret = radmfa_text("secret");
  client.prefixes = prefixes;
  client.n_prefixes = 3;
  return radmfa_ruleset_add_client(ruleset, &client);
}

static int new_engine(radmfa_join_table *table, radmfa_ruleset *ruleset,
                      const radmfa_allocator *allocator) {
  radmfa_engine_options options;
  radmfa_engine *engine;
  radmfa_engine_options_init(&options);
  options.join_table = table;
  options.ruleset = ruleset;
  options.allocator = *allocator;
  int error = radmfa_engine_new(&options, &engine);
  if (error) return error;
  error = radmfa_engine_set_ruleset(engine, ruleset);
  radmfa_engine_free(engine);
  return error;
}

static int construct(const radmfa_allocator *allocator) {
  static const uint8_t key[16] = {1};
  radmfa_join_table *table = NULL;
  radmfa_ruleset *ruleset = NULL;
  int error = radmfa_join_table_new(key, allocator, &table);
  if (!error) error = radmfa_ruleset_new(allocator, &ruleset);
  if (!error) error = fill(ruleset);
  if (!error) error = new_engine(table, ruleset, allocator);
  radmfa_ruleset_unref(ruleset);
  radmfa_join_table_unref(table);
  return error;
}

Test(memory_fault, what_cannot_be_made_says_so_and_leaves_nothing) {
  struct heap heap = {.failed = true};
  for (size_t n = 1; heap.failed; n++) {
    heap = (struct heap){.fail_at = n};
    radmfa_allocator allocator = heap_allocator(&heap);
    doom_context("allocation %zu", n);
    int error = construct(&allocator);
    cr_assert_eq(error, heap.failed ? RADMFA_E_NO_MEMORY : 0, "allocation %zu: %d", n, error);
    cr_assert_eq(heap.blocks, 0, "allocation %zu: %zu blocks leak", n, heap.blocks);
  }
}
