/* ldap.c: a login's way through the directory: it waits for a server that may be asked, one bind,
 * a look-up of who it is, an answer. */
#include "ldap_inside.h"

#include "../loop_thread.h"
#include "../thread.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_DEFAULT 4u
#define SEARCH_CONNECTIONS 2u /* a look-up is short, and the service account binds once */
#define TIMEOUT_DEFAULT_MS 5000u
#define QUEUE_DEFAULT 10000u
#define TICK_MS 50u

/* ---- whether the password is right ---- */

static enum failures_result failure_of(enum ldap_bind_outcome outcome) {
  switch (outcome) {
    case LDAP_BIND_OK: return FAILURES_RIGHT;
    case LDAP_BIND_WRONG_PASSWORD:
    case LDAP_BIND_UNKNOWN_USER: return FAILURES_WRONG;
    default: return FAILURES_UNANSWERED;
  }
}

static struct failures_rule failures_rule(const struct ldap_primary *primary) {
  const struct ldap_options *options = &primary->options;
  return (struct failures_rule){options->name, options->max_failures, options->failures_window_ms};
}

static bool begin_attempt(const struct ldap_primary *primary, const struct ldap_job *job) {
  struct failures_rule rule = failures_rule(primary);
  return failures_allow(primary->options.failures, &rule, radmfa_text(job->name.user),
                        thread_now_ms());
}

static void end_attempt(const struct ldap_primary *primary, const struct ldap_job *job,
                        enum failures_result result) {
  struct failures_rule rule = failures_rule(primary);
  failures_end(primary->options.failures, &rule, radmfa_text(job->name.user), result,
               thread_now_ms());
}

static void conclude(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line,
                     const struct ldap_message *message) {
  enum ldap_bind_outcome outcome = ldap_bind_outcome(message->result, message->diagnostic);
  const char *name = ldap_bind_outcome_name(outcome);
  end_attempt(primary, job, failure_of(outcome));
  switch (outcome) {
    case LDAP_BIND_OK: ldap_look_up(primary, job, line); return;
    case LDAP_BIND_UNAVAILABLE: ldap_give_up(primary, job, true, name, message->diagnostic); return;
    case LDAP_BIND_UNKNOWN_USER:
      ldap_refuse(primary, job, RADMFA_REASON_UNKNOWN_USER, name);
      return;
    default: ldap_refuse(primary, job, RADMFA_REASON_WRONG_PASSWORD, name); return;
  }
}

/* Without an answer it was perhaps counted as wrong, so nobody is asked again. The next bind waits
 * until the pool says that the line is free, in a moment: now it would go to another server. */
static void on_bind(struct ldap_line *line, const struct ldap_message *message, const char *detail,
                    void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct ldap_controller *)job->owner)->primary;
  if (message) {
    conclude(primary, job, line, message);
    ldap_begin_lookups(primary);
    ldap_watch(primary);
    return;
  }
  end_attempt(primary, job, FAILURES_UNANSWERED);
  ldap_give_up(primary, job, true, "unavailable", radmfa_text(detail));
}

static void begin_bind(struct ldap_primary *primary, struct ldap_job *job,
                       struct ldap_controller *controller) {
  if (!begin_attempt(primary, job)) {
    ldap_refuse(primary, job, RADMFA_REASON_WRONG_PASSWORD, "too_many_failures");
    return;
  }
  job->owner = controller;
  int error = ldap_pool_bind(controller->binds, radmfa_text(job->name.bind),
                             (radmfa_span){job->password, job->password_len}, on_bind, job);
  ldap_job_forget_password(job);
  if (!error) return;
  end_attempt(primary, job, FAILURES_UNANSWERED);
  if (error == RADMFA_E_INVALID)
    ldap_refuse(primary, job, RADMFA_REASON_WRONG_PASSWORD, "impossible_password");
  else
    ldap_give_up(primary, job, false, "unavailable", radmfa_text(radmfa_strerror(error)));
}

