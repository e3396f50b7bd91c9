#include <radmfa/error.h>

#include "../support/hex.h"
#include "../support/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

Test(engine, a_retransmission_while_the_phone_rings_is_not_a_second_call) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_send(&w, access_request("alice", "right", .id = 7));
  world_advance_ms(&w, 3000);
  world_send(&w, access_request("alice", "right", .id = 7));
  cr_assert_eq(world_calls_placed(&w), 1);
  cr_assert_eq(world_replies(&w), 0);
  cr_assert_eq(world_stats(&w, 0).retransmissions_absorbed, 1);
  world_end(&w);
}

Test(engine, an_approved_login_is_accepted_at_once_and_told) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "right", .id = 7));
  world_advance_ms(&w, 2500);
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  radmfa_notice login = world_last_login(&w);
  cr_assert_eq(login.verdict, RADMFA_VERDICT_ACCEPT);
  cr_assert_eq(login.reason, RADMFA_REASON_APPROVED);
  cr_assert_eq(login.waiters, 1);
  cr_assert_eq(login.factor_ms, 2500);
  cr_assert_eq(login.total_ms, 2500);
  cr_assert_str_eq(login.client, "connector");
  cr_assert_str_eq(login.policy, "main");
  cr_assert_str_eq(login.factor, "phone");
  cr_assert_str_eq(world_user_of_last_notice(&w), "alice");
  world_end(&w);
}

Test(engine, the_stages_of_a_login_add_up) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_primary_takes(&w, 300);
  world_factor_says(&w, RADMFA_FACTOR_DENIED, 4000);
  world_send(&w, access_request("alice", "right"));
  world_advance_ms(&w, 5000);
  radmfa_notice login = world_last_login(&w);
  cr_assert_eq(login.primary_ms, 300);
  cr_assert_eq(login.factor_ms, 4000);
  cr_assert_eq(login.total_ms, 4300);
  world_end(&w);
}

Test(engine, a_login_that_never_rang_names_no_factor) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_send(&w, access_request("alice", "wrong"));
  world_advance_ms(&w, 1000);
  cr_assert_null(world_last_login(&w).factor);
  cr_assert_eq(world_last_login(&w).reason, RADMFA_REASON_WRONG_PASSWORD);
  cr_assert_not(world_last_login(&w).secret_may_be_wrong);
  world_end(&w);
}

Test(engine, a_wrong_password_that_is_no_text_hints_at_a_wrong_secret) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_send(&w, access_request("alice", "\xff\xfe\x01"));
  world_advance_ms(&w, 1000);
  cr_assert(world_last_login(&w).secret_may_be_wrong);
  world_end(&w);
}

Test(engine, a_forged_packet_is_dropped_and_the_notice_names_the_client) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_send(&w, access_request("alice", "right", .is_forged = true));
  radmfa_notice drop = world_last_drop(&w);
  cr_assert_eq(drop.drop, RADMFA_DROP_FORGED);
  cr_assert(drop.secret_may_be_wrong);
  cr_assert_str_eq(drop.client, "connector");
  cr_assert_eq(world_checks(&w), 0);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_FORGED], 1);
  world_end(&w);
}

static uint64_t drops_of(struct world *w, radmfa_drop drop) {
  return world_stats(w, 0).drops[drop];
}

Test(engine, what_is_no_packet_is_counted_and_leaves_nothing) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct bytes packet = filled(0, 19), big = filled(1, 5000);
  size_t before = 0;
  for (unsigned i = 0; i < 1000; i++) {
    if (i == 10) before = world_heap(&w)->bytes;
    world_send_bytes(&w, span(&packet), "10.0.1.23:4000");
    world_send_bytes(&w, span(&big), "10.0.1.23:4000");
    world_send_bytes(&w, (radmfa_span){0}, "10.0.1.23:4000");
    world_send_bytes(&w, span(&packet), "192.0.2.1:4000");
  }
  cr_assert_eq(drops_of(&w, RADMFA_DROP_MALFORMED), 3000);
  cr_assert_eq(drops_of(&w, RADMFA_DROP_UNKNOWN_CLIENT), 1000);
  cr_assert_eq(world_stats(&w, 0).datagrams, 4000);
  cr_assert_eq(world_heap(&w)->bytes, before);
  cr_assert_eq(world_replies(&w), 0);
  world_end(&w);
}

