/* ldap_connection.c: StartTLS, messages out of a stream's octets, whether each was asked for, and
 * how long an answer may take. */
#include "ldap_connection.h"

#include "../memory.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>

/* Of one message, so of what a server can make us keep. An entry has the attributes that were asked
 * for and no others. */
#define UNREAD_MAX 65536u
#define DETAIL_SIZE 256u
#define NOTICE_OF_DISCONNECTION "1.3.6.1.4.1.1466.20036" /* RFC 4511 4.4.1 */

enum state { CONNECTING, STARTING_TLS, SHAKING, IDLE, BINDING, SEARCHING, CLOSING };

struct ldap_connection {
  radmfa_stream *stream;
  uv_timer_t timer; /* of what is under way */
  enum state state;
  bool has_unasked; /* octets came while idle: the begin of a message that nobody wants */
  int32_t id;       /* of the latest request; 0: none yet */
  enum ldap_tls tls;
  uint32_t connect_timeout_ms, answer_timeout_ms;
  struct ldap_connection_callbacks callbacks;
  void *user;
  int error;
  char detail[DETAIL_SIZE];
};

/* ---- the end ---- */

static void on_timer_closed(uv_handle_t *handle) {
  struct ldap_connection *connection = handle->data;
  struct ldap_connection last = *connection;
  free(connection);
  last.callbacks.closed(last.error, last.detail, last.user);
}

static void note_end(struct ldap_connection *connection, int error, radmfa_span detail) {
  bool is_between = connection->state == IDLE || connection->state == CLOSING;
  connection->error = error || is_between ? error : UV_EOF;
  connection->state = CLOSING;
  (void)uv_timer_stop(&connection->timer);
  (void)snprintf(connection->detail, sizeof connection->detail, "%.*s", (int)detail.len,
                 detail.len ? (const char *)detail.ptr : "");
}

static void on_stream_closed(int error, const char *detail, void *user) {
  struct ldap_connection *connection = user;
  if (connection->state != CLOSING) note_end(connection, error, radmfa_text(detail));
  uv_close((uv_handle_t *)&connection->timer, on_timer_closed);
}

/* The first error is what `closed` tells. */
static void end(struct ldap_connection *connection, int error, radmfa_span detail) {
  if (connection->state == CLOSING) return;
  note_end(connection, error, detail);
  radmfa_stream_close(connection->stream);
}

static void end_with(struct ldap_connection *connection, int error, const char *detail) {
  end(connection, error, radmfa_text(detail));
}

static void end_by(struct ldap_connection *connection, int error) {
  end_with(connection, error,
           error > RADMFA_E_TRUNCATED ? uv_strerror(error) : radmfa_strerror(error));
}

static void end_by_answer(struct ldap_connection *connection, int error, const char *what,
                          const struct ldap_message *message) {
  char detail[DETAIL_SIZE];
  int len = snprintf(detail, sizeof detail, "%s: result %d, %.*s", what, message->result,
                     (int)message->diagnostic.len,
                     message->diagnostic.len ? (const char *)message->diagnostic.ptr : "");
  end_with(connection, error, len < 0 ? what : detail);
}

static void on_timeout(uv_timer_t *timer) {
  struct ldap_connection *connection = timer->data;
  end_with(connection, RADMFA_E_TIMED_OUT,
           connection->state == STARTING_TLS ? "no answer to StartTLS in time"
           : connection->state == IDLE       ? "half a message came, unasked"
                                             : "no answer in time");
}

static void limit(struct ldap_connection *connection, uint32_t timeout_ms) {
  (void)uv_timer_start(&connection->timer, on_timeout, timeout_ms, 0);
}

/* ---- out ---- */

static int32_t next_id(struct ldap_connection *connection) {
  connection->id = connection->id == INT32_MAX ? 1 : connection->id + 1;
  return connection->id;
}

/* A write that fails ends the connection: some of it may have gone out, so it counts as sent. */
static void say(struct ldap_connection *connection, struct ldap_bytes *message) {
  int error = radmfa_stream_write(connection->stream, (radmfa_span){message->ptr, message->len});
  ldap_bytes_free(message);
  if (error) end_by(connection, error);
}

