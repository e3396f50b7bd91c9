#include "hashing.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sodium.h>

/* What is done is told one by one; the first waits for the gate: meanwhile the others queue up. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool open;
  uint64_t order[16];
  size_t n;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void pass_gate(void *context, uint64_t login_id, const void *user, bool right) {
  (void)context, (void)user, (void)right;
  pthread_mutex_lock(&gate.lock);
  gate.order[gate.n++] = login_id;
  pthread_cond_broadcast(&gate.changed);
  while (!gate.open) pthread_cond_wait(&gate.changed, &gate.lock);
  pthread_mutex_unlock(&gate.lock);
}

static void wait_for_done(size_t n) {
  pthread_mutex_lock(&gate.lock);
  while (gate.n < n) pthread_cond_wait(&gate.changed, &gate.lock);
  pthread_mutex_unlock(&gate.lock);
}

static void open_gate(void) {
  pthread_mutex_lock(&gate.lock);
  gate.open = true;
  pthread_cond_broadcast(&gate.changed);
  pthread_mutex_unlock(&gate.lock);
}

static char quick_hash[crypto_pwhash_STRBYTES], slow_hash[crypto_pwhash_STRBYTES];

static struct hashing *open_queue(unsigned threads) {
  cr_assert_geq(sodium_init(), 0);
  cr_assert_eq(crypto_pwhash_str(quick_hash, "x", 1, 1, 8192), 0);
  cr_assert_eq(crypto_pwhash_str(slow_hash, "x", 1, 100, 4u << 20), 0);
  return hashing_new(
      &(struct hashing_options){.threads = threads, .queue_max = 16, .done = pass_gate});
}

static bool try_submit(struct hashing *queue, uint64_t id, uint64_t client, uint64_t subject) {
  return hashing_submit(queue, &(struct hashing_job){.login_id = id,
                                                     .client = client,
                                                     .subject = subject,
                                                     .hash = subject == 99 ? slow_hash : quick_hash,
                                                     .password = radmfa_text("x")});
}

static void submit(struct hashing *queue, uint64_t id, uint64_t client, uint64_t subject) {
  cr_assert(try_submit(queue, id, client, subject));
}

Test(hashing, clients_take_turns) {
  struct hashing *queue = open_queue(1);
  submit(queue, 100, 9, 1);
  wait_for_done(1); /* the only thread stands at the gate */
  for (uint64_t i = 1; i <= 3; i++) submit(queue, i, 1, i);
  submit(queue, 20, 2, 20);
  submit(queue, 30, 3, 30);
  submit(queue, 31, 3, 31);
  open_gate();
  wait_for_done(7);
  static const uint64_t want[] = {100, 1, 20, 30, 2, 31, 3};
  cr_assert_arr_eq(gate.order, want, sizeof want);
  hashing_free(queue);
}

Test(hashing, a_second_job_of_a_subject_waits_and_others_overtake_it) {
  struct hashing *queue = open_queue(2);
  submit(queue, 1, 1, 99);
  submit(queue, 2, 1, 99);
  submit(queue, 3, 1, 3);
  open_gate();
  wait_for_done(3);
  static const uint64_t want[] = {3, 1, 2};
  cr_assert_arr_eq(gate.order, want, sizeof want);
  hashing_free(queue);
}

Test(hashing, four_jobs_of_a_subject_may_wait_and_a_cancelled_one_makes_room) {
  struct hashing *queue = open_queue(1);
  submit(queue, 100, 9, 9);
  wait_for_done(1); /* the only thread stands at the gate */
  for (uint64_t id = 1; id <= 4; id++) submit(queue, id, id, 7);
  cr_assert_not(try_submit(queue, 5, 5, 7));
  submit(queue, 6, 1, 8);
  hashing_cancel(queue, 2);
  submit(queue, 7, 5, 7);
  cr_assert_not(try_submit(queue, 8, 6, 7));
  open_gate();
  hashing_free(queue);
}

Test(hashing, a_password_longer_than_radius_carries_is_refused) {
  static const uint8_t longer[129];
  struct hashing *queue = open_queue(1);
  cr_assert_not(hashing_submit(queue, &(struct hashing_job){.password = {longer, sizeof longer}}));
  hashing_free(queue);
}
