#include "core/health.h"

#include <criterion/criterion.h>

#define NO_JITTER 0x80000000u

/* The first can be probed, the second cannot. */
static struct health probed, plain;

static void fresh(void) {
  radmfa__health_init(&probed, true);
  radmfa__health_init(&plain, false);
}

TestSuite(health, .init = fresh);

static void suspect_at(uint64_t now_ms) {
  radmfa__health_unanswered(&probed, now_ms - 2000, now_ms);
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
}

/* Probes at their times, each unanswered after 4 s; when the last one was. */
static uint64_t fail_probes(unsigned n) {
  uint64_t now_ms = 0;
  for (unsigned i = 0; i < n; i++) {
    now_ms = radmfa__health_probe_at(&probed);
    radmfa__health_probe_sent(&probed, now_ms, NO_JITTER);
    now_ms += HEALTH_PROBE_TIMEOUT_MS;
    enum health_change change = radmfa__health_probe_unanswered(&probed, now_ms);
    cr_assert_eq(change, i == 2 ? HEALTH_DIED : HEALTH_UNCHANGED);
  }
  return now_ms;
}

static enum health_change answer_probe(void) {
  uint64_t now_ms = radmfa__health_probe_at(&probed);
  radmfa__health_probe_sent(&probed, now_ms, NO_JITTER);
  return radmfa__health_probe_answered(&probed, now_ms + 1);
}

static void probed_dies(void) {
  suspect_at(100000);
  fail_probes(3);
  cr_assert_eq(probed.state, HEALTH_DEAD);
}

static void send_at(struct health *health, unsigned n, uint64_t now_ms) {
  for (unsigned i = 0; i < n; i++) radmfa__health_sent(health, now_ms);
}

static enum health_change withdraw(uint64_t now_ms) {
  return radmfa__health_withdrawn(&plain, 55000, now_ms);
}

static void plain_dies_at(uint64_t now_ms) {
  send_at(&plain, 3, now_ms - 55000);
  cr_assert_eq(radmfa__health_gave_up(&plain, now_ms - 55000, now_ms), HEALTH_DIED);
}

Test(health, requests_are_outstanding_until_they_end) {
  send_at(&plain, 4, 1000);
  cr_assert_eq(plain.outstanding, 4);
  radmfa__health_cancelled(&plain);
  cr_assert_eq(radmfa__health_replied(&plain, 1000, 1500), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_gave_up(&plain, 1000, 56000), HEALTH_UNCHANGED);
  cr_assert_eq(plain.outstanding, 1);
  radmfa__health_unanswered(&plain, 1000, 56000);
  radmfa__health_refused(&plain, 56000);
  cr_assert_eq(radmfa__health_heard(&plain, 1000, 56000), HEALTH_UNCHANGED);
  cr_assert_eq(plain.outstanding, 1);
}

Test(health, withdrawn_requests_are_no_silence_before_the_timeout_is_over) {
  send_at(&plain, 4, 100000);
  cr_assert_eq(radmfa__health_replied(&plain, 100000, 101000), HEALTH_UNCHANGED);
  send_at(&plain, 3, 150000);
  cr_assert_eq(withdraw(156000), HEALTH_UNCHANGED); /* the reply came 55 s ago */
  cr_assert_eq(withdraw(156001), HEALTH_DIED);
  cr_assert_eq(withdraw(156002), HEALTH_UNCHANGED);
}

Test(health, withdrawn_requests_are_no_silence_when_nothing_was_asked_before) {
  cr_assert_eq(radmfa__health_heard(&plain, 0, 1000), HEALTH_UNCHANGED);
  send_at(&plain, 3, 9000000);
  cr_assert_eq(withdraw(9010000), HEALTH_UNCHANGED);
  cr_assert_eq(withdraw(9060000), HEALTH_UNCHANGED); /* and too few are waiting */
  cr_assert_eq(plain.outstanding, 1);
}

Test(health, a_request_sent_again_brings_a_probe_at_once) {
  cr_assert_eq(radmfa__health_probe_at(&probed), UINT64_MAX);
  suspect_at(100000);
  cr_assert_eq(radmfa__health_probe_at(&probed), 100000);
}

Test(health, a_request_given_up_and_a_refusal_bring_a_probe_too) {
  send_at(&probed, 1, 45000);
  cr_assert_eq(radmfa__health_gave_up(&probed, 45000, 100000), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_probe_at(&probed), 100000);
  cr_assert_eq(radmfa__health_heard(&probed, 0, 100001), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_probe_at(&probed), UINT64_MAX);
  radmfa__health_refused(&probed, 100002);
  cr_assert_eq(radmfa__health_probe_at(&probed), 100002);
}

Test(health, a_request_sent_again_means_nothing_where_another_had_its_reply_since) {
  send_at(&probed, 2, 98000);
  cr_assert_eq(radmfa__health_replied(&probed, 98000, 98000), HEALTH_UNCHANGED);
  radmfa__health_unanswered(&probed, 98000, 100000);
  cr_assert_eq(probed.state, HEALTH_ALIVE);
  radmfa__health_unanswered(&probed, 98001, 100001);
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
}