/* The first that may be asked: so the others help out when it has too much to do, or is ill, and it
 * is the first again as soon as it can. */
static struct ldap_controller *choose_controller(const struct ldap_primary *primary) {
  for (size_t i = 0; i < primary->options.n_servers; i++)
    if (ldap_pool_may_ask(primary->controllers[i].binds)) return &primary->controllers[i];
  return NULL;
}

static void end_late(struct ldap_primary *primary, struct ldap_job *job) {
  ldap_give_up(primary, job, false, "unavailable", radmfa_text("no server could be asked in time"));
}

static void begin_binds(struct ldap_primary *primary) {
  struct ldap_controller *controller;
  struct ldap_job *job;
  while ((controller = choose_controller(primary)) && (job = ldap_jobs_take(primary->jobs))) {
    if (job->until_ms <= thread_now_ms())
      end_late(primary, job);
    else
      begin_bind(primary, job, controller);
  }
}

/* ---- the loop ---- */

static void end_late_ones(struct ldap_primary *primary) {
  uint64_t now_ms = thread_now_ms();
  struct ldap_job *job;
  while ((job = ldap_jobs_take_late(primary->jobs, now_ms))) end_late(primary, job);
  ldap_end_late_lookups(primary, now_ms);
}

static void on_tick(uv_timer_t *timer) {
  struct ldap_primary *primary = timer->data;
  end_late_ones(primary);
  if (!primary->lookups && ldap_jobs_waiting(primary->jobs) == 0) (void)uv_timer_stop(timer);
}

void ldap_watch(struct ldap_primary *primary) {
  if ((primary->lookups || ldap_jobs_waiting(primary->jobs) > 0) &&
      !uv_is_active((uv_handle_t *)&primary->tick))
    (void)uv_timer_start(&primary->tick, on_tick, TICK_MS, TICK_MS);
}

static void go_on(struct ldap_primary *primary) {
  if (primary->is_stopping) return;
  ldap_begin_lookups(primary);
  begin_binds(primary);
  ldap_watch(primary);
}

static void close_all(struct ldap_primary *primary) {
  for (size_t i = 0; primary->controllers && i < primary->options.n_servers; i++) {
    ldap_pool_close(primary->controllers[i].binds);
    ldap_pool_close(primary->controllers[i].searches);
  }
  uv_close((uv_handle_t *)&primary->tick, NULL);
  uv_close((uv_handle_t *)&primary->wake, NULL);
  loop_thread_stop(primary->thread);
}

static void on_wake(uv_async_t *async) {
  struct ldap_primary *primary = async->data;
  if (primary->is_stopping)
    close_all(primary);
  else
    go_on(primary);
}

/* ---- what servers tell ---- */

static void on_free_again(void *user) {
  go_on(((struct ldap_controller *)user)->primary);
}

static void tell_of_controller(const struct ldap_controller *controller, enum ldap_event_kind kind,
                               bool is_service, int error, const char *detail) {
  ldap_tell(controller->primary, (struct ldap_event){.kind = kind,
                                                     .server = controller->where->name,
                                                     .is_service = is_service,
                                                     .error = error,
                                                     .detail = radmfa_text(detail)});
}

static void on_up(void *user) {
  tell_of_controller(user, LDAP_EVENT_UP, false, 0, NULL);
}

static void on_down(int error, const char *detail, void *user) {
  tell_of_controller(user, LDAP_EVENT_DOWN, false, error, detail);
}

static void on_service_up(void *user) {
  tell_of_controller(user, LDAP_EVENT_UP, true, 0, NULL);
}

static void on_service_down(int error, const char *detail, void *user) {
  tell_of_controller(user, LDAP_EVENT_DOWN, true, error, detail);
}

/* ---- callers ---- */

static void refuse_at_once(const struct ldap_primary *primary, const radmfa_request *request,
                           radmfa_reason reason, const char *outcome) {
  ldap_tell(primary, (struct ldap_event){.kind = LDAP_EVENT_REFUSED,
                                         .login_id = request->login_id,
                                         .user = request->user,
                                         .outcome = outcome});
  ldap_deliver(primary, request->login_id,
               &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_REJECT, .reason = reason});
}

