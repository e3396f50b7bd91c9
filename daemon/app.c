#include "app.h"

#include "admission.h"
#include "check.h"
#include "factor/call_limits.h"
#include "login_end.h"
#include "memory.h"
#include "passcodes.h"
#include "questions.h"
#include "sockets.h"
#include "store/store.h"
#include "worker.h"

#include <errno.h>
#include <radmfa/error.h>
#include <radmfa/version.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* sites that wait for their last login; more reloads than that in three minutes are refused */
#define RETIRED_MAX 64u
#define DAY_MS UINT64_C(86400000)

struct app {
  const char *path;
  struct log *log;
  radmfa_join_table *join_table;
  struct blocklist *blocklist;
  struct failures *failures;
  struct passcodes *passcodes;
  struct admission *admission; /* made with the store */
  struct questions *questions;
  struct call_limits *call_limits; /* made with the first configuration */
  struct store *store;             /* so it; NULL: there is none */
  struct site *site;               /* changes under `lock`, and is read by others under it */
  struct sockets *sockets;
  struct worker **workers;
  unsigned n_workers;

  uv_loop_t loop; /* of the main thread: signals, and what workers report */
  uv_signal_t signals[3];
  uv_async_t async;
  atomic_uint n_drained;
  unsigned drain_rounds; /* asked of all workers; 0: not draining */
  unsigned n_retired;
  pthread_mutex_t lock;
  struct site *unused[RETIRED_MAX + 1]; /* under the lock */
  unsigned n_unused;
};

static const int signal_numbers[] = {SIGTERM, SIGINT, SIGHUP};

static const char *error_text(int error) {
  return error > -10000 ? uv_strerror(error) : radmfa_strerror(error);
}

/* ---- reading the configuration ---- */

/* What is wrong, gathered: whether it belongs on the terminal or in the log is known only
 * afterwards. */
struct report {
  char *text;
  size_t size;
  struct diag diag;
};

static bool report_open(struct report *report) {
  *report = (struct report){0};
  report->diag.out = open_memstream(&report->text, &report->size);
  return report->diag.out != NULL;
}

static void report_log(struct report *report, struct log *log, enum log_level level) {
  fflush(report->diag.out);
  char *rest = report->text, *line;
  while ((line = strsep(&rest, "\n")))
    if (*line) log_message(log, level, "%s", line);
}

static void report_print(struct report *report) {
  fflush(report->diag.out);
  fputs(report->text, stderr);
}

static void report_close(struct report *report) {
  fclose(report->diag.out);
  free(report->text);
}

static radmfa_join_table *new_join_table(void) {
  radmfa_join_table *table = NULL;
  uint8_t key[16];
  randombytes_buf(key, sizeof key);
  int error = radmfa_join_table_new(key, &memory_allocator, &table);
  sodium_memzero(key, sizeof key);
  return error ? NULL : table;
}

static void no_site(struct site *site, void *user) {
  (void)site;
  (void)user;
}

/* A site that serves nobody, for `look`. What that says, or false. */
static bool with_site(const char *path, bool (*look)(const struct site *site, const void *arg),
                      const void *arg, struct diag *diag) {
  struct site_options options = {.join_table = new_join_table(),
                                 .blocklist = blocklist_new(),
                                 .unused = no_site,
                                 .is_check = true};
  struct config *config = NULL;
  struct site *site = NULL;
  bool good = false;
  if (options.join_table && options.blocklist) config = config_load(path, diag);
  if (config) site = site_new(config, &options, diag);
  if (site) {
    good = look(site, arg);
    site_retire(site);
    site_free(site);
  }
  blocklist_free(options.blocklist);
  radmfa_join_table_unref(options.join_table);
  return good;
}

static bool check(const struct site *site, const void *arg) {
  const struct diag *diag = arg;
  bool good = check_print(site, stdout);
  printf("%d %s\n", diag->warnings, diag->warnings == 1 ? "warning" : "warnings");
  return good;
}

int app_check(const char *path) {
  struct diag diag = {.out = stderr};
  return with_site(path, check, &diag, &diag) ? 0 : 1;
}

static bool call(const struct site *site, const void *number) {
  return site_try_call(site, number, stdout);
}

