#include "primary/failures.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define MINUTE_MS 60000u
#define WINDOW_MS (30 * MINUTE_MS)

/* Tries a password; false where it may not be tried. */
static bool try(struct failures *failures, const char *user, enum failures_result result,
                uint64_t now_ms) {
  if (!failures_allow(failures, radmfa_text(user), now_ms)) return false;
  failures_end(failures, radmfa_text(user), result, now_ms);
  return true;
}

Test(failures, after_so_many_wrong_passwords_no_further_one_is_tried) {
  struct failures *failures = failures_new(3, WINDOW_MS);
  for (int i = 0; i < 3; i++) cr_assert(try(failures, "alice", FAILURES_WRONG, 1000));
  cr_assert_not(try(failures, "alice", FAILURES_RIGHT, 1000), "not even the right one");
  cr_assert(try(failures, "bob", FAILURES_RIGHT, 1000));
  failures_free(failures);
}

Test(failures, the_case_of_a_name_makes_no_other_user) {
  struct failures *failures = failures_new(1, WINDOW_MS);
  cr_assert(try(failures, "alice", FAILURES_WRONG, 0));
  cr_assert_not(try(failures, "ALICE", FAILURES_WRONG, 0));
  failures_free(failures);
}

Test(failures, a_right_password_clears) {
  struct failures *failures = failures_new(3, WINDOW_MS);
  for (int i = 0; i < 10; i++) {
    cr_assert(try(failures, "alice", FAILURES_WRONG, 0));
    cr_assert(try(failures, "alice", FAILURES_WRONG, 0));
    cr_assert(try(failures, "alice", FAILURES_RIGHT, 0));
  }
  cr_assert_eq(failures_users(failures), 0);
  failures_free(failures);
}

Test(failures, the_window_begins_with_the_last_wrong_password) {
  struct failures *failures = failures_new(3, WINDOW_MS);
  cr_assert(try(failures, "alice", FAILURES_WRONG, 0));
  cr_assert(try(failures, "alice", FAILURES_WRONG, 20 * MINUTE_MS));
  cr_assert(try(failures, "alice", FAILURES_WRONG, 40 * MINUTE_MS));
  cr_assert_not(try(failures, "alice", FAILURES_WRONG, 60 * MINUTE_MS), "as a directory counts");
  cr_assert_not(try(failures, "alice", FAILURES_WRONG, 70 * MINUTE_MS - 1));
  for (int i = 0; i < 3; i++) cr_assert(try(failures, "alice", FAILURES_WRONG, 70 * MINUTE_MS));
  cr_assert_not(try(failures, "alice", FAILURES_WRONG, 70 * MINUTE_MS));
  failures_free(failures);
}

Test(failures, passwords_under_way_count_as_wrong_until_their_end) {
  struct failures *failures = failures_new(2, WINDOW_MS);
  const radmfa_span alice = radmfa_text("alice");
  cr_assert(failures_allow(failures, alice, 0));
  cr_assert(failures_allow(failures, alice, 0));
  cr_assert_not(failures_allow(failures, alice, 0));
  failures_end(failures, alice, FAILURES_UNANSWERED, 10);
  cr_assert(failures_allow(failures, alice, 10));
  failures_end(failures, alice, FAILURES_WRONG, 20);
  cr_assert_not(failures_allow(failures, alice, 20), "one wrong, one under way");
  failures_end(failures, alice, FAILURES_RIGHT, 30);
  cr_assert(failures_allow(failures, alice, 30));
  failures_free(failures);
}

Test(failures, a_password_under_way_is_remembered_beyond_the_window) {
  struct failures *failures = failures_new(1, 10);
  cr_assert(failures_allow(failures, radmfa_text("alice"), 0));
  cr_assert_not(failures_allow(failures, radmfa_text("alice"), 1000));
  failures_free(failures);
}