static uint64_t patience_ms(const struct ldap_primary *primary, const radmfa_request *request) {
  uint64_t left_ms =
      request->deadline_ms > request->now_ms ? request->deadline_ms - request->now_ms : 0;
  return left_ms < primary->options.bind_timeout_ms ? left_ms : primary->options.bind_timeout_ms;
}

static void enqueue(struct ldap_primary *primary, const radmfa_request *request,
                    const struct ldap_name *name) {
  uint64_t until_ms = thread_now_ms() + patience_ms(primary, request);
  if (ldap_jobs_add(primary->jobs, request, name, until_ms))
    (void)uv_async_send(&primary->wake);
  else
    ldap_deliver(primary, request->login_id,
                 &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_OVER_LIMIT});
}

/* A directory may say yes to a name without a password (RFC 4513 5.1.2). */
static void start(void *backend, const radmfa_request *request) {
  struct ldap_primary *primary = backend;
  struct ldap_name name;
  if (request->password.len == 0)
    refuse_at_once(primary, request, RADMFA_REASON_WRONG_PASSWORD, "empty_password");
  else if (ldap_name_make(&primary->options.names, request->user, &name) != LDAP_NAME_OK)
    refuse_at_once(primary, request, RADMFA_REASON_UNKNOWN_USER, "not_our_name");
  else
    enqueue(primary, request, &name);
}

static void cancel(void *backend, uint64_t login_id) {
  struct ldap_primary *primary = backend;
  ldap_jobs_cancel(primary->jobs, login_id);
}

const radmfa_primary ldap_primary_vtable = {
    .methods = RADMFA_METHOD_PAP, .start = start, .cancel = cancel};

/* ---- life ---- */

static void set_defaults(struct ldap_options *options) {
  if (!options->connections) options->connections = CONNECTIONS_DEFAULT;
  if (!options->connect_timeout_ms) options->connect_timeout_ms = TIMEOUT_DEFAULT_MS;
  if (!options->bind_timeout_ms) options->bind_timeout_ms = TIMEOUT_DEFAULT_MS;
  if (!options->queue_max) options->queue_max = QUEUE_DEFAULT;
}

/* A filter that is none would show at the first login only. */
static int check_lookup(const struct ldap_lookup_options *options) {
  static const struct ldap_name name = {"user", "user"};
  struct ldap_lookup_search lookup;
  struct ldap_bytes bytes;
  if (!options->attribute) return 0;
  if (!options->is_dn && !options->base) return RADMFA_E_INVALID;
  int error = ldap_lookup_begin(options, &name, &lookup);
  if (!error) error = ldap_write_search(1, &lookup.search, &bytes);
  if (!error) ldap_bytes_free(&bytes);
  return error;
}

static int copy_options(struct ldap_primary *primary, const struct ldap_options *options) {
  size_t len = options->service_password.len;
  primary->options = *options;
  set_defaults(&primary->options);
  const char *bind = options->names.bind;
  primary->lookup = (struct ldap_lookup_options){.attribute = options->identity_attribute,
                                                 .base = options->base,
                                                 .filter = options->filter,
                                                 .number_attribute = options->number_attribute,
                                                 .country_code = options->country_code,
                                                 .is_dn = bind && ldap_template_is_dn(bind)};
  primary->options.tls = options->tls ? radmfa_tls_context_ref(options->tls) : NULL;
  primary->service_password = sodium_malloc(len + 1);
  if (!primary->service_password) return RADMFA_E_NO_MEMORY;
  if (len) memcpy(primary->service_password, options->service_password.ptr, len);
  primary->options.service_password = (radmfa_span){primary->service_password, len};
  if (!options->n_servers) return RADMFA_E_INVALID;
  int error = check_lookup(&primary->lookup);
  if (!error) error = ldap_groups_new(&options->groups, &primary->groups);
  if (!error) error = ldap_groups_new(&options->rights, &primary->rights);
  if (error) return error;
  bool needs_entry = primary->groups || primary->rights;
  return needs_entry && !options->identity_attribute ? RADMFA_E_INVALID : 0;
}