int app_call(const char *path, const char *number) {
  struct diag diag = {.out = stderr};
  return with_site(path, call, number, &diag) ? 0 : 1;
}

/* ---- what the library tells ---- */

/* NULL: a reload took the policy away. */
static const char *primary_of_policy(const struct config *config, const char *policy) {
  for (size_t i = 0; i < config->n_policies; i++)
    if (strcmp(config->policies[i].name, policy) == 0)
      return config->primaries[config->policies[i].primary].name;
  return NULL;
}

static void on_login_end(struct app *app, const radmfa_notice *notice) {
  const struct login_end end = {app->store, app->blocklist, app->log};
  pthread_mutex_lock(&app->lock);
  const char *primary = primary_of_policy(site_config(app->site), notice->policy);
  login_end_take(&end, notice, primary);
  pthread_mutex_unlock(&app->lock);
}

static void on_notice(const radmfa_notice *notice, void *user) {
  struct app *app = user;
  log_notice(app->log, notice);
  if (notice->type == RADMFA_NOTICE_LOGIN && (app->store || notice->reason == RADMFA_REASON_FRAUD))
    on_login_end(app, notice);
}

static void on_upstream(const radmfa_upstream_notice *notice, void *user) {
  struct app *app = user;
  log_upstream(app->log, notice);
}

static void on_call(const struct call_event *event, void *user) {
  struct app *app = user;
  log_call(app->log, event);
}

static void on_ldap(const struct ldap_event *event, void *user) {
  struct app *app = user;
  log_ldap(app->log, event);
}

static void on_store_trouble(const char *why, void *user) {
  struct app *app = user;
  if (why)
    log_message(app->log, LOG_LEVEL_ERROR, "the store cannot be written, changes are refused: %s",
                why);
  else
    log_message(app->log, LOG_LEVEL_INFO, "the store can be written again");
}

/* ---- sites that come and go ---- */

/* On whatever thread the last login of an old site ended. */
static void site_unused(struct site *site, void *user) {
  struct app *app = user;
  pthread_mutex_lock(&app->lock);
  app->unused[app->n_unused++] = site;
  pthread_mutex_unlock(&app->lock);
  (void)uv_async_send(&app->async);
}

static struct site *take_unused(struct app *app) {
  pthread_mutex_lock(&app->lock);
  struct site *site = app->n_unused ? app->unused[--app->n_unused] : NULL;
  pthread_mutex_unlock(&app->lock);
  return site;
}

static void free_unused(struct app *app) {
  struct site *site;
  while ((site = take_unused(app))) {
    site_free(site);
    app->n_retired--;
  }
}

static uint32_t kept_for_each(const struct app *app, const struct config *config) {
  return config->kept_replies_max / app->n_workers + 1;
}

static bool same_listens(const struct config *a, const struct config *b) {
  if (a->n_listens != b->n_listens) return false;
  for (size_t i = 0; i < a->n_listens; i++) {
    const radmfa_address *x = &a->listens[i].address, *y = &b->listens[i].address;
    if (memcmp(x->ip, y->ip, sizeof x->ip) || x->port != y->port || x->scope_id != y->scope_id)
      return false;
  }
  return true;
}

static bool same_store(const struct config *a, const struct config *b) {
  if (!a->store_path || !b->store_path) return a->store_path == b->store_path;
  return strcmp(a->store_path, b->store_path) == 0 && a->history_days == b->history_days;
}

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_control(const struct config *a, const struct config *b) {
  return same_text(a->control_path, b->control_path) &&
         same_text(a->control_group, b->control_group);
}

static bool same_portal(const struct config *a, const struct config *b) {
  return same_text(a->portal.path, b->portal.path) && same_text(a->portal.group, b->portal.group);
}

/* Why this configuration cannot take over from the one at work, or NULL. */
static const char *needs_restart(const struct app *app, const struct config *config) {
  const struct config *old = site_config(app->site);
  if (config->workers != old->workers) return "`workers`";
  if (config->receive_buffer != old->receive_buffer) return "`receive_buffer`";
  if (!same_store(config, old)) return "`store`";
  if (!same_control(config, old)) return "`control`";
  if (!same_portal(config, old)) return "`portal`";
  return same_listens(config, old) ? NULL : "`listen`";
}