Test(health, three_probes_without_an_answer_are_death) {
  suspect_at(100000);
  cr_assert_eq(fail_probes(2), 109000);
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
  cr_assert_eq(radmfa__health_probe_at(&probed), 110000);
  radmfa__health_probe_sent(&probed, 110000, NO_JITTER);
  cr_assert_eq(radmfa__health_probe_unanswered(&probed, 114000), HEALTH_DIED);
  cr_assert_eq(probed.state, HEALTH_DEAD);
}

Test(health, any_valid_reply_ends_the_suspicion) {
  suspect_at(100000);
  fail_probes(2);
  cr_assert_eq(radmfa__health_heard(&probed, 0, 109500), HEALTH_UNCHANGED);
  cr_assert_eq(probed.state, HEALTH_ALIVE);
  cr_assert_eq(radmfa__health_probe_at(&probed), UINT64_MAX);
  suspect_at(120000);
  fail_probes(2); /* it counts from the beginning */
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
}

Test(health, an_answered_probe_ends_the_suspicion) {
  suspect_at(100000);
  fail_probes(2);
  cr_assert_eq(answer_probe(), HEALTH_UNCHANGED);
  cr_assert_eq(probed.state, HEALTH_ALIVE);
}

Test(health, a_probe_from_before_a_reply_does_not_count) {
  suspect_at(100000);
  radmfa__health_probe_sent(&probed, 100000, NO_JITTER);
  cr_assert_eq(radmfa__health_heard(&probed, 0, 101000), HEALTH_UNCHANGED);
  radmfa__health_refused(&probed, 103500);
  cr_assert_eq(radmfa__health_probe_unanswered(&probed, 104000), HEALTH_UNCHANGED);
  fail_probes(2);
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
}

Test(health, a_flood_of_suspicion_makes_one_probe_at_a_time) {
  unsigned probes = 0;
  for (uint64_t now_ms = 100000; now_ms < 160000; now_ms++) {
    if (now_ms % 3 == 0) radmfa__health_refused(&probed, now_ms);
    if (now_ms % 3 == 1) cr_assert_eq(radmfa__health_heard(&probed, 0, now_ms), HEALTH_UNCHANGED);
    if (radmfa__health_probe_at(&probed) <= now_ms) {
      cr_assert_not(probed.is_probe_out);
      radmfa__health_probe_sent(&probed, now_ms, NO_JITTER);
      probes++;
    }
    if (probed.is_probe_out && now_ms == probed.probe_sent_ms + HEALTH_PROBE_TIMEOUT_MS)
      cr_assert_eq(radmfa__health_probe_unanswered(&probed, now_ms), HEALTH_UNCHANGED);
  }
  cr_assert_leq(probes, 12);
  cr_assert_geq(probes, 11);
}

Test(health, probes_come_every_5_s_with_a_tenth_of_jitter_and_every_10_s_to_the_dead) {
  suspect_at(100000);
  radmfa__health_probe_sent(&probed, 100000, 0);
  cr_assert_eq(radmfa__health_probe_at(&probed), UINT64_MAX);
  cr_assert_eq(radmfa__health_probe_unanswered(&probed, 104000), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_probe_at(&probed), 104500);
  radmfa__health_probe_sent(&probed, 104500, UINT32_MAX);
  cr_assert_eq(radmfa__health_probe_unanswered(&probed, 108500), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_probe_at(&probed), 110000);
  radmfa__health_probe_sent(&probed, 110000, NO_JITTER);
  cr_assert_eq(radmfa__health_probe_unanswered(&probed, 114000), HEALTH_DIED);
  cr_assert_eq(radmfa__health_probe_at(&probed), 120000);
  radmfa__health_probe_sent(&probed, 120000, 0);
  cr_assert_eq(radmfa__health_probe_unanswered(&probed, 124000), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_probe_at(&probed), 129000);
}

Test(health, a_probe_that_was_cancelled_is_followed_by_the_next) {
  suspect_at(100000);
  for (unsigned i = 0; i < 5; i++) {
    radmfa__health_probe_sent(&probed, 100000 + 5000 * i, NO_JITTER);
    radmfa__health_probe_cancelled(&probed);
    cr_assert_eq(radmfa__health_probe_at(&probed), 105000 + 5000 * i);
  }
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
}

Test(health, three_answered_probes_in_a_row_bring_the_dead_back) {
  probed_dies();
  for (unsigned i = 0; i < 2; i++) cr_assert_eq(answer_probe(), HEALTH_UNCHANGED);
  cr_assert_eq(probed.state, HEALTH_DEAD);
  fail_probes(1);
  for (unsigned i = 0; i < 2; i++) cr_assert_eq(answer_probe(), HEALTH_UNCHANGED);
  cr_assert_eq(answer_probe(), HEALTH_REVIVED);
  cr_assert_eq(probed.state, HEALTH_ALIVE);
  cr_assert_eq(radmfa__health_probe_at(&probed), UINT64_MAX);
}