static int open_pools(struct ldap_primary *primary, struct ldap_controller *controller) {
  const struct ldap_options *options = &primary->options;
  struct ldap_pool_options pool = {.connection = {.server = controller->where,
                                                  .tls = options->tls,
                                                  .connect_timeout_ms = options->connect_timeout_ms,
                                                  .answer_timeout_ms = options->bind_timeout_ms},
                                   .n_connections = options->connections,
                                   .stall_ms = options->stall_ms,
                                   .backoff_ms = options->backoff_ms,
                                   .backoff_max_ms = options->backoff_max_ms,
                                   .free_again = on_free_again,
                                   .up = on_up,
                                   .down = on_down,
                                   .user = controller};
  uv_loop_t *loop = loop_thread_loop(primary->thread);
  int error = ldap_pool_new(loop, &pool, &controller->binds);
  if (error || !options->service_name.len || !options->identity_attribute) return error;
  pool.n_connections = SEARCH_CONNECTIONS;
  pool.name = options->service_name;
  pool.password = options->service_password;
  pool.up = on_service_up;
  pool.down = on_service_down;
  return ldap_pool_new(loop, &pool, &controller->searches);
}

static int open_controllers(struct ldap_primary *primary) {
  size_t n = primary->options.n_servers;
  int error = 0;
  primary->controllers = calloc(n, sizeof *primary->controllers);
  if (!primary->controllers) return RADMFA_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    primary->controllers[i].primary = primary;
    primary->controllers[i].where = &primary->options.servers[i];
  }
  for (size_t i = 0; !error && i < n; i++) error = open_pools(primary, &primary->controllers[i]);
  return error;
}

static void destroy(struct ldap_primary *primary) {
  loop_thread_leave(primary->thread);
  ldap_jobs_free(primary->jobs);
  ldap_groups_free(primary->groups);
  ldap_groups_free(primary->rights);
  radmfa_tls_context_unref(primary->options.tls);
  sodium_free(primary->service_password); /* wipes */
  free(primary->controllers);
  free(primary);
}

static int start_thread(struct ldap_primary *primary) {
  uv_loop_t *loop = loop_thread_loop(primary->thread);
  int error = uv_async_init(loop, &primary->wake, on_wake);
  if (error) return error;
  (void)uv_timer_init(loop, &primary->tick); /* cannot fail */
  primary->wake.data = primary->tick.data = primary;
  error = open_controllers(primary);
  if (!error && !loop_thread_start(primary->thread, "ldap")) error = RADMFA_E_NO_MEMORY;
  if (error) close_all(primary);
  return error;
}

static int set_up(struct ldap_primary *primary, const struct ldap_options *options) {
  int error = copy_options(primary, options);
  if (error) return error;
  primary->jobs = ldap_jobs_new(primary->options.queue_max);
  if (!primary->jobs) return RADMFA_E_NO_MEMORY;
  error = loop_thread_new(&primary->thread);
  return error ? error : start_thread(primary);
}

int ldap_primary_new(const struct ldap_options *options, struct ldap_primary **out_primary) {
  struct ldap_primary *primary = sodium_init() < 0 ? NULL : calloc(1, sizeof *primary);
  if (!primary) return RADMFA_E_NO_MEMORY;
  primary->lookups_end = &primary->lookups;
  int error = set_up(primary, options);
  if (error)
    destroy(primary);
  else
    *out_primary = primary;
  return error;
}

void ldap_primary_free(struct ldap_primary *primary) {
  if (!primary) return;
  primary->is_stopping = true;
  (void)uv_async_send(&primary->wake);
  destroy(primary);
}

const struct ldap_options *ldap_primary_options(const struct ldap_primary *primary) {
  return &primary->options;
}
