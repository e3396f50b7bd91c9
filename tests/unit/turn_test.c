#include "core/engine.h"

#include "../support/world.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static radmfa_primary_answer yes(void) {
  return (radmfa_primary_answer){.verdict = RADMFA_PRIMARY_ACCEPT};
}

Test(turn, a_reply_without_room_is_dropped_and_counted) {
  static uint8_t attributes[4058]; /* and Proxy-State: more than a packet holds */
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  struct world w = world_new(&options);
  radmfa_primary_answer answer = yes();
  for (size_t i = 0; i < 15; i++) {
    attributes[255 * i] = RADMFA_ATTR_CLASS;
    attributes[255 * i + 1] = 255;
  }
  answer.attributes = (radmfa_span){attributes, 255u * 15u};
  answer.admission = RADMFA_ADMISSION_EXEMPT;
  static const char state[] =
      "a long one, 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
      "cdef"
      "0123456789abcdef,"
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  int alice = world_send(&w, access_request("alice", "right", .id = 1, .proxy_state = state));
  world_answer_primary(&w, alice, answer);
  cr_assert_eq(world_replies(&w), 0);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_TOO_BIG], 1);
  cr_assert_eq(world_last_login(&w).verdict, RADMFA_VERDICT_SILENT);
  int bob = world_send(&w, access_request("bob", "right", .id = 2));
  world_answer_primary(&w, bob, answer);
  cr_assert_eq(world_code(&w, bob), RADMFA_ACCESS_ACCEPT);
  world_end(&w);
}

Test(turn, an_answer_given_twice_counts_once) {
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  struct world w = world_new(&options);
  int alice = world_send(&w, access_request("alice", "right"));
  world_answer_primary(&w, alice, yes());
  world_answer_primary(&w, alice, yes());
  cr_assert_eq(world_calls_placed(&w), 1);
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  world_answer_factor(&w, alice, RADMFA_FACTOR_DENIED);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(world_replies(&w), 1);
  cr_assert_eq(world_stats(&w, 0).answers_dropped, 2);
  world_end(&w);
}

Test(turn, an_answer_that_is_none_of_ours_is_no_yes) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "right"));
  world_answer_factor(&w, alice, (radmfa_factor_answer)77);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_REJECT);
  world_end(&w);
}

static radmfa_reason reason_after(radmfa_primary_answer answer) {
  struct world_options options;
  world_options_init(&options);
  options.is_manual = true;
  struct world w = world_new(&options);
  world_answer_primary(&w, world_send(&w, access_request("alice", "right")), answer);
  world_advance_ms(&w, 1000);
  radmfa_notice login = world_last_login(&w);
  cr_assert_eq(login.verdict, RADMFA_VERDICT_REJECT);
  world_end(&w);
  return login.reason;
}

Test(turn, a_forgotten_answer_is_no_yes) {
  radmfa_primary_answer nothing = {0}, none_of_ours = {.verdict = (radmfa_primary_verdict)0x101};
  cr_assert_eq(reason_after(nothing), RADMFA_REASON_WRONG_PASSWORD);
  cr_assert_eq(reason_after(none_of_ours), RADMFA_REASON_WRONG_PASSWORD);
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice = world_send(&w, access_request("alice", "right"));
  world_answer_factor(&w, alice, (radmfa_factor_answer)0x101);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_REJECT);
  world_end(&w);
}

Test(turn, a_primary_that_answers_inside_start_is_heard) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  world_factor_says(&w, RADMFA_FACTOR_APPROVED, 0);
  int alice = world_send(&w, access_request("alice", "right"));
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(world_last_login(&w).total_ms, 0);
  world_end(&w);
}

Test(turn, a_reject_of_a_strange_reason_is_a_wrong_password) {
  cr_assert_eq(reason_after((radmfa_primary_answer){.verdict = RADMFA_PRIMARY_REJECT,
                                                    .reason = RADMFA_REASON_APPROVED}),
               RADMFA_REASON_WRONG_PASSWORD);
}

/* After a flood most records are free: a call does not pass over all of them. */
Test(turn, a_call_looks_at_so_many_records_and_no_more) {
  enum { N = RADMFA_PENDING_LOOK + 10 };
  radmfa_pending pending[2];
  uint32_t place = 0;
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct pool *logins = &world_engine(&w, 0)->logins;
  void **records = calloc(N, sizeof *records);
  for (size_t i = 0; i < N; i++) records[i] = radmfa__pool_take(logins);
  world_send(&w, access_request("alice", "right", .id = 7));
  for (size_t i = 0; i < N; i++) radmfa__pool_give(logins, records[i]);
  free(records);
  cr_assert_eq(radmfa_engine_pending(world_engine(&w, 0), &place, pending, 2), 0);
  cr_assert_eq(place, RADMFA_PENDING_LOOK);
  cr_assert_eq(radmfa_engine_pending(world_engine(&w, 0), &place, pending, 2), 1);
  place = UINT32_MAX;
  cr_assert_eq(radmfa_engine_pending(world_engine(&w, 0), &place, pending, 2), 0);
  cr_assert_eq(place, 0);
  world_end(&w);
}

/* The hidden password of whoever waits is of no more use once it was checked, or once its request
 * joined. */
Test(turn, nobody_who_waits_keeps_a_password) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  struct login *login;
  uint32_t slot = 0, n = 0;
  world_send(&w, access_request("alice", "right", .id = 1));
  world_send(&w, access_request("alice", "right", .id = 2, .filler = 300));
  for (; (login = radmfa__pool_each(&world_engine(&w, 0)->logins, &slot)); n++) {
    radmfa_packet packet;
    radmfa_span hidden;
    cr_assert_eq(radmfa_packet_parse(login_bytes(login), &packet), 0);
    cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_USER_PASSWORD, &hidden));
    for (size_t i = 0; i < hidden.len; i++) cr_assert_eq(hidden.ptr[i], 0);
  }
  cr_assert_eq(n, 2);
  world_end(&w);
}