Test(health, a_dead_server_that_can_be_probed_is_not_brought_back_by_another_reply) {
  probed_dies();
  for (uint64_t i = 0; i < 9; i++)
    cr_assert_eq(radmfa__health_heard(&probed, 120000, 120000 + i), HEALTH_UNCHANGED);
  cr_assert_eq(probed.state, HEALTH_DEAD);
  cr_assert_lt(radmfa__health_probe_at(&probed), UINT64_MAX);
}

Test(health, death_is_told_once) {
  probed_dies();
  fail_probes(1);
  plain_dies_at(100000);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45000, 100000), HEALTH_UNCHANGED);
  send_at(&plain, 2, 100001);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45000, 100002), HEALTH_UNCHANGED);
  cr_assert_eq(plain.died_ms, 100000);
}

Test(health, without_probes_a_request_given_up_while_three_wait_is_death) {
  send_at(&plain, 3, 45000);
  radmfa__health_unanswered(&plain, 45000, 47000);
  cr_assert_eq(plain.state, HEALTH_ALIVE);
  cr_assert_eq(radmfa__health_probe_at(&plain), UINT64_MAX);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45000, 100000), HEALTH_DIED);
  cr_assert_eq(plain.state, HEALTH_DEAD);
  cr_assert_eq(radmfa__health_probe_at(&plain), UINT64_MAX);
}

Test(health, without_probes_two_that_wait_are_too_few) {
  send_at(&plain, 2, 45000);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45000, 100000), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45000, 100000), HEALTH_UNCHANGED);
}

Test(health, without_probes_a_reply_since_keeps_it_alive) {
  send_at(&plain, 5, 45000);
  cr_assert_eq(radmfa__health_replied(&plain, 45000, 45000), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45000, 100000), HEALTH_UNCHANGED);
  send_at(&plain, 3, 45001);
  cr_assert_eq(radmfa__health_gave_up(&plain, 45001, 100001), HEALTH_DIED);
}

Test(health, without_probes_a_reply_to_something_newer_brings_the_dead_back) {
  plain_dies_at(100000);
  send_at(&plain, 1, 130000);
  cr_assert_eq(radmfa__health_replied(&plain, 45000, 130500), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_heard(&plain, 0, 130600), HEALTH_UNCHANGED);
  cr_assert_eq(radmfa__health_heard(&plain, 100000, 130700), HEALTH_UNCHANGED);
  cr_assert_eq(plain.state, HEALTH_DEAD);
  cr_assert_eq(radmfa__health_replied(&plain, 130000, 185000), HEALTH_REVIVED);
  cr_assert_eq(plain.state, HEALTH_ALIVE);
}

Test(health, refusals_are_not_death) {
  send_at(&plain, 100, 99000);
  for (uint64_t i = 0; i < 100; i++) radmfa__health_refused(&plain, 100000 + i);
  for (uint64_t i = 0; i < 100; i++) radmfa__health_refused(&probed, 100000 + i);
  cr_assert_eq(plain.state, HEALTH_ALIVE);
  cr_assert_eq(probed.state, HEALTH_SUSPECTED);
}

/* One login each second. People answer after 20 to 54 s, and one in four does not answer: so long
 * does a server wait that has to call them. Requests are sent again meanwhile. */
Test(health, a_server_as_slow_as_people_is_never_dead) {
  for (uint64_t now_s = 1000; now_s < 5000; now_s++) {
    radmfa__health_sent(&plain, 1000 * now_s);
    for (uint64_t sent_s = now_s - 55; sent_s < now_s; sent_s++) {
      if (sent_s < 1000) continue;
      uint64_t waited_s = now_s - sent_s, answered_s = 20 + sent_s * 7 % 35;
      bool is_answered = sent_s % 4 != 0;
      if (!is_answered && waited_s == 55)
        cr_assert_eq(radmfa__health_gave_up(&plain, 1000 * sent_s, 1000 * now_s), HEALTH_UNCHANGED);
      if (is_answered && waited_s == answered_s)
        cr_assert_eq(radmfa__health_replied(&plain, 1000 * sent_s, 1000 * now_s), HEALTH_UNCHANGED);
      if (waited_s == 2 || waited_s == 6 || waited_s == 14)
        radmfa__health_unanswered(&plain, 1000 * sent_s, 1000 * now_s);
    }
    cr_assert_eq(plain.state, HEALTH_ALIVE);
  }
  cr_assert_leq(plain.outstanding, 55);
}

/* Nobody is answered within the 55 s, but Status-Server is. */
Test(health, a_slow_server_that_answers_probes_is_never_dead) {
  for (uint64_t now_ms = 100000; now_ms < 400000; now_ms += 500) {
    radmfa__health_sent(&probed, now_ms);
    radmfa__health_unanswered(&probed, now_ms - 2000, now_ms);
    if (now_ms >= 155000)
      cr_assert_eq(radmfa__health_gave_up(&probed, now_ms - 55000, now_ms), HEALTH_UNCHANGED);
    if (radmfa__health_probe_at(&probed) > now_ms) continue;
    radmfa__health_probe_sent(&probed, now_ms, NO_JITTER);
    cr_assert_eq(radmfa__health_probe_answered(&probed, now_ms + 100), HEALTH_UNCHANGED);
    cr_assert_eq(probed.state, HEALTH_ALIVE);
  }
}
