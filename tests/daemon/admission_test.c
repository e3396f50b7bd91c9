#include "admission.h"

#include "store_world.h"

#include <radmfa/error.h>

static struct store *store;
static struct blocklist *blocklist;
static struct admission *admission;

/* What came out, from the test's thread or the store's. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static radmfa_primary_answer given[64];
static char attributes[64][16];
static size_t n_given;

static int deliver(radmfa_join_table *answers, uint64_t login_id,
                   const radmfa_primary_answer *answer) {
  (void)answers;
  (void)login_id;
  pthread_mutex_lock(&lock);
  given[n_given] = *answer;
  if (answer->attributes.len)
    memcpy(attributes[n_given], answer->attributes.ptr, answer->attributes.len);
  n_given++;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&lock);
  return 0;
}

static const radmfa_primary_answer *answer_number(size_t n) {
  pthread_mutex_lock(&lock);
  while (n_given <= n) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return &given[n];
}

static void fresh(void) {
  world_up();
  store = world_store();
  blocklist = blocklist_new();
  const struct admission_options options = {
      .store = store, .blocklist = blocklist, .deliver = deliver};
  admission = admission_new(&options);
  n_given = 0;
  memset(attributes, 0, sizeof attributes);
}

static void done(void) {
  store_free(store);
  admission_free(admission);
  blocklist_free(blocklist);
  world_down();
}

TestSuite(admission, .init = fresh, .fini = done);

static void keep(const struct store_user *user) {
  cr_assert_eq(put(store, user, STORE_NEW_USER), 0);
}

static void say_yes(const char *identity, const char *typed) {
  const radmfa_primary_answer yes = {.verdict = RADMFA_PRIMARY_ACCEPT,
                                     .identity = radmfa_text(identity),
                                     .attributes = radmfa_text("\x12\x04hi")};
  cr_assert_eq(admission_answer(admission, "corp", 7, radmfa_text(typed), &yes), 0);
}

#define FAR_AWAY_MS UINT64_C(99999999999999)

Test(admission, who_is_not_known_passes_as_he_came) {
  say_yes("alice", "");
  const radmfa_primary_answer *answer = answer_number(0);
  cr_assert_eq(answer->verdict, RADMFA_PRIMARY_ACCEPT);
  cr_assert_eq(answer->admission, RADMFA_ADMISSION_FACTOR);
  cr_assert_str_eq(attributes[0], "\x12\x04hi");
}

Test(admission, who_is_blocked_is_refused_with_that_reason) {
  keep(&(struct store_user){.primary = "corp", .identity = "alice", .is_blocked = true});
  say_yes("ALICE", "");
  cr_assert_eq(answer_number(0)->verdict, RADMFA_PRIMARY_REJECT);
  cr_assert_eq(answer_number(0)->reason, RADMFA_REASON_BLOCKED);
  cr_assert_eq(answer_number(0)->attributes.len, 0);
}

Test(admission, the_typed_name_stands_for_whom_the_primary_did_not_name) {
  keep(&(struct store_user){.primary = "corp", .identity = "alice", .is_blocked = true});
  say_yes("", "alice");
  cr_assert_eq(answer_number(0)->reason, RADMFA_REASON_BLOCKED);
}

Test(admission, somebody_of_that_name_at_another_primary_is_another) {
  keep(&(struct store_user){.primary = "lab", .identity = "alice", .is_blocked = true});
  say_yes("alice", "");
  cr_assert_eq(answer_number(0)->verdict, RADMFA_PRIMARY_ACCEPT);
}

Test(admission, who_reported_fraud_a_moment_ago_is_blocked_before_the_disk_knows) {
  cr_assert(blocklist_add(blocklist, radmfa_text("alice")));
  say_yes("alice", "");
  cr_assert_eq(answer_number(0)->reason, RADMFA_REASON_BLOCKED);
}

Test(admission, a_bypass_is_for_one_login_whoever_else_asks) {
  keep(
      &(struct store_user){.primary = "corp", .identity = "alice", .bypass_until_ms = FAR_AWAY_MS});
  for (int i = 0; i < 20; i++) say_yes("alice", "");
  size_t n_bypassed = 0;
  for (size_t i = 0; i < 20; i++) {
    cr_assert_eq(answer_number(i)->verdict, RADMFA_PRIMARY_ACCEPT);
    cr_assert_str_eq(attributes[i], "\x12\x04hi");
    n_bypassed += answer_number(i)->admission == RADMFA_ADMISSION_BYPASS;
  }
  cr_assert_eq(n_bypassed, 1);
}

Test(admission, a_bypass_that_is_over_is_none) {
  keep(&(struct store_user){.primary = "corp", .identity = "alice", .bypass_until_ms = 1});
  say_yes("alice", "");
  cr_assert_eq(answer_number(0)->admission, RADMFA_ADMISSION_FACTOR);
}

Test(admission, who_needs_no_factor_keeps_his_bypass) {
  struct store_user user = {.primary = "corp", .identity = "alice", .bypass_until_ms = FAR_AWAY_MS};
  const radmfa_primary_answer exempt = {.verdict = RADMFA_PRIMARY_ACCEPT,
                                        .admission = RADMFA_ADMISSION_EXEMPT,
                                        .identity = radmfa_text("alice"),
                                        .attributes = radmfa_text("")};
  keep(&user);
  cr_assert_eq(admission_answer(admission, "corp", 7, radmfa_text(""), &exempt), 0);
  cr_assert_eq(answer_number(0)->admission, RADMFA_ADMISSION_EXEMPT);
  cr_assert(store_find(store, "corp", radmfa_text("alice"), &user));
  cr_assert_eq(user.bypass_until_ms, FAR_AWAY_MS);
}

Test(admission, a_no_is_nobodys_but_the_primarys) {
  const radmfa_primary_answer no = {.verdict = RADMFA_PRIMARY_REJECT,
                                    .reason = RADMFA_REASON_WRONG_PASSWORD,
                                    .attributes = radmfa_text("")};
  keep(&(struct store_user){.primary = "corp", .identity = "alice", .is_blocked = true});
  cr_assert_eq(admission_answer(admission, "corp", 7, radmfa_text("alice"), &no), 0);
  cr_assert_eq(answer_number(0)->reason, RADMFA_REASON_WRONG_PASSWORD);
}
