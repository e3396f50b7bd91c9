/* verbs_import.c: the store is made what a directory says; and whom a typed name means there. Each
 * has a thread of its own, since a directory may take its time. */
#include "directory_import.h"
#include "verb_inside.h"

#include "../config.h"
#include "../primary/ldap_list.h"
#include "../site.h"
#include "../thread.h"
#include "../user_event.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REMOVE_MOST 1000000u

/* A question to a directory, and who waits for it. */
struct directory_job {
  struct control_work work;
  struct control_call *call;
  const struct control_world *world;
  struct control *control;
  struct site *site; /* held */
  size_t primary;
  pthread_t thread;
  atomic_bool stop;
  int error; /* of the site: nobody was asked */
  struct ldap_list_end end;
  /* import.directory */
  struct directory_import *import;
  bool is_dry;
  /* who is looked for */
  char typed[STORE_TEXT_SIZE];
  struct ldap_person person;
  directory_found_cb found;
  void *user;
};

/* ---- life of a job ---- */

static bool find_primary(const struct site *site, const char *name, size_t *out_at) {
  const struct config *config = site_config(site);
  for (*out_at = 0; *out_at < config->n_primaries; ++*out_at)
    if (strcmp(config->primaries[*out_at].name, name) == 0) return true;
  return false;
}

static bool is_readable(struct control_call *call, const struct site *site, const char *primary,
                        size_t *out_at) {
  if (!find_primary(site, primary, out_at))
    control_fail(call, "not_found", "there is no primary `%.60s`", primary);
  else if (!site_has_directory(site, *out_at))
    control_fail(call, "invalid",
                 "`%.60s` has no directory that an account reads: it needs `user` under `search`",
                 primary);
  else
    return true;
  return false;
}

static void free_job(struct directory_job *job) {
  directory_import_free(job->import);
  job->world->release_site(job->world->app, job->site);
  free(job);
}

/* NULL: the call has been ended. */
static struct directory_job *new_job(struct control_call *call, const struct control_world *world,
                                     const char *primary) {
  struct site *site = world->hold_site(world->app);
  size_t at = 0;
  bool good = is_readable(call, site, primary, &at);
  struct directory_job *job = good ? calloc(1, sizeof *job) : NULL;
  if (job) {
    job->call = call;
    job->world = world;
    job->control = control_of(call);
    job->site = site;
    job->primary = at;
    return job;
  }
  if (good) control_fail(call, "failed", "out of memory");
  world->release_site(world->app, site);
  return NULL;
}

/* Nobody waits for it any more, or radmfad ends. */
static void on_gone(void *user) {
  ((struct directory_job *)user)->stop = true;
}

/* False: the call has been ended, and the job is gone. */
static bool start_job(struct directory_job *job, void *(*run)(void *)) {
  control_on_gone(job->call, on_gone, job);
  if (thread_start(&job->thread, "directory", run, job)) return true;
  control_on_gone(job->call, NULL, NULL);
  control_fail(job->call, "failed", "no thread to be had");
  free_job(job);
  return false;
}

static void *end_thread(struct directory_job *job, void (*deliver)(void *job)) {
  job->work = (struct control_work){.run = deliver, .arg = job};
  control_post_work(job->control, &job->work);
  return NULL;
}

/* Its thread has nothing more to do. */
static void join_job(struct directory_job *job) {
  control_on_gone(job->call, NULL, NULL);
  pthread_join(job->thread, NULL);
}

/* ---- import.directory ---- */

static bool may_call(const struct number *number, void *user) {
  const struct directory_job *job = user;
  const struct config *config = site_config(job->site);
  return site_number_allowed(job->site, config->primaries[job->primary].name, number);
}

static void tell_log(const char *what, const struct store_user *who, void *user) {
  const struct directory_job *job = user;
  struct user_event event = {.kind = USER_EVENT_CHANGE,
                             .primary = who->primary,
                             .user = radmfa_text(who->name),
                             .identity = radmfa_text(who->identity),
                             .what = what,
                             .how = "import",
                             .by = radmfa_text("control")};
  log_user_event(job->world->log, &event);
}

static bool take_page(const struct ldap_person *people, size_t n, void *user) {
  return directory_import_page(((struct directory_job *)user)->import, people, n);
}

