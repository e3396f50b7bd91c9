/* ldap.c: a login's way through the directory: it waits for a server that may be asked, one bind,
 * a look-up of who it is, an answer. */
#include "ldap.h"

#include "../loop_thread.h"
#include "../thread.h"
#include "ldap_jobs.h"
#include "ldap_pool.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_DEFAULT 4u
#define SEARCH_CONNECTIONS 2u /* a look-up is short, and the service account binds once */
#define TIMEOUT_DEFAULT_MS 5000u
#define QUEUE_DEFAULT 10000u
#define TICK_MS 50u

struct server {
  struct ldap_primary *primary;
  const struct ldap_server *where;
  struct ldap_pool *binds;
  struct ldap_pool *searches; /* NULL: users look themselves up */
};

struct ldap_primary {
  struct ldap_options options;
  struct ldap_lookup_options lookup;
  struct ldap_groups *groups; /* NULL: nobody's matter */
  uint8_t *service_password;
  struct ldap_jobs *jobs;
  struct server *servers;

  struct loop_thread *thread;
  uv_async_t wake; /* there is a job, or the end has come */
  uv_timer_t tick; /* while something waits */
  atomic_bool is_stopping;

  struct ldap_job *lookups, **lookups_end; /* that wait for a connection */
};

/* ---- what is told ---- */

static void tell(const struct ldap_primary *primary, struct ldap_event event) {
  event.primary = primary->options.name;
  if (primary->options.on_event) primary->options.on_event(&event, primary->options.event_user);
}

static void tell_of_login(const struct ldap_primary *primary, const struct ldap_job *job,
                          enum ldap_event_kind kind, const char *outcome, radmfa_span detail) {
  const struct server *server = job->owner;
  tell(primary, (struct ldap_event){.kind = kind,
                                    .server = server ? server->where->name : NULL,
                                    .detail = detail,
                                    .login_id = job->login_id,
                                    .user = {job->typed, job->typed_len},
                                    .outcome = outcome});
}

/* Where the answer can't be delivered the login ends at its deadline (backend.h): nothing to be
 * done here. */
static void deliver(const struct ldap_primary *primary, uint64_t login_id,
                    const radmfa_primary_answer *answer) {
  (void)primary->options.deliver(primary->options.answers, login_id, answer);
}

/* ---- the end of a job ---- */

static void refuse(struct ldap_primary *primary, struct ldap_job *job, radmfa_reason reason,
                   const char *outcome) {
  tell_of_login(primary, job, LDAP_EVENT_REFUSED, outcome, (radmfa_span){0});
  deliver(primary, job->login_id,
          &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_REJECT, .reason = reason});
  ldap_jobs_finish(primary->jobs, job);
}

static void give_up(struct ldap_primary *primary, struct ldap_job *job, bool was_asked,
                    const char *outcome, radmfa_span detail) {
  if (!primary->is_stopping) {
    tell_of_login(primary, job, LDAP_EVENT_UNANSWERED, outcome, detail);
    deliver(
        primary, job->login_id,
        &(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_UNAVAILABLE, .was_asked = was_asked});
  }
  ldap_jobs_finish(primary->jobs, job);
}

static void let_in(struct ldap_primary *primary, struct ldap_job *job, enum standing standing) {
  radmfa_primary_answer answer = {.verdict = RADMFA_PRIMARY_ACCEPT,
                                  .identity = radmfa_text(job->lookup.identity)};
  if (standing == STANDING_EXEMPT) answer.admission = RADMFA_ADMISSION_EXEMPT;
  deliver(primary, job->login_id, &answer);
  ldap_jobs_finish(primary->jobs, job);
}

/* It is known who it is, and what his groups say. */
static void settle(struct ldap_primary *primary, struct ldap_job *job, enum standing standing) {
  if (blocklist_has(primary->options.blocklist, radmfa_text(job->lookup.identity)))
    refuse(primary, job, RADMFA_REASON_BLOCKED, "blocked");
  else if (standing == STANDING_REFUSE)
    refuse(primary, job, RADMFA_REASON_BLOCKED, "group");
  else
    let_in(primary, job, standing);
}

static void fail_lookup(struct ldap_primary *primary, struct ldap_job *job, const char *detail) {
  give_up(primary, job, true, "look_up", radmfa_text(detail));
}

/* ---- his groups ---- */

