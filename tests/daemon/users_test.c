#include "users.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HASH \
  "$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$NWJmZWRjYmE5ODc2NTQzMjEwZmVkY2Jh"

static char *messages;

/* Reads a users file named u.yaml; what it had to say is in `messages`. */
static struct users *parse(const char *text) {
  size_t len;
  free(messages);
  struct diag diag = {.out = open_memstream(&messages, &len)};
  struct users *users = users_parse("u.yaml", text, strlen(text), &diag);
  fclose(diag.out);
  cr_assert_eq(users == NULL, diag.errors > 0);
  return users;
}

static bool says(const char *text) {
  return strstr(messages, text) != NULL;
}

/* The file is refused, and says so at `place`. */
static void refused(const char *text, const char *place) {
  struct users *users = parse(text);
  cr_assert_null(users, "%s", text);
  cr_assert(says(place), "%s: no %s in: %s", text, place, messages);
}

static bool has(const struct users *users, const char *typed, const char *name) {
  const struct user *user = users_find(users, radmfa_text(typed));
  return user ? strcmp(user->name, name) == 0 : name[0] == '\0';
}

static void drop(struct users *users) {
  users_free(users);
  free(messages);
  messages = NULL;
}

Test(users, a_user_has_what_the_file_says) {
  struct users *users =
      parse("- {name: alice, password_hash: \"" HASH "\", phone: \"+15551234567\"}\n");
  cr_assert_str_eq(messages, "");
  const struct user *alice = users_find(users, radmfa_text("alice"));
  cr_assert_str_eq(alice->name, "alice");
  cr_assert_str_eq(alice->phone, "+15551234567");
  cr_assert_eq(alice->password_kind, USER_PASSWORD_ARGON2ID);
  cr_assert_str_eq(alice->password_hash, HASH);
  cr_assert_str_eq(users_any_hash(users), HASH);
  cr_assert_eq(users_count(users), 1);
  drop(users);
}

Test(users, a_clear_password_is_known_by_its_digest) {
  struct users *users = parse("- {name: bob, password: \"Pä$$ wörd\"}\n");
  const struct user *bob = users_find(users, radmfa_text("bob"));
  cr_assert(users_clear_password_is(bob, radmfa_text("Pä$$ wörd")));
  cr_assert_not(users_clear_password_is(bob, radmfa_text("Pä$$ wörd ")));
  cr_assert_not(users_clear_password_is(bob, (radmfa_span){NULL, 0}));
  cr_assert_null(users_any_hash(users));
  cr_assert_null(bob->phone);
  drop(users);
}

Test(users, clear_passwords_are_warned_about_once_with_their_number) {
  struct users *users = parse("- {name: a, password_hash: \"" HASH "\"}\n"
                              "- {name: b, password: x}\n- {name: c, password: y}\n");
  cr_assert_not_null(users);
  cr_assert(says("u.yaml:2:23: warning: 2 passwords in clear"), "%s", messages);
  cr_assert_eq(strchr(messages, '\n'), messages + strlen(messages) - 1, "one line");
  drop(users);
}

Test(users, names_are_found_in_either_case_and_with_a_domain) {
  struct users *users = parse("- {name: Alice, password: x}\n");
  cr_assert(has(users, "aLICE", "Alice"));
  cr_assert(has(users, "CORP\\alice", "Alice"));
  cr_assert(has(users, "alice@corp.example", "Alice"));
  cr_assert(has(users, "CORP\\", ""));
  cr_assert(has(users, "@corp", ""));
  cr_assert(has(users, "", ""));
  cr_assert(has(users, "alice@", "Alice"));
  cr_assert(has(users, "malice", ""));
  drop(users);
}

Test(users, a_domain_ends_at_the_first_backslash_and_begins_at_the_last_at_sign) {
  static const char *const names[][2] = {{"CORP\\alice", "alice"},
                                         {"alice@corp.example", "alice"},
                                         {"CORP\\alice@corp.example", "alice"},
                                         {"\\alice", "alice"},
                                         {"alice@", "alice"},
                                         {"a@b@c", "a@b"},
                                         {"a\\b\\c", "b\\c"},
                                         {"@corp", "@corp"},
                                         {"CORP\\@corp", "CORP\\@corp"},
                                         {"", ""}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    radmfa_span name = users_without_domain(radmfa_text(names[i][0]));
    cr_assert_eq(name.len, strlen(names[i][1]), "%s", names[i][0]);
    cr_assert_eq(memcmp(name.ptr, names[i][1], name.len), 0, "%s", names[i][0]);
  }
  cr_assert_eq(users_without_domain((radmfa_span){0}).len, 0);
}

