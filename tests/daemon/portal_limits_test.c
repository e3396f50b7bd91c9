/* How often somebody may guess. */
#include "control/portal_limits.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define WINDOW_MS 600000u

static struct portal_limits *limits;

static void start(void) {
  limits = portal_limits_new(3, WINDOW_MS);
}

static void stop(void) {
  portal_limits_free(limits);
}

TestSuite(portal_limits, .init = start, .fini = stop);

static uint64_t user(const char *name) {
  return portal_limits_user(limits, "corp", radmfa_text(name));
}

static bool guess(uint64_t who, bool is_wrong, uint64_t now_ms) {
  bool may = portal_limits_begin(limits, who, now_ms);
  if (may) portal_limits_end(limits, who, is_wrong, now_ms);
  return may;
}

Test(portal_limits, so_many_wrong_ones_are_all) {
  for (int i = 0; i < 3; i++) cr_assert(guess(user("alice"), true, 1000));
  cr_assert_not(guess(user("alice"), true, 2000));
  cr_assert(guess(user("bob"), true, 2000));
}

Test(portal_limits, right_ones_do_not_count) {
  for (int i = 0; i < 50; i++) cr_assert(guess(user("alice"), false, 1000));
}

Test(portal_limits, the_window_slides) {
  cr_assert(guess(user("alice"), true, 0));
  cr_assert(guess(user("alice"), true, 300000));
  cr_assert(guess(user("alice"), true, 300000));
  cr_assert_not(guess(user("alice"), true, WINDOW_MS - 1));
  cr_assert(guess(user("alice"), true, WINDOW_MS + 25000));
  cr_assert_not(guess(user("alice"), true, WINDOW_MS + 25000));
}

Test(portal_limits, many_at_once_are_no_way_around_it) {
  for (int i = 0; i < 3; i++) cr_assert(portal_limits_begin(limits, user("alice"), 0));
  cr_assert_not(portal_limits_begin(limits, user("alice"), 0));
  portal_limits_end(limits, user("alice"), false, 0);
  cr_assert(portal_limits_begin(limits, user("alice"), 0));
}

Test(portal_limits, spellings_of_a_name_are_one_user_and_primaries_are_two) {
  cr_assert_eq(user("alice"), user("ALICE "));
  cr_assert_eq(user("\xc3\xa4rmel"), user("ARMEL"));
  cr_assert_neq(user("alice"), portal_limits_user(limits, "lab", radmfa_text("alice")));
}

static uint64_t address(const char *text) {
  radmfa_address parsed;
  cr_assert_eq(radmfa_address_parse(text, &parsed), 0);
  return portal_limits_address(limits, &parsed);
}

Test(portal_limits, an_ipv4_address_is_one_and_of_ipv6_the_first_64_bits) {
  cr_assert_neq(address("192.0.2.1"), address("192.0.2.2"));
  cr_assert_eq(address("192.0.2.1:80"), address("192.0.2.1:81"));
  cr_assert_eq(address("[2001:db8::1]"), address("[2001:db8::ffff:1:2:3]"));
  cr_assert_neq(address("[2001:db8::1]"), address("[2001:db8:0:1::1]"));
}

Test(portal_limits, who_was_not_heard_of_for_longest_is_forgotten_first) {
  char name[16];
  cr_assert(portal_limits_begin(limits, user("held"), 0));
  for (unsigned i = 0; i < PORTAL_LIMITS_MAX + 5; i++) {
    snprintf(name, sizeof name, "u%u", i);
    for (int n = 0; n < 3; n++) cr_assert(guess(user(name), true, 1000));
  }
  cr_assert_eq(portal_limits_count(limits), PORTAL_LIMITS_MAX);
  cr_assert_not(guess(user(name), true, 1000));
  cr_assert(guess(user("u0"), true, 1000));
  portal_limits_end(limits, user("held"), true, 1000);
}

Test(portal_limits, what_is_over_is_forgotten_as_others_come) {
  char name[16];
  for (unsigned i = 0; i < 100; i++) {
    snprintf(name, sizeof name, "u%u", i);
    cr_assert(guess(user(name), true, 0));
  }
  for (unsigned i = 0; i < 60; i++) cr_assert(guess(user("alice"), false, 2 * WINDOW_MS));
  cr_assert_leq(portal_limits_count(limits), 2);
}
