#include "failures.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define MINUTE_MS 60000u
#define WINDOW_MS (30 * MINUTE_MS)

/* Tries a password; false where it may not be tried. */
static bool try(struct failures *failures, const struct failures_rule *rule, const char *user,
                enum failures_result result, uint64_t now_ms) {
  if (!failures_allow(failures, rule, radmfa_text(user), now_ms)) return false;
  failures_end(failures, rule, radmfa_text(user), result, now_ms);
  return true;
}

Test(failures, after_so_many_wrong_passwords_no_further_one_is_tried) {
  const struct failures_rule rule = {"corp", 3, WINDOW_MS};
  struct failures *failures = failures_new();
  for (int i = 0; i < 3; i++) cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 1000));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_RIGHT, 1000), "not even the right one");
  cr_assert(try(failures, &rule, "bob", FAILURES_RIGHT, 1000));
  failures_free(failures);
}

Test(failures, the_case_of_a_name_makes_no_other_user) {
  const struct failures_rule rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &rule, "ALICE", FAILURES_WRONG, 0));
  failures_free(failures);
}

Test(failures, the_spelling_of_a_name_makes_no_other_account) {
  const struct failures_rule rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &rule, "\u00e4rger", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &rule, "\u00c4RGER", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &rule, "\u00c1rg\u200ber", FAILURES_WRONG, 0));
  cr_assert_eq(failures_accounts(failures), 1);
  failures_free(failures);
}

Test(failures, a_right_password_clears) {
  const struct failures_rule rule = {"corp", 3, WINDOW_MS};
  struct failures *failures = failures_new();
  for (int i = 0; i < 10; i++) {
    cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
    cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
    cr_assert(try(failures, &rule, "alice", FAILURES_RIGHT, 0));
  }
  cr_assert_eq(failures_accounts(failures), 0);
  failures_free(failures);
}

Test(failures, the_window_begins_with_the_last_wrong_password) {
  const struct failures_rule rule = {"corp", 3, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 20 * MINUTE_MS));
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 40 * MINUTE_MS));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 60 * MINUTE_MS),
                "as a directory counts");
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 70 * MINUTE_MS - 1));
  for (int i = 0; i < 3; i++)
    cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 70 * MINUTE_MS));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 70 * MINUTE_MS));
  failures_free(failures);
}

Test(failures, passwords_under_way_count_as_wrong_until_their_end) {
  const struct failures_rule rule = {"corp", 2, WINDOW_MS};
  struct failures *failures = failures_new();
  const radmfa_span alice = radmfa_text("alice");
  cr_assert(failures_allow(failures, &rule, alice, 0));
  cr_assert(failures_allow(failures, &rule, alice, 0));
  cr_assert_not(failures_allow(failures, &rule, alice, 0));
  failures_end(failures, &rule, alice, FAILURES_UNANSWERED, 10);
  cr_assert(failures_allow(failures, &rule, alice, 10));
  failures_end(failures, &rule, alice, FAILURES_WRONG, 20);
  cr_assert_not(failures_allow(failures, &rule, alice, 20), "one wrong, one under way");
  failures_end(failures, &rule, alice, FAILURES_RIGHT, 30);
  cr_assert(failures_allow(failures, &rule, alice, 30));
  failures_free(failures);
}

Test(failures, a_password_under_way_is_remembered_beyond_the_window) {
  const struct failures_rule rule = {"corp", 1, 10};
  struct failures *failures = failures_new();
  cr_assert(failures_allow(failures, &rule, radmfa_text("alice"), 0));
  cr_assert_not(failures_allow(failures, &rule, radmfa_text("alice"), 1000));
  failures_free(failures);
}

Test(failures, what_nobody_answered_leaves_what_was_counted) {
  const struct failures_rule rule = {"corp", 2, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
  for (int i = 0; i < 5; i++) cr_assert(try(failures, &rule, "alice", FAILURES_UNANSWERED, 1));
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 2));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 3));
  failures_free(failures);
}

Test(failures, a_clock_of_another_thread_that_is_a_little_behind_clears_nothing) {
  const struct failures_rule rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 1000));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 999));
  failures_free(failures);
}

Test(failures, old_ones_are_forgotten_as_new_ones_come) {
  const struct failures_rule rule = {"corp", 3, WINDOW_MS};
  struct failures *failures = failures_new();
  char name[16];
  for (unsigned i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert(try(failures, &rule, name, FAILURES_WRONG, 0));
  }
  for (unsigned i = 0; i < 500; i++)
    cr_assert(try(failures, &rule, "alice", FAILURES_RIGHT, WINDOW_MS));
  cr_assert_eq(failures_accounts(failures), 0);
  failures_free(failures);
}