static void begin(struct ldap_connection *connection, enum state state, uint32_t timeout_ms,
                  struct ldap_bytes *message) {
  connection->state = state;
  uv_update_time(connection->timer.loop);
  limit(connection, timeout_ms);
  say(connection, message);
}

int ldap_connection_bind(struct ldap_connection *connection, radmfa_span name,
                         radmfa_span password) {
  struct ldap_bytes message;
  if (!ldap_connection_is_idle(connection)) return RADMFA_E_BUSY;
  int error = ldap_write_bind(next_id(connection), name, password, &message);
  if (!error) begin(connection, BINDING, connection->answer_timeout_ms, &message);
  return error;
}

int ldap_connection_search(struct ldap_connection *connection, const struct ldap_search *search) {
  struct ldap_bytes message;
  if (!ldap_connection_is_idle(connection)) return RADMFA_E_BUSY;
  int error = ldap_write_search(next_id(connection), search, &message);
  if (!error) begin(connection, SEARCHING, connection->answer_timeout_ms, &message);
  return error;
}

int ldap_connection_probe(struct ldap_connection *connection) {
  static const char *const none[] = {"1.1"}; /* RFC 4511 4.5.1.8 */
  const struct ldap_search search = {.scope = LDAP_SCOPE_ENTRY,
                                     .filter = radmfa_text("(objectClass=*)"),
                                     .attributes = none,
                                     .n_attributes = 1};
  return ldap_connection_search(connection, &search);
}

bool ldap_connection_is_idle(const struct ldap_connection *connection) {
  return connection->state == IDLE && !connection->has_unasked;
}

static void send_unbind(struct ldap_connection *connection) {
  struct ldap_bytes message;
  if (ldap_write_unbind(next_id(connection), &message) == 0) say(connection, &message);
}

void ldap_connection_close(struct ldap_connection *connection) {
  if (!connection || connection->state == CLOSING) return;
  if (connection->state == IDLE) send_unbind(connection);
  end_by(connection, RADMFA_E_CANCELLED);
}

/* ---- TLS ---- */

static void become_idle(struct ldap_connection *connection) {
  connection->state = IDLE;
  (void)uv_timer_stop(&connection->timer);
}

static void ask_for_tls(struct ldap_connection *connection) {
  struct ldap_bytes message;
  int error = ldap_write_start_tls(next_id(connection), &message);
  if (error)
    end_by(connection, error);
  else
    begin(connection, STARTING_TLS, connection->connect_timeout_ms, &message);
}

static void on_connected(const radmfa_stream_info *info, void *user) {
  struct ldap_connection *connection = user;
  if (connection->state == CONNECTING && connection->tls == LDAP_TLS_START) {
    ask_for_tls(connection);
    return;
  }
  become_idle(connection);
  connection->callbacks.ready(info, connection->user);
}

/* RFC 4511 4.14.2. A server without TLS says so by protocolError. */
static void take_tls_answer(struct ldap_connection *connection,
                            const struct ldap_message *message) {
  if (message->result != 0) {
    end_by_answer(connection, RADMFA_E_INVALID, "StartTLS was refused", message);
    return;
  }
  (void)uv_timer_stop(&connection->timer);
  connection->state = SHAKING;
  int error = radmfa_stream_start_tls(connection->stream);
  if (error) end_by(connection, error);
}

/* ---- in ---- */

static bool is_asked_for(const struct ldap_connection *connection,
                         const struct ldap_message *message) {
  if (message->id != connection->id) return false;
  switch (connection->state) {
    case STARTING_TLS: return message->type == LDAP_EXTENDED_RESPONSE;
    case BINDING: return message->type == LDAP_BIND_RESPONSE;
    case SEARCHING:
      return message->type == LDAP_SEARCH_ENTRY || message->type == LDAP_SEARCH_REFERENCE ||
             message->type == LDAP_SEARCH_DONE;
    default: return false;
  }
}

