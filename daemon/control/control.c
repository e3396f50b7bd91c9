/* control.c: connections, the requests that are under way on them, and what other threads have to
 * say. A call outlives its connection, until its verb has ended it. */
#include "control.h"

#include "../loop_thread.h"
#include "control_request.h"
#include "control_socket.h"
#include "control_text.h"

#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of answers that nobody reads; then the connection is closed. */
#define UNREAD_MAX (4u << 20)

struct control_connection {
  uv_pipe_t pipe;
  struct control *control;
  struct control_connection *previous, *next;
  struct control_call *calls;
  unsigned n_calls;
  bool is_closed;      /* nothing is said on it any more */
  bool is_handle_gone; /* libuv does not know it any more */
  size_t len;
  char line[CONTROL_LINE_MAX]; /* what has come of it */
};

struct control_call {
  struct control_connection *connection;
  struct control_call *previous, *next;
  json_t *id;
  void (*gone)(void *user);
  void *user;
};

struct control {
  struct control_options options;
  struct loop_thread *thread;
  char *path; /* that is ours to remove */
  uv_pipe_t pipe;
  uv_async_t async;
  struct control_connection *connections; /* also those that have calls alone */
  unsigned n_connections;
  unsigned n_held; /* calls, and what else is under way */
  bool is_closing;
  pthread_mutex_t lock; /* the next ones */
  struct control_work *first, **last;
  bool must_close;
};

/* ---- connections ---- */

static void free_if_over(struct control_connection *connection) {
  struct control *control = connection->control;
  if (!connection->is_handle_gone || connection->calls) return;
  *(connection->previous ? &connection->previous->next : &control->connections) = connection->next;
  if (connection->next) connection->next->previous = connection->previous;
  control->n_connections--;
  sodium_memzero(connection->line, sizeof connection->line);
  free(connection);
  (void)uv_async_send(&control->async); /* it may be the last that is waited for */
}

static void on_connection_gone(uv_handle_t *handle) {
  struct control_connection *connection = handle->data;
  connection->is_handle_gone = true;
  free_if_over(connection);
}

static void close_connection(struct control_connection *connection) {
  if (connection->is_closed) return;
  connection->is_closed = true;
  uv_close((uv_handle_t *)&connection->pipe, on_connection_gone);
  for (struct control_call *call = connection->calls, *next; call; call = next) {
    next = call->next; /* who is told may end it */
    void (*gone)(void *user) = call->gone;
    call->gone = NULL;
    if (gone) gone(call->user);
  }
}

/* ---- answers ---- */

struct answer {
  uv_write_t write;
  bool is_last; /* the connection is closed behind it */
  char *text;
};

static void on_written(uv_write_t *write, int status) {
  struct answer *answer = write->data;
  struct control_connection *connection = write->handle->data;
  if (answer->is_last || status < 0) close_connection(connection);
  sodium_memzero(answer->text, strlen(answer->text)); /* a token, or a secret for an app */
  free(answer->text);
  free(answer);
}

static bool send_text(struct control_connection *connection, char *text, bool is_last) {
  struct answer *answer = calloc(1, sizeof *answer);
  uv_buf_t buffer = uv_buf_init(text, (unsigned)strlen(text));
  if (!answer) return false;
  answer->write.data = answer;
  answer->is_last = is_last;
  answer->text = text;
  if (!uv_write(&answer->write, (uv_stream_t *)&connection->pipe, &buffer, 1, on_written))
    return true;
  free(answer);
  return false;
}

/* The line, or NULL. */
static char *line_of(const json_t *json) {
  char *dump = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
  char *line = NULL;
  if (dump && asprintf(&line, "%s\n", dump) < 0) line = NULL;
  if (dump) sodium_memzero(dump, strlen(dump));
  free(dump);
  return line;
}

/* Takes `json` over. Who cannot be told anything any more is not kept waiting. */
static void send_json(struct control_connection *connection, json_t *json, bool is_last) {
  char *line = json && !connection->is_closed ? line_of(json) : NULL;
  json_decref(json);
  if (connection->is_closed) return;
  bool is_read = uv_stream_get_write_queue_size((uv_stream_t *)&connection->pipe) <= UNREAD_MAX;
  if (line && is_read && send_text(connection, line, is_last)) return;
  free(line);
  close_connection(connection);
}

static json_t *error_json(json_t *id, const char *word, const char *text) {
  return json_pack("{s:O, s:s, s:s}", "id", id, "error", word, "text", text);
}

/* ---- calls ---- */

static struct control_call *new_call(struct control_connection *connection, json_t *id) {
  struct control_call *call =
      connection->n_calls < CONTROL_CALLS_MAX ? calloc(1, sizeof *call) : NULL;
  if (!call) return NULL;
  call->connection = connection;
  call->id = json_incref(id);
  call->next = connection->calls;
  if (call->next) call->next->previous = call;
  connection->calls = call;
  connection->n_calls++;
  control_hold(connection->control);
  return call;
}