Test(users, a_domain_may_stand_on_both_sides_of_a_name) {
  struct users *users = parse("- {name: alice, password: x}\n- {name: b\\c, password: y}\n");
  cr_assert(has(users, "CORP\\alice@corp.example", "alice"));
  cr_assert(has(users, "\\alice", "alice"));
  cr_assert(has(users, "a\\b\\c", "b\\c"));
  cr_assert(has(users, "alice@b@c", ""));
  cr_assert(has(users, "CORP\\@corp", ""));
  drop(users);
}

Test(users, a_name_as_it_is_goes_before_the_name_without_domain) {
  struct users *users = parse("- {name: alice, password: x}\n- {name: alice@lab, password: y}\n");
  cr_assert(has(users, "alice@lab", "alice@lab"));
  cr_assert(has(users, "alice@corp", "alice"));
  drop(users);
}

Test(users, a_typed_name_with_a_nul_is_nobody) {
  struct users *users = parse("- {name: alice, password: x}\n");
  cr_assert_null(users_find(users, (radmfa_span){(const uint8_t *)"alice\0x", 7}));
  drop(users);
}

Test(users, an_empty_list_is_nobody) {
  struct users *users = parse("[]\n");
  cr_assert_eq(users_count(users), 0);
  cr_assert(has(users, "alice", ""));
  drop(users);
}

Test(users, errors_name_file_line_and_column) {
  refused("- {name: a, password: x, colour: blue}\n", "u.yaml:1:26: ");
  refused("- {password: x}\n", "u.yaml:1:3: ");
  refused("- {name: a}\n", "u.yaml:1:3: ");
  refused("- {name: a, password: x, password_hash: \"" HASH "\"}\n", "u.yaml:1:26: ");
  refused("- {name: a, password: x}\n- {name: A, password: y}\n", "u.yaml:2:10: ");
  refused("- {name: \"\", password: x}\n", "u.yaml:1:10: ");
  refused("- {name: \"a\\0b\", password: x}\n", "u.yaml:1:10: ");
  refused("- {name: a, password: \"\"}\n", "u.yaml:1:23: ");
  refused("- {name: [a], password: x}\n", "u.yaml:1:10: ");
  refused("- alice\n", "u.yaml:1:3: ");
  refused("name: alice\n", "u.yaml:1:1: ");
  refused("- {name: a\n", "u.yaml:");
}

Test(users, a_name_or_password_too_long_for_radius_is_refused) {
  char text[500], name[255];
  memset(name, 'a', 254);
  name[254] = '\0';
  snprintf(text, sizeof text, "- {name: %s, password: x}\n", name);
  refused(text, "u.yaml:1:10: ");
  snprintf(text, sizeof text, "- {name: a, password: %s}\n", name + 125);
  refused(text, "u.yaml:1:23: ");
  snprintf(text, sizeof text, "- {name: %s, password: %s}\n", name + 1, name + 126);
  struct users *users = parse(text);
  cr_assert_not_null(users);
  drop(users);
}

Test(users, all_errors_of_a_file_are_told) {
  refused("- {name: a}\n- {name: b, password: x, phone: 1}\n- 3\n", "u.yaml:1:3: ");
  cr_assert(says("u.yaml:2:33: ") && says("u.yaml:3:3: "), "%s", messages);
}

Test(users, a_hash_is_well_formed_argon2id_or_refused) {
  static const char *const bad[] = {
      "",
      "x",
      "$argon2id$",
      "$argon2i$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$NWJmZWRjYmE5ODc2NTQz",
      "$argon2id$v=19$m=19456,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng",
      HASH "!",
      "$2b$12$abcdefghijklmnopqrstuv",
      "$argon2id$v=19$m=,t=2,p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$NWJmZWRjYmE5ODc2NTQzMjEwZmVkY2Jh"};
  char text[300];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    snprintf(text, sizeof text, "- {name: a, password_hash: \"%s\"}\n", bad[i]);
    refused(text, "u.yaml:1:28: ");
  }
}

