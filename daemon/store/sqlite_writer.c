/* sqlite_writer.c: the thread that writes. Changes that have come together are one transaction, so
 * that they share the wait for the disk; if it fails each of them is tried alone, so that one is
 * not refused for another's sake. */
#include "sqlite_inside.h"

#include "../thread.h"

#include <radmfa/error.h>
#include <stdlib.h>

#define BATCH_MAX 512u
/* Logins wait for others: the disk is not asked for each of them. */
#define NOTE_DELAY_MS 500u
#define FORGET_EVERY_MS 3600000u

/* What is done at once. */
struct work {
  struct job *jobs[BATCH_MAX];
  size_t n_jobs;
  struct query *queries;
  struct login_batch *logins; /* NULL: none */
  bool forgets;
  bool is_over;
};

/* ---- changes ---- */

/* Nothing is known of what becomes of it any more. */
static void forget_outcome(struct job *job) {
  user_record_drop(job->now);
  job->now = NULL;
  job->error = 0;
}

static int write_user(struct store *store, struct job *job, struct store_user *after) {
  if (!*after->primary) {
    const struct user_record *gone = job->wanted;
    return database_remove_user(&store->database, user_record_text(gone, USER_PRIMARY),
                                user_record_text(gone, USER_IDENTITY));
  }
  after->revision = ++store->revision;
  job->now = user_record_new(after); /* before it is written: afterwards nothing may fail */
  if (job->now) return database_write_user(&store->database, after);
  job->error = RADMFA_E_NO_MEMORY;
  return 0;
}

static int change_user(struct store *store, struct job *job, const struct store_user *before,
                       struct store_user *wanted, struct store_user *after) {
  job->change.now_ms = store_clock_ms(store);
  user_record_read(job->wanted, wanted);
  job->error = user_change_make(&job->change, wanted, before, after);
  if (!job->error) return write_user(store, job, after);
  if (before) job->now = user_record_new(before);
  return 0;
}

/* An error is the transaction's; the change's own is noted in the job. */
static int make_change(struct store *store, struct job *job) {
  struct {
    struct store_user before, wanted, after;
  } users;
  bool found = false;
  int error =
      database_find_user(&store->database, user_record_text(job->wanted, USER_PRIMARY),
                         user_record_text(job->wanted, USER_IDENTITY), &users.before, &found);
  if (!error)
    error = change_user(store, job, found ? &users.before : NULL, &users.wanted, &users.after);
  radmfa_wipe(&users, sizeof users);
  return error;
}

static int make_changes(struct store *store, struct job **jobs, size_t n) {
  uint64_t revision = store->revision;
  int error = 0;
  for (size_t i = 0; i < n && !error; i++) error = make_change(store, jobs[i]);
  if (error || store->revision == revision) return error;
  return database_write_revision(&store->database, store->revision);
}

static int write_logins(struct store *store, const struct login_batch *logins) {
  int error = 0;
  for (size_t i = 0; logins && i < logins->n && !error; i++)
    error = database_note_login(&store->database, &logins->logins[i]);
  return error;
}

/* What is on the disk now can be seen. */
static void publish(struct store *store, struct job **jobs, size_t n) {
  pthread_mutex_lock(&store->index_lock);
  for (size_t i = 0; i < n; i++) {
    const struct user_record *wanted = jobs[i]->wanted;
    if (jobs[i]->error) continue;
    if (jobs[i]->now)
      user_index_put(&store->index, user_record_hold(jobs[i]->now));
    else
      user_index_remove(&store->index, user_record_text(wanted, USER_PRIMARY),
                        radmfa_text(user_record_text(wanted, USER_IDENTITY)));
  }
  pthread_mutex_unlock(&store->index_lock);
}

static bool has_room(struct store *store, size_t n) {
  pthread_mutex_lock(&store->index_lock);
  bool has = user_index_reserve(&store->index, n);
  pthread_mutex_unlock(&store->index_lock);
  return has;
}

/* ---- transactions ---- */

/* Once when it begins, once when it has passed. */
static void tell_trouble(struct store *store, int error) {
  char why[STORE_ERROR_SIZE] = "out of memory";
  if (!error == !store->has_trouble) return;
  store->has_trouble = error != 0;
  if (!store->options.on_trouble) return;
  if (error && error != RADMFA_E_NO_MEMORY) database_why(&store->database, why);
  store->options.on_trouble(error ? why : NULL, store->options.user);
}

static int try_transaction(struct store *store, struct job **jobs, size_t n,
                           const struct login_batch *logins) {
  if (!has_room(store, n)) return RADMFA_E_NO_MEMORY;
  int error = database_begin(&store->database);
  if (!error) error = make_changes(store, jobs, n);
  if (!error) error = write_logins(store, logins);
  if (!error) error = database_commit(&store->database);
  return error;
}