static void free_call(struct control_call *call) {
  struct control_connection *connection = call->connection;
  struct control *control = connection->control;
  *(call->previous ? &call->previous->next : &connection->calls) = call->next;
  if (call->next) call->next->previous = call->previous;
  connection->n_calls--;
  json_decref(call->id);
  free(call);
  free_if_over(connection);
  control_release(control);
}

void control_event(struct control_call *call, const char *event, json_t *more) {
  json_t *json = more ? more : json_object();
  if (json && (json_object_set(json, "id", call->id) ||
               json_object_set_new(json, "event", json_string(event)))) {
    json_decref(json);
    json = NULL;
  }
  send_json(call->connection, json, false);
}

void control_end(struct control_call *call, json_t *ok) {
  if (ok)
    send_json(call->connection, json_pack("{s:O, s:o}", "id", call->id, "ok", ok), false);
  else
    send_json(call->connection, error_json(call->id, "failed", "out of memory"), false);
  free_call(call);
}

void control_fail(struct control_call *call, const char *word, const char *format, ...) {
  char text[CONTROL_ERROR_SIZE * 2];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  json_t *shown = control_text(radmfa_text(text)); /* it may have been cut within a character */
  send_json(call->connection,
            shown ? json_pack("{s:O, s:s, s:o}", "id", call->id, "error", word, "text", shown)
                  : NULL,
            false);
  free_call(call);
}

void control_on_gone(struct control_call *call, void (*gone)(void *user), void *user) {
  call->gone = gone;
  call->user = user;
}

/* ---- requests ---- */

static const struct control_verb *find_verb(const struct control *control, const char *name) {
  for (size_t i = 0; i < control->options.n_verbs; i++)
    if (strcmp(control->options.verbs[i].name, name) == 0) return &control->options.verbs[i];
  return NULL;
}

static void run_verb(struct control_connection *connection, const struct control_request *request) {
  const struct control *control = connection->control;
  const struct control_verb *verb = find_verb(control, request->verb);
  struct control_call *call = verb ? new_call(connection, request->id) : NULL;
  const char *unknown = NULL;
  if (call && verb->arguments)
    unknown = control_request_unknown(request->arguments, verb->arguments);
  if (unknown)
    control_fail(call, "bad_request", "%s has no argument `%.100s`", verb->name, unknown);
  else if (call)
    verb->run(call, request->arguments, control->options.context);
  else if (verb)
    send_json(connection, error_json(request->id, "limit", "too many requests are under way"),
              false);
  else
    send_json(connection, error_json(request->id, "unknown_verb", "there is no such verb"), false);
}

static void take_line(struct control_connection *connection, radmfa_span line) {
  struct control_request request;
  if (control_request_read(line, &request))
    run_verb(connection, &request);
  else
    send_json(connection, error_json(request.id, "bad_request", request.error), false);
  control_request_cleanup(&request);
}

/* Takes the lines that have come to their end out of it. */
static void take_lines(struct control_connection *connection) {
  char *from = connection->line, *end = connection->line + connection->len, *newline;
  while (!connection->is_closed && (newline = memchr(from, '\n', (size_t)(end - from)))) {
    take_line(connection, (radmfa_span){(uint8_t *)from, (size_t)(newline - from)});
    from = newline + 1;
  }
  size_t left = (size_t)(end - from);
  memmove(connection->line, from, left);
  sodium_memzero(connection->line + left, connection->len - left);
  connection->len = left;
}

static void refuse_long_line(struct control_connection *connection) {
  (void)uv_read_stop((uv_stream_t *)&connection->pipe);
  send_json(connection, error_json(json_null(), "too_long", "a line has at most 64 KiB"), true);
}

static void offer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer) {
  struct control_connection *connection = handle->data;
  (void)suggested;
  *buffer = uv_buf_init(connection->line + connection->len,
                        (unsigned)(sizeof connection->line - connection->len));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer) {
  struct control_connection *connection = stream->data;
  (void)buffer;
  if (n < 0) {
    close_connection(connection);
    return;
  }
  connection->len += (size_t)n;
  take_lines(connection);
  if (!connection->is_closed && connection->len == sizeof connection->line)
    refuse_long_line(connection);
}

/* ---- who connects ---- */

static void on_refused(uv_handle_t *handle) {
  free(handle->data);
}

static void link_connection(struct control *control, struct control_connection *connection) {
  connection->control = control;
  connection->next = control->connections;
  if (connection->next) connection->next->previous = connection;
  control->connections = connection;
  control->n_connections++;
}

static void on_connect(uv_stream_t *server, int status) {
  struct control *control = server->data;
  struct control_connection *connection = status < 0 ? NULL : calloc(1, sizeof *connection);
  if (!connection) return;
  connection->pipe.data = connection;
  (void)uv_pipe_init(loop_thread_loop(control->thread), &connection->pipe, 0);
  if (uv_accept(server, (uv_stream_t *)&connection->pipe) ||
      control->n_connections == CONTROL_CONNECTIONS_MAX) {
    uv_close((uv_handle_t *)&connection->pipe, on_refused);
    return;
  }
  link_connection(control, connection);
  if (uv_read_start((uv_stream_t *)&connection->pipe, offer_room, on_read))
    close_connection(connection);
}

