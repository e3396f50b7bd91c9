/* Which call may be placed when, in virtual time: no limit is passed, nobody overtakes, and no
 * number is dialled twice at once. */
#include "factor/call_limits.h"
#include "factor/call_party.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define T0 UINT64_C(1000000)
#define FOR_EVER UINT64_C(4000000000)

static const struct call_limits_options wide = {.calls = 1000, .calls_per_second = 1000};

static struct call_limits *limits;
static struct call_owner *owner;
static struct call_ticket tickets[64];
static int wakes;

static void on_wake(void *user) {
  (void)user;
  wakes++;
}

static void begin(struct call_limits_options options) {
  limits = call_limits_new(&options);
  cr_assert_not_null(limits);
  owner = call_limits_join(limits, on_wake, NULL);
  cr_assert_not_null(owner);
}

static void finish(void) {
  for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++)
    call_limits_end(limits, &tickets[i], FOR_EVER);
  while (call_limits_granted(limits, owner, FOR_EVER)) {
  }
  struct call_limits_stats stats;
  call_limits_stats(limits, FOR_EVER, &stats);
  cr_assert_eq(stats.calls, 0);
  cr_assert_eq(stats.waiting, 0);
  call_limits_leave(limits, owner);
  call_limits_free(limits);
}

TestSuite(call_limits, .fini = finish);

/* User `who` at the number +4400000000 and `at`. */
static enum call_permit ask_as(size_t ticket, unsigned who, unsigned at, uint64_t now_ms,
                               uint64_t latest_ms) {
  struct number number = {0};
  char name[16];
  snprintf(number.e164, sizeof number.e164, "+44%08u", at);
  snprintf(name, sizeof name, "user%u", who);
  return call_limits_ask(limits, &tickets[ticket], owner, radmfa_text(name), &number, now_ms,
                         latest_ms);
}

/* Each ticket is another user's at another number. */
static enum call_permit ask(size_t ticket, uint64_t now_ms) {
  return ask_as(ticket, (unsigned)ticket, (unsigned)ticket, now_ms, FOR_EVER);
}

static void end(size_t ticket, uint64_t now_ms) {
  call_limits_end(limits, &tickets[ticket], now_ms);
}

/* Whose turn it is; asserts that it is one. */
static size_t granted(uint64_t now_ms) {
  struct call_ticket *ticket = call_limits_granted(limits, owner, now_ms);
  cr_assert_not_null(ticket);
  cr_assert(ticket->is_granted);
  return (size_t)(ticket - tickets);
}

static void nobody(uint64_t now_ms) {
  cr_assert_null(call_limits_granted(limits, owner, now_ms));
}

static uint64_t next(uint64_t now_ms) {
  return call_limits_next_ms(limits, owner, now_ms);
}

/* ---- at once ---- */

Test(call_limits, so_many_calls_are_at_work_at_once) {
  begin((struct call_limits_options){.calls = 2, .calls_per_second = 1000});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(1, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(2, T0), CALL_PERMIT_WAITS);
  nobody(T0 + 100000);
  cr_assert_eq(next(T0), FOR_EVER + 1);
  end(0, T0 + 1000);
  cr_assert_eq(next(T0 + 1000), T0 + 1000);
  cr_assert_eq(granted(T0 + 1000), 2);
  nobody(T0 + 1000);
}

Test(call_limits, who_waits_gets_his_turn_in_the_order_in_which_he_came) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  for (size_t i = 1; i < 10; i++) cr_assert_eq(ask(i, T0 + i), CALL_PERMIT_WAITS);
  for (size_t i = 1; i < 10; i++) {
    end(i - 1, T0 + 100 * i);
    cr_assert_eq(granted(T0 + 100 * i), i);
    nobody(T0 + 100 * i);
  }
}

