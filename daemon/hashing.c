/* hashing.c: a list of waiting jobs in the order of their turns, and threads that take the first
 * one whose subject is free. */
#include "hashing.h"

#include "thread.h"

#include <radmfa/attr.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A flood of wrong passwords for one user fills his own places and no more, so that all others
 * still get theirs. Four are more than one person needs: two logins, each mistyped once. */
#define WAITING_PER_SUBJECT_MAX 4u

struct slot {
  struct slot *next;
  struct hashing_job job; /* its password points into the locked area, as long as the slot lives */
  char hash[crypto_pwhash_STRBYTES]; /* what `job.hash` points to */
  uint64_t round;
};

struct worker {
  pthread_t thread;
  struct hashing *hashing;
  const struct slot *at_work; /* or NULL */
};

struct hashing {
  struct hashing_options options;
  pthread_mutex_t lock; /* all below but the passwords, which belong to who has the slot */
  pthread_cond_t changed;
  struct slot *waiting; /* by round, then by arrival */
  struct slot *unused;
  uint64_t round; /* the latest one that a job was taken from */
  unsigned n_workers;
  bool stopping;
  struct worker *workers;
  struct slot *slots;
  uint8_t *passwords; /* one place for each slot; locked, and in no core image */
};

/* ---- slots ---- */

static uint8_t *password_of(const struct hashing *hashing, const struct slot *slot) {
  return hashing->passwords + (size_t)(slot - hashing->slots) * RADMFA_PASSWORD_SIZE_MAX;
}

static void slot_fill(const struct hashing *hashing, struct slot *slot,
                      const struct hashing_job *job) {
  uint8_t *password = password_of(hashing, slot);
  slot->job = *job;
  slot->job.hash = slot->hash;
  (void)snprintf(slot->hash, sizeof slot->hash, "%s", job->hash);
  slot->job.password.ptr = password;
  if (job->password.len) memcpy(password, job->password.ptr, job->password.len);
}

static void slot_release(struct hashing *hashing, struct slot *slot) {
  sodium_memzero(password_of(hashing, slot), RADMFA_PASSWORD_SIZE_MAX);
  slot->next = hashing->unused;
  hashing->unused = slot;
}

/* ---- turns ----
 * Every job has the number of a round, and rounds are served in order. A client has one job in each
 * round, so its second waiting job comes after everybody's first. A client that has none waiting
 * enters the next round, not the present one: else one that always sends its next job at once would
 * keep the round from ending. */

static uint64_t round_for(const struct hashing *hashing, uint64_t client) {
  uint64_t round = hashing->round + 1;
  for (const struct slot *slot = hashing->waiting; slot; slot = slot->next)
    if (slot->job.client == client && slot->round >= round) round = slot->round + 1;
  return round;
}

static bool may_wait(const struct hashing *hashing, uint64_t subject) {
  unsigned n_waiting = 0;
  for (const struct slot *slot = hashing->waiting; slot; slot = slot->next)
    n_waiting += slot->job.subject == subject;
  return n_waiting < WAITING_PER_SUBJECT_MAX;
}

static void enqueue(struct hashing *hashing, struct slot *slot) {
  slot->round = round_for(hashing, slot->job.client);
  struct slot **link = &hashing->waiting;
  while (*link && (*link)->round <= slot->round) link = &(*link)->next;
  slot->next = *link;
  *link = slot;
}

static bool is_subject_busy(const struct hashing *hashing, uint64_t subject) {
  for (unsigned i = 0; i < hashing->n_workers; i++) {
    const struct slot *at_work = hashing->workers[i].at_work;
    if (at_work && at_work->job.subject == subject) return true;
  }
  return false;
}

/* The first job that may be begun, taken out of the list; or NULL. */
static struct slot *dequeue(struct hashing *hashing) {
  for (struct slot **link = &hashing->waiting; *link; link = &(*link)->next) {
    struct slot *slot = *link;
    if (is_subject_busy(hashing, slot->job.subject)) continue;
    *link = slot->next;
    if (slot->round > hashing->round) hashing->round = slot->round;
    return slot;
  }
  return NULL;
}

/* ---- work ---- */

static bool is_right(const struct hashing_job *job) {
  bool right =
      crypto_pwhash_str_verify(job->hash, (const char *)job->password.ptr, job->password.len) == 0;
  sodium_stackzero(8192); /* the hash's working copies of the password */
  return right;
}