static json_t *counts_json(const struct directory_job *job) {
  const struct directory_import_counts *n = directory_import_counts(job->import);
  return json_pack("{sI sI sI sI sI sI sI sI sI sI}", "added", (json_int_t)n->added, "changed",
                   (json_int_t)n->changed, "removed", (json_int_t)n->removed, "unchanged",
                   (json_int_t)n->unchanged, "refused_removals", (json_int_t)n->refused_removals,
                   "kept", (json_int_t)n->kept, "disabled", (json_int_t)n->disabled, "bad_numbers",
                   (json_int_t)n->bad_numbers, "busy", (json_int_t)n->busy, "unfit",
                   (json_int_t)job->end.n_unfit);
}

static void fail_import(const struct directory_job *job) {
  const struct directory_import_counts *n = directory_import_counts(job->import);
  int error = directory_import_error(job->import);
  if (job->error == RADMFA_E_BUSY)
    control_fail(job->call, "busy", "this directory is being imported already");
  else if (job->error)
    control_fail(job->call, "failed", "%s", radmfa_strerror(job->error));
  else if (error)
    fail_by_store(job->call, error);
  else if (job->end.error == RADMFA_E_INVALID && !*job->end.detail)
    control_fail(job->call, "invalid",
                 "whom the directory should list does not follow from `filter` or `bind`: it needs "
                 "`list_filter` under `search`");
  else
    control_fail(job->call, "unavailable",
                 "the directory was not read to its end: %.200s; %zu added, %zu changed, nobody "
                 "removed",
                 job->end.detail, n->added, n->changed);
}

static void deliver_import(void *arg) {
  struct directory_job *job = arg;
  join_job(job);
  if (job->error || job->end.error || directory_import_error(job->import))
    fail_import(job);
  else
    control_end(job->call, counts_json(job));
  free_job(job);
}

static void *run_import(void *arg) {
  struct directory_job *job = arg;
  const struct ldap_list_request request = {take_page, job, &job->stop};
  job->error = site_list_directory(job->site, job->primary, &request, &job->end);
  if (!job->error && !job->end.error) directory_import_remove(job->import);
  return end_thread(job, deliver_import);
}

void verb_import_directory(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  const char *primary = NULL;
  bool is_dry = false;
  uint64_t remove_max = DIRECTORY_IMPORT_SHARE;
  if (!need_store(call, world) || !need_text(call, arguments, "primary", &primary) ||
      !take_flag(call, arguments, "dry_run", &is_dry) ||
      !take_count(call, arguments, "remove_max", 0, REMOVE_MOST, &remove_max))
    return;
  struct directory_job *job = new_job(call, world, primary);
  if (!job) return;
  const struct directory_import_options options = {
      .store = world->store,
      .primary = site_config(job->site)->primaries[job->primary].name,
      .remove_max = remove_max,
      .is_dry = is_dry,
      .began_ms = now_ms_since_1970(),
      .stop = &job->stop,
      .may_call = may_call,
      .told = tell_log,
      .user = job};
  job->import = directory_import_new(&options);
  if (job->import) {
    (void)start_job(job, run_import);
    return;
  }
  control_fail(call, "failed", "out of memory");
  free_job(job);
}

/* ---- whom a name means ---- */

static void fail_find(const struct directory_job *job) {
  int error = job->error ? job->error : job->end.error;
  if (error == RADMFA_E_NOT_FOUND)
    control_fail(job->call, "not_found", "nobody in the directory logs in as %.100s", job->typed);
  else if (error == RADMFA_E_EXISTS)
    control_fail(job->call, "ambiguous", "several in the directory log in as %.100s", job->typed);
  else if (error == RADMFA_E_BUSY)
    control_fail(job->call, "busy", "the directory is asked for many others");
  else
    control_fail(job->call, "unavailable",
                 "the directory cannot be asked: %.200s; or give the "
                 "identity",
                 *job->end.detail ? job->end.detail : radmfa_strerror(error));
}

static void deliver_find(void *arg) {
  struct directory_job *job = arg;
  join_job(job);
  bool good = !job->error && !job->end.error;
  if (!good) fail_find(job);
  job->found(good ? job->call : NULL, good ? &job->person : NULL, job->user);
  free_job(job);
}

static void *run_find(void *arg) {
  struct directory_job *job = arg;
  job->error = site_find_in_directory(job->site, job->primary, radmfa_text(job->typed), &job->stop,
                                      &job->person, &job->end);
  return end_thread(job, deliver_find);
}

bool find_in_directory(struct control_call *call, const struct control_world *world,
                       const char *primary, const char *typed, directory_found_cb found,
                       void *user) {
  struct directory_job *job = new_job(call, world, primary);
  if (!job) return false;
  if (!keep_text(call, "user", typed, job->typed, sizeof job->typed)) {
    free_job(job);
    return false;
  }
  job->found = found;
  job->user = user;
  return start_job(job, run_find);
}