Test(call_limits, nobody_overtakes_who_waits_although_there_is_a_place) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(1, T0), CALL_PERMIT_WAITS);
  cr_assert_eq(ask(2, T0 + 1000), CALL_PERMIT_WAITS);
  cr_assert_eq(granted(T0 + 1000), 1);
  nobody(T0 + 1000);
}

Test(call_limits, who_gives_up_leaves_his_place_to_the_next) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(1, T0), CALL_PERMIT_WAITS);
  cr_assert_eq(ask(2, T0), CALL_PERMIT_WAITS);
  end(1, T0 + 1);
  end(0, T0 + 2);
  cr_assert_eq(granted(T0 + 2), 2);
}

Test(call_limits, a_turn_that_nobody_took_is_given_back) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(1, T0), CALL_PERMIT_WAITS);
  cr_assert_eq(ask(2, T0), CALL_PERMIT_WAITS);
  end(0, T0 + 1);
  end(1, T0 + 2); /* it was granted, and its owner had not asked */
  cr_assert_eq(granted(T0 + 2), 2);
  nobody(T0 + 2);
}

/* ---- the clock ---- */

Test(call_limits, after_a_rest_a_second_of_calls_may_begin_at_once_and_then_one_by_one) {
  begin((struct call_limits_options){.calls = 1000, .calls_per_second = 5});
  for (size_t i = 0; i < 5; i++) cr_assert_eq(ask(i, T0), CALL_PERMIT_GRANTED);
  for (size_t i = 5; i < 8; i++) cr_assert_eq(ask(i, T0), CALL_PERMIT_WAITS);
  for (size_t i = 5; i < 8; i++) {
    uint64_t at_ms = T0 + 200 * (i - 4);
    cr_assert_eq(next(at_ms - 200), at_ms);
    nobody(at_ms - 1);
    cr_assert_eq(granted(at_ms), i);
  }
}

Test(call_limits, in_the_long_run_so_many_begin_in_a_second) {
  begin((struct call_limits_options){.calls = 1000, .calls_per_second = 7});
  unsigned n = 0;
  for (uint64_t ms = 0; ms < 60000; ms++) {
    if (ask_as(0, 0, 0, T0 + ms, T0 + ms) != CALL_PERMIT_GRANTED) continue;
    n++;
    end(0, T0 + ms);
  }
  cr_assert_geq(n, 7 * 60);
  cr_assert_leq(n, 7 * 61);
}

Test(call_limits, whose_turn_would_come_too_late_is_refused_at_once) {
  begin((struct call_limits_options){.calls = 1000, .calls_per_second = 1});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 1, T0, T0 + 1000), CALL_PERMIT_WAITS);
  cr_assert_eq(ask_as(2, 2, 2, T0, T0 + 1999), CALL_PERMIT_REFUSED_QUEUE);
  cr_assert_eq(ask_as(3, 3, 3, T0, T0 + 2000), CALL_PERMIT_WAITS);
  cr_assert_eq(granted(T0 + 1000), 1);
  cr_assert_eq(granted(T0 + 2000), 3);
}

Test(call_limits, who_cannot_wait_is_granted_at_once_or_refused) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask_as(0, 0, 0, T0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 1, T0, T0), CALL_PERMIT_REFUSED_QUEUE);
  cr_assert_eq(ask_as(2, 2, 2, T0, T0 - 5), CALL_PERMIT_REFUSED_QUEUE);
  end(0, T0);
  cr_assert_eq(ask_as(1, 1, 1, T0, T0 - 5), CALL_PERMIT_GRANTED);
}

Test(call_limits, whose_time_is_over_is_told_and_has_left_the_queue) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 1, T0, T0 + 500), CALL_PERMIT_WAITS);
  cr_assert_eq(ask(2, T0), CALL_PERMIT_WAITS);
  cr_assert_eq(next(T0), T0 + 501);
  nobody(T0 + 500);
  struct call_ticket *late = call_limits_granted(limits, owner, T0 + 501);
  cr_assert_eq(late, &tickets[1]);
  cr_assert_not(late->is_granted);
  end(1, T0 + 501); /* changes nothing */
  end(0, T0 + 502);
  cr_assert_eq(granted(T0 + 502), 2);
}