Test(engine, a_datagram_that_the_kernel_cut_is_dropped_as_that) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  radmfa_datagram datagram = {.truncated = true};
  cr_assert_eq(radmfa_address_parse("10.0.1.23:4000", &datagram.peer), 0);
  radmfa_engine_datagram(world_engine(&w, 0), &datagram, world_now(&w));
  cr_assert_eq(drops_of(&w, RADMFA_DROP_TRUNCATED), 1);
  world_end(&w);
}

Test(engine, a_bit_flipped_anywhere_gets_no_reply_and_changes_nothing) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  radmfa_secret *secret;
  cr_assert_eq(radmfa_secret_new(radmfa_text("as in the AD Connector's form"), NULL, &secret), 0);
  struct sent sent = traffic_build(&access_request("alice", "right", .proxy_state = "one"), secret);
  for (size_t bit = 0; bit < 8 * sent.len; bit++) {
    sent.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    world_send_bytes(&w, (radmfa_span){sent.bytes, sent.len}, "10.0.1.23:4000");
    sent.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  cr_assert_eq(world_checks(&w), 0);
  cr_assert_eq(world_replies(&w), 0);
  cr_assert_eq(world_stats(&w, 0).pending, 0);
  free(sent.bytes);
  radmfa_secret_free(secret);
  world_end(&w);
}

Test(engine, thousands_may_wait_while_an_instant_login_is_answered_at_once) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct world_options options;
  world_options_init(&options);
  char names[300][16];
  for (unsigned i = 0; i < 300; i++) {
    snprintf(names[i], sizeof names[i], "user%u", i);
    world_primary_says(&w, (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT});
    world_send(&w, access_request(names[i], "right", .id = (uint8_t)i, .fresh = (uint8_t)(i >> 8),
                                  .socket = (uint16_t)i));
  }
  cr_assert_eq(world_calls_ringing(&w), 300);
  world_primary_says(&w, (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT,
                                                 .admission = RADMFA_ADMISSION_EXEMPT});
  int fast = world_send(&w, access_request("alice", "right", .id = 3));
  cr_assert_eq(world_code(&w, fast), RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(world_replied_at(&w, fast), world_now(&w));
  cr_assert_eq(world_stats(&w, 0).pending, 300);
  world_end(&w);
}

Test(engine, one_factor_accepts_have_counters_of_their_own) {
  struct world w = world_with_user("alice", FACTOR_NONE);
  world_send(&w, access_request("alice", "right"));
  radmfa_engine_stats stats = world_stats(&w, 0);
  cr_assert_eq(stats.logins[RADMFA_REASON_PRIMARY_ALONE], 1);
  cr_assert_eq(stats.accepted_on_one_factor[RADMFA_REASON_PRIMARY_ALONE], 1);
  cr_assert_eq(stats.factors_started, 0);
  cr_assert_eq(stats.kept, 1);
  world_end(&w);
}

Test(engine, its_next_due_is_never_later_than_what_is_due) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  cr_assert_eq(radmfa_engine_next_due(world_engine(&w, 0)), UINT64_MAX);
  uint64_t began_ms = world_now(&w);
  int alice = world_send(&w, access_request("alice", "right"));
  cr_assert_leq(radmfa_engine_next_due(world_engine(&w, 0)), began_ms + 49000);
  world_advance_ms(&w, 60000);
  cr_assert_eq(world_replied_at(&w, alice), began_ms + 49000);
  world_end(&w);
}

Test(engine, a_late_clock_only_makes_answers_late) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "wrong", .id = 1));
  int bob = world_send(&w, access_request("bob", "right", .id = 2));
  radmfa_engine_clock(world_engine(&w, 0), world_now(&w) + 3600000);
  world_pump(&w, 0);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_REJECT);
  cr_assert_eq(world_code(&w, bob), RADMFA_ACCESS_REJECT);
  world_advance_ms(&w, 3600000);
  world_end(&w);
}

Test(engine, a_clock_that_goes_back_is_ignored) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "wrong"));
  radmfa_engine_clock(world_engine(&w, 0), 5);
  cr_assert_eq(world_code(&w, alice), 0);
  world_advance_ms(&w, 1000);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_REJECT);
  world_end(&w);
}

/* A program may free its backends when their ruleset is released: no operation for them may come
 * after that. */
Test(engine, a_call_is_cancelled_before_its_ruleset_is_released) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct world_options options;
  world_options_init(&options);
  world_send(&w, access_request("alice", "right"));
  cr_assert_eq(world_reload(&w, &options), 0);
  cr_assert_eq(world_rulesets_released(&w), 0);
  world_advance_ms(&w, 50000);
  cr_assert_eq(world_calls_cancelled(&w), 1);
  world_advance_ms(&w, 1);
  cr_assert_eq(world_rulesets_released(&w), 1);
  world_end(&w);
}