static void learn(struct ldap_primary *primary, struct ldap_job *job, enum standing standing) {
  people_note_standing(primary->options.people, radmfa_text(job->lookup.identity), standing,
                       thread_now_ms());
  settle(primary, job, standing);
}

static void ask_groups(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line);

static void conclude_groups(struct ldap_primary *primary, struct ldap_job *job,
                            struct ldap_line *line, int result) {
  enum standing standing;
  const char *fault = ldap_groups_fault(&job->groups, result);
  if (fault)
    fail_lookup(primary, job, fault);
  else if (!ldap_groups_standing(primary->groups, &job->groups, &standing))
    ask_groups(primary, job, line);
  else
    learn(primary, job, standing);
}

static void on_groups(struct ldap_line *line, const struct ldap_message *message,
                      const char *detail, void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct server *)job->owner)->primary;
  if (!message)
    fail_lookup(primary, job, detail);
  else if (message->type == LDAP_SEARCH_DONE)
    conclude_groups(primary, job, line, message->result);
  else
    ldap_groups_take(&job->groups, message);
}

/* On the connection that has found him. */
static void ask_groups(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  const struct ldap_lookup *lookup = &job->lookup;
  struct ldap_search search;
  if (!lookup->dn_len) {
    fail_lookup(primary, job, "the entry's name is empty, or longer than 1024 octets");
    return;
  }
  radmfa_span dn = {lookup->dn, lookup->dn_len};
  if (!ldap_groups_next(primary->groups, &job->groups, dn, &search)) {
    fail_lookup(primary, job, "the directory does not tell in which groups the user is");
    return;
  }
  int error = ldap_line_search(line, &search, on_groups, job);
  if (error) fail_lookup(primary, job, radmfa_strerror(error));
}

/* ---- who it is ---- */

/* His name, where no attribute is configured. */
static void take_name_for_identity(struct ldap_job *job) {
  char *to = job->lookup.identity;
  for (const char *c = job->name.user; *c && to < job->lookup.identity + LDAP_IDENTITY_MAX; c++)
    *to++ = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
  *to = '\0';
}

/* Who it is was asked: names change their owners. What is known of him need not be asked again. */
static void take_person(struct ldap_primary *primary, struct ldap_job *job,
                        struct ldap_line *line) {
  radmfa_span identity = radmfa_text(job->lookup.identity);
  struct people *people = primary->options.people;
  enum standing standing = STANDING_REQUIRE;
  if (primary->lookup.number_attribute)
    people_note_number(people, identity, &job->lookup.phone, thread_now_ms());
  if (!primary->groups || people_standing(people, identity, thread_now_ms(), &standing))
    settle(primary, job, standing);
  else
    ask_groups(primary, job, line);
}

static void conclude_search(struct ldap_primary *primary, struct ldap_job *job,
                            struct ldap_line *line, int result) {
  const char *fault = ldap_lookup_fault(&job->lookup, result);
  if (fault)
    fail_lookup(primary, job, fault);
  else
    take_person(primary, job, line);
}

static void on_search(struct ldap_line *line, const struct ldap_message *message,
                      const char *detail, void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct server *)job->owner)->primary;
  if (!message)
    fail_lookup(primary, job, detail);
  else if (message->type == LDAP_SEARCH_ENTRY)
    ldap_lookup_take_entry(&job->lookup, &primary->lookup, message);
  else if (message->type == LDAP_SEARCH_DONE)
    conclude_search(primary, job, line, message->result);
  /* what lies in other domains (references) is not ours */
}

/* On the connection that the user was bound on, or over one of the service account's. */
static void begin_lookup(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line,
                         struct ldap_pool *pool) {
  struct ldap_lookup_search lookup;
  int error = ldap_lookup_begin(&primary->lookup, &job->name, &lookup);
  if (!error)
    error = line ? ldap_line_search(line, &lookup.search, on_search, job)
                 : ldap_pool_search(pool, &lookup.search, on_search, job);
  if (error) fail_lookup(primary, job, radmfa_strerror(error));
}

/* The server that knows the password knows the entry: another may not have heard of it yet. */
static struct ldap_pool *choose_searches(const struct ldap_primary *primary,
                                         const struct ldap_job *job) {
  const struct server *own = job->owner;
  if (ldap_pool_may_ask(own->searches)) return own->searches;
  for (size_t i = 0; i < primary->options.n_servers; i++)
    if (ldap_pool_may_ask(primary->servers[i].searches)) return primary->servers[i].searches;
  return NULL;
}