Test(call_limits, who_was_refused_and_has_not_heard_of_it_may_give_up) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 1, T0, T0 + 5), CALL_PERMIT_WAITS);
  end(0, T0 + 100); /* finds that its time is over */
  end(1, T0 + 100);
  nobody(T0 + 100);
}

/* ---- numbers ---- */

Test(call_limits, a_number_that_is_being_called_is_not_dialled_a_second_time) {
  begin(wide);
  cr_assert_eq(ask_as(0, 0, 7, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 7, T0, FOR_EVER), CALL_PERMIT_WAITS);
  cr_assert_eq(ask_as(2, 2, 7, T0, FOR_EVER), CALL_PERMIT_WAITS);
  nobody(T0 + 1000);
  end(0, T0 + 1000);
  cr_assert_eq(granted(T0 + 1000), 1);
  nobody(T0 + 1000);
  end(1, T0 + 2000);
  cr_assert_eq(granted(T0 + 2000), 2);
}

Test(call_limits, an_extension_makes_no_other_number) {
  begin(wide);
  struct number number = {"+15551230001", "890"}, other = {"+15551230001", "891"};
  cr_assert_eq(call_limits_ask(limits, &tickets[0], owner, radmfa_text("a"), &number, T0, FOR_EVER),
               CALL_PERMIT_GRANTED);
  cr_assert_eq(call_limits_ask(limits, &tickets[1], owner, radmfa_text("b"), &other, T0, FOR_EVER),
               CALL_PERMIT_WAITS);
}

Test(call_limits, who_waits_for_a_number_holds_up_nobody_else) {
  begin((struct call_limits_options){.calls = 2, .calls_per_second = 1000});
  cr_assert_eq(ask_as(0, 0, 7, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  for (size_t i = 1; i < 9; i++)
    cr_assert_eq(ask_as(i, (unsigned)i, 7, T0, FOR_EVER), CALL_PERMIT_WAITS);
  cr_assert_eq(ask(9, T0), CALL_PERMIT_GRANTED);
}

Test(call_limits, whose_number_is_free_again_has_his_old_place_in_the_queue) {
  begin((struct call_limits_options){.calls = 2, .calls_per_second = 1000});
  cr_assert_eq(ask_as(0, 0, 7, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 8, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(2, 2, 7, T0 + 1, FOR_EVER), CALL_PERMIT_WAITS);
  cr_assert_eq(ask_as(3, 3, 9, T0 + 2, FOR_EVER), CALL_PERMIT_WAITS);
  end(0, T0 + 3);
  cr_assert_eq(granted(T0 + 3), 2);
  nobody(T0 + 3);
}

Test(call_limits, of_those_who_wait_for_a_number_each_may_give_up) {
  begin(wide);
  for (size_t i = 0; i < 5; i++) (void)ask_as(i, (unsigned)i, 7, T0, FOR_EVER);
  end(2, T0);
  end(4, T0);
  end(1, T0);
  end(0, T0 + 1);
  cr_assert_eq(granted(T0 + 1), 3);
  nobody(T0 + 1);
}

Test(call_limits, who_waits_for_a_number_in_vain_leaves_it_to_the_next) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask_as(0, 0, 1, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 7, T0, T0 + 10), CALL_PERMIT_WAITS);
  cr_assert_eq(ask_as(2, 2, 7, T0, FOR_EVER), CALL_PERMIT_WAITS);
  cr_assert_eq(call_limits_granted(limits, owner, T0 + 11), &tickets[1]);
  end(0, T0 + 12);
  cr_assert_eq(granted(T0 + 12), 2);
}

/* ---- how often ---- */

static const struct rate twice = {2, 24000};

Test(call_limits, a_user_gets_so_many_calls_in_a_window) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1000, .per_user = twice});
  cr_assert_eq(ask_as(0, 1, 1, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  end(0, T0 + 1);
  cr_assert_eq(ask_as(0, 1, 2, T0 + 10000, FOR_EVER), CALL_PERMIT_GRANTED);
  end(0, T0 + 10001);
  cr_assert_eq(ask_as(0, 1, 3, T0 + 23999, FOR_EVER), CALL_PERMIT_REFUSED_USER);
  cr_assert_eq(ask_as(0, 2, 3, T0 + 23999, FOR_EVER), CALL_PERMIT_GRANTED);
  end(0, T0 + 24000);
  cr_assert_eq(ask_as(0, 1, 3, T0 + 25000, FOR_EVER), CALL_PERMIT_GRANTED);
}

static enum call_permit ask_with(struct rate own, size_t ticket, unsigned at, uint64_t now_ms) {
  tickets[ticket].per_user = own;
  return ask_as(ticket, 1, at, now_ms, FOR_EVER);
}

Test(call_limits, a_limit_of_his_own_stands_in_place_of_everybodys) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1000, .per_user = twice});
  const struct rate three = {3, 48000};
  for (unsigned i = 0; i < 3; i++) {
    cr_assert_eq(ask_with(three, 0, i, T0 + i * 1000), CALL_PERMIT_GRANTED);
    end(0, T0 + i * 1000 + 1);
  }
  cr_assert_eq(ask_with(three, 0, 3, T0 + 30000), CALL_PERMIT_REFUSED_USER);
  cr_assert_eq(ask_with(three, 0, 3, T0 + 52000), CALL_PERMIT_GRANTED);
}

