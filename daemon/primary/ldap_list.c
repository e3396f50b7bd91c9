/* ldap_list.c: server after server until one answers: bind, then page after page. */
#include "ldap_list.h"

#include "../loop_thread.h"
#include "ldap_error.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>

#define LOOK_MS 100u /* how often it is looked whether it shall stop */
#define NO_SUCH_OBJECT 32
#define SEVERAL 2u /* people are too many where one is meant */

struct reading {
  const struct ldap_options *options;
  const struct ldap_list_request *request;
  struct ldap_list_end *result;
  struct ldap_person_search search;
  uint32_t answer_ms, limit_ms;

  struct loop_thread *thread;
  uv_timer_t look;
  uint64_t until_ms; /* of the loop's clock */
  struct ldap_connection *connection;
  size_t server;  /* that is being asked */
  bool is_over;   /* the result stands */
  bool has_begun; /* somebody was given: no other server goes on from there */

  struct ldap_person *people; /* of this page */
  size_t n, max;
};

/* ---- the end ---- */

/* The first end is what is told; a server that failed before it gave anybody is none. */
static void note(struct reading *reading, int error, const char *detail) {
  const char *name = reading->options->servers[reading->server].name;
  struct ldap_list_end *result = reading->result;
  result->error = error;
  (void)snprintf(result->detail, sizeof result->detail, "%s: %s", name ? name : "directory",
                 detail);
}

static void end(struct reading *reading, int error, const char *detail) {
  if (reading->is_over) return;
  reading->is_over = true;
  note(reading, error, detail);
  ldap_connection_close(reading->connection);
}

static void end_by_answer(struct reading *reading, int error, const char *what,
                          const struct ldap_message *message) {
  char detail[192];
  (void)snprintf(detail, sizeof detail, "%s: result %d, %.*s", what, message->result,
                 (int)message->diagnostic.len,
                 message->diagnostic.len ? (const char *)message->diagnostic.ptr : "");
  end(reading, error, detail);
}

/* ---- entries ---- */

static void take_entry(struct reading *reading, const struct ldap_message *entry) {
  if (reading->is_over) return;
  if (reading->n == reading->max) {
    end(reading, RADMFA_E_TOO_BIG, "more entries came than were asked for");
    return;
  }
  switch (
      ldap_person_read(reading->options, &reading->search, entry, &reading->people[reading->n])) {
    case LDAP_PERSON_OK: reading->n++; break;
    case LDAP_PERSON_UNFIT: reading->result->n_unfit++; break;
    case LDAP_PERSON_NONE: break;
  }
}

/* False: it is over. */
static bool give_page(struct reading *reading) {
  const struct ldap_list_request *request = reading->request;
  reading->has_begun = true;
  reading->result->n_people += reading->n;
  if (reading->n && !request->page(reading->people, reading->n, request->user))
    end(reading, RADMFA_E_CANCELLED, "no more are wanted");
  else if (reading->result->n_people + reading->result->n_unfit > LDAP_LIST_MAX)
    end(reading, RADMFA_E_TOO_BIG, "these are too many people");
  reading->n = 0;
  return !reading->is_over;
}

static void ask(struct reading *reading, radmfa_span page) {
  reading->search.search.page = page;
  int error = ldap_connection_search(reading->connection, &reading->search.search);
  if (error) end(reading, error, radmfa_strerror(error));
}

/* Of one who was looked for: sizeLimitExceeded, and the DN of nobody. */
static bool says_enough(const struct reading *reading, const struct ldap_message *done) {
  const struct ldap_search *search = &reading->search.search;
  if (done->result == 0) return true;
  if (search->page_size) return false;
  return reading->n >= SEVERAL ||
         (search->scope == LDAP_SCOPE_ENTRY && done->result == NO_SUCH_OBJECT);
}

static void take_done(struct reading *reading, const struct ldap_message *done) {
  if (!says_enough(reading, done))
    end_by_answer(reading, RADMFA_E_UNREACHABLE, "the directory ends the search", done);
  else if (!give_page(reading))
    return;
  else if (done->next_page.len)
    ask(reading, done->next_page);
  else
    end(reading, 0, "");
}

/* ---- a server ---- */

static void on_ready(const radmfa_stream_info *info, void *user) {
  struct reading *reading = user;
  (void)info;
  int error = ldap_connection_bind(reading->connection, reading->options->service_name,
                                   reading->options->service_password);
  if (error) end(reading, error, radmfa_strerror(error));
}

/* A no is the directory's, and the next server would count it again. */
static void take_bind(struct reading *reading, const struct ldap_message *message) {
  enum ldap_bind_outcome outcome = ldap_bind_outcome(message->result, message->diagnostic);
  if (outcome == LDAP_BIND_OK)
    ask(reading, (radmfa_span){0});
  else if (outcome == LDAP_BIND_UNAVAILABLE)
    end_by_answer(reading, RADMFA_E_UNREACHABLE, "the service account cannot log in", message);
  else
    end(reading, RADMFA_E_UNREACHABLE, ldap_bind_outcome_name(outcome));
}

static void on_message(const struct ldap_message *message, void *user) {
  struct reading *reading = user;
  switch (message->type) {
    case LDAP_BIND_RESPONSE: take_bind(reading, message); break;
    case LDAP_SEARCH_ENTRY: take_entry(reading, message); break;
    case LDAP_SEARCH_DONE: take_done(reading, message); break;
    default: break; /* a reference: what is elsewhere is elsewhere */
  }
}

