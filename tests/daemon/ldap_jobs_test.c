#include "primary/ldap_jobs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static bool add_until(struct ldap_jobs *jobs, uint64_t id, const char *user, uint64_t until_ms) {
  struct ldap_name name = {"", ""};
  const radmfa_request request = {
      .login_id = id, .user = radmfa_text(user), .password = radmfa_text("secret")};
  snprintf(name.user, sizeof name.user, "%s", user);
  return ldap_jobs_add(jobs, &request, &name, until_ms);
}

/* Each id another user. */
static bool add(struct ldap_jobs *jobs, uint64_t id) {
  char user[32];
  snprintf(user, sizeof user, "user%llu", (unsigned long long)id);
  return add_until(jobs, id, user, 1000);
}

static uint64_t take_id(struct ldap_jobs *jobs) {
  struct ldap_job *job = ldap_jobs_take(jobs);
  uint64_t id = job ? job->login_id : 0;
  if (job) ldap_jobs_finish(jobs, job);
  return id;
}

Test(ldap_jobs, who_waits_longest_is_first) {
  struct ldap_jobs *jobs = ldap_jobs_new(10);
  for (uint64_t id = 1; id <= 3; id++) cr_assert(add(jobs, id));
  cr_assert_eq(ldap_jobs_waiting(jobs), 3);
  for (uint64_t id = 1; id <= 3; id++) cr_assert_eq(take_id(jobs), id);
  cr_assert_null(ldap_jobs_take(jobs));
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, a_job_is_a_copy) {
  struct ldap_jobs *jobs = ldap_jobs_new(1);
  cr_assert(add_until(jobs, 1, "Alice", 1000));
  struct ldap_job *job = ldap_jobs_take(jobs);
  cr_assert_eq(memcmp(job->password, "secret", job->password_len), 0);
  cr_assert_eq(job->typed_len, 5);
  ldap_job_forget_password(job);
  cr_assert_eq(job->password_len, 0);
  for (size_t i = 0; i < sizeof job->password; i++) cr_assert_eq(job->password[i], 0);
  ldap_jobs_finish(jobs, job);
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, those_under_way_count_too) {
  struct ldap_jobs *jobs = ldap_jobs_new(2);
  cr_assert(add(jobs, 1));
  cr_assert(add(jobs, 2));
  cr_assert_not(add(jobs, 3));
  struct ldap_job *job = ldap_jobs_take(jobs);
  cr_assert_not(add(jobs, 3));
  ldap_jobs_finish(jobs, job);
  cr_assert(add(jobs, 3));
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, a_user_has_four_places_in_any_case_of_letters) {
  struct ldap_jobs *jobs = ldap_jobs_new(100);
  for (uint64_t id = 1; id <= LDAP_JOBS_PER_USER; id++)
    cr_assert(add_until(jobs, id, id % 2 ? "alice" : "ALICE", 1000));
  cr_assert_not(add_until(jobs, 9, "Alice", 1000));
  cr_assert(add_until(jobs, 9, "bob", 1000));
  (void)take_id(jobs);
  cr_assert(add_until(jobs, 10, "Alice", 1000));
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, a_user_has_four_places_in_any_spelling) {
  static const char *const names[] = {"\u00e4rger", "\u00c4RGER", "arger", "a\u0308rger"};
  struct ldap_jobs *jobs = ldap_jobs_new(100);
  for (uint64_t id = 1; id <= LDAP_JOBS_PER_USER; id++)
    cr_assert(add_until(jobs, id, names[id - 1], 1000));
  cr_assert_not(add_until(jobs, 9, "\u00c1rger", 1000));
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, late_ones_are_taken_wherever_they_wait) {
  struct ldap_jobs *jobs = ldap_jobs_new(10);
  cr_assert(add_until(jobs, 1, "a", 300));
  cr_assert(add_until(jobs, 2, "b", 100));
  cr_assert(add_until(jobs, 3, "c", 200));
  cr_assert_null(ldap_jobs_take_late(jobs, 99));
  cr_assert_eq(ldap_jobs_take_late(jobs, 100)->login_id, 2);
  cr_assert_null(ldap_jobs_take_late(jobs, 199));
  cr_assert_eq(ldap_jobs_take_late(jobs, 250)->login_id, 3);
  cr_assert_eq(take_id(jobs), 1);
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, cancelled_while_it_waits_is_over) {
  struct ldap_jobs *jobs = ldap_jobs_new(3);
  for (uint64_t id = 1; id <= 3; id++) cr_assert(add(jobs, id));
  ldap_jobs_cancel(jobs, 2);
  ldap_jobs_cancel(jobs, 77);
  cr_assert(add(jobs, 4));
  cr_assert_eq(take_id(jobs), 1);
  cr_assert_eq(take_id(jobs), 3);
  cr_assert_eq(take_id(jobs), 4);
  ldap_jobs_free(jobs);
}

Test(ldap_jobs, cancelled_when_taken_it_goes_on) {
  struct ldap_jobs *jobs = ldap_jobs_new(1);
  cr_assert(add(jobs, 1));
  struct ldap_job *job = ldap_jobs_take(jobs);
  ldap_jobs_cancel(jobs, 1);
  cr_assert_eq(job->login_id, 1);
  cr_assert_not(add(jobs, 2), "it is not over yet");
  ldap_jobs_finish(jobs, job);
  cr_assert(add(jobs, 2));
  ldap_jobs_free(jobs);
}
