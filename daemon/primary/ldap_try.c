/* ldap_try.c: what `radmfad --check` does to each directory server: one connection, and a bind of
 * the service account, which looks for the groups, or a harmless question. */
#include "ldap.h"

#include "../loop_thread.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>

#define TRY_MS 5000u

struct attempt {
  const struct ldap_options *options;
  struct ldap_trial *result;
  struct ldap_connection *connection; /* NULL: over */
  uint64_t began_ns;
  bool is_done;       /* the server has answered; the rest is saying goodbye */
  const char *group;  /* that is being asked for, or NULL */
  size_t n_groups;    /* so far, with this one */
  unsigned n_entries; /* that it has */
  struct round *round;
};

struct round {
  struct attempt *attempts;
  size_t n, n_open;
  struct loop_thread *thread;
  uv_timer_t limit;
};

static void end_attempt(struct attempt *attempt) {
  struct round *round = attempt->round;
  attempt->connection = NULL;
  if (--round->n_open > 0) return;
  uv_close((uv_handle_t *)&round->limit, NULL);
  loop_thread_stop(round->thread);
}

static void note_end(struct attempt *attempt, int error, const char *detail) {
  struct ldap_trial *result = attempt->result;
  if (attempt->is_done) return;
  attempt->is_done = true;
  result->error = error;
  result->took_ms = (uint32_t)((uv_hrtime() - attempt->began_ns) / 1000000);
  (void)snprintf(result->detail, sizeof result->detail, "%s", detail);
}

static void note_info(struct ldap_trial *result, const radmfa_stream_info *info) {
  result->address = info->peer;
  if (!info->tls_version) return;
  (void)snprintf(result->tls_version, sizeof result->tls_version, "%s", info->tls_version);
  (void)snprintf(result->certificate, sizeof result->certificate, "%s", info->certificate_subject);
  result->not_after_sec = info->certificate_not_after_sec;
}

static void finish(struct attempt *attempt, int error) {
  note_end(attempt, error, error ? radmfa_strerror(error) : "");
  ldap_connection_close(attempt->connection);
}

static void on_ready(const radmfa_stream_info *info, void *user) {
  struct attempt *attempt = user;
  const struct ldap_options *options = attempt->options;
  note_info(attempt->result, info);
  int error = options->service_name.len
                  ? ldap_connection_bind(attempt->connection, options->service_name,
                                         options->service_password)
                  : ldap_connection_probe(attempt->connection);
  if (error) finish(attempt, error);
}

static void note_bind(struct ldap_trial *result, const struct ldap_message *message) {
  result->has_bound = true;
  result->service = ldap_bind_outcome(message->result, message->diagnostic);
}

/* NULL: there are not so many. */
static const char *group_number(const struct ldap_options *options, size_t number) {
  const struct ldap_group_list *lists[] = {&options->groups.refuse, &options->groups.require,
                                           &options->groups.exempt, &options->rights.require};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    if (number < lists[i]->n) return lists[i]->dns[number];
    number -= lists[i]->n;
  }
  return NULL;
}

/* A group whose name has a slip of the pen has no members: nobody would be refused. */
static void ask_for_group(struct attempt *attempt) {
  static const char *const none[] = {"1.1"}; /* no attribute (RFC 4511 4.5.1.8) */
  const struct ldap_search search = {.base = radmfa_text(attempt->group),
                                     .scope = LDAP_SCOPE_ENTRY,
                                     .filter = radmfa_text("(objectClass=*)"),
                                     .attributes = none,
                                     .n_attributes = 1};
  attempt->n_entries = 0;
  int error = ldap_connection_search(attempt->connection, &search);
  if (error) finish(attempt, error);
}

static void go_on(struct attempt *attempt) {
  struct ldap_trial *result = attempt->result;
  bool may_ask = result->has_bound && result->service == LDAP_BIND_OK && !result->missing_group;
  attempt->group = may_ask ? group_number(attempt->options, attempt->n_groups++) : NULL;
  if (attempt->group)
    ask_for_group(attempt);
  else
    finish(attempt, 0);
}

static void on_message(const struct ldap_message *message, void *user) {
  struct attempt *attempt = user;
  attempt->n_entries += message->type == LDAP_SEARCH_ENTRY;
  if (message->type != LDAP_BIND_RESPONSE && message->type != LDAP_SEARCH_DONE) return;
  if (message->type == LDAP_BIND_RESPONSE) note_bind(attempt->result, message);
  if (attempt->group && !attempt->n_entries) attempt->result->missing_group = attempt->group;
  go_on(attempt);
}

static void on_closed(int error, const char *detail, void *user) {
  struct attempt *attempt = user;
  note_end(attempt, error, detail);
  end_attempt(attempt);
}

/* For all servers together, and all of name, TCP, TLS and answer. */
static uint32_t patience_of(const struct ldap_options *options) {
  return options->bind_timeout_ms ? options->bind_timeout_ms : TRY_MS;
}

static void begin_attempt(uv_loop_t *loop, struct attempt *attempt,
                          const struct ldap_server *server) {
  static const struct ldap_connection_callbacks callbacks = {on_ready, on_message, on_closed};
  uint32_t patience_ms = patience_of(attempt->options);
  const struct ldap_connection_options options = {.server = server,
                                                  .tls = attempt->options->tls,
                                                  .connect_timeout_ms = patience_ms,
                                                  .answer_timeout_ms = patience_ms};
  attempt->began_ns = uv_hrtime();
  int error = ldap_connection_open(loop, &options, &callbacks, attempt, &attempt->connection);
  if (!error) return;
  note_end(attempt, error, radmfa_strerror(error));
  end_attempt(attempt);
}

static void on_limit(uv_timer_t *limit) {
  struct round *round = limit->data;
  for (size_t i = 0; i < round->n; i++) {
    struct attempt *attempt = &round->attempts[i];
    if (!attempt->connection) continue;
    note_end(attempt, RADMFA_E_TIMED_OUT, radmfa_strerror(RADMFA_E_TIMED_OUT));
    ldap_connection_close(attempt->connection);
  }
}

static void begin_attempts(struct round *round, const struct ldap_options *options,
                           struct ldap_trial *out_trials) {
  uv_loop_t *loop = loop_thread_loop(round->thread);
  (void)uv_timer_init(loop, &round->limit); /* cannot fail */
  round->limit.data = round;
  (void)uv_timer_start(&round->limit, on_limit, patience_of(options), 0);
  for (size_t i = 0; i < round->n; i++) {
    round->attempts[i] =
        (struct attempt){.options = options, .result = &out_trials[i], .round = round};
    begin_attempt(loop, &round->attempts[i], &options->servers[i]);
  }
}

void ldap_try(const struct ldap_options *options, struct ldap_trial *out_trials) {
  struct round round = {.n = options->n_servers, .n_open = options->n_servers};
  for (size_t i = 0; i < round.n; i++) out_trials[i] = (struct ldap_trial){0};
  round.attempts = calloc(round.n, sizeof *round.attempts);
  int error = round.attempts ? loop_thread_new(&round.thread) : RADMFA_E_NO_MEMORY;
  if (!error) {
    begin_attempts(&round, options, out_trials);
    /* without a thread it runs here */
    (void)!loop_thread_start(round.thread, "ldap-try");
    loop_thread_leave(round.thread);
  }
  for (size_t i = 0; error && i < round.n; i++) out_trials[i].error = error;
  free(round.attempts);
}