/* All of it or nothing. */
static int transaction(struct store *store, struct job **jobs, size_t n,
                       const struct login_batch *logins) {
  int error = try_transaction(store, jobs, n, logins);
  tell_trouble(store, error);
  if (!error) {
    publish(store, jobs, n);
    return 0;
  }
  database_rollback(&store->database);
  for (size_t i = 0; i < n; i++) forget_outcome(jobs[i]);
  return error;
}

static void count_lost(struct store *store, size_t n) {
  pthread_mutex_lock(&store->lock);
  store->n_lost += n;
  pthread_mutex_unlock(&store->lock);
}

static void write_each_alone(struct store *store, struct work *work) {
  for (size_t i = 0; i < work->n_jobs; i++) {
    int error = transaction(store, &work->jobs[i], 1, NULL);
    if (error) work->jobs[i]->error = error;
  }
  if (work->logins && transaction(store, NULL, 0, work->logins)) count_lost(store, work->logins->n);
}

static void tell(struct job *job) {
  struct store_user now;
  if (job->now) user_record_read(job->now, &now);
  if (job->done) job->done(job->error, job->now ? &now : NULL, job->user);
  if (job->now) radmfa_wipe(&now, sizeof now);
  user_record_drop(job->now);
  user_record_drop(job->wanted);
  free(job);
}

static void write_work(struct store *store, struct work *work) {
  if (!work->n_jobs && !work->logins) return;
  if (transaction(store, work->jobs, work->n_jobs, work->logins)) write_each_alone(store, work);
  for (size_t i = 0; i < work->n_jobs; i++) tell(work->jobs[i]);
  if (work->logins) login_batch_clear(work->logins);
}

/* ---- the history ---- */

static void answer(struct store *store, struct query *query) {
  struct store_history_page page = {0};
  login_batch_clear(&store->page);
  int error = database_read_logins(&store->database, &query->filter, &store->page, &page.next);
  page.logins = store->page.logins;
  page.n = store->page.n;
  query->done(error, error ? NULL : &page, query->user);
  free(query);
}

static void answer_all(struct store *store, struct query *queries) {
  for (struct query *query = queries, *next; query; query = next) {
    next = query->next;
    answer(store, query);
  }
}

/* A few at a time, so that changes need not wait. */
static void forget_some(struct store *store) {
  uint64_t now_ms = store_clock_ms(store), kept_ms = store->options.history_ms;
  uint64_t before_ms = kept_ms < now_ms ? now_ms - kept_ms : 0;
  size_t n = 0;
  if (!kept_ms) before_ms = INT64_MAX;
  int error = database_forget_logins(&store->database, before_ms, &n);
  bool has_more = !error && n == DATABASE_FORGET_MAX;
  store->next_forget_ms = thread_now_ms() + (has_more ? 0 : FORGET_EVERY_MS);
}

/* ---- the thread ---- */

static uint64_t logins_due_ms(const struct store *store) {
  return store->filling->n ? store->filling_since_ms + NOTE_DELAY_MS : UINT64_MAX;
}

static bool must_work(const struct store *store, uint64_t now_ms) {
  return store->first_job || store->first_query || store->stopping ||
         logins_due_ms(store) <= now_ms || store->next_forget_ms <= now_ms;
}

static void wait_for_work(struct store *store) {
  while (!must_work(store, thread_now_ms())) {
    uint64_t until_ms = logins_due_ms(store);
    if (store->next_forget_ms < until_ms) until_ms = store->next_forget_ms;
    thread_wait_until(&store->changed, &store->lock, until_ms);
  }
}

static void take_jobs(struct store *store, struct work *work) {
  while (store->first_job && work->n_jobs < BATCH_MAX) {
    struct job *job = store->first_job;
    work->jobs[work->n_jobs++] = job;
    store->first_job = job->next;
  }
  if (!store->first_job) store->last_job = &store->first_job;
  store->n_waiting -= work->n_jobs;
}

static void take_logins(struct store *store, struct work *work) {
  if (!store->filling->n) return;
  work->logins = store->filling;
  store->filling = store->writing;
  store->writing = work->logins;
}

/* With the lock. Whatever has to be written anyhow takes the logins along. */
static void take_work(struct store *store, struct work *work) {
  *work = (struct work){.queries = store->first_query};
  take_jobs(store, work);
  take_logins(store, work);
  store->first_query = NULL;
  store->last_query = &store->first_query;
  bool is_idle = !work->n_jobs && !work->logins && !work->queries;
  work->forgets = !store->stopping && store->next_forget_ms <= thread_now_ms();
  work->is_over = store->stopping && is_idle;
}

void *store_run(void *arg) {
  struct store *store = arg;
  struct work work = {0};
  while (!work.is_over) {
    pthread_mutex_lock(&store->lock);
    wait_for_work(store);
    take_work(store, &work);
    pthread_mutex_unlock(&store->lock);
    write_work(store, &work);
    answer_all(store, work.queries);
    if (work.forgets) forget_some(store);
  }
  return NULL;
}
