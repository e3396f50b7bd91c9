/* What is remembered of people, and for how long: on a clock of the test. */
#include "people.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define KEEP_MS 1000u

static const struct phone desk = {PHONE_GOOD, {"+15551230001", "890"}, false};

static bool knows(struct people *people, const char *identity, uint64_t now_ms,
                  enum standing expected) {
  enum standing standing;
  if (!people_standing(people, radmfa_text(identity), now_ms, &standing)) return false;
  cr_assert_eq(standing, expected);
  return true;
}

Test(people, a_standing_is_remembered_for_its_time) {
  struct people *people = people_new(KEEP_MS);
  cr_assert_not(knows(people, "alice", 0, STANDING_REQUIRE));
  people_note_standing(people, radmfa_text("Alice"), STANDING_EXEMPT, 5);
  cr_assert(knows(people, "alice", 5 + KEEP_MS - 1, STANDING_EXEMPT));
  cr_assert_not(knows(people, "alice", 5 + KEEP_MS, STANDING_EXEMPT));
  cr_assert_not(knows(people, "bob", 5, STANDING_EXEMPT));
  people_free(people);
}

Test(people, the_latest_standing_counts) {
  struct people *people = people_new(KEEP_MS);
  people_note_standing(people, radmfa_text("alice"), STANDING_EXEMPT, 0);
  people_note_standing(people, radmfa_text("alice"), STANDING_REFUSE, 1);
  cr_assert(knows(people, "alice", KEEP_MS, STANDING_REFUSE));
  people_free(people);
}

Test(people, to_be_asked_about_does_not_make_it_last) {
  struct people *people = people_new(KEEP_MS);
  people_note_standing(people, radmfa_text("alice"), STANDING_EXEMPT, 0);
  people_note_number(people, radmfa_text("alice"), &desk, KEEP_MS - 1);
  cr_assert(knows(people, "alice", KEEP_MS - 1, STANDING_EXEMPT));
  cr_assert_not(knows(people, "alice", KEEP_MS, STANDING_EXEMPT));
  people_free(people);
}

Test(people, without_a_time_no_standing_is_remembered) {
  struct people *people = people_new(0);
  people_note_standing(people, radmfa_text("alice"), STANDING_EXEMPT, 0);
  cr_assert_not(knows(people, "alice", 0, STANDING_EXEMPT));
  cr_assert_eq(people_count(people), 0);
  people_free(people);
}

Test(people, a_number_is_remembered_for_the_login) {
  struct people *people = people_new(0);
  people_note_number(people, radmfa_text("alice"), &desk, 10);
  struct phone phone = people_number(people, radmfa_text("ALICE"), 10 + PEOPLE_NUMBER_MS - 1);
  cr_assert_eq(phone.kind, PHONE_GOOD);
  cr_assert_str_eq(phone.number.e164, "+15551230001");
  cr_assert_str_eq(phone.number.extension, "890");
  cr_assert_not(phone.is_verified);
  phone = people_number(people, radmfa_text("alice"), 10 + PEOPLE_NUMBER_MS);
  cr_assert_eq(phone.kind, PHONE_UNKNOWN, "never: has none");
  people_free(people);
}

Test(people, whoever_is_not_known_has_no_known_number) {
  struct people *people = people_new(KEEP_MS);
  people_note_standing(people, radmfa_text("alice"), STANDING_REQUIRE, 0);
  cr_assert_eq(people_number(people, radmfa_text("alice"), 0).kind, PHONE_UNKNOWN);
  people_note_number(people, radmfa_text("alice"), &(struct phone){.kind = PHONE_NONE}, 0);
  cr_assert_eq(people_number(people, radmfa_text("alice"), 0).kind, PHONE_NONE);
  people_free(people);
}

Test(people, an_administrator_is_one_for_his_sign_in) {
  struct people *people = people_new(KEEP_MS);
  radmfa_span alice = radmfa_text("alice");
  cr_assert_not(people_is_administrator(people, alice, 0));
  people_note_administrator(people, alice, true, 10);
  cr_assert(people_is_administrator(people, radmfa_text("ALICE"), 10 + PEOPLE_NUMBER_MS - 1));
  cr_assert_not(people_is_administrator(people, alice, 10 + PEOPLE_NUMBER_MS));
  people_note_administrator(people, alice, true, 20);
  people_note_administrator(people, alice, false, 21);
  cr_assert_not(people_is_administrator(people, alice, 22));
  cr_assert_not(people_is_administrator(NULL, alice, 22));
  people_free(people);
}

static radmfa_span name_of(unsigned i, char text[16]) {
  snprintf(text, 16, "user%u", i);
  return radmfa_text(text);
}

Test(people, the_oldest_are_forgotten_when_there_are_too_many) {
  struct people *people = people_new(KEEP_MS);
  char name[16];
  people_note_standing(people, radmfa_text("old"), STANDING_EXEMPT, 0);
  people_note_standing(people, radmfa_text("alice"), STANDING_EXEMPT, 0);
  people_note_standing(people, radmfa_text("old"), STANDING_EXEMPT, 0);
  for (unsigned i = 1; i < PEOPLE_MAX; i++)
    people_note_standing(people, name_of(i, name), STANDING_REFUSE, 0);
  cr_assert_eq(people_count(people), PEOPLE_MAX);
  cr_assert_not(knows(people, "alice", 0, STANDING_EXEMPT));
  cr_assert(knows(people, "old", 0, STANDING_EXEMPT));
  people_free(people);
}

Test(people, whose_time_is_over_are_forgotten_as_others_come) {
  struct people *people = people_new(KEEP_MS);
  char name[16];
  for (unsigned i = 0; i < 100; i++)
    people_note_standing(people, name_of(i, name), STANDING_REFUSE, 0);
  for (unsigned i = 0; i < 100; i++)
    people_note_standing(people, radmfa_text("alice"), STANDING_REFUSE, KEEP_MS);
  cr_assert_eq(people_count(people), 1);
  people_free(people);
}

Test(people, nobody_need_remember) {
  enum standing standing;
  people_note_standing(NULL, radmfa_text("alice"), STANDING_EXEMPT, 0);
  people_note_number(NULL, radmfa_text("alice"), &desk, 0);
  cr_assert_not(people_standing(NULL, radmfa_text("alice"), 0, &standing));
  cr_assert_eq(people_number(NULL, radmfa_text("alice"), 0).kind, PHONE_UNKNOWN);
  people_free(NULL);
}