static void take_over(struct app *app, struct site *site) {
  const struct config *config = site_config(site);
  struct site *old = app->site;
  pthread_mutex_lock(&app->lock);
  app->site = site;
  pthread_mutex_unlock(&app->lock);
  log_set(app->log, config->log_format, config->log_level);
  call_limits_set(app->call_limits, &config->calls);
  for (unsigned i = 0; i < app->n_workers; i++)
    worker_set_ruleset(app->workers[i], site_ruleset(site), config->pending_max,
                       kept_for_each(app, config));
  app->n_retired++;
  site_retire(old);
}

/* For who may use a site while it is exchanged: its ruleset keeps it. */
static struct site *hold_site(void *user) {
  struct app *app = user;
  pthread_mutex_lock(&app->lock);
  struct site *site = app->site;
  (void)radmfa_ruleset_ref(site_ruleset(site));
  pthread_mutex_unlock(&app->lock);
  return site;
}

static void release_site(void *user, struct site *site) {
  (void)user;
  radmfa_ruleset_unref(site_ruleset(site));
}

static struct site_options options_of_site(struct app *app) {
  return (struct site_options){.join_table = app->join_table,
                               .blocklist = app->blocklist,
                               .failures = app->failures,
                               .admission = app->admission,
                               .store = app->store,
                               .passcodes = app->passcodes,
                               .call_limits = app->call_limits,
                               .questions = app->questions,
                               .unused = site_unused,
                               .on_upstream = on_upstream,
                               .on_ldap = on_ldap,
                               .on_call = on_call,
                               .user = app};
}

static void reload(struct app *app) {
  struct report report;
  struct site_options options = options_of_site(app);
  struct config *config = NULL;
  struct site *site = NULL;
  const char *key = NULL;
  if (app->n_retired == RETIRED_MAX || !report_open(&report)) {
    log_message(app->log, LOG_LEVEL_ERROR,
                "reload refused: logins of too many earlier configurations are pending");
    return;
  }
  config = config_load(app->path, &report.diag);
  if (config && (key = needs_restart(app, config)))
    config_free(config);
  else if (config)
    site = site_new(config, &options, &report.diag);
  report_log(&report, app->log, site || key ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR);
  if (key)
    log_message(app->log, LOG_LEVEL_ERROR,
                "reload refused: %s has changed, and that is a change that needs a restart", key);
  else if (!site)
    log_message(app->log, LOG_LEVEL_ERROR,
                "reload refused: %s is wrong; the old configuration stays", app->path);
  if (site) {
    take_over(app, site);
    log_message(app->log, LOG_LEVEL_INFO, "configuration reloaded");
  }
  report_close(&report);
}

/* ---- draining ---- */

static void worker_drained(void *user) {
  struct app *app = user;
  atomic_fetch_add(&app->n_drained, 1);
  (void)uv_async_send(&app->async);
}

static void worker_behind(unsigned number, int error, void *user) {
  struct app *app = user;
  if (error)
    log_message(app->log, LOG_LEVEL_ERROR,
                "worker %u keeps the old configuration: %s; it tries again until it succeeds",
                number, error_text(error));
  else
    log_message(app->log, LOG_LEVEL_INFO, "worker %u has the new configuration now", number);
}

static void drain(struct app *app) {
  app->drain_rounds = 1;
  log_message(app->log, LOG_LEVEL_INFO, "draining: new logins get silence, pending ones end");
  for (unsigned i = 0; i < app->n_workers; i++) worker_drain(app->workers[i]);
}

static void on_signal(uv_signal_t *handle, int number) {
  struct app *app = handle->data;
  if (number == SIGHUP && !app->drain_rounds)
    reload(app);
  else if (number != SIGHUP && !app->drain_rounds)
    drain(app);
  else if (number != SIGHUP)
    uv_stop(&app->loop); /* asked twice: at once */
}

/* A worker that reported early may have got followers of a login of another since: when all have
 * reported once no login is left that could be followed, when all have twice no follower. */
static void on_drained(struct app *app) {
  if (!app->drain_rounds || atomic_load(&app->n_drained) < app->drain_rounds * app->n_workers)
    return;
  if (app->drain_rounds == 2) {
    uv_stop(&app->loop);
    return;
  }
  app->drain_rounds = 2;
  for (unsigned i = 0; i < app->n_workers; i++) worker_drain(app->workers[i]);
}