Test(users, a_hash_that_would_stop_the_daemon_is_refused) {
#define TAIL ",p=1$MTIzNDU2Nzg5MDEyMzQ1Ng$NWJmZWRjYmE5ODc2NTQzMjEwZmVkY2Jh\"}\n"
  refused("- {name: a, password_hash: \"$argon2id$v=19$m=1048577,t=2" TAIL, "1 GiB");
  refused("- {name: a, password_hash: \"$argon2id$v=19$m=19456,t=101" TAIL, "100 passes");
  drop(parse("- {name: a, password_hash: \"$argon2id$v=19$m=1048576,t=100" TAIL));
}

Test(users, a_phone_is_a_number_with_its_country_perhaps_with_an_extension) {
  static const char *const good[][3] = {
      {"+15551234567", "+15551234567", ""},
      {"+15551234567x890", "+15551234567", "890"},
      {"+1 (555) 123-4567 ext. 42", "+15551234567", "42"},
      {"+44 (0)20 7946 0018", "+442079460018", ""},
      {"+49123456", "+49123456", ""},
      {"+491234567890123", "+491234567890123", ""},
  };
  char text[200];
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    snprintf(text, sizeof text, "- {name: a, password: x, phone: \"%s\"}\n", good[i][0]);
    struct users *users = parse(text);
    cr_assert_not_null(users, "%s", good[i][0]);
    const struct user *user = users_find(users, radmfa_text("a"));
    cr_assert(user->has_number);
    cr_assert_str_eq(user->phone, good[i][0]);
    cr_assert_str_eq(user->number.e164, good[i][1]);
    cr_assert_str_eq(user->number.extension, good[i][2]);
    drop(users);
  }
}

Test(users, what_is_no_number_with_its_country_is_refused_as_a_phone) {
  static const char *const bad[] = {"",
                                    "15551234567",
                                    "555 1234567",
                                    "+1234567",
                                    "+1555123456",
                                    "+155512345678",
                                    "+4912345678901234",
                                    "+1555123456a",
                                    "+15551234567x",
                                    "+15551234567x12345678901",
                                    "+15551234567\\0",
                                    "+15551234567x1\\0"};
  char text[200];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    snprintf(text, sizeof text, "- {name: a, password: x, phone: \"%s\"}\n", bad[i]);
    refused(text, "u.yaml:1:33: `phone`");
  }
}

Test(users, who_has_no_phone_has_no_number) {
  struct users *users = parse("- {name: a, password: x}\n");
  const struct user *user = users_find(users, radmfa_text("a"));
  cr_assert_not(user->has_number);
  cr_assert_null(user->phone);
  cr_assert_null(user->language);
  cr_assert_eq(user->pin_kind, USER_PIN_NONE);
  cr_assert_not(users_clear_pin_is(user, radmfa_text("")));
  drop(users);
}

Test(users, a_language_is_kept_as_it_is_written) {
  struct users *users = parse("- {name: a, password: x, language: pt-br}\n");
  cr_assert_str_eq(users_find(users, radmfa_text("a"))->language, "pt-br");
  drop(users);
}

Test(users, what_is_no_language_is_refused) {
  static const char *const bad[] = {"", "d", "DE", "deutsch", "de_at", "de/..", "de\\0"};
  char text[200];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    snprintf(text, sizeof text, "- {name: a, password: x, language: \"%s\"}\n", bad[i]);
    refused(text, "u.yaml:1:36: `language`");
  }
}

Test(users, a_clear_pin_is_known_by_its_digest) {
  struct users *users = parse("- {name: a, password: x, pin: \"0123\"}\n");
  const struct user *user = users_find(users, radmfa_text("a"));
  cr_assert_eq(user->pin_kind, USER_PIN_CLEAR);
  cr_assert(users_clear_pin_is(user, radmfa_text("0123")));
  cr_assert_not(users_clear_pin_is(user, radmfa_text("123")));
  cr_assert_not(users_clear_pin_is(user, radmfa_text("x")));
  cr_assert_not(users_clear_pin_is(user, (radmfa_span){NULL, 0}));
  drop(users);
}

Test(users, a_pin_hash_is_kept_and_is_nobodys_password_hash) {
  struct users *users = parse("- {name: a, password: x, pin_hash: \"" HASH "\"}\n");
  const struct user *user = users_find(users, radmfa_text("a"));
  cr_assert_eq(user->pin_kind, USER_PIN_ARGON2ID);
  cr_assert_str_eq(user->pin_hash, HASH);
  cr_assert_null(users_any_hash(users));
  drop(users);
}