static struct slot *wait_for_job(struct worker *worker) {
  struct hashing *hashing = worker->hashing;
  struct slot *slot = NULL;
  while (!hashing->stopping && !(slot = dequeue(hashing)))
    pthread_cond_wait(&hashing->changed, &hashing->lock);
  worker->at_work = slot;
  return slot;
}

/* With the lock, which is given up while the job is at work. */
static void work(struct worker *worker, struct slot *slot) {
  struct hashing *hashing = worker->hashing;
  uint64_t login_id = slot->job.login_id;
  const void *user = slot->job.user;
  pthread_mutex_unlock(&hashing->lock);
  bool right = is_right(&slot->job);
  pthread_mutex_lock(&hashing->lock);
  worker->at_work = NULL;
  slot_release(hashing, slot);
  pthread_cond_broadcast(&hashing->changed); /* a job of the same subject may go now */
  pthread_mutex_unlock(&hashing->lock);
  hashing->options.done(hashing->options.context, login_id, user, right);
  pthread_mutex_lock(&hashing->lock);
}

static void *run_worker(void *arg) {
  struct worker *worker = arg;
  struct slot *slot;
  pthread_mutex_lock(&worker->hashing->lock);
  while ((slot = wait_for_job(worker))) work(worker, slot);
  pthread_mutex_unlock(&worker->hashing->lock);
  return NULL;
}

/* ---- callers ---- */

bool hashing_submit(struct hashing *hashing, const struct hashing_job *job) {
  if (job->password.len > RADMFA_PASSWORD_SIZE_MAX) return false;
  pthread_mutex_lock(&hashing->lock);
  struct slot *slot = may_wait(hashing, job->subject) ? hashing->unused : NULL;
  if (slot) {
    hashing->unused = slot->next;
    slot_fill(hashing, slot, job);
    enqueue(hashing, slot);
  }
  pthread_mutex_unlock(&hashing->lock);
  if (slot) pthread_cond_signal(&hashing->changed);
  return slot != NULL;
}

void hashing_cancel(struct hashing *hashing, uint64_t login_id) {
  pthread_mutex_lock(&hashing->lock);
  struct slot **link = &hashing->waiting;
  while (*link && (*link)->job.login_id != login_id) link = &(*link)->next;
  struct slot *slot = *link;
  if (slot) {
    *link = slot->next;
    slot_release(hashing, slot);
  }
  pthread_mutex_unlock(&hashing->lock);
}

/* ---- life ---- */

static bool start_workers(struct hashing *hashing) {
  for (; hashing->n_workers < hashing->options.threads; hashing->n_workers++) {
    struct worker *worker = &hashing->workers[hashing->n_workers];
    worker->hashing = hashing;
    if (!thread_start(&worker->thread, "argon2", run_worker, worker)) return false;
  }
  return true;
}

static bool make_slots(struct hashing *hashing) {
  /* A waiting job and one at work hold a slot each. */
  size_t n_slots = (size_t)hashing->options.queue_max + hashing->options.threads;
  hashing->workers = calloc(hashing->options.threads, sizeof *hashing->workers);
  hashing->slots = calloc(n_slots, sizeof *hashing->slots);
  hashing->passwords = sodium_allocarray(n_slots, RADMFA_PASSWORD_SIZE_MAX);
  if (!hashing->workers || !hashing->slots || !hashing->passwords) return false;
  for (size_t i = 0; i < n_slots; i++) slot_release(hashing, &hashing->slots[i]);
  return true;
}

struct hashing *hashing_new(const struct hashing_options *options) {
  if (sodium_init() < 0) return NULL;
  struct hashing *hashing = calloc(1, sizeof *hashing);
  if (!hashing) return NULL;
  hashing->options = *options;
  pthread_mutex_init(&hashing->lock, NULL);
  pthread_cond_init(&hashing->changed, NULL);
  if (make_slots(hashing) && start_workers(hashing)) return hashing;
  hashing_free(hashing);
  return NULL;
}

void hashing_free(struct hashing *hashing) {
  if (!hashing) return;
  pthread_mutex_lock(&hashing->lock);
  hashing->stopping = true;
  pthread_cond_broadcast(&hashing->changed);
  pthread_mutex_unlock(&hashing->lock);
  for (unsigned i = 0; i < hashing->n_workers; i++) pthread_join(hashing->workers[i].thread, NULL);
  pthread_mutex_destroy(&hashing->lock);
  pthread_cond_destroy(&hashing->changed);
  sodium_free(hashing->passwords); /* wipes */
  free(hashing->slots);
  free(hashing->workers);
  free(hashing);
}
