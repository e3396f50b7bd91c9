#include "factor/simulated.h"

#include "thread.h"

#include <criterion/criterion.h>
#include <string.h>

#define PATIENCE_MS 30000
#define NEVER 86400000u

/* The table that answers go to, as a test sees it. */
struct inbox {
  pthread_mutex_t lock;
  pthread_cond_t more;
  size_t n;
  uint64_t ids[10000];
  radmfa_factor_answer answers[10000];
  uint64_t at_ms[10000];
};

static struct inbox inbox;
static struct simulated *simulated;

static int take_answer(void *answers, uint64_t login_id, radmfa_factor_answer answer) {
  struct inbox *table = answers;
  pthread_mutex_lock(&table->lock);
  table->ids[table->n] = login_id;
  table->answers[table->n] = answer;
  table->at_ms[table->n++] = thread_now_ms();
  pthread_cond_signal(&table->more);
  pthread_mutex_unlock(&table->lock);
  return 0;
}

/* How many answers came: as soon as there are `n`, or when it takes too long. */
static size_t answers(size_t n) {
  uint64_t until_ms = thread_now_ms() + PATIENCE_MS;
  pthread_mutex_lock(&inbox.lock);
  while (inbox.n < n && thread_now_ms() < until_ms)
    thread_wait_until(&inbox.more, &inbox.lock, until_ms);
  n = inbox.n;
  pthread_mutex_unlock(&inbox.lock);
  return n;
}

static void open_factor(struct simulated_options options) {
  memset(&inbox, 0, sizeof inbox);
  pthread_mutex_init(&inbox.lock, NULL);
  cr_assert(thread_wait_init(&inbox.more));
  options.deliver = take_answer;
  options.answers = &inbox;
  simulated = simulated_new(&options);
  cr_assert_not_null(simulated);
}

static void start_until(uint64_t id, const char *identity, uint64_t deadline_ms) {
  radmfa_request request = {.login_id = id,
                            .identity = radmfa_text(identity),
                            .now_ms = 1000,
                            .deadline_ms = deadline_ms};
  simulated_vtable.start(simulated, &request);
}

static void start(uint64_t id) {
  start_until(id, "alice", 1000 + 2ull * NEVER);
}

Test(simulated, an_answer_after_nothing_comes_inside_start) {
  open_factor((struct simulated_options){.answer = RADMFA_FACTOR_BUSY});
  start(7);
  cr_assert_eq(inbox.n, 1);
  cr_assert_eq(inbox.ids[0], 7);
  cr_assert_eq(inbox.answers[0], RADMFA_FACTOR_BUSY);
  simulated_free(simulated);
}

Test(simulated, an_answer_comes_when_it_is_due_and_not_before) {
  open_factor((struct simulated_options){.answer = RADMFA_FACTOR_APPROVED, .after = {50, 50}});
  uint64_t before_ms = thread_now_ms();
  start(7);
  cr_assert_eq(answers(1), 1);
  cr_assert_geq(inbox.at_ms[0], before_ms + 50);
  cr_assert_eq(simulated_pending(simulated), 0);
  simulated_free(simulated);
}

static void by_name(void *user, radmfa_span identity, radmfa_factor_answer *answer,
                    struct duration_range *after) {
  (void)user;
  if (radmfa_span_equal(identity, radmfa_text("soon"))) *after = (struct duration_range){1, 1};
  if (radmfa_span_equal(identity, radmfa_text("carol"))) {
    *answer = RADMFA_FACTOR_DENIED;
    *after = (struct duration_range){0, 0};
  }
}

Test(simulated, a_user_can_have_an_answer_and_a_time_of_his_own) {
  open_factor((struct simulated_options){
      .answer = RADMFA_FACTOR_APPROVED, .after = {NEVER, NEVER}, .override = by_name});
  start_until(1, "carol", 5000);
  cr_assert_eq(answers(1), 1);
  cr_assert_eq(inbox.answers[0], RADMFA_FACTOR_DENIED);
  start_until(2, "soon", 5000);
  cr_assert_eq(answers(2), 2);
  cr_assert_eq(inbox.answers[1], RADMFA_FACTOR_APPROVED);
  simulated_free(simulated);
}

Test(simulated, one_that_is_due_earlier_overtakes) {
  open_factor((struct simulated_options){
      .answer = RADMFA_FACTOR_APPROVED, .after = {NEVER, NEVER}, .override = by_name});
  start(1);
  start_until(2, "soon", 5000);
  cr_assert_eq(answers(1), 1);
  cr_assert_eq(inbox.ids[0], 2);
  cr_assert_eq(simulated_pending(simulated), 1);
  simulated_free(simulated);
}

Test(simulated, thousands_come_each_once_and_in_the_order_of_their_times) {
  open_factor((struct simulated_options){.after = {1, 300}});
  for (uint64_t id = 0; id < 10000; id++) start(id);
  cr_assert_eq(answers(10000), 10000);
  static bool seen[10000];
  for (size_t i = 0; i < 10000; i++) {
    cr_assert_not(seen[inbox.ids[i]]);
    seen[inbox.ids[i]] = true;
  }
  simulated_free(simulated);
}

Test(simulated, a_range_is_used_up_to_both_ends_and_not_beyond) {
  open_factor((struct simulated_options){.after = {NEVER - 1, NEVER}});
  /* The longer time is just too long for the login, so its entries are not kept. */
  for (uint64_t id = 0; id < 2000; id++) start_until(id, "alice", 1000 + NEVER - 1 - 180000);
  size_t kept = simulated_pending(simulated);
  cr_assert(kept > 800 && kept < 1200, "%zu of 2000", kept);
  simulated_free(simulated);
}

Test(simulated, an_answer_long_after_the_deadline_is_not_kept) {
  open_factor((struct simulated_options){.after = {NEVER, NEVER}});
  start_until(1, "alice", 50000);
  cr_assert_eq(simulated_pending(simulated), 0);
  cr_assert_eq(inbox.n, 0);
  simulated_free(simulated);
}

Test(simulated, freeing_drops_what_is_out) {
  open_factor((struct simulated_options){.after = {NEVER, NEVER}});
  for (uint64_t id = 0; id < 5000; id++) start(id);
  cr_assert_eq(simulated_pending(simulated), 5000);
  simulated_free(simulated);
  cr_assert_eq(inbox.n, 0);
}

Test(simulated, words_are_those_of_the_configuration) {
  radmfa_factor_answer answer = RADMFA_FACTOR_OVER_LIMIT;
  cr_assert(simulated_answer_parse("approve", &answer) && answer == RADMFA_FACTOR_APPROVED);
  cr_assert(simulated_answer_parse("deny", &answer) && answer == RADMFA_FACTOR_DENIED);
  cr_assert(simulated_answer_parse("busy", &answer) && answer == RADMFA_FACTOR_BUSY);
  cr_assert(simulated_answer_parse("no_answer", &answer) && answer == RADMFA_FACTOR_NO_ANSWER);
  cr_assert(simulated_answer_parse("fraud", &answer) && answer == RADMFA_FACTOR_FRAUD);
  cr_assert(simulated_answer_parse("unavailable", &answer) && answer == RADMFA_FACTOR_UNAVAILABLE);
  cr_assert_not(simulated_answer_parse("", &answer));
  cr_assert_not(simulated_answer_parse("Approve", &answer));
}

Test(simulated, no_factor_can_be_freed) {
  simulated_free(NULL);
}
