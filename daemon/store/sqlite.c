/* sqlite.c: a store of type sqlite, as its callers see it: users out of memory, and queues to the
 * thread in sqlite_writer.c. */
#include "sqlite_inside.h"

#include "../thread.h"

#include <errno.h>
#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Logins that wait for half a second: some 40,000 in a second, and more while the disk is quick. */
#define LOGINS_MAX 20000u
#define LOGIN_TEXTS_SIZE (4u << 20)
#define PAGE_TEXTS_SIZE (2u << 20)
#define LIST_AT_ONCE 512u /* users that are looked at while others wait */

uint64_t store_clock_ms(const struct store *store) {
  if (store->options.clock_ms) return store->options.clock_ms();
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- life ---- */

static int keep_user(const struct store_user *found, void *user) {
  struct store *store = user;
  struct user_record *record = user_index_reserve(&store->index, 1) ? user_record_new(found) : NULL;
  if (!record) return RADMFA_E_NO_MEMORY;
  user_index_put(&store->index, record);
  if (found->revision > store->revision) store->revision = found->revision;
  return 0;
}

static bool read_all(struct store *store, char out_error[STORE_ERROR_SIZE]) {
  const char *why = NULL;
  int error = database_read_revision(&store->database, &store->revision);
  if (!error) error = database_read_users(&store->database, keep_user, store);
  if (error == -EILSEQ) why = "is damaged: a user in it is none";
  if (error == RADMFA_E_NO_MEMORY) why = "out of memory";
  if (error)
    (void)snprintf(out_error, STORE_ERROR_SIZE, "%s: %s", store->options.path,
                   why ? why : sqlite3_errmsg(store->database.handle));
  return !error;
}

static bool make_parts(struct store *store, const struct store_options *options) {
  store->options = *options;
  store->options.path = store->path = strdup(options->path);
  store->last_job = &store->first_job;
  store->last_query = &store->first_query;
  store->filling = &store->batches[0];
  store->writing = &store->batches[1];
  (void)pthread_mutex_init(&store->index_lock, NULL);
  (void)pthread_mutex_init(&store->lock, NULL);
  bool has_batches = login_batch_init(&store->batches[0], LOGINS_MAX, LOGIN_TEXTS_SIZE);
  has_batches &= login_batch_init(&store->batches[1], LOGINS_MAX, LOGIN_TEXTS_SIZE);
  has_batches &= login_batch_init(&store->page, STORE_HISTORY_MAX, PAGE_TEXTS_SIZE);
  bool has_index = user_index_init(&store->index);
  return thread_wait_init(&store->changed) && has_batches && has_index && store->path;
}

static void free_parts(struct store *store) {
  database_close(&store->database);
  user_index_cleanup(&store->index);
  login_batch_cleanup(&store->page);
  login_batch_cleanup(&store->batches[0]);
  login_batch_cleanup(&store->batches[1]);
  pthread_cond_destroy(&store->changed);
  pthread_mutex_destroy(&store->lock);
  pthread_mutex_destroy(&store->index_lock);
  free(store->path);
  free(store);
}

struct store *store_new(const struct store_options *options, char out_error[STORE_ERROR_SIZE]) {
  struct store *store = calloc(1, sizeof *store);
  (void)snprintf(out_error, STORE_ERROR_SIZE, "%s: out of memory", options->path);
  if (!store) return NULL;
  if (make_parts(store, options) &&
      database_open(&store->database, options->path, out_error) == DATABASE_OPEN &&
      read_all(store, out_error)) {
    if (thread_start(&store->thread, "store", store_run, store)) return store;
    (void)snprintf(out_error, STORE_ERROR_SIZE, "%s: no thread is to be had", options->path);
  }
  free_parts(store);
  return NULL;
}

void store_free(struct store *store) {
  if (!store) return;
  pthread_mutex_lock(&store->lock);
  store->stopping = true;
  pthread_cond_signal(&store->changed);
  pthread_mutex_unlock(&store->lock);
  pthread_join(store->thread, NULL);
  free_parts(store);
}

void store_try(const char *path, struct store_trial *out_trial) {
  static const enum store_trial_result results[] = {[DATABASE_FAILED] = STORE_TRIAL_BAD,
                                                    [DATABASE_OPEN] = STORE_TRIAL_OK,
                                                    [DATABASE_ABSENT] = STORE_TRIAL_ABSENT,
                                                    [DATABASE_IN_USE] = STORE_TRIAL_IN_USE};
  *out_trial = (struct store_trial){0};
  out_trial->result = results[database_look(path, &out_trial->n_users, out_trial->text)];
}

/* ---- looking up ---- */

bool store_find(struct store *store, const char *primary, radmfa_span identity,
                struct store_user *out_user) {
  pthread_mutex_lock(&store->index_lock);
  const struct user_record *record = user_index_find(&store->index, primary, identity);
  if (record && out_user) user_record_read(record, out_user);
  pthread_mutex_unlock(&store->index_lock);
  return record != NULL;
}

/* The text with a NUL; false where it is longer than anything that is kept, or has one inside. */
static bool copy_text(radmfa_span text, char *out, size_t size) {
  if (text.len >= size || (text.len && memchr(text.ptr, '\0', text.len))) return false;
  if (text.len) memcpy(out, text.ptr, text.len);
  out[text.len] = '\0';
  return true;
}

static const struct user_record *find_named(const struct user_index *index, const char *primary,
                                            const char *name, size_t *out_n) {
  const struct user_record *found = NULL;
  for (size_t at = user_index_place(index, name, "", ""); at < index->n; at++) {
    const struct user_record *record = index->by_name[at];
    if (!user_index_is_named(record, radmfa_text(name))) break;
    if (primary && strcmp(user_record_text(record, USER_PRIMARY), primary) != 0) continue;
    found = record;
    ++*out_n;
  }
  return found;
}

int store_find_name(struct store *store, const char *primary, radmfa_span name,
                    struct store_user *out_user) {
  char text[STORE_TEXT_SIZE];
  size_t n = 0;
  if (!copy_text(name, text, sizeof text)) return RADMFA_E_NOT_FOUND;
  pthread_mutex_lock(&store->index_lock);
  const struct user_record *found = find_named(&store->index, primary, text, &n);
  if (n == 1 && out_user) user_record_read(found, out_user);
  pthread_mutex_unlock(&store->index_lock);
  if (!n) return RADMFA_E_NOT_FOUND;
  return n == 1 ? 0 : RADMFA_E_EXISTS;
}

size_t store_count(struct store *store) {
  pthread_mutex_lock(&store->index_lock);
  size_t n = store->index.n;
  pthread_mutex_unlock(&store->index_lock);
  return n;
}

/* ---- listing ---- */

struct listing {
  const char *text;
  bool has_numbers;       /* they may match, too */
  struct store_user last; /* who was looked at last */
  bool has_last;
  struct store_user *out;
  size_t n, max;
};

static bool is_listed(const struct user_record *record, const struct listing *listing) {
  return strcasestr(user_record_text(record, USER_NAME), listing->text) ||
         strcasestr(user_record_text(record, USER_IDENTITY), listing->text) ||
         (listing->has_numbers && strcasestr(user_record_text(record, USER_NUMBER), listing->text));
}

/* With the lock. False: that was the last piece. */
static bool list_piece(const struct user_index *index, struct listing *listing) {
  size_t at = listing->has_last ? user_index_place_after(index, &listing->last) : 0;
  size_t end = index->n - at < LIST_AT_ONCE ? index->n : at + LIST_AT_ONCE;
  for (; at < end && listing->n < listing->max; at++)
    if (is_listed(index->by_name[at], listing))
      user_record_read(index->by_name[at], &listing->out[listing->n++]);
  if (at == index->n || listing->n == listing->max) return false;
  user_record_read(index->by_name[at - 1], &listing->last);
  listing->has_last = true;
  return true;
}

static size_t list(struct store *store, radmfa_span text, const struct store_user *after,
                   struct listing listing) {
  char wanted[STORE_TEXT_SIZE];
  listing.text = wanted;
  listing.has_last = after;
  if (after) listing.last = *after;
  bool has_more = copy_text(text, wanted, sizeof wanted);
  while (has_more) {
    pthread_mutex_lock(&store->index_lock);
    has_more = list_piece(&store->index, &listing);
    pthread_mutex_unlock(&store->index_lock);
  }
  radmfa_wipe(&listing.last, sizeof listing.last);
  return listing.n;
}

size_t store_list(struct store *store, radmfa_span text, const struct store_user *after,
                  struct store_user *out_users, size_t max) {
  return list(store, text, after,
              (struct listing){.has_numbers = true, .out = out_users, .max = max});
}

size_t store_list_names(struct store *store, radmfa_span text, const struct store_user *after,
                        struct store_user *out_users, size_t max) {
  return list(store, text, after, (struct listing){.out = out_users, .max = max});
}

/* ---- changes ---- */

static bool enqueue(struct store *store, struct job *job) {
  bool is_urgent = job->change.kind == USER_CHANGE_BLOCK;
  pthread_mutex_lock(&store->lock);
  bool has_room = store->n_waiting < STORE_QUEUE_MAX || is_urgent;
  if (has_room) {
    *store->last_job = job;
    store->last_job = &job->next;
    store->n_waiting++;
    pthread_cond_signal(&store->changed);
  }
  pthread_mutex_unlock(&store->lock);
  return has_room;
}

static int ask(struct store *store, struct user_change change, const struct store_user *wanted,
               store_done_cb done, void *user) {
  if (!user_is_valid(wanted)) return RADMFA_E_INVALID;
  struct job *job = malloc(sizeof *job);
  if (!job) return RADMFA_E_NO_MEMORY;
  *job =
      (struct job){.change = change, .wanted = user_record_new(wanted), .done = done, .user = user};
  if (job->wanted && enqueue(store, job)) return 0;
  user_record_drop(job->wanted);
  free(job);
  return RADMFA_E_NO_MEMORY;
}

/* A user with nothing but a key. */
static bool only_key(const char *primary, radmfa_span identity, struct store_user *out) {
  *out = (struct store_user){0};
  return copy_text(radmfa_text(primary), out->primary, sizeof out->primary) &&
         copy_text(identity, out->identity, sizeof out->identity);
}

static int ask_by_key(struct store *store, struct user_change change, const char *primary,
                      radmfa_span identity, store_done_cb done, void *user) {
  struct store_user wanted;
  if (!only_key(primary, identity, &wanted)) return RADMFA_E_INVALID;
  return ask(store, change, &wanted, done, user);
}

int store_put(struct store *store, const struct store_user *changed, uint64_t revision,
              store_done_cb done, void *user) {
  return ask(store, (struct user_change){USER_CHANGE_PUT, revision, 0}, changed, done, user);
}

int store_remove(struct store *store, const char *primary, radmfa_span identity, uint64_t revision,
                 store_done_cb done, void *user) {
  return ask_by_key(store, (struct user_change){USER_CHANGE_REMOVE, revision, 0}, primary, identity,
                    done, user);
}

int store_use_bypass(struct store *store, const char *primary, radmfa_span identity,
                     uint64_t now_ms, store_done_cb done, void *user) {
  return ask_by_key(store, (struct user_change){USER_CHANGE_USE_BYPASS, now_ms, 0}, primary,
                    identity, done, user);
}

int store_use_step(struct store *store, const char *primary, radmfa_span identity, uint64_t step,
                   store_done_cb done, void *user) {
  return ask_by_key(store, (struct user_change){USER_CHANGE_USE_STEP, step, 0}, primary, identity,
                    done, user);
}

int store_block(struct store *store, const char *primary, radmfa_span identity, radmfa_span name,
                const char *why, store_done_cb done, void *user) {
  struct store_user wanted;
  if (!only_key(primary, identity, &wanted) || !copy_text(name, wanted.name, sizeof wanted.name) ||
      !copy_text(radmfa_text(why), wanted.blocked_why, sizeof wanted.blocked_why))
    return RADMFA_E_INVALID;
  return ask(store, (struct user_change){USER_CHANGE_BLOCK, 0, 0}, &wanted, done, user);
}

int store_unblock(struct store *store, const char *primary, radmfa_span identity,
                  store_done_cb done, void *user) {
  return ask_by_key(store, (struct user_change){USER_CHANGE_UNBLOCK, 0, 0}, primary, identity, done,
                    user);
}

/* ---- history ---- */

void store_note_login(struct store *store, const struct store_login *login) {
  if (!store->options.history_ms) return;
  pthread_mutex_lock(&store->lock);
  bool is_kept = login_batch_add(store->filling, login);
  if (!is_kept) store->n_lost++;
  if (is_kept && store->filling->n == 1) {
    store->filling_since_ms = thread_now_ms();
    pthread_cond_signal(&store->changed);
  }
  pthread_mutex_unlock(&store->lock);
}

uint64_t store_lost_logins(struct store *store) {
  pthread_mutex_lock(&store->lock);
  uint64_t n = store->n_lost;
  pthread_mutex_unlock(&store->lock);
  return n;
}

static bool keep_texts(struct query *query) {
  struct store_history_filter *filter = &query->filter;
  if (!copy_text(filter->identity, query->identity, sizeof query->identity) ||
      !copy_text(filter->user, query->typed, sizeof query->typed) ||
      !copy_text(radmfa_text(filter->verdict), query->verdict, sizeof query->verdict) ||
      !copy_text(radmfa_text(filter->reason), query->reason, sizeof query->reason))
    return false;
  filter->identity = radmfa_text(query->identity);
  filter->user = radmfa_text(query->typed);
  if (filter->verdict) filter->verdict = query->verdict;
  if (filter->reason) filter->reason = query->reason;
  return true;
}

int store_history(struct store *store, const struct store_history_filter *filter,
                  store_history_cb done, void *user) {
  struct query *query = malloc(sizeof *query);
  if (!query) return RADMFA_E_NO_MEMORY;
  *query = (struct query){.filter = *filter, .done = done, .user = user};
  if (!keep_texts(query)) {
    free(query);
    return RADMFA_E_INVALID;
  }
  pthread_mutex_lock(&store->lock);
  *store->last_query = query;
  store->last_query = &query->next;
  pthread_cond_signal(&store->changed);
  pthread_mutex_unlock(&store->lock);
  return 0;
}