static void on_async(uv_async_t *async) {
  struct app *app = async->data;
  free_unused(app);
  on_drained(app);
}

/* ---- start and stop ---- */

/* A burst of clients, after a power cut say, waits in the socket's buffer or is lost. */
static void check_receive_buffers(const struct app *app) {
  uint32_t wanted = site_config(app->site)->receive_buffer;
  uint32_t granted = worker_receive_buffer(app->workers[0]);
  if (granted < wanted)
    log_message(
        app->log, LOG_LEVEL_WARNING,
        "the system grants a receive buffer of %u KiB, not %u: bursts of logins may be lost; "
        "sysctl net.core.rmem_max=%u mends that",
        granted / 1024, wanted / 1024, wanted);
}

/* A million pending logins towards an upstream need many sockets. */
static void raise_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* The first worker says where we listen, and asks before whether another program does already. */
static bool start_listening(struct app *app, struct worker *worker, bool is_first) {
  const struct config *config = site_config(app->site);
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  for (size_t i = 0; i < config->n_listens; i++) {
    const struct config_listen *listen = &config->listens[i];
    radmfa_address bound;
    int error = is_first ? radmfa_proxy_probe(&listen->address) : 0;
    if (!error) error = worker_listen(worker, &listen->address, &bound);
    if (error) {
      fprintf(stderr, "%s:%u:%u: cannot listen on %s: %s\n", listen->at.file, listen->at.line,
              listen->at.column, radmfa_address_format(&listen->address, text), error_text(error));
      return false;
    }
    if (is_first)
      log_message(app->log, LOG_LEVEL_INFO, "radmfad %s listens on udp %s", RADMFA_VERSION,
                  radmfa_address_format(&bound, text));
  }
  return true;
}

static bool start_worker(struct app *app, unsigned at) {
  const struct config *config = site_config(app->site);
  struct worker_options options = {.name = "radmfad-loop",
                                   .drained = worker_drained,
                                   .behind = worker_behind,
                                   .number = at + 1,
                                   .user = app};
  radmfa_proxy_options_init(&options.proxy);
  options.proxy.join_table = app->join_table;
  options.proxy.ruleset = site_ruleset(app->site);
  options.proxy.pending_max = config->pending_max;
  options.proxy.kept_replies_max = kept_for_each(app, config);
  options.proxy.receive_buffer_size = config->receive_buffer;
  options.proxy.reuse_port = app->n_workers > 1;
  options.proxy.on_notice = on_notice;
  options.proxy.notice_user = app;
  options.proxy.allocator = memory_allocator;
  int error = worker_new(&options, &app->workers[at]);
  if (error) fprintf(stderr, "radmfad: cannot start a worker: %s\n", error_text(error));
  return !error && start_listening(app, app->workers[at], at == 0);
}

static bool start_workers(struct app *app) {
  app->n_workers = site_config(app->site)->workers;
  app->workers = calloc(app->n_workers, sizeof *app->workers);
  if (!app->workers) return false;
  for (unsigned i = 0; i < app->n_workers; i++)
    if (!start_worker(app, i)) return false;
  check_receive_buffers(app);
  for (unsigned i = 0; i < app->n_workers; i++)
    if (!worker_start(app->workers[i])) return false;
  return true;
}

static bool start_sockets(struct app *app) {
  struct timespec now;
  struct report report;
  if (!report_open(&report)) return false;
  clock_gettime(CLOCK_REALTIME, &now);
  struct control_world world = {.store = app->store,
                                .log = app->log,
                                .join_table = app->join_table,
                                .blocklist = app->blocklist,
                                .failures = app->failures,
                                .workers = app->workers,
                                .n_workers = app->n_workers,
                                .started_ms = (uint64_t)now.tv_sec * 1000,
                                .hold_site = hold_site,
                                .release_site = release_site,
                                .app = app};
  app->sockets = sockets_new(site_config(app->site), &world, &report.diag);
  if (app->sockets)
    report_log(&report, app->log, LOG_LEVEL_WARNING);
  else
    report_print(&report);
  report_close(&report);
  return app->sockets != NULL;
}

