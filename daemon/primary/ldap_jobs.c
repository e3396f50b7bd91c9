/* ldap_jobs.c: one block of jobs, found by login and counted by user in chains, and the queue. */
#include "ldap_jobs.h"

#include "../fold.h"
#include "../memory.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct ldap_jobs {
  pthread_mutex_t lock;          /* all below, and what is ldap_jobs.c's of a job */
  struct ldap_job *first, *last; /* that wait */
  size_t n_waiting;
  struct ldap_job *unused; /* but those that never were: they are behind n_touched */
  size_t n_touched;
  struct ldap_job **of_login, **of_user; /* n_buckets chains each */
  size_t n_buckets;                      /* a power of two */
  uint8_t key[FOLD_KEY_SIZE];
  unsigned max;
  struct ldap_job *jobs; /* large, so of the kind that no core image has */
};

/* ---- chains ---- */

/* Login ids are the library's own and not to be chosen by strangers. */
static struct ldap_job **login_chain(const struct ldap_jobs *jobs, uint64_t login_id) {
  return &jobs->of_login[(login_id * 0x9e3779b97f4a7c15u) >> 32 & (jobs->n_buckets - 1)];
}

static struct ldap_job **user_chain(const struct ldap_jobs *jobs, uint64_t user) {
  return &jobs->of_user[user & (jobs->n_buckets - 1)];
}

static void chain(struct ldap_jobs *jobs, struct ldap_job *job) {
  struct ldap_job **of_login = login_chain(jobs, job->login_id);
  struct ldap_job **of_user = user_chain(jobs, job->user);
  job->next_of_login = *of_login;
  job->next_of_user = *of_user;
  *of_login = *of_user = job;
}

static void unchain(struct ldap_jobs *jobs, struct ldap_job *job) {
  struct ldap_job **link = login_chain(jobs, job->login_id);
  while (*link != job) link = &(*link)->next_of_login;
  *link = job->next_of_login;
  link = user_chain(jobs, job->user);
  while (*link != job) link = &(*link)->next_of_user;
  *link = job->next_of_user;
}

static unsigned count_of_user(const struct ldap_jobs *jobs, uint64_t user) {
  unsigned n = 0;
  for (const struct ldap_job *job = *user_chain(jobs, user); job; job = job->next_of_user)
    n += job->user == user;
  return n;
}

/* ---- the queue ---- */

static void enqueue(struct ldap_jobs *jobs, struct ldap_job *job) {
  job->before = jobs->last;
  job->behind = NULL;
  *(jobs->last ? &jobs->last->behind : &jobs->first) = job;
  jobs->last = job;
  job->is_waiting = true;
  jobs->n_waiting++;
}

static void dequeue(struct ldap_jobs *jobs, struct ldap_job *job) {
  *(job->before ? &job->before->behind : &jobs->first) = job->behind;
  *(job->behind ? &job->behind->before : &jobs->last) = job->before;
  job->is_waiting = false;
  jobs->n_waiting--;
}

static void release(struct ldap_jobs *jobs, struct ldap_job *job) {
  unchain(jobs, job);
  ldap_lookup_cleanup(&job->lookup);
  sodium_memzero(job, sizeof *job);
  job->next_of_login = jobs->unused;
  jobs->unused = job;
}

/* ---- callers ---- */

/* A job that was used before if there is one: a quiet server touches few pages. */
static struct ldap_job *find_unused(struct ldap_jobs *jobs) {
  struct ldap_job *job = jobs->unused;
  if (job) {
    jobs->unused = job->next_of_login;
    return job;
  }
  return jobs->n_touched < jobs->max ? &jobs->jobs[jobs->n_touched++] : NULL;
}

static void fill(struct ldap_job *job, const radmfa_request *request, const struct ldap_name *name,
                 uint64_t until_ms, uint64_t user) {
  *job = (struct ldap_job){.login_id = request->login_id,
                           .until_ms = until_ms,
                           .name = *name,
                           .typed_len = request->user.len,
                           .password_len = request->password.len,
                           .user = user};
  if (job->typed_len) memcpy(job->typed, request->user.ptr, job->typed_len);
  if (job->password_len) memcpy(job->password, request->password.ptr, job->password_len);
}