static struct ldap_job *take_lookup(struct ldap_primary *primary, struct ldap_job **link) {
  struct ldap_job *job = *link;
  *link = job->next;
  if (!*link) primary->lookups_end = link;
  return job;
}

static void begin_lookups(struct ldap_primary *primary) {
  struct ldap_pool *pool;
  while (primary->lookups && (pool = choose_searches(primary, primary->lookups)))
    begin_lookup(primary, take_lookup(primary, &primary->lookups), NULL, pool);
}

static void queue_lookup(struct ldap_primary *primary, struct ldap_job *job) {
  job->until_ms = thread_now_ms() + primary->options.bind_timeout_ms;
  job->next = NULL;
  *primary->lookups_end = job;
  primary->lookups_end = &job->next;
}

static void look_up(struct ldap_primary *primary, struct ldap_job *job, struct ldap_line *line) {
  const struct server *server = job->owner;
  if (!primary->lookup.attribute) {
    take_name_for_identity(job);
    settle(primary, job, STANDING_REQUIRE);
  } else if (server->searches) {
    queue_lookup(primary, job);
  } else {
    begin_lookup(primary, job, line, NULL);
  }
}

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
    case LDAP_BIND_OK: look_up(primary, job, line); return;
    case LDAP_BIND_UNAVAILABLE: give_up(primary, job, true, name, message->diagnostic); return;
    case LDAP_BIND_UNKNOWN_USER: refuse(primary, job, RADMFA_REASON_UNKNOWN_USER, name); return;
    default: refuse(primary, job, RADMFA_REASON_WRONG_PASSWORD, name); return;
  }
}

static void watch(struct ldap_primary *primary);

/* Without an answer it was perhaps counted as wrong, so nobody is asked again. The next bind waits
 * until the pool says that the line is free, in a moment: now it would go to another server. */
static void on_bind(struct ldap_line *line, const struct ldap_message *message, const char *detail,
                    void *user) {
  struct ldap_job *job = user;
  struct ldap_primary *primary = ((struct server *)job->owner)->primary;
  if (message) {
    conclude(primary, job, line, message);
    begin_lookups(primary);
    watch(primary);
    return;
  }
  end_attempt(primary, job, FAILURES_UNANSWERED);
  give_up(primary, job, true, "unavailable", radmfa_text(detail));
}

static void begin_bind(struct ldap_primary *primary, struct ldap_job *job, struct server *server) {
  if (!begin_attempt(primary, job)) {
    refuse(primary, job, RADMFA_REASON_WRONG_PASSWORD, "too_many_failures");
    return;
  }
  job->owner = server;
  int error = ldap_pool_bind(server->binds, radmfa_text(job->name.bind),
                             (radmfa_span){job->password, job->password_len}, on_bind, job);
  ldap_job_forget_password(job);
  if (!error) return;
  end_attempt(primary, job, FAILURES_UNANSWERED);
  if (error == RADMFA_E_INVALID)
    refuse(primary, job, RADMFA_REASON_WRONG_PASSWORD, "impossible_password");
  else
    give_up(primary, job, false, "unavailable", radmfa_text(radmfa_strerror(error)));
}

/* The first that may be asked: so the others help out when it has too much to do, or is ill, and it
 * is the first again as soon as it can. */
static struct server *choose_server(const struct ldap_primary *primary) {
  for (size_t i = 0; i < primary->options.n_servers; i++)
    if (ldap_pool_may_ask(primary->servers[i].binds)) return &primary->servers[i];
  return NULL;
}

static void end_late(struct ldap_primary *primary, struct ldap_job *job) {
  give_up(primary, job, false, "unavailable", radmfa_text("no server could be asked in time"));
}

static void begin_binds(struct ldap_primary *primary) {
  struct server *server;
  struct ldap_job *job;
  while ((server = choose_server(primary)) && (job = ldap_jobs_take(primary->jobs))) {
    if (job->until_ms <= thread_now_ms())
      end_late(primary, job);
    else
      begin_bind(primary, job, server);
  }
}

/* ---- the loop ---- */

static void end_late_ones(struct ldap_primary *primary) {
  uint64_t now_ms = thread_now_ms();
  struct ldap_job *job;
  while ((job = ldap_jobs_take_late(primary->jobs, now_ms))) end_late(primary, job);
  for (struct ldap_job **link = &primary->lookups; *link;) {
    if ((*link)->until_ms <= now_ms)
      fail_lookup(primary, take_lookup(primary, link), "no server could be asked in time");
    else
      link = &(*link)->next;
  }
}

