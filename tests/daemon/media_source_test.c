/* Whom a call believes, by a clock of the test's own. */
#include "factor/media_source.h"

#include <criterion/criterion.h>

#define START_MS 5000u

static struct media_source source;

static radmfa_address address(const char *text) {
  radmfa_address parsed;
  cr_assert_eq(radmfa_address_parse(text, &parsed), 0);
  return parsed;
}

static void describe(const char *text, uint64_t now_ms) {
  radmfa_address described = address(text);
  media_source_describe(&source, &described, now_ms);
}

static void begin(void) {
  source = (struct media_source){0};
  describe("192.0.2.1:4000", START_MS);
}

TestSuite(media_source, .init = begin);

/* Somebody genuine sends: is he heard? */
static bool hears(const char *text, uint64_t now_ms) {
  radmfa_address from = address(text);
  if (!media_source_accepts(&source, &from, now_ms)) return false;
  (void)media_source_believe(&source, &from, now_ms);
  return media_source_is(&source, &from);
}

static void expect_target(const char *expected) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  const radmfa_address *target = media_source_target(&source);
  cr_assert_str_eq(target ? radmfa_address_format(target, text) : "none", expected);
}

Test(media_source, before_anything_is_heard_the_description_says_where_to) {
  expect_target("192.0.2.1:4000");
}

Test(media_source, the_one_of_the_description_is_believed_and_nobody_else_then) {
  cr_assert(hears("192.0.2.1:4000", START_MS + 1));
  cr_assert_not(hears("192.0.2.7:4000", START_MS + 2));
  cr_assert_not(hears("192.0.2.1:4002", START_MS + 100000));
  expect_target("192.0.2.1:4000");
}

Test(media_source, another_first_one_is_believed_and_nobody_else_then) {
  cr_assert(hears("198.51.100.7:1234", START_MS + 400));
  expect_target("198.51.100.7:1234");
  cr_assert_not(hears("198.51.100.8:1234", START_MS + 401));
  cr_assert_not(hears("192.0.2.1:4000", START_MS + 400 + MEDIA_STRANGER_MS));
  cr_assert(hears("198.51.100.7:1234", START_MS + 60000));
}

Test(media_source, at_the_beginning_the_one_of_the_description_takes_the_place_of_another) {
  cr_assert(hears("198.51.100.7:1234", START_MS + 1));
  cr_assert_not(hears("198.51.100.8:1234", START_MS + 2));
  cr_assert(hears("192.0.2.1:4000", START_MS + MEDIA_SETTLE_MS - 1));
  cr_assert_not(hears("198.51.100.7:1234", START_MS + MEDIA_SETTLE_MS - 1));
  expect_target("192.0.2.1:4000");
}

/* Whoever sends keys to every port may well be the first one that is heard. */
Test(media_source, keys_of_a_stranger_do_not_count_before_the_one_of_the_description_had_time) {
  cr_assert(hears("198.51.100.7:1234", START_MS + 1000));
  cr_assert_not(media_source_is_settled(&source, START_MS + 1000 + MEDIA_STRANGER_MS - 1));
  cr_assert(hears("192.0.2.1:4000", START_MS + 1000 + MEDIA_STRANGER_MS - 1));
  cr_assert(media_source_is_settled(&source, START_MS + 1000 + MEDIA_STRANGER_MS - 1));
  cr_assert_not(hears("198.51.100.7:1234", START_MS + 1000 + MEDIA_STRANGER_MS - 1));
}

Test(media_source, another_port_of_the_description_s_host_is_nearer_than_a_stranger) {
  cr_assert(hears("198.51.100.7:1234", START_MS + 1));
  cr_assert(hears("192.0.2.1:4002", START_MS + 2));
  cr_assert_not(hears("198.51.100.7:1234", START_MS + 3));
  cr_assert(media_source_is_settled(&source, START_MS + MEDIA_SETTLE_MS));
  cr_assert_not(hears("192.0.2.1:4000", START_MS + MEDIA_SETTLE_MS));
}

Test(media_source, behind_the_beginning_nobody_takes_anybodys_place) {
  cr_assert_not(media_source_is_settled(&source, START_MS + MEDIA_SETTLE_MS - 1));
  cr_assert(media_source_is_settled(&source, START_MS + MEDIA_SETTLE_MS));
  cr_assert(hears("198.51.100.7:1234", START_MS + 1));
  cr_assert_not(media_source_is_settled(&source, START_MS + MEDIA_STRANGER_MS));
  cr_assert(media_source_is_settled(&source, START_MS + 1 + MEDIA_STRANGER_MS));
  cr_assert_not(hears("192.0.2.1:4000", START_MS + 1 + MEDIA_STRANGER_MS));
}

Test(media_source, hold_and_the_same_address_change_nothing) {
  cr_assert(hears("198.51.100.7:1234", START_MS + 400));
  describe("0.0.0.0:4000", START_MS + 1000);
  describe("192.0.2.1:4000", START_MS + 2000);
  describe("[::]:4000", START_MS + 3000);
  expect_target("198.51.100.7:1234");
  cr_assert_not(hears("192.0.2.1:4000", START_MS + 3001));
  cr_assert(media_source_is_settled(&source, START_MS + 3001));
}

Test(media_source, behind_another_address_all_begins_anew) {
  cr_assert(hears("192.0.2.1:4000", START_MS + 1));
  describe("192.0.2.2:6000", START_MS + 9000);
  expect_target("192.0.2.2:6000");
  cr_assert_not(media_source_is_settled(&source, START_MS + 9000 + MEDIA_SETTLE_MS - 1));
  cr_assert(hears("192.0.2.2:6000", START_MS + 9001));
  cr_assert_not(hears("192.0.2.1:4000", START_MS + 9002));
}

Test(media_source, who_begins_on_hold_is_sent_nothing_until_he_is_heard) {
  source = (struct media_source){0};
  describe("0.0.0.0:4000", START_MS);
  expect_target("none");
  cr_assert(hears("[2001:db8::1]:4000", START_MS + 1));
  expect_target("[2001:db8::1]:4000");
}