Test(call_limits, a_limit_of_his_own_holds_where_nobody_else_has_one) {
  begin(wide);
  const struct rate once = {1, 48000};
  cr_assert_eq(ask_with(once, 0, 1, T0), CALL_PERMIT_GRANTED);
  end(0, T0 + 1);
  cr_assert_eq(ask_with(once, 0, 2, T0 + 40000), CALL_PERMIT_REFUSED_USER);
}

Test(call_limits, who_waits_counts_for_a_limit_of_his_own) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  cr_assert_eq(ask_with(twice, 0, 1, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_with(twice, 1, 2, T0), CALL_PERMIT_WAITS);
  cr_assert_eq(ask_with(twice, 2, 3, T0), CALL_PERMIT_REFUSED_USER);
}

Test(call_limits, a_reload_forgets_nothing_that_a_limit_of_his_own_counts) {
  struct call_limits_options options = {.calls = 9, .calls_per_second = 1000, .per_user = twice};
  const struct rate once = {1, 48000};
  begin(options);
  cr_assert_eq(ask_with(once, 0, 1, T0), CALL_PERMIT_GRANTED);
  end(0, T0 + 1);
  options.per_user.window_ms *= 2;
  call_limits_set(limits, &options);
  cr_assert_eq(ask_with(once, 0, 2, T0 + 2), CALL_PERMIT_REFUSED_USER);
}

Test(call_limits, a_user_is_the_same_one_in_either_case) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1000, .per_user = {1, 60000}});
  struct number number = {.e164 = "+15551230001"};
  cr_assert_eq(
      call_limits_ask(limits, &tickets[0], owner, radmfa_text("alice"), &number, T0, FOR_EVER),
      CALL_PERMIT_GRANTED);
  end(0, T0);
  cr_assert_eq(
      call_limits_ask(limits, &tickets[0], owner, radmfa_text("ALICE"), &number, T0, FOR_EVER),
      CALL_PERMIT_REFUSED_USER);
}