Test(engine, a_check_is_cancelled_before_its_ruleset_is_released) {
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  struct world w = world_new(&options);
  world_send(&w, access_request("alice", "right"));
  cr_assert_eq(world_reload(&w, &options), 0);
  world_advance_ms(&w, 50000);
  cr_assert_eq(world_checks(&w), 1);
  world_end(&w);
}

Test(engine, a_ruleset_without_logins_is_released_with_the_reload) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct world_options options;
  world_options_init(&options);
  int alice = world_send(&w, access_request("alice", "right"));
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_reload(&w, &options), 0);
  cr_assert_eq(world_rulesets_released(&w), 1);
  world_send_again(&w, alice);
  cr_assert_eq(world_replies_to(&w, alice), 2);
  world_end(&w);
}

static void one_login(struct world *w, uint8_t id) {
  int waiter = world_send(w, access_request("alice", "right", .id = id, .fresh = id));
  world_answer_factor(w, waiter, RADMFA_FACTOR_APPROVED);
}

Test(engine, a_smaller_pending_limit_holds_from_then_on) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  one_login(&w, 1);
  radmfa_engine_set_limits(world_engine(&w, 0), 2, 1000);
  world_add_user(&w, "bob", "right");
  world_add_user(&w, "carol", "right");
  world_send(&w, access_request("alice", "right", .id = 2));
  world_send(&w, access_request("bob", "right", .id = 3));
  world_send(&w, access_request("carol", "right", .id = 4));
  cr_assert_eq(world_calls_ringing(&w), 2);
  cr_assert_eq(drops_of(&w, RADMFA_DROP_LIMIT), 1);
  world_end(&w);
}

Test(engine, a_smaller_limit_of_kept_replies_lets_old_ones_go) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  for (uint8_t id = 0; id < 20; id++) one_login(&w, id);
  cr_assert_eq(world_stats(&w, 0).kept, 20);
  radmfa_engine_set_limits(world_engine(&w, 0), 1000000, 5);
  world_advance_ms(&w, 4999);
  cr_assert_eq(world_stats(&w, 0).kept, 20);
  world_advance_ms(&w, 1);
  cr_assert_eq(world_stats(&w, 0).kept, 5);
  world_advance_ms(&w, 25000);
  cr_assert_eq(world_stats(&w, 0).kept, 0);
  world_end(&w);
}

Test(engine, one_without_join_table_or_ruleset_is_refused) {
  radmfa_engine_options options;
  radmfa_engine *engine = NULL;
  radmfa_engine_options_init(&options);
  cr_assert_eq(options.pending_max, 1000000);
  cr_assert_eq(options.kept_replies_max, 1000000);
  cr_assert_eq(options.keep_reply_ms, 30000);
  cr_assert_eq(radmfa_engine_new(&options, &engine), RADMFA_E_INVALID);
  cr_assert_null(engine);
  radmfa_engine_free(NULL);
}

Test(engine, one_that_is_freed_drops_what_is_pending_without_a_word) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_send(&w, access_request("alice", "right", .id = 1, .filler = 1000));
  world_send(&w, access_request("alice", "right", .id = 2));
  world_send(&w, access_request("alice", "wrong", .id = 3));
  world_replace_engine(&w, 0);
  cr_assert_eq(world_calls_cancelled(&w), 0);
  cr_assert_eq(world_replies(&w), 0);
  cr_assert_eq(world_logins(&w), 0);
  cr_assert_eq(radmfa_engine_next_due(world_engine(&w, 0)), UINT64_MAX);
  world_end(&w);
}

static bool nobody_is_blocked(void *user, radmfa_span identity, radmfa_span typed_user) {
  (void)identity;
  cr_assert(radmfa_span_equal(typed_user, radmfa_text("alice")));
  return !*(bool *)user;
}

static struct world world_with_block(bool *is_blocked, bool waives) {
  struct world_options options;
  world_options_init(&options);
  options.policy.is_admitted = nobody_is_blocked;
  options.policy.is_admitted_user = is_blocked;
  if (waives) options.policy.on_unavailable = RADMFA_UNAVAILABLE_ACCEPT;
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  return w;
}