static void begin_server(struct reading *reading);

static void end_reading(struct reading *reading) {
  uv_close((uv_handle_t *)&reading->look, NULL);
  loop_thread_stop(reading->thread);
}

/* It failed, or all is over. */
static void go_on(struct reading *reading) {
  bool has_next = reading->server + 1 < reading->options->n_servers;
  reading->connection = NULL;
  if (reading->is_over || reading->has_begun || !has_next) {
    end_reading(reading);
    return;
  }
  reading->server++;
  reading->n = 0;
  reading->result->n_unfit = 0;
  begin_server(reading);
}

static void on_closed(int error, const char *detail, void *user) {
  struct reading *reading = user;
  if (!reading->is_over)
    note(reading, error ? error : RADMFA_E_UNREACHABLE, *detail ? detail : ldap_error_text(error));
  go_on(reading);
}

static void begin_server(struct reading *reading) {
  static const struct ldap_connection_callbacks callbacks = {on_ready, on_message, on_closed};
  const struct ldap_options *from = reading->options;
  const struct ldap_connection_options options = {.server = &from->servers[reading->server],
                                                  .tls = from->tls,
                                                  .connect_timeout_ms = from->connect_timeout_ms,
                                                  .answer_timeout_ms = reading->answer_ms};
  int error = ldap_connection_open(loop_thread_loop(reading->thread), &options, &callbacks, reading,
                                   &reading->connection);
  if (!error) return;
  note(reading, error, radmfa_strerror(error));
  go_on(reading);
}

static void on_look(uv_timer_t *look) {
  struct reading *reading = look->data;
  const atomic_bool *stop = reading->request->stop;
  if (stop && *stop)
    end(reading, RADMFA_E_CANCELLED, "it was stopped");
  else if (uv_now(look->loop) >= reading->until_ms)
    end(reading, RADMFA_E_TIMED_OUT, "all of it took too long");
}

/* ---- all of it ---- */

static void run(struct reading *reading) {
  uv_loop_t *loop = loop_thread_loop(reading->thread);
  (void)uv_timer_init(loop, &reading->look); /* cannot fail */
  reading->look.data = reading;
  reading->until_ms = uv_now(loop) + reading->limit_ms;
  (void)uv_timer_start(&reading->look, on_look, LOOK_MS, LOOK_MS);
  begin_server(reading);
  /* without a thread it runs here */
  (void)!loop_thread_start(reading->thread, "ldap-list");
  loop_thread_leave(reading->thread);
}

static void read_people(struct reading *reading, int error) {
  struct ldap_list_end *result = reading->result;
  *result = (struct ldap_list_end){.error = error};
  if (!error && !reading->options->service_name.len) error = RADMFA_E_INVALID;
  reading->people = error ? NULL : calloc(reading->max, sizeof *reading->people);
  if (!error) error = reading->people ? loop_thread_new(&reading->thread) : RADMFA_E_NO_MEMORY;
  if (!error)
    run(reading);
  else
    result->error = error;
  free(reading->people);
}

static uint32_t patience_of(const struct ldap_options *options, uint32_t least_ms) {
  return options->bind_timeout_ms > least_ms ? options->bind_timeout_ms : least_ms;
}

void ldap_list(const struct ldap_options *options, const struct ldap_list_request *request,
               struct ldap_list_end *out_end) {
  struct reading reading = {.options = options,
                            .request = request,
                            .result = out_end,
                            .answer_ms = patience_of(options, LDAP_LIST_PAGE_MS),
                            .limit_ms = LDAP_LIST_MS,
                            .max = LDAP_LIST_PAGE};
  int error = ldap_person_search_all(options, &reading.search);
  reading.search.search.page_size = LDAP_LIST_PAGE;
  read_people(&reading, error);
}

/* ---- one ---- */

struct found {
  struct ldap_person *person;
  size_t n;
};

static bool take_found(const struct ldap_person *people, size_t n, void *user) {
  struct found *found = user;
  found->n += n;
  *found->person = people[0];
  return true;
}

void ldap_find(const struct ldap_options *options, radmfa_span typed, const atomic_bool *stop,
               struct ldap_person *out_person, struct ldap_list_end *out_end) {
  struct ldap_name name;
  struct ldap_person person;
  struct found found = {.person = &person};
  const struct ldap_list_request request = {.page = take_found, .user = &found, .stop = stop};
  struct reading reading = {.options = options,
                            .request = &request,
                            .result = out_end,
                            .answer_ms = patience_of(options, 0),
                            .limit_ms = LDAP_FIND_MS,
                            .max = SEVERAL};
  bool is_ours = ldap_name_make(&options->names, typed, &name) == LDAP_NAME_OK;
  int error = is_ours ? ldap_person_search_one(options, &name, &reading.search) : 0;
  *out_end = (struct ldap_list_end){.error = RADMFA_E_NOT_FOUND};
  if (is_ours) read_people(&reading, error);
  if (is_ours && !out_end->error && found.n != 1)
    out_end->error = found.n ? RADMFA_E_EXISTS : RADMFA_E_NOT_FOUND;
  if (!out_end->error) *out_person = person;
}