static bool open_store(struct app *app, const struct config *config, struct diag *diag) {
  char error[STORE_ERROR_SIZE];
  if (!config->store_path) return true;
  struct store_options options = {.path = config->store_path,
                                  .history_ms = config->history_days * DAY_MS,
                                  .on_trouble = on_store_trouble,
                                  .user = app};
  app->store = store_new(&options, error);
  if (!app->store) diag_error(diag, (struct place){.file = config->file}, "store: %s", error);
  return app->store;
}

static bool start_admission(struct app *app) {
  const struct admission_options options = {.store = app->store,
                                            .blocklist = app->blocklist,
                                            .deliver = radmfa_answer_primary,
                                            .answers = app->join_table};
  app->admission = admission_new(&options);
  return app->admission;
}

/* The log comes first: a primary that connects has things to say at once. */
static void start_site_and_log(struct app *app, struct diag *diag) {
  struct config *config = config_load(app->path, diag);
  if (config) app->log = log_new(STDERR_FILENO, config->log_format, config->log_level);
  if (config) app->call_limits = call_limits_new(&config->calls);
  if (app->log && app->call_limits && open_store(app, config, diag) && start_admission(app)) {
    struct site_options options = options_of_site(app);
    app->site = site_new(config, &options, diag);
  } else {
    config_free(config);
  }
}

static bool start_site(struct app *app) {
  struct report report;
  if (!report_open(&report)) return false;
  start_site_and_log(app, &report.diag);
  if (app->site)
    report_log(&report, app->log, LOG_LEVEL_WARNING);
  else
    report_print(&report);
  report_close(&report);
  return app->site != NULL;
}

static int start_loop(struct app *app) {
  int error = uv_loop_init(&app->loop);
  if (error) return error;
  error = uv_async_init(&app->loop, &app->async, on_async);
  app->async.data = app;
  for (size_t i = 0; !error && i < sizeof app->signals / sizeof *app->signals; i++) {
    error = uv_signal_init(&app->loop, &app->signals[i]);
    app->signals[i].data = app;
    if (!error) error = uv_signal_start(&app->signals[i], on_signal, signal_numbers[i]);
  }
  return error;
}

static void stop_loop(struct app *app) {
  for (size_t i = 0; i < sizeof app->signals / sizeof *app->signals; i++)
    uv_close((uv_handle_t *)&app->signals[i], NULL);
  uv_close((uv_handle_t *)&app->async, NULL);
  (void)uv_run(&app->loop, UV_RUN_DEFAULT);
  (void)uv_loop_close(&app->loop);
}

static void stop(struct app *app) {
  sockets_free(app->sockets); /* first: its verbs know workers, site and store */
  for (unsigned i = 0; app->workers && i < app->n_workers; i++) worker_free(app->workers[i]);
  free(app->workers);
  if (app->site) {
    app->n_retired++;
    site_retire(app->site);
  }
  free_unused(app);
  store_free(app->store);
  admission_free(app->admission);
  passcodes_free(app->passcodes);
  stop_loop(app); /* last: until here sites that are over have reported to it */
  if (app->log) log_message(app->log, LOG_LEVEL_INFO, "radmfad ends");
  log_free(app->log);
  failures_free(app->failures);
  questions_free(app->questions);
  call_limits_free(app->call_limits);
  blocklist_free(app->blocklist);
  radmfa_join_table_unref(app->join_table);
  pthread_mutex_destroy(&app->lock);
}

int app_run(const char *path) {
  struct app app = {.path = path,
                    .join_table = new_join_table(),
                    .blocklist = blocklist_new(),
                    .passcodes = passcodes_new(),
                    .failures = failures_new(),
                    .questions = questions_new()};
  int error = start_loop(&app);
  if (error) { /* no descriptors: nothing can be had here */
    fprintf(stderr, "radmfad: %s\n", uv_strerror(error));
    return 1;
  }
  (void)pthread_mutex_init(&app.lock, NULL);
  raise_descriptors();
  bool has_tables =
      app.join_table && app.blocklist && app.failures && app.questions && app.passcodes;
  bool started = has_tables && start_site(&app) && start_workers(&app) && start_sockets(&app);
  if (started)
    (void)uv_run(&app.loop, UV_RUN_DEFAULT);
  else
    fputs("radmfad: not started\n", stderr);
  stop(&app);
  return started ? 0 : 1;
}