static void on_tick(uv_timer_t *timer) {
  struct ldap_primary *primary = timer->data;
  end_late_ones(primary);
  if (!primary->lookups && ldap_jobs_waiting(primary->jobs) == 0) (void)uv_timer_stop(timer);
}

/* Has what waits ended in time. */
static void watch(struct ldap_primary *primary) {
  if ((primary->lookups || ldap_jobs_waiting(primary->jobs) > 0) &&
      !uv_is_active((uv_handle_t *)&primary->tick))
    (void)uv_timer_start(&primary->tick, on_tick, TICK_MS, TICK_MS);
}

static void go_on(struct ldap_primary *primary) {
  if (primary->is_stopping) return;
  begin_lookups(primary);
  begin_binds(primary);
  watch(primary);
}

static void close_all(struct ldap_primary *primary) {
  for (size_t i = 0; primary->servers && i < primary->options.n_servers; i++) {
    ldap_pool_close(primary->servers[i].binds);
    ldap_pool_close(primary->servers[i].searches);
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
  go_on(((struct server *)user)->primary);
}

static void tell_of_server(const struct server *server, enum ldap_event_kind kind, bool is_service,
                           int error, const char *detail) {
  tell(server->primary, (struct ldap_event){.kind = kind,
                                            .server = server->where->name,
                                            .is_service = is_service,
                                            .error = error,
                                            .detail = radmfa_text(detail)});
}

static void on_up(void *user) {
  tell_of_server(user, LDAP_EVENT_UP, false, 0, NULL);
}

static void on_down(int error, const char *detail, void *user) {
  tell_of_server(user, LDAP_EVENT_DOWN, false, error, detail);
}

static void on_service_up(void *user) {
  tell_of_server(user, LDAP_EVENT_UP, true, 0, NULL);
}

static void on_service_down(int error, const char *detail, void *user) {
  tell_of_server(user, LDAP_EVENT_DOWN, true, error, detail);
}

/* ---- callers ---- */

static void refuse_at_once(const struct ldap_primary *primary, const radmfa_request *request,
                           radmfa_reason reason, const char *outcome) {
  tell(primary, (struct ldap_event){.kind = LDAP_EVENT_REFUSED,
                                    .login_id = request->login_id,
                                    .user = request->user,
                                    .outcome = outcome});
  deliver(primary, request->login_id,
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
    deliver(primary, request->login_id,
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
  if (error) return error;
  return primary->groups && !options->identity_attribute ? RADMFA_E_INVALID : 0;
}

static int open_pools(struct ldap_primary *primary, struct server *server) {
  const struct ldap_options *options = &primary->options;
  struct ldap_pool_options pool = {.connection = {.server = server->where,
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
                                   .user = server};
  uv_loop_t *loop = loop_thread_loop(primary->thread);
  int error = ldap_pool_new(loop, &pool, &server->binds);
  if (error || !options->service_name.len || !options->identity_attribute) return error;
  pool.n_connections = SEARCH_CONNECTIONS;
  pool.name = options->service_name;
  pool.password = options->service_password;
  pool.up = on_service_up;
  pool.down = on_service_down;
  return ldap_pool_new(loop, &pool, &server->searches);
}

static int open_servers(struct ldap_primary *primary) {
  size_t n = primary->options.n_servers;
  int error = 0;
  primary->servers = calloc(n, sizeof *primary->servers);
  if (!primary->servers) return RADMFA_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    primary->servers[i].primary = primary;
    primary->servers[i].where = &primary->options.servers[i];
  }
  for (size_t i = 0; !error && i < n; i++) error = open_pools(primary, &primary->servers[i]);
  return error;
}

static void destroy(struct ldap_primary *primary) {
  loop_thread_leave(primary->thread);
  ldap_jobs_free(primary->jobs);
  ldap_groups_free(primary->groups);
  radmfa_tls_context_unref(primary->options.tls);
  sodium_free(primary->service_password); /* wipes */
  free(primary->servers);
  free(primary);
}

static int start_thread(struct ldap_primary *primary) {
  uv_loop_t *loop = loop_thread_loop(primary->thread);
  int error = uv_async_init(loop, &primary->wake, on_wake);
  if (error) return error;
  (void)uv_timer_init(loop, &primary->tick); /* cannot fail */
  primary->wake.data = primary->tick.data = primary;
  error = open_servers(primary);
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