Test(call_limits, a_number_is_called_so_often_in_a_window_whoever_has_it) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1000, .per_number = twice});
  for (unsigned who = 0; who < 2; who++) {
    cr_assert_eq(ask_as(0, who, 7, T0, FOR_EVER), CALL_PERMIT_GRANTED);
    end(0, T0);
  }
  cr_assert_eq(ask_as(0, 3, 7, T0, FOR_EVER), CALL_PERMIT_REFUSED_NUMBER);
  cr_assert_eq(ask_as(0, 3, 8, T0, FOR_EVER), CALL_PERMIT_GRANTED);
}

Test(call_limits, many_at_once_are_no_way_around_a_limit) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1000, .per_user = twice});
  cr_assert_eq(ask_as(0, 1, 7, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask_as(1, 1, 7, T0, FOR_EVER), CALL_PERMIT_WAITS);
  cr_assert_eq(ask_as(2, 1, 7, T0, FOR_EVER), CALL_PERMIT_REFUSED_USER);
  end(1, T0); /* it was not granted: it does not count */
  cr_assert_eq(ask_as(2, 1, 7, T0, FOR_EVER), CALL_PERMIT_WAITS);
}

Test(call_limits, who_is_refused_uses_nothing_up) {
  begin((struct call_limits_options){.calls = 9,
                                     .calls_per_second = 1000,
                                     .per_number = {1, 24000},
                                     .per_user = twice,
                                     .calls_per_day = 3});
  struct call_limits_stats stats;
  cr_assert_eq(ask_as(0, 1, 7, T0, FOR_EVER), CALL_PERMIT_GRANTED);
  for (int i = 0; i < 10; i++)
    cr_assert_eq(ask_as(1, 2, 7, T0, FOR_EVER), CALL_PERMIT_REFUSED_NUMBER);
  call_limits_stats(limits, T0, &stats);
  cr_assert_eq(stats.today, 1);
  cr_assert_eq(ask_as(1, 2, 8, T0, FOR_EVER), CALL_PERMIT_GRANTED);
}

#define HOUR_MS UINT64_C(3600000)

Test(call_limits, a_day_has_so_many_calls) {
  begin((struct call_limits_options){.calls = 9, .calls_per_second = 1000, .calls_per_day = 3});
  uint64_t morning = 30 * HOUR_MS;
  for (unsigned i = 0; i < 3; i++) {
    cr_assert_eq(ask_as(0, i, i, morning + i, FOR_EVER), CALL_PERMIT_GRANTED);
    end(0, morning + i);
  }
  cr_assert_eq(ask(0, morning + 24 * HOUR_MS - 1), CALL_PERMIT_REFUSED_DAY);
  cr_assert_eq(ask(0, morning + 25 * HOUR_MS), CALL_PERMIT_GRANTED);
}

Test(call_limits, who_waits_counts_for_the_day) {
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000, .calls_per_day = 2});
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(1, T0), CALL_PERMIT_WAITS);
  cr_assert_eq(ask(2, T0), CALL_PERMIT_REFUSED_DAY);
}

/* ---- a reload ---- */

Test(call_limits, other_limits_hold_from_now_on_and_what_was_granted_is_remembered) {
  struct call_limits_options options = {.calls = 1, .calls_per_second = 1000, .per_user = twice};
  begin(options);
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(ask(1, T0), CALL_PERMIT_WAITS);
  wakes = 0;
  options.calls = 2;
  options.per_user.count = 1;
  call_limits_set(limits, &options);
  cr_assert_eq(wakes, 1);
  cr_assert_eq(granted(T0 + 1), 1);
  end(0, T0 + 1);
  cr_assert_eq(ask_as(0, 0, 9, T0 + 1, FOR_EVER), CALL_PERMIT_REFUSED_USER);
}

Test(call_limits, another_window_begins_anew) {
  struct call_limits_options options = {.calls = 9, .calls_per_second = 1000, .per_user = twice};
  begin(options);
  for (unsigned i = 0; i < 2; i++) {
    cr_assert_eq(ask_as(0, 1, i, T0, FOR_EVER), CALL_PERMIT_GRANTED);
    end(0, T0);
  }
  options.per_user.window_ms = 60000;
  call_limits_set(limits, &options);
  cr_assert_eq(ask_as(0, 1, 5, T0, FOR_EVER), CALL_PERMIT_GRANTED);
}