Test(failures, what_nobody_answered_leaves_what_was_counted) {
  struct failures *failures = failures_new(2, WINDOW_MS);
  cr_assert(try(failures, "alice", FAILURES_WRONG, 0));
  for (int i = 0; i < 5; i++) cr_assert(try(failures, "alice", FAILURES_UNANSWERED, 1));
  cr_assert(try(failures, "alice", FAILURES_WRONG, 2));
  cr_assert_not(try(failures, "alice", FAILURES_WRONG, 3));
  failures_free(failures);
}

Test(failures, a_clock_of_another_thread_that_is_a_little_behind_clears_nothing) {
  struct failures *failures = failures_new(1, WINDOW_MS);
  cr_assert(try(failures, "alice", FAILURES_WRONG, 1000));
  cr_assert_not(try(failures, "alice", FAILURES_WRONG, 999));
  failures_free(failures);
}

Test(failures, old_ones_are_forgotten_as_new_ones_come) {
  struct failures *failures = failures_new(3, WINDOW_MS);
  char name[16];
  for (unsigned i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert(try(failures, name, FAILURES_WRONG, 0));
  }
  for (unsigned i = 0; i < 500; i++) cr_assert(try(failures, "alice", FAILURES_RIGHT, WINDOW_MS));
  cr_assert_eq(failures_users(failures), 0);
  failures_free(failures);
}

Test(failures, when_it_is_full_the_user_not_heard_of_for_longest_goes) {
  struct failures *failures = failures_new(1, WINDOW_MS);
  char name[16];
  cr_assert(try(failures, "alice", FAILURES_WRONG, 0));
  for (unsigned i = 0; i < FAILURES_USERS_MAX; i++) {
    snprintf(name, sizeof name, "user%u", i);
    cr_assert(try(failures, name, FAILURES_WRONG, 1 + i));
  }
  cr_assert_eq(failures_users(failures), FAILURES_USERS_MAX);
  cr_assert_not(try(failures, "user0", FAILURES_WRONG, FAILURES_USERS_MAX));
  cr_assert(try(failures, "alice", FAILURES_WRONG, FAILURES_USERS_MAX), "was forgotten");
  cr_assert(try(failures, "user0", FAILURES_WRONG, FAILURES_USERS_MAX), "for alice");
  failures_free(failures);
}

Test(failures, the_end_for_a_user_who_was_forgotten_counts_if_it_was_wrong) {
  struct failures *failures = failures_new(1, WINDOW_MS);
  failures_end(failures, radmfa_text("alice"), FAILURES_RIGHT, 0);
  failures_end(failures, radmfa_text("alice"), FAILURES_UNANSWERED, 0);
  cr_assert_eq(failures_users(failures), 0);
  failures_end(failures, radmfa_text("alice"), FAILURES_WRONG, 0);
  cr_assert_not(failures_allow(failures, radmfa_text("alice"), 1));
  failures_free(failures);
}

Test(failures, without_a_table_there_is_no_limit) {
  cr_assert(failures_allow(NULL, radmfa_text("alice"), 0));
  failures_end(NULL, radmfa_text("alice"), FAILURES_WRONG, 0);
  failures_free(NULL);
}

/* ---- threads ---- */

struct guesses {
  struct failures *failures;
  atomic_uint tried;
};

static void *guess(void *user) {
  struct guesses *guesses = user;
  for (int i = 0; i < 1000; i++)
    if (try(guesses->failures, "alice", FAILURES_WRONG, 0)) atomic_fetch_add(&guesses->tried, 1);
  return NULL;
}

Test(failures, guesses_from_many_threads_do_not_pass_the_limit) {
  struct guesses guesses = {.failures = failures_new(5, WINDOW_MS)};
  pthread_t threads[4];
  for (size_t i = 0; i < 4; i++)
    cr_assert_eq(pthread_create(&threads[i], NULL, guess, &guesses), 0);
  for (size_t i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  cr_assert_eq(atomic_load(&guesses.tried), 5);
  failures_free(guesses.failures);
}