/* ---- what comes from other threads, and the end ---- */

static void stop_if_over(struct control *control) {
  if (!control->is_closing || control->n_held || control->connections) return;
  uv_close((uv_handle_t *)&control->async, NULL);
  loop_thread_stop(control->thread);
}

void control_hold(struct control *control) {
  control->n_held++;
}

/* Not at once: whoever releases may go on with what is his. */
void control_release(struct control *control) {
  control->n_held--;
  (void)uv_async_send(&control->async);
}

static void close_all(struct control *control) {
  control->is_closing = true;
  uv_close((uv_handle_t *)&control->pipe, NULL);
  for (struct control_connection *one = control->connections, *next; one; one = next) {
    next = one->next;
    close_connection(one);
  }
}

static struct control_work *take_work(struct control *control) {
  pthread_mutex_lock(&control->lock);
  struct control_work *work = control->first;
  if (work && !(control->first = work->next)) control->last = &control->first;
  pthread_mutex_unlock(&control->lock);
  return work;
}

static void on_async(uv_async_t *async) {
  struct control *control = async->data;
  struct control_work *work;
  while ((work = take_work(control))) work->run(work->arg); /* which may free it */
  pthread_mutex_lock(&control->lock);
  bool must_close = control->must_close;
  pthread_mutex_unlock(&control->lock);
  if (must_close && !control->is_closing) close_all(control);
  stop_if_over(control);
}

void control_post_work(struct control *control, struct control_work *work) {
  work->next = NULL;
  pthread_mutex_lock(&control->lock);
  *control->last = work;
  control->last = &work->next;
  (void)uv_async_send(&control->async); /* with the lock: it may be the last that is waited for */
  pthread_mutex_unlock(&control->lock);
}

struct posted {
  struct control_work work;
  void (*run)(void *arg);
  void *arg;
};

static void run_posted(void *arg) {
  struct posted *posted = arg;
  void (*run)(void *) = posted->run;
  void *its = posted->arg;
  free(posted);
  run(its);
}

bool control_post(struct control *control, void (*run)(void *arg), void *arg) {
  struct posted *posted = malloc(sizeof *posted);
  if (!posted) return false;
  *posted = (struct posted){{.run = run_posted, .arg = posted}, run, arg};
  control_post_work(control, &posted->work);
  return true;
}

struct control *control_of(const struct control_call *call) {
  return call->connection->control;
}

uv_loop_t *control_loop(struct control *control) {
  return loop_thread_loop(control->thread);
}

/* ---- life ---- */

static bool make_handles(struct control *control) {
  if (loop_thread_new(&control->thread)) return false;
  control->pipe.data = control->async.data = control;
  if (uv_async_init(control_loop(control), &control->async, on_async)) {
    loop_thread_leave(control->thread);
    return false;
  }
  (void)uv_pipe_init(control_loop(control), &control->pipe, 0);
  return true;
}

static struct control *new_control(const struct control_options *options) {
  struct control *control = sodium_init() < 0 ? NULL : calloc(1, sizeof *control);
  if (!control) return NULL;
  control->options = *options;
  control->last = &control->first;
  (void)pthread_mutex_init(&control->lock, NULL);
  if (make_handles(control)) return control;
  pthread_mutex_destroy(&control->lock);
  free(control);
  return NULL;
}

static bool listen_at(struct control *control, int fd, char out_error[CONTROL_ERROR_SIZE]) {
  int error = uv_pipe_open(&control->pipe, fd);
  if (error)
    close(fd);
  else
    error = uv_listen((uv_stream_t *)&control->pipe, SOMAXCONN, on_connect);
  if (error) snprintf(out_error, CONTROL_ERROR_SIZE, "%s", uv_strerror(error));
  return !error;
}

struct control *control_new(const struct control_options *options, bool *out_has_group,
                            char out_error[CONTROL_ERROR_SIZE]) {
  struct control *control = new_control(options);
  snprintf(out_error, CONTROL_ERROR_SIZE, "out of memory");
  if (!control) return NULL;
  control_request_wipe_always();
  int fd = control_socket_open(options->path, options->group, out_has_group, out_error,
                               CONTROL_ERROR_SIZE);
  if (fd >= 0) control->path = strdup(options->path);
  if (fd >= 0 && listen_at(control, fd, out_error)) return control;
  control_free(control);
  return NULL;
}

bool control_start(struct control *control) {
  return loop_thread_start(control->thread, control->options.thread);
}

void control_free(struct control *control) {
  if (!control) return;
  if (control->path) (void)unlink(control->path);
  pthread_mutex_lock(&control->lock);
  control->must_close = true;
  (void)uv_async_send(&control->async);
  pthread_mutex_unlock(&control->lock);
  loop_thread_leave(control->thread);
  pthread_mutex_destroy(&control->lock);
  free(control->path);
  free(control);
}
