#include "core/join.h"

#include "../support/heap.h"
#include "../support/world.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdlib.h>

static struct heap heap;
static radmfa_allocator allocator;
static radmfa_join_table *table;
static struct inbox *inboxes[2];
static uint16_t numbers[2];
static struct login logins[4];

static void fresh(void) {
  static const uint8_t key[16] = {7};
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa_join_table_new(key, &allocator, &table), 0);
  for (int i = 0; i < 2; i++)
    cr_assert_eq(radmfa__join_register(table, NULL, NULL, &numbers[i], &inboxes[i]), 0);
  for (int i = 0; i < 4; i++) {
    logins[i].key = (radmfa_hash128){0x123456789, 5};
    logins[i].method = RADMFA_METHOD_PAP;
    logins[i].engine = (uint16_t)(i & 1);
  }
}

static void done(void) {
  radmfa_join_table_unref(table);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(join, .init = fresh, .fini = done);

static struct login *delivered(unsigned engine) {
  struct notes notes = {0};
  struct list verdicts, *link;
  list_init(&verdicts);
  (void)radmfa__inbox_take(inboxes[engine], &notes, &verdicts);
  link = list_pop(&verdicts);
  for (uint32_t i = 0; i < notes.n; i++) radmfa__blob_unref(&allocator, notes.items[i].blob);
  allocator.free_fn(notes.items, notes.size * sizeof *notes.items, allocator.user);
  return link ? (struct login *)(void *)((char *)link - offsetof(struct login, join_link)) : NULL;
}

Test(join, the_first_leads_and_the_next_follow_with_its_verdict) {
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  cr_assert(radmfa__join_enter(table, &logins[1]));
  logins[0].verdict = RADMFA_VERDICT_REJECT;
  logins[0].reason = RADMFA_REASON_BUSY;
  cr_assert_eq(radmfa__join_finish(table, &logins[0]), 1);
  cr_assert_eq(delivered(1), &logins[1]);
  cr_assert_eq(logins[1].verdict, RADMFA_VERDICT_REJECT);
  cr_assert_eq(logins[1].reason, RADMFA_REASON_BUSY);
  cr_assert_not(radmfa__join_follow(table, &logins[2]));
}

Test(join, both_halves_of_the_key_count) {
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  logins[1].key.b++;
  cr_assert_not(radmfa__join_enter(table, &logins[1]));
  logins[2].key.a++;
  cr_assert_not(radmfa__join_follow(table, &logins[2]));
  cr_assert_eq(radmfa__join_finish(table, &logins[0]), 0);
  cr_assert_eq(radmfa__join_finish(table, &logins[1]), 0);
}

Test(join, followers_share_what_the_primary_said) {
  logins[0].blob = radmfa__blob_new(&allocator, radmfa_text("x"), radmfa_text("alice"));
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  cr_assert(radmfa__join_follow(table, &logins[1]));
  (void)radmfa__join_finish(table, &logins[0]);
  radmfa__blob_unref(&allocator, logins[0].blob);
  cr_assert_eq(delivered(1)->blob, logins[0].blob);
  cr_assert(radmfa_span_equal(radmfa__blob_identity(logins[1].blob), radmfa_text("alice")));
  radmfa__blob_unref(&allocator, logins[1].blob);
}

Test(join, one_who_left_hears_nothing) {
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  cr_assert(radmfa__join_enter(table, &logins[1]));
  radmfa__join_leave(table, &logins[1], inboxes[1]);
  cr_assert_eq(radmfa__join_finish(table, &logins[0]), 0);
  cr_assert_null(delivered(1));
}

Test(join, one_who_leaves_after_the_verdict_takes_it_back) {
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  cr_assert(radmfa__join_enter(table, &logins[1]));
  (void)radmfa__join_finish(table, &logins[0]);
  radmfa__join_leave(table, &logins[1], inboxes[1]);
  cr_assert_null(delivered(1));
}

Test(join, a_leader_without_followers_may_go) {
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  cr_assert(radmfa__join_abandon(table, &logins[0]));
  cr_assert_not(radmfa__join_follow(table, &logins[1]));
}

Test(join, a_dropped_leader_hears_when_its_last_follower_leaves) {
  struct notes notes = {0};
  struct list verdicts;
  list_init(&verdicts);
  cr_assert_not(radmfa__join_enter(table, &logins[0]));
  cr_assert(radmfa__join_enter(table, &logins[1]));
  cr_assert(radmfa__join_enter(table, &logins[3]));
  cr_assert_not(radmfa__join_abandon(table, &logins[0]));
  radmfa__join_leave(table, &logins[1], inboxes[1]);
  cr_assert_not(radmfa__inbox_take(inboxes[0], &notes, &verdicts));
  radmfa__join_leave(table, &logins[3], inboxes[1]);
  cr_assert(radmfa__inbox_take(inboxes[0], &notes, &verdicts));
  cr_assert_eq(notes.items[0].kind, NOTE_ABANDONED);
  allocator.free_fn(notes.items, notes.size * sizeof *notes.items, allocator.user);
  cr_assert(radmfa__join_abandon(table, &logins[0]));
}

Test(join, an_id_names_its_engine) {
  logins[0].id.slot = 77;
  logins[0].id.generation = 5;
  uint64_t id = radmfa__login_id(1023, &logins[0]);
  cr_assert_eq(radmfa__login_engine(id), 1023);
  cr_assert_neq(id, radmfa__login_id(1022, &logins[0]));
}

Test(join, answers_for_engines_that_never_were_or_are_gone_are_refused) {
  radmfa_primary_answer answer = {.verdict = RADMFA_PRIMARY_ACCEPT,
                                  .identity = radmfa_text("alice")};
  cr_assert_eq(radmfa_answer_primary(table, radmfa__login_id(9, &logins[0]), &answer),
               RADMFA_E_NOT_FOUND);
  cr_assert_eq(radmfa_answer_factor(table, UINT64_MAX, RADMFA_FACTOR_APPROVED), RADMFA_E_NOT_FOUND);
  radmfa__join_unregister(table, 1);
  cr_assert_eq(radmfa_answer_primary(table, radmfa__login_id(1, &logins[0]), &answer),
               RADMFA_E_NOT_FOUND);
}

static int answer_with(radmfa_span attributes, radmfa_span identity) {
  radmfa_primary_answer answer = {
      .verdict = RADMFA_PRIMARY_ACCEPT, .attributes = attributes, .identity = identity};
  return radmfa_answer_primary(table, 0, &answer);
}

Test(join, attributes_of_an_answer_are_checked_when_it_comes) {
  static const uint8_t big[5000], zero[] = {0, 3, 1}, beyond[] = {25, 9, 1}, proxy[] = {33, 3, 1},
                                  good[] = {25, 3, 1}, signature[18] = {80, 18};
  cr_assert_eq(answer_with((radmfa_span){zero, 3}, (radmfa_span){0}), RADMFA_E_MALFORMED);
  cr_assert_eq(answer_with((radmfa_span){beyond, 3}, (radmfa_span){0}), RADMFA_E_MALFORMED);
  cr_assert_lt(answer_with((radmfa_span){proxy, 3}, (radmfa_span){0}), 0);
  cr_assert_lt(answer_with((radmfa_span){signature, 18}, (radmfa_span){0}), 0);
  cr_assert_eq(answer_with((radmfa_span){0}, (radmfa_span){big, 256}), RADMFA_E_TOO_BIG);
  cr_assert_eq(answer_with((radmfa_span){good, 3}, (radmfa_span){big, 255}), 0);
}

Test(join, attributes_of_an_answer_fill_a_reply_and_no_more) {
  static uint8_t attributes[4059];
  for (size_t at = 0; at < 4058; at += attributes[at + 1]) {
    size_t left = 4058 - at;
    attributes[at] = 25;
    attributes[at + 1] = (uint8_t)(left > 255 ? (left - 255 == 1 ? 254 : 255) : left);
  }
  cr_assert_eq(answer_with((radmfa_span){attributes, 4058}, (radmfa_span){0}), 0);
  attributes[4058] = 25;
  cr_assert_lt(answer_with((radmfa_span){attributes, 4059}, (radmfa_span){0}), 0);
}

Test(join, more_engines_than_ids_can_name_are_refused) {
  uint16_t number;
  struct inbox *inbox;
  for (unsigned i = 2; i < RADMFA_ENGINES_MAX; i++)
    cr_assert_eq(radmfa__join_register(table, NULL, NULL, &number, &inbox), 0);
  cr_assert_eq(number, RADMFA_ENGINES_MAX - 1);
  cr_assert_eq(radmfa__join_register(table, NULL, NULL, &number, &inbox), RADMFA_E_TOO_BIG);
}

static struct world two_engines(void) {
  struct world_options options;
  world_options_init(&options);
  options.engines = 2;
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  return w;
}

Test(join, a_follower_at_another_engine_is_answered_by_its_own) {
  struct world w = two_engines();
  world_factor_says(&w, RADMFA_FACTOR_APPROVED, 1000);
  world_send(&w, access_request("alice", "right", .id = 1));
  int follower = world_send(&w, access_request("alice", "right", .id = 2, .engine = 1));
  cr_assert_eq(world_stats(&w, 1).joined, 1);
  world_advance_ms(&w, 1000);
  cr_assert_eq(world_code(&w, follower), RADMFA_ACCESS_ACCEPT);
  world_end(&w);
}

Test(join, followers_of_an_engine_that_is_freed_end_in_silence) {
  struct world w = two_engines();
  world_send(&w, access_request("alice", "right", .id = 1));
  int follower = world_send(&w, access_request("alice", "right", .id = 2, .engine = 1));
  world_replace_engine(&w, 0);
  cr_assert_eq(world_stats(&w, 1).pending, 0);
  world_send_again(&w, follower);
  cr_assert_eq(world_replies(&w), 0);
  world_end(&w);
}

Test(join, an_engine_with_followers_only_is_freed_without_harm) {
  struct world w = two_engines();
  int leader = world_send(&w, access_request("alice", "right", .id = 1));
  world_send(&w, access_request("alice", "right", .id = 2, .engine = 1));
  world_replace_engine(&w, 1);
  world_answer_factor(&w, leader, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_code(&w, leader), RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(world_last_login(&w).waiters, 1);
  world_end(&w);
}