/* Between his password and his yes somebody has blocked him. */
static void is_blocked_meanwhile(radmfa_factor_answer answer) {
  bool is_blocked = false;
  struct world w = world_with_block(&is_blocked, true);
  int alice = world_send(&w, access_request("alice", "right", .id = 7));
  is_blocked = true;
  world_answer_factor(&w, alice, answer);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_REJECT);
  world_end(&w);
}

Test(engine, who_was_blocked_while_his_phone_rang_is_rejected) {
  is_blocked_meanwhile(RADMFA_FACTOR_APPROVED);
  is_blocked_meanwhile(RADMFA_FACTOR_UNAVAILABLE);
}

Test(engine, names_of_drops_are_the_words_of_the_log) {
  cr_assert_str_eq(radmfa_drop_name(RADMFA_DROP_UNKNOWN_CLIENT), "unknown_client");
  cr_assert_str_eq(radmfa_drop_name(RADMFA_DROP_TRUNCATED), "truncated_by_kernel");
}

static size_t pending_of(struct world *w, radmfa_pending *out, size_t max) {
  uint32_t place = 0;
  size_t n = 0;
  do n += radmfa_engine_pending(world_engine(w, 0), &place, out + n, max - n);
  while (place && n < max);
  return n;
}

Test(engine, who_waits_is_listed_with_what_he_waits_for) {
  radmfa_pending pending[4];
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_send(&w, access_request("alice", "right", .id = 7));
  world_advance_ms(&w, 1500);
  world_send(&w, access_request("alice", "right", .id = 8));
  world_send(&w, access_request("mallory", "wrong", .id = 9));
  cr_assert_eq(pending_of(&w, pending, 4), 3);
  cr_assert_eq(pending[0].state, RADMFA_STATE_FACTOR);
  cr_assert_str_eq(pending[0].factor, "phone");
  cr_assert_str_eq(pending[0].client, "connector");
  cr_assert(radmfa_span_equal(pending[0].user, radmfa_text("alice")));
  cr_assert_eq(pending[0].arrived_ms + 1500, world_now(&w));
  cr_assert_gt(pending[0].deadline_ms, world_now(&w));
  cr_assert_eq(pending[1].state, RADMFA_STATE_FOLLOWS);
  cr_assert_null(pending[1].factor);
  cr_assert_eq(pending[2].state, RADMFA_STATE_REFUSED);
  world_end(&w);
}

Test(engine, who_has_his_answer_is_not_listed) {
  radmfa_pending pending[4];
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "right", .id = 7));
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(pending_of(&w, pending, 4), 0);
  world_end(&w);
}

Test(engine, a_long_list_comes_in_pieces_and_none_twice) {
  radmfa_pending pending[2];
  uint64_t sum = 0, expected = 0;
  uint32_t place = 0;
  struct world w = world_with_user("alice", FACTOR_CALL);
  for (uint8_t id = 1; id <= 7; id++)
    world_send(&w, access_request("alice", "right", .id = id, .fresh = id, .station = "desk"));
  do
    for (size_t i = radmfa_engine_pending(world_engine(&w, 0), &place, pending, 2); i-- > 0;)
      sum += pending[i].login_id;
  while (place);
  radmfa_pending all[8];
  size_t n = pending_of(&w, all, 8);
  while (n-- > 0) expected += all[n].login_id;
  cr_assert_eq(sum, expected);
  world_end(&w);
}

Test(engine, who_waits_is_known_by_his_id) {
  radmfa_pending pending;
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "right", .id = 7));
  cr_assert_eq(pending_of(&w, &pending, 1), 1);
  uint64_t id = pending.login_id;
  cr_assert(radmfa_engine_is_pending(world_engine(&w, 0), id));
  cr_assert_not(radmfa_engine_is_pending(world_engine(&w, 0), id + 1));
  cr_assert_not(radmfa_engine_is_pending(world_engine(&w, 0), id ^ (UINT64_C(1) << 63)));
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_not(radmfa_engine_is_pending(world_engine(&w, 0), id));
  world_end(&w);
}

Test(engine, a_follower_that_is_hung_up_leaves_the_call_alone) {
  radmfa_pending pending[4];
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "right", .id = 7));
  int retry = world_send(&w, access_request("alice", "right", .id = 8));
  cr_assert_eq(pending_of(&w, pending, 4), 2);
  cr_assert_eq(radmfa_hang_up(world_join_table(&w), pending[1].login_id), 0);
  world_pump(&w, 0);
  cr_assert_eq(world_code(&w, retry), RADMFA_ACCESS_REJECT);
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  world_end(&w);
}