bool ldap_jobs_add(struct ldap_jobs *jobs, const radmfa_request *request,
                   const struct ldap_name *name, uint64_t until_ms) {
  if (request->user.len > LDAP_TYPED_MAX || request->password.len > RADMFA_PASSWORD_SIZE_MAX)
    return false;
  uint64_t user = fold_account_hash(jobs->key, radmfa_text(name->user));
  pthread_mutex_lock(&jobs->lock);
  bool may_wait = count_of_user(jobs, user) < LDAP_JOBS_PER_USER;
  struct ldap_job *job = may_wait ? find_unused(jobs) : NULL;
  if (job) {
    fill(job, request, name, until_ms, user);
    chain(jobs, job);
    enqueue(jobs, job);
  }
  pthread_mutex_unlock(&jobs->lock);
  return job != NULL;
}

void ldap_jobs_cancel(struct ldap_jobs *jobs, uint64_t login_id) {
  pthread_mutex_lock(&jobs->lock);
  struct ldap_job *job = *login_chain(jobs, login_id);
  while (job && job->login_id != login_id) job = job->next_of_login;
  if (job && job->is_waiting) {
    dequeue(jobs, job);
    release(jobs, job);
  }
  pthread_mutex_unlock(&jobs->lock);
}

size_t ldap_jobs_waiting(struct ldap_jobs *jobs) {
  pthread_mutex_lock(&jobs->lock);
  size_t n = jobs->n_waiting;
  pthread_mutex_unlock(&jobs->lock);
  return n;
}

struct ldap_job *ldap_jobs_take(struct ldap_jobs *jobs) {
  return ldap_jobs_take_late(jobs, UINT64_MAX);
}

struct ldap_job *ldap_jobs_take_late(struct ldap_jobs *jobs, uint64_t now_ms) {
  pthread_mutex_lock(&jobs->lock);
  struct ldap_job *job = jobs->first;
  while (job && job->until_ms > now_ms) job = job->behind;
  if (job) dequeue(jobs, job);
  pthread_mutex_unlock(&jobs->lock);
  return job;
}

void ldap_job_forget_password(struct ldap_job *job) {
  sodium_memzero(job->password, sizeof job->password);
  job->password_len = 0;
}

void ldap_jobs_finish(struct ldap_jobs *jobs, struct ldap_job *job) {
  pthread_mutex_lock(&jobs->lock);
  release(jobs, job);
  pthread_mutex_unlock(&jobs->lock);
}

/* ---- life ---- */

static size_t jobs_size(const struct ldap_jobs *jobs) {
  return jobs->max * sizeof *jobs->jobs;
}

struct ldap_jobs *ldap_jobs_new(unsigned max) {
  struct ldap_jobs *jobs = calloc(1, sizeof *jobs);
  if (!jobs) return NULL;
  jobs->max = max;
  for (jobs->n_buckets = 1; jobs->n_buckets < max;) jobs->n_buckets *= 2;
  jobs->of_login = calloc(jobs->n_buckets, sizeof *jobs->of_login);
  jobs->of_user = calloc(jobs->n_buckets, sizeof *jobs->of_user);
  jobs->jobs = memory_allocator.alloc_fn(jobs_size(jobs), memory_allocator.user);
  (void)pthread_mutex_init(&jobs->lock, NULL);
  randombytes_buf(jobs->key, sizeof jobs->key);
  if (!jobs->of_login || !jobs->of_user || !jobs->jobs) {
    ldap_jobs_free(jobs);
    return NULL;
  }
  return jobs;
}

void ldap_jobs_free(struct ldap_jobs *jobs) {
  if (!jobs) return;
  if (jobs->jobs) {
    sodium_memzero(jobs->jobs, jobs->n_touched * sizeof *jobs->jobs);
    memory_allocator.free_fn(jobs->jobs, jobs_size(jobs), memory_allocator.user);
  }
  pthread_mutex_destroy(&jobs->lock);
  free(jobs->of_login);
  free(jobs->of_user);
  free(jobs);
}
