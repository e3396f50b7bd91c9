/* Questions that belong to no login: each is answered once. */
#include "questions.h"

#include "thread.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

static struct questions *questions;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned n_answers, n_cancelled, n_words;
static radmfa_primary_verdict verdict;
static radmfa_factor_answer factor_answer;
static bool was_cancelled_first;

static void tell(unsigned *count) {
  pthread_mutex_lock(&lock);
  ++*count;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

static void on_primary(const radmfa_primary_answer *answer, void *user) {
  (void)user;
  verdict = answer->verdict;
  was_cancelled_first = n_cancelled;
  tell(&n_answers);
}

static void on_factor(radmfa_factor_answer answer, void *user) {
  (void)user;
  factor_answer = answer;
  was_cancelled_first = n_cancelled;
  tell(&n_answers);
}

static void on_cancel(void *backend, uint64_t id) {
  (void)backend;
  cr_assert(question_is(id));
  tell(&n_cancelled);
}

static void on_word(const char *word, void *user) {
  (void)user;
  cr_assert_str_eq(word, "ringing");
  n_words++;
}

static void start(void) {
  questions = questions_new();
}

static void stop(void) {
  cr_assert_eq(questions_count(questions), 0);
  questions_free(questions);
}

TestSuite(questions, .init = start, .fini = stop);

static uint64_t ask_for_call(uint32_t wait_ms) {
  struct question question = {
      .wait_ms = wait_ms, .cancel = on_cancel, .factor = on_factor, .progress = on_word};
  return questions_open(questions, &question);
}

static uint64_t ask_for_password(uint32_t wait_ms) {
  struct question question = {.wait_ms = wait_ms, .cancel = on_cancel, .primary = on_primary};
  return questions_open(questions, &question);
}

Test(questions, their_ids_are_no_logins) {
  uint64_t id = ask_for_call(60000);
  cr_assert(question_is(id));
  cr_assert_not(question_is(1));
  cr_assert_not(question_is(UINT64_C(255) << 54 | 7));
  questions_answer_factor(questions, id, RADMFA_FACTOR_APPROVED);
}

Test(questions, an_answer_comes_once) {
  uint64_t id = ask_for_call(60000);
  questions_progress(questions, id, "ringing");
  questions_answer_factor(questions, id, RADMFA_FACTOR_BUSY);
  questions_answer_factor(questions, id, RADMFA_FACTOR_APPROVED);
  questions_progress(questions, id, "ringing");
  questions_end(questions, id);
  cr_assert_eq(n_answers, 1);
  cr_assert_eq(factor_answer, RADMFA_FACTOR_BUSY);
  cr_assert_eq(n_words, 1);
  cr_assert_eq(n_cancelled, 0);
}

Test(questions, a_password_gets_what_the_primary_said) {
  uint64_t id = ask_for_password(60000);
  radmfa_primary_answer answer = {.verdict = RADMFA_PRIMARY_ACCEPT};
  questions_answer_primary(questions, id, &answer);
  cr_assert_eq(n_answers, 1);
  cr_assert_eq(verdict, RADMFA_PRIMARY_ACCEPT);
}

Test(questions, one_that_is_ended_is_cancelled_and_was_hung_up) {
  uint64_t id = ask_for_call(60000);
  questions_end(questions, id);
  cr_assert_eq(factor_answer, RADMFA_FACTOR_HUNG_UP);
  cr_assert_eq(n_answers, 1);
  cr_assert(was_cancelled_first);
}

static void wait_for_answers(unsigned n) {
  pthread_mutex_lock(&lock);
  while (n_answers < n) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

Test(questions, one_that_nobody_answers_is_given_up_in_its_time) {
  uint64_t long_one = ask_for_password(60000);
  cr_assert(ask_for_call(1));
  wait_for_answers(1);
  cr_assert_eq(factor_answer, RADMFA_FACTOR_NO_ANSWER);
  cr_assert(ask_for_password(1));
  wait_for_answers(2);
  cr_assert_eq(verdict, RADMFA_PRIMARY_UNAVAILABLE);
  cr_assert_eq(n_cancelled, 2);
  questions_end(questions, long_one);
}

Test(questions, there_are_no_more_than_their_limit) {
  static uint64_t ids[QUESTIONS_MAX];
  for (unsigned i = 0; i < QUESTIONS_MAX; i++) ids[i] = ask_for_call(60000);
  cr_assert_eq(ask_for_call(60000), 0);
  for (unsigned i = 0; i < QUESTIONS_MAX; i++)
    questions_answer_factor(questions, ids[i], RADMFA_FACTOR_DENIED);
  cr_assert_eq(n_answers, QUESTIONS_MAX);
}