Test(failures, when_it_is_full_the_user_not_heard_of_for_longest_goes) {
  const struct failures_rule rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  char name[16];
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
  for (unsigned i = 0; i < FAILURES_ACCOUNTS_MAX; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert(try(failures, &rule, name, FAILURES_WRONG, 1 + i));
  }
  cr_assert_eq(failures_accounts(failures), FAILURES_ACCOUNTS_MAX);
  cr_assert_not(try(failures, &rule, "user0", FAILURES_WRONG, FAILURES_ACCOUNTS_MAX));
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, FAILURES_ACCOUNTS_MAX), "was forgotten");
  cr_assert(try(failures, &rule, "user0", FAILURES_WRONG, FAILURES_ACCOUNTS_MAX), "for alice");
  failures_free(failures);
}

Test(failures, the_end_for_a_user_who_was_forgotten_counts_if_it_was_wrong) {
  const struct failures_rule rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  failures_end(failures, &rule, radmfa_text("alice"), FAILURES_RIGHT, 0);
  failures_end(failures, &rule, radmfa_text("alice"), FAILURES_UNANSWERED, 0);
  cr_assert_eq(failures_accounts(failures), 0);
  failures_end(failures, &rule, radmfa_text("alice"), FAILURES_WRONG, 0);
  cr_assert_not(failures_allow(failures, &rule, radmfa_text("alice"), 1));
  failures_free(failures);
}

Test(failures, without_a_limit_nothing_is_counted_and_no_table_needed) {
  const struct failures_rule rule = {"corp", 0, WINDOW_MS};
  cr_assert(failures_allow(NULL, &rule, radmfa_text("alice"), 0));
  failures_end(NULL, &rule, radmfa_text("alice"), FAILURES_WRONG, 0);
  failures_free(NULL);
}

/* ---- several primaries, and other limits ---- */

Test(failures, two_primaries_do_not_mix) {
  const struct failures_rule corp = {"corp", 1, WINDOW_MS}, lab = {"lab", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &corp, "alice", FAILURES_WRONG, 0));
  cr_assert(try(failures, &lab, "alice", FAILURES_WRONG, 0));
  cr_assert(try(failures, &corp, "lab", FAILURES_WRONG, 0));
  cr_assert(try(failures, &lab, "corp", FAILURES_WRONG, 0));
  cr_assert(try(failures, &lab, "lab", FAILURES_WRONG, 0));
  cr_assert(try(failures, &corp, "corp", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &corp, "alice", FAILURES_WRONG, 0));
  cr_assert_eq(failures_accounts(failures), 6);
  failures_free(failures);
}

Test(failures, another_limit_counts_for_what_was_counted_before) {
  const struct failures_rule two = {"corp", 2, WINDOW_MS}, three = {"corp", 3, WINDOW_MS};
  struct failures *failures = failures_new();
  for (int i = 0; i < 2; i++) cr_assert(try(failures, &two, "alice", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &two, "alice", FAILURES_WRONG, 0));
  cr_assert(try(failures, &three, "alice", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &three, "alice", FAILURES_WRONG, 0));
  failures_free(failures);
}

Test(failures, another_window_counts_for_what_was_counted_before) {
  const struct failures_rule brief = {"corp", 1, 1000}, rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &brief, "alice", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 5000), "half an hour by now");
  cr_assert(try(failures, &brief, "alice", FAILURES_WRONG, 6000), "or a second");
  failures_free(failures);
}

Test(failures, who_has_a_short_window_does_not_forget_for_who_has_a_long_one) {
  const struct failures_rule brief = {"lab", 3, 1000}, rule = {"corp", 1, WINDOW_MS};
  struct failures *failures = failures_new();
  cr_assert(try(failures, &rule, "alice", FAILURES_WRONG, 0));
  for (int i = 0; i < 5; i++) cr_assert(try(failures, &brief, "bob", FAILURES_RIGHT, 2000));
  cr_assert_not(try(failures, &rule, "alice", FAILURES_WRONG, 2000));
  failures_free(failures);
}

/* ---- threads ---- */

struct guesses {
  struct failures *failures;
  struct failures_rule rule;
  atomic_uint tried;
};

static void *guess(void *user) {
  struct guesses *guesses = user;
  for (int i = 0; i < 1000; i++)
    if (try(guesses->failures, &guesses->rule, "alice", FAILURES_WRONG, 0))
      atomic_fetch_add(&guesses->tried, 1);
  return NULL;
}

Test(failures, guesses_from_many_threads_do_not_pass_the_limit) {
  struct guesses guesses = {.failures = failures_new(), .rule = {"corp", 5, WINDOW_MS}};
  pthread_t threads[4];
  for (size_t i = 0; i < 4; i++)
    cr_assert_eq(pthread_create(&threads[i], NULL, guess, &guesses), 0);
  for (size_t i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  cr_assert_eq(atomic_load(&guesses.tried), 5);
  failures_free(guesses.failures);
}