/* ---- memory ---- */

Test(call_limits, of_users_without_calls_the_oldest_are_forgotten) {
  struct call_parties *parties = calloc(1, sizeof *parties);
  begin(wide);
  call_parties_set_window(parties, 24000);
  for (uint64_t i = 0; i < CALL_PARTIES_MAX + 1000; i++) {
    struct call_party *party = call_parties_take(parties, i, 0, T0);
    call_parties_count(parties, party, T0);
    call_parties_give(parties, party, T0);
  }
  cr_assert_eq(parties->n_idle, CALL_PARTIES_MAX);
  struct call_party *first = call_parties_take(parties, 0, 0, T0);
  struct call_party *last = call_parties_take(parties, CALL_PARTIES_MAX + 999, 0, T0);
  cr_assert_eq(call_parties_used(parties, first, T0), 0);
  cr_assert_eq(call_parties_used(parties, last, T0), 1);
  call_parties_give(parties, first, T0);
  call_parties_give(parties, last, T0);
  call_parties_free(parties);
  free(parties);
}

Test(call_limits, who_has_nothing_granted_is_not_remembered) {
  struct call_parties *parties = calloc(1, sizeof *parties);
  begin(wide);
  call_parties_set_window(parties, 24000);
  call_parties_give(parties, call_parties_take(parties, 1, 0, T0), T0);
  cr_assert_eq(parties->n_idle, 0);
  struct call_party *party = call_parties_take(parties, 2, 0, T0);
  call_parties_count(parties, party, T0);
  call_parties_give(parties, party, T0);
  cr_assert_eq(parties->n_idle, 1);
  call_parties_give(parties, call_parties_take(parties, 3, 0, T0 + 60000), T0 + 60000);
  cr_assert_eq(parties->n_idle, 0);
  free(parties);
}

/* ---- owners ---- */

static void count_wake(void *user) {
  atomic_fetch_add((atomic_int *)user, 1);
}

Test(call_limits, an_owner_is_woken_by_what_others_end) {
  atomic_int woken = 0;
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1000});
  struct call_owner *other = call_limits_join(limits, count_wake, &woken);
  struct call_ticket ticket = {0};
  struct number number = {.e164 = "+15551230001"};
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(call_limits_ask(limits, &ticket, other, radmfa_text("z"), &number, T0, FOR_EVER),
               CALL_PERMIT_WAITS);
  cr_assert_eq(woken, 0);
  end(0, T0 + 1);
  cr_assert_eq(woken, 1);
  nobody(T0 + 1); /* it is the other's */
  cr_assert_eq(call_limits_granted(limits, other, T0 + 1), &ticket);
  cr_assert(ticket.is_granted);
  call_limits_end(limits, &ticket, T0 + 2);
  call_limits_leave(limits, other);
}

Test(call_limits, an_owner_hears_of_a_place_that_the_clock_will_give_him) {
  atomic_int woken = 0;
  begin((struct call_limits_options){.calls = 1, .calls_per_second = 1});
  struct call_owner *other = call_limits_join(limits, count_wake, &woken);
  struct call_ticket ticket = {0};
  struct number number = {.e164 = "+15551230001"};
  cr_assert_eq(ask(0, T0), CALL_PERMIT_GRANTED);
  cr_assert_eq(call_limits_ask(limits, &ticket, other, radmfa_text("z"), &number, T0, FOR_EVER),
               CALL_PERMIT_WAITS);
  cr_assert_eq(call_limits_next_ms(limits, other, T0), FOR_EVER + 1);
  end(0, T0 + 1);
  cr_assert_eq(woken, 1);
  cr_assert_null(call_limits_granted(limits, other, T0 + 1));
  cr_assert_eq(call_limits_next_ms(limits, other, T0 + 1), T0 + 1000);
  cr_assert_eq(call_limits_granted(limits, other, T0 + 1000), &ticket);
  call_limits_end(limits, &ticket, T0 + 1000);
  call_limits_leave(limits, other);
}