static bool is_notice_of_disconnection(const struct ldap_message *message) {
  return message->id == 0 && message->type == LDAP_EXTENDED_RESPONSE &&
         radmfa_span_equal(message->response_name, radmfa_text(NOTICE_OF_DISCONNECTION));
}

static void take(struct ldap_connection *connection, const struct ldap_message *message) {
  if (is_notice_of_disconnection(message)) {
    end_by_answer(connection, 0, "the server disconnects", message);
  } else if (!is_asked_for(connection, message)) {
    end_with(connection, RADMFA_E_INVALID, "a message came that nothing had asked for");
  } else if (connection->state == STARTING_TLS) {
    take_tls_answer(connection, message);
  } else {
    bool is_last = message->type == LDAP_BIND_RESPONSE || message->type == LDAP_SEARCH_DONE;
    if (is_last) become_idle(connection);
    connection->callbacks.message(message, connection->user);
  }
}

/* The message that `bytes` begin with: its octets are cut off `*inout_bytes`. False: it is not
 * there yet, or the connection ends. */
static bool take_first(struct ldap_connection *connection, radmfa_span *inout_bytes) {
  struct ldap_message message;
  size_t size = 0;
  int known = ldap_message_size(*inout_bytes, &size);
  if (known == 0 || (known > 0 && size <= UNREAD_MAX && size > inout_bytes->len)) return false;
  if (known < 0 || size > UNREAD_MAX ||
      ldap_message_read((radmfa_span){inout_bytes->ptr, size}, &message)) {
    end_with(connection, RADMFA_E_MALFORMED,
             size > UNREAD_MAX ? "a message is too long" : "what came is no LDAP message");
    return false;
  }
  radmfa_stream_consume(connection->stream, size);
  inout_bytes->ptr += size;
  inout_bytes->len -= size;
  take(connection, &message);
  return true;
}

static void on_data(radmfa_span bytes, void *user) {
  struct ldap_connection *connection = user;
  while (connection->state != CLOSING && take_first(connection, &bytes))
    ;
  bool was_unasked = connection->has_unasked;
  connection->has_unasked = connection->state == IDLE && bytes.len > 0;
  if (connection->has_unasked && !was_unasked) limit(connection, connection->answer_timeout_ms);
}

/* ---- life ---- */

static radmfa_stream_options stream_options(const struct ldap_connection_options *from) {
  static const radmfa_stream_tls tls[] = {
      [LDAP_TLS_LDAPS] = RADMFA_STREAM_TLS_NOW,
      [LDAP_TLS_START] = RADMFA_STREAM_TLS_LATER,
      [LDAP_TLS_PLAIN] = RADMFA_STREAM_TLS_NEVER,
  };
  radmfa_stream_options options;
  radmfa_stream_options_init(&options);
  options.host = from->server->host;
  options.port = from->server->port;
  options.server_name = from->server->server_name;
  options.tls = tls[from->server->tls];
  options.connect_timeout_ms = options.handshake_timeout_ms = from->connect_timeout_ms;
  options.unread_max = UNREAD_MAX;
  options.allocator = memory_allocator;
  return options;
}

int ldap_connection_open(uv_loop_t *loop, const struct ldap_connection_options *options,
                         const struct ldap_connection_callbacks *callbacks, void *user,
                         struct ldap_connection **out_connection) {
  static const radmfa_stream_callbacks stream_callbacks = {
      .connected = on_connected, .data = on_data, .closed = on_stream_closed};
  radmfa_stream_options stream = stream_options(options);
  struct ldap_connection *connection = calloc(1, sizeof *connection);
  if (!connection) return RADMFA_E_NO_MEMORY;
  connection->tls = options->server->tls;
  connection->connect_timeout_ms = options->connect_timeout_ms;
  connection->answer_timeout_ms = options->answer_timeout_ms;
  connection->callbacks = *callbacks;
  connection->user = user;
  int error = radmfa_stream_connect(loop, options->tls, &stream, &stream_callbacks, connection,
                                    &connection->stream);
  if (error) {
    free(connection);
    return error;
  }
  (void)uv_timer_init(loop, &connection->timer); /* cannot fail */
  connection->timer.data = connection;
  *out_connection = connection;
  return 0;
}