Test(users, clear_pins_are_warned_about_once_and_apart_from_passwords) {
  struct users *users = parse("- {name: a, password_hash: \"" HASH "\", pin: 1234}\n"
                              "- {name: b, password: x, pin: 12345}\n");
  cr_assert(says("u.yaml:1:1") && says("2 PINs in clear; `radmfactl hash --pin`"), "%s", messages);
  cr_assert(says("u.yaml:2:23: warning: 1 password in clear"), "%s", messages);
  cr_assert_null(strstr(messages, "1234"), "no PIN is told: %s", messages);
  drop(users);
}

Test(users, a_pin_is_four_to_ten_digits_or_refused_without_being_told) {
  static const char *const bad[] = {"", "123", "12345678901", "12a4", " 1234", "-1234", "1234\\0"};
  char text[200];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    snprintf(text, sizeof text, "- {name: a, password: x, pin: \"%s\"}\n", bad[i]);
    refused(text, "u.yaml:1:31: `pin` has 4 to 10 digits\n");
  }
  drop(parse("- {name: a, password: x, pin: 1234}\n- {name: b, password: x, pin: 1234567890}\n"));
}

Test(users, a_pin_stands_there_once_and_its_hash_is_well_formed) {
  refused("- {name: a, password: x, pin: 1234, pin_hash: \"" HASH "\"}\n", "u.yaml:1:37: ");
  refused("- {name: a, password: x, pin_hash: 1234}\n", "u.yaml:1:36: `pin_hash`");
  refused("- {name: a, password: x, pin: [1234]}\n", "u.yaml:1:31: ");
}

Test(users, the_simulated_factor_is_overridden_in_part_or_whole) {
  struct users *users =
      parse("- {name: a, password: x, simulated: {answer: deny, after: 1s..5s}}\n"
            "- {name: b, password: x, simulated: {answer: fraud}}\n- {name: c, password: x}\n");
  radmfa_factor_answer answer = RADMFA_FACTOR_APPROVED;
  struct duration_range after = {7, 7};
  users_simulated(users, radmfa_text("c"), &answer, &after);
  users_simulated(users, radmfa_text("stranger"), &answer, &after);
  cr_assert(answer == RADMFA_FACTOR_APPROVED && after.min_ms == 7 && after.max_ms == 7);
  users_simulated(users, radmfa_text("b"), &answer, &after);
  cr_assert(answer == RADMFA_FACTOR_FRAUD && after.min_ms == 7);
  users_simulated(users, radmfa_text("a"), &answer, &after);
  cr_assert(answer == RADMFA_FACTOR_DENIED && after.min_ms == 1000 && after.max_ms == 5000);
  drop(users);
}

Test(users, a_wrong_override_is_refused_where_it_stands) {
  refused("- {name: a, password: x, simulated: {answer: maybe}}\n", "u.yaml:1:46: ");
  refused("- {name: a, password: x, simulated: {after: 3 parsecs}}\n", "u.yaml:1:45: ");
  refused("- {name: a, password: x, simulated: {when: 3s}}\n", "u.yaml:1:38: ");
  refused("- {name: a, password: x, simulated: deny}\n", "u.yaml:1:37: ");
}

Test(users, a_file_that_is_not_there_is_an_error_that_names_it) {
  size_t len;
  struct diag diag = {.out = open_memstream(&messages, &len)};
  cr_assert_null(users_load("/nonexistent/u.yaml", &diag));
  fclose(diag.out);
  cr_assert_eq(diag.errors, 1);
  cr_assert(says("/nonexistent/u.yaml"));
  drop(NULL);
}

Test(users, a_hundred_thousand_load_in_no_time_and_all_are_found) {
  char *text, name[32], *said;
  size_t len, said_len;
  FILE *out = open_memstream(&text, &len);
  for (unsigned i = 0; i < 100000; i++)
    fprintf(out, "- {name: user%u, password: \"p%u\", phone: \"+15551234567\"}\n", i, i);
  fclose(out);
  struct diag diag = {.out = open_memstream(&said, &said_len)};
  clock_t before = clock();
  struct users *users = users_parse("u.yaml", text, len, &diag);
  double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
  fclose(diag.out);
  fprintf(stderr, "100,000 users read in %.2f s\n", seconds);
  for (unsigned i = 0; i < 100000; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert_not_null(users_find(users, radmfa_text(name)));
  }
  cr_assert_eq(users_count(users), 100000);
  users_free(users);
  free(text);
  free(said);
}