/* Two owners in threads of their own want the same few numbers and places; each call ends a
 * millisecond later. */
#define ROUNDS 3000
#define LINES 8

struct worker {
  pthread_t thread;
  pthread_mutex_t lock; /* the next one */
  bool is_woken;
  struct call_owner *owner;
  unsigned n_granted, n_late;
};

static atomic_ullong clock_ms = T0;
static atomic_int at_work, at_number[4];
static atomic_bool is_broken;

static void wake_worker(void *user) {
  struct worker *worker = user;
  pthread_mutex_lock(&worker->lock);
  worker->is_woken = true;
  pthread_mutex_unlock(&worker->lock);
}

static void work(struct worker *worker, struct call_ticket *ticket, size_t number) {
  if (atomic_fetch_add(&at_work, 1) >= 3 || atomic_fetch_add(&at_number[number], 1) >= 1)
    is_broken = true;
  uint64_t now_ms = atomic_fetch_add(&clock_ms, 1);
  atomic_fetch_sub(&at_number[number], 1);
  atomic_fetch_sub(&at_work, 1);
  call_limits_end(limits, ticket, now_ms);
  worker->n_granted++;
}

static void collect(struct worker *worker, bool *is_out, struct call_ticket *mine) {
  struct call_ticket *ticket;
  while ((ticket = call_limits_granted(limits, worker->owner, clock_ms))) {
    size_t i = (size_t)(ticket - mine);
    is_out[i] = false;
    if (ticket->is_granted)
      work(worker, ticket, i % 4);
    else
      worker->n_late++;
  }
}

static void *run_worker(void *arg) {
  struct worker *worker = arg;
  struct call_ticket mine[LINES] = {{0}};
  bool is_out[LINES] = {false};
  for (unsigned round = 0; round < ROUNDS; round++) {
    size_t i = round % LINES;
    uint64_t now_ms = atomic_fetch_add(&clock_ms, 1);
    struct number number = {.e164 = "+1555123000"};
    number.e164[11] = (char)('0' + i % 4);
    if (is_out[i]) call_limits_end(limits, &mine[i], now_ms);
    is_out[i] = false;
    switch (call_limits_ask(limits, &mine[i], worker->owner, radmfa_text("u"), &number, now_ms,
                            now_ms + 50)) {
      case CALL_PERMIT_GRANTED: work(worker, &mine[i], i % 4); break;
      case CALL_PERMIT_WAITS: is_out[i] = true; break;
      default: break;
    }
    collect(worker, is_out, mine);
  }
  for (size_t i = 0; i < LINES; i++)
    if (is_out[i]) call_limits_end(limits, &mine[i], clock_ms);
  call_limits_leave(limits, worker->owner);
  return NULL;
}

Test(call_limits, owners_on_several_threads_keep_to_the_limits_together) {
  struct worker workers[2];
  begin((struct call_limits_options){.calls = 3, .calls_per_second = 1000});
  for (size_t i = 0; i < 2; i++) {
    workers[i] = (struct worker){.lock = PTHREAD_MUTEX_INITIALIZER};
    workers[i].owner = call_limits_join(limits, wake_worker, &workers[i]);
  }
  for (size_t i = 0; i < 2; i++)
    cr_assert_eq(pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]), 0);
  for (size_t i = 0; i < 2; i++) pthread_join(workers[i].thread, NULL);
  cr_assert_not(is_broken);
  cr_assert_gt(workers[0].n_granted, 0);
  cr_assert_gt(workers[1].n_granted, 0);
}
