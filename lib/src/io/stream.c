/* stream.c: a stream's life on its loop: name, addresses, TCP, TLS, and its end. */
#include <radmfa/stream.h>

#include "../core/mem.h"
#include "sockaddr.h"
#include "tls.h"

#include <netdb.h>
#include <stdio.h>

#include "../core/core.h"

#define ADDRESSES_MAX 8u /* of one name */
#define PIECE_SIZE 16384u
#define DETAIL_SIZE 256u
#define UNREAD_MIN 4096u
/* What is between us and the peer forgets who says nothing for some minutes, and tells nobody. */
#define KEEP_ALIVE_SEC 60u
/* What TLS adds of its own accord (alerts, answers to key updates) may go beyond the queue. */
#define QUEUE_LIMIT (RADMFA_STREAM_QUEUE_MAX * 2u)

enum state { CONNECTING, PLAIN, SHAKING, SECURE, CLOSING };

/* Ends by itself when the stream that wanted it is gone. */
struct lookup {
  uv_getaddrinfo_t request;
  radmfa_allocator allocator;
  radmfa_stream *stream; /* or NULL */
};

/* What goes out: a copy. */
struct piece {
  uv_write_t request;
  radmfa_allocator allocator;
  size_t len;
  uint8_t bytes[];
};

struct radmfa_stream {
  uv_loop_t *loop;
  uv_tcp_t tcp;
  uv_timer_t timer;
  uv_connect_t connect;
  bool is_tcp_open, is_timer_open;
  enum state state;
  bool was_busy;

  radmfa_stream_options options;
  radmfa_stream_callbacks callbacks;
  void *user;
  struct tls_peer peer;
  struct tls *tls; /* NULL: TLS_NEVER */
  struct lookup *lookup;
  struct sockaddr_storage addresses[ADDRESSES_MAX];
  unsigned n_addresses, next_address;
  uint64_t deadline_ms; /* of connecting, by the loop's clock */

  int error;
  char detail[DETAIL_SIZE];
  uint8_t raw[PIECE_SIZE]; /* as it came, before TLS */
  size_t n_unread, n_consumed;
  size_t unread_size;
  uint8_t unread[];
};

static size_t stream_size(const radmfa_stream *stream) {
  return sizeof *stream + stream->unread_size;
}

/* ---- the end ---- */

static void finish(radmfa_stream *stream) {
  void (*closed)(int, const char *, void *) = stream->callbacks.closed;
  void *user = stream->user;
  int error = stream->error;
  char detail[DETAIL_SIZE];
  memcpy(detail, stream->detail, sizeof detail);
  radmfa_allocator allocator = stream->options.allocator;
  size_t size = stream_size(stream);
  radmfa__tls_free(stream->tls);
  radmfa_wipe(stream, size);
  radmfa__free(&allocator, stream, size);
  closed(error, detail, user);
}

static void finish_if_closed(radmfa_stream *stream) {
  if (stream->state == CLOSING && !stream->is_tcp_open && !stream->is_timer_open) finish(stream);
}

static void try_next_address(radmfa_stream *stream);

static void on_tcp_closed(uv_handle_t *handle) {
  radmfa_stream *stream = handle->data;
  stream->is_tcp_open = false;
  if (stream->state == CONNECTING)
    try_next_address(stream);
  else
    finish_if_closed(stream);
}

static void on_timer_closed(uv_handle_t *handle) {
  radmfa_stream *stream = handle->data;
  stream->is_timer_open = false;
  finish_if_closed(stream);
}

static void close_tcp(radmfa_stream *stream) {
  uv_handle_t *tcp = (uv_handle_t *)&stream->tcp;
  if (stream->is_tcp_open && !uv_is_closing(tcp)) uv_close(tcp, on_tcp_closed);
}

static void leave_lookup(radmfa_stream *stream) {
  if (!stream->lookup) return;
  stream->lookup->stream = NULL;
  (void)uv_cancel((uv_req_t *)&stream->lookup->request); /* one that runs cannot be stopped */
  stream->lookup = NULL;
}

/* The first error is what `closed` tells. */
static void end(radmfa_stream *stream, int error, const char *detail) {
  if (stream->state == CLOSING) return;
  stream->state = CLOSING;
  stream->error = error;
  (void)snprintf(stream->detail, sizeof stream->detail, "%s", detail);
  leave_lookup(stream);
  close_tcp(stream);
  uv_close((uv_handle_t *)&stream->timer, on_timer_closed);
}

static const char *error_text(int error) {
  return error > RADMFA_E_TRUNCATED ? uv_strerror(error) : radmfa_strerror(error);
}

static void end_with(radmfa_stream *stream, int error) {
  end(stream, error, error_text(error));
}

static void end_tls(radmfa_stream *stream, int error) {
  const char *detail = radmfa__tls_detail(stream->tls);
  end(stream, error, detail[0] ? detail : error_text(error));
}

/* ---- out ---- */

static size_t queued(const radmfa_stream *stream) {
  return uv_stream_get_write_queue_size((const uv_stream_t *)&stream->tcp);
}

static void free_piece(struct piece *piece) {
  radmfa_allocator allocator = piece->allocator;
  size_t size = sizeof *piece + piece->len;
  radmfa_wipe(piece, size);
  radmfa__free(&allocator, piece, size);
}

static void on_written(uv_write_t *request, int status) {
  radmfa_stream *stream = request->handle->data;
  free_piece(CONTAINER(struct piece, request, request));
  if (stream->state == CLOSING) return;
  if (status < 0) {
    end_with(stream, status);
  } else if (stream->was_busy && queued(stream) == 0) {
    stream->was_busy = false;
    if (stream->callbacks.drained) stream->callbacks.drained(stream->user);
  }
}

static int send_copy(radmfa_stream *stream, radmfa_span bytes) {
  struct piece *piece = radmfa__alloc(&stream->options.allocator, sizeof *piece + bytes.len);
  if (!piece) return RADMFA_E_NO_MEMORY;
  piece->allocator = stream->options.allocator;
  piece->len = bytes.len;
  memcpy(piece->bytes, bytes.ptr, bytes.len);
  uv_buf_t buffer = uv_buf_init((char *)piece->bytes, (unsigned)piece->len);
  int error = uv_write(&piece->request, (uv_stream_t *)&stream->tcp, &buffer, 1, on_written);
  if (error) free_piece(piece);
  return error;
}

/* Sends what TLS has for the peer. */
static int flush(radmfa_stream *stream) {
  uint8_t bytes[PIECE_SIZE];
  for (size_t len; (len = radmfa__tls_take(stream->tls, bytes, sizeof bytes)) > 0;) {
    if (queued(stream) > QUEUE_LIMIT) return RADMFA_E_TOO_BIG;
    TRY(send_copy(stream, (radmfa_span){bytes, len}));
  }
  return 0;
}

static void flush_or_end(radmfa_stream *stream) {
  int error = flush(stream);
  if (error) end_with(stream, error);
}

static int write_secure(radmfa_stream *stream, radmfa_span bytes) {
  int error = radmfa__tls_write(stream->tls, bytes);
  if (!error) error = flush(stream);
  if (error) end_with(stream, error);
  return error;
}

int radmfa_stream_write(radmfa_stream *stream, radmfa_span bytes) {
  if (stream->state == CLOSING) return RADMFA_E_CANCELLED;
  if (bytes.len > RADMFA_STREAM_QUEUE_MAX) return RADMFA_E_TOO_BIG;
  if (stream->state != PLAIN && stream->state != SECURE) return RADMFA_E_BUSY;
  if (queued(stream) + bytes.len > RADMFA_STREAM_QUEUE_MAX) {
    stream->was_busy = true;
    return RADMFA_E_BUSY;
  }
  if (bytes.len == 0) return 0;
  return stream->state == SECURE ? write_secure(stream, bytes) : send_copy(stream, bytes);
}

/* ---- in ---- */

static size_t unread_room(const radmfa_stream *stream) {
  return stream->unread_size - stream->n_unread;
}

void radmfa_stream_consume(radmfa_stream *stream, size_t len) {
  size_t n_left = stream->n_unread - stream->n_consumed;
  stream->n_consumed += len < n_left ? len : n_left;
}

static void drop_consumed(radmfa_stream *stream) {
  stream->n_unread -= stream->n_consumed;
  memmove(stream->unread, stream->unread + stream->n_consumed, stream->n_unread);
  stream->n_consumed = 0;
}

/* What is consumed outside of `data` is moved away here. */
static void deliver(radmfa_stream *stream, size_t n_more) {
  stream->n_unread += n_more;
  drop_consumed(stream);
  stream->callbacks.data((radmfa_span){stream->unread, stream->n_unread}, stream->user);
  if (stream->state == CLOSING) return;
  drop_consumed(stream);
  if (unread_room(stream) == 0)
    end(stream, RADMFA_E_TOO_BIG, "too much has come that was not consumed");
}

static void read_secure(radmfa_stream *stream) {
  size_t len = 0;
  bool is_end = false;
  do {
    drop_consumed(stream);
    int error = radmfa__tls_read(stream->tls, stream->unread + stream->n_unread,
                                 unread_room(stream), &len, &is_end);
    if (error) {
      (void)flush(stream); /* the alert, if it can be sent */
      end_tls(stream, error);
    } else if (len > 0) {
      deliver(stream, len);
    }
  } while (len > 0 && stream->state == SECURE);
  if (stream->state != SECURE) return;
  flush_or_end(stream);
  if (is_end) end(stream, 0, "ended by the peer");
}

static void tell_connected(radmfa_stream *stream) {
  char subject[TLS_SUBJECT_SIZE];
  radmfa_stream_info info = {0};
  radmfa__sockaddr_get(&stream->addresses[stream->next_address - 1], &info.peer);
  if (stream->state == SECURE) radmfa__tls_describe(stream->tls, subject, &info);
  stream->callbacks.connected(&info, stream->user);
}

static void shake(radmfa_stream *stream) {
  bool is_done = false;
  int error = radmfa__tls_handshake(stream->tls, &is_done);
  int flush_error = flush(stream);
  if (error)
    end_tls(stream, error);
  else if (flush_error)
    end_with(stream, flush_error);
  if (!is_done || stream->state == CLOSING) return;
  (void)uv_timer_stop(&stream->timer);
  stream->state = SECURE;
  tell_connected(stream);
}

static void take_raw(radmfa_stream *stream, size_t len) {
  int error = radmfa__tls_feed(stream->tls, (radmfa_span){stream->raw, len});
  if (error) end_with(stream, error);
  if (stream->state == SHAKING) shake(stream);
  if (stream->state == SECURE) read_secure(stream);
}

/* Plain octets go where they are delivered from; the others through TLS first. */
static void on_alloc(uv_handle_t *handle, size_t suggested_size, uv_buf_t *out_buffer) {
  radmfa_stream *stream = handle->data;
  (void)suggested_size;
  if (stream->state != PLAIN) {
    *out_buffer = uv_buf_init((char *)stream->raw, sizeof stream->raw);
    return;
  }
  drop_consumed(stream);
  uint8_t *room = stream->unread + stream->n_unread;
  *out_buffer = uv_buf_init((char *)room, (unsigned)unread_room(stream));
}

static void take_read_error(radmfa_stream *stream, int error) {
  if (error != UV_EOF)
    end_with(stream, error);
  else if (stream->state == PLAIN)
    end(stream, 0, "ended by the peer");
  else
    end(stream, UV_EOF,
        stream->state == SHAKING ? "ended by the peer during the TLS handshake"
                                 : "cut off without TLS's close_notify");
}

static void on_read(uv_stream_t *tcp, ssize_t len, const uv_buf_t *buffer) {
  radmfa_stream *stream = tcp->data;
  (void)buffer;
  if (stream->state == CLOSING || len == 0) return;
  if (len < 0)
    take_read_error(stream, (int)len);
  else if (stream->state == PLAIN)
    deliver(stream, (size_t)len);
  else
    take_raw(stream, (size_t)len);
}

/* ---- beginning ---- */

static void on_handshake_timeout(uv_timer_t *timer) {
  end(timer->data, RADMFA_E_TIMED_OUT, "the TLS handshake took too long");
}

static void begin_tls(radmfa_stream *stream) {
  stream->state = SHAKING;
  (void)uv_timer_start(&stream->timer, on_handshake_timeout, stream->options.handshake_timeout_ms,
                       0);
  shake(stream); /* sends only: the peer has not said anything yet */
}

int radmfa_stream_start_tls(radmfa_stream *stream) {
  if (stream->state == CLOSING) return RADMFA_E_CANCELLED;
  if (stream->options.tls != RADMFA_STREAM_TLS_LATER) return RADMFA_E_INVALID;
  if (stream->state == CONNECTING) return RADMFA_E_BUSY;
  if (stream->state != PLAIN) return RADMFA_E_INVALID;
  if (stream->n_unread > stream->n_consumed) return RADMFA_E_INJECTED;
  begin_tls(stream);
  return 0;
}

static void take_connection(radmfa_stream *stream) {
  (void)uv_timer_stop(&stream->timer);
  (void)uv_tcp_nodelay(&stream->tcp, 1); /* slower without it, no more */
  (void)uv_tcp_keepalive(&stream->tcp, 1, KEEP_ALIVE_SEC);
  stream->state = PLAIN;
  int error = uv_read_start((uv_stream_t *)&stream->tcp, on_alloc, on_read);
  if (error)
    end_with(stream, error);
  else if (stream->options.tls == RADMFA_STREAM_TLS_NOW)
    begin_tls(stream);
  else
    tell_connected(stream);
}

static void note_failure(radmfa_stream *stream, int error) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_address address;
  radmfa__sockaddr_get(&stream->addresses[stream->next_address - 1], &address);
  stream->error = error;
  (void)snprintf(stream->detail, sizeof stream->detail, "%s: %s",
                 radmfa_address_format(&address, text), error_text(error));
}

/* on_tcp_closed goes on to the next address. */
static void on_connected(uv_connect_t *request, int status) {
  radmfa_stream *stream = request->handle->data;
  if (stream->state != CONNECTING || status == UV_ECANCELED) return;
  if (!status) {
    take_connection(stream);
    return;
  }
  note_failure(stream, status);
  close_tcp(stream);
}

static void on_attempt_timeout(uv_timer_t *timer) {
  radmfa_stream *stream = timer->data;
  note_failure(stream, RADMFA_E_TIMED_OUT);
  close_tcp(stream);
}

/* So that a silent address does not take the time of those behind it. */
static uint64_t share_of_time_ms(const radmfa_stream *stream) {
  uint64_t now_ms = uv_now(stream->loop), n_left = stream->n_addresses - stream->next_address;
  return now_ms < stream->deadline_ms ? (stream->deadline_ms - now_ms) / n_left : 0;
}

static void try_next_address(radmfa_stream *stream) {
  if (stream->next_address == stream->n_addresses) {
    char detail[DETAIL_SIZE];
    memcpy(detail, stream->detail, sizeof detail);
    end(stream, stream->error, detail);
    return;
  }
  (void)uv_timer_start(&stream->timer, on_attempt_timeout, share_of_time_ms(stream), 0);
  const struct sockaddr_storage *address = &stream->addresses[stream->next_address++];
  (void)uv_tcp_init(stream->loop, &stream->tcp); /* cannot fail: it makes no socket yet */
  stream->tcp.data = stream;
  stream->is_tcp_open = true;
  int error = uv_tcp_connect(&stream->connect, &stream->tcp, (const struct sockaddr *)address,
                             on_connected);
  if (!error) return;
  note_failure(stream, error);
  close_tcp(stream);
}

/* ---- names ---- */

static void keep_addresses(radmfa_stream *stream, const struct addrinfo *found) {
  for (; found && stream->n_addresses < ADDRESSES_MAX; found = found->ai_next)
    if (found->ai_family == AF_INET || found->ai_family == AF_INET6)
      memcpy(&stream->addresses[stream->n_addresses++], found->ai_addr, found->ai_addrlen);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
  struct lookup *lookup = CONTAINER(struct lookup, request, request);
  radmfa_stream *stream = lookup->stream;
  radmfa_allocator allocator = lookup->allocator;
  if (stream && !status) keep_addresses(stream, found);
  uv_freeaddrinfo(found);
  radmfa__free(&allocator, lookup, sizeof *lookup);
  if (!stream) return;
  stream->lookup = NULL;
  if (status || stream->n_addresses == 0)
    end_with(stream, status ? status : UV_EAI_NODATA);
  else
    try_next_address(stream);
}

static void on_lookup_timeout(uv_timer_t *timer) {
  end(timer->data, RADMFA_E_TIMED_OUT, "the name was not resolved in time");
}

static int look_up(radmfa_stream *stream) {
  char port[sizeof "65535"];
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  struct lookup *lookup = radmfa__alloc(&stream->options.allocator, sizeof *lookup);
  if (!lookup) return RADMFA_E_NO_MEMORY;
  lookup->allocator = stream->options.allocator;
  lookup->stream = stream;
  (void)snprintf(port, sizeof port, "%u", (unsigned)stream->peer.port);
  int error =
      uv_getaddrinfo(stream->loop, &lookup->request, on_resolved, stream->peer.host, port, &hints);
  if (error) {
    radmfa__free(&stream->options.allocator, lookup, sizeof *lookup);
    return error;
  }
  stream->lookup = lookup;
  return uv_timer_start(&stream->timer, on_lookup_timeout, stream->options.connect_timeout_ms, 0);
}

/* An address needs no look-up, and none of the threads that look-ups wait for. */
static bool is_address(radmfa_stream *stream) {
  struct sockaddr_storage *address = &stream->addresses[0];
  int port = stream->peer.port;
  if (uv_ip4_addr(stream->peer.host, port, (struct sockaddr_in *)(void *)address) &&
      uv_ip6_addr(stream->peer.host, port, (struct sockaddr_in6 *)(void *)address))
    return false;
  stream->n_addresses = 1;
  return true;
}

/* ---- life ---- */

void radmfa_stream_options_init(radmfa_stream_options *options) {
  *options = (radmfa_stream_options){.size = sizeof *options,
                                     .tls = RADMFA_STREAM_TLS_NOW,
                                     .connect_timeout_ms = 5000,
                                     .handshake_timeout_ms = 5000,
                                     .unread_max = 65536};
}

static bool copy_name(const char *name, char out_name[RADMFA_STREAM_NAME_SIZE]) {
  radmfa_span text = radmfa_text(name);
  if (text.len < 1 || text.len >= RADMFA_STREAM_NAME_SIZE) return false;
  memcpy(out_name, text.ptr, text.len + 1);
  return true;
}

static int read_options(const radmfa_stream_options *given, const radmfa_tls_context *context,
                        radmfa_stream_options *out_options, struct tls_peer *out_peer) {
  radmfa_stream_options_init(out_options);
  OPTIONS_COPY(out_options, given);
  const char *host = out_options->host, *server_name = out_options->server_name;
  if (!copy_name(host, out_peer->host) || out_options->port == 0 ||
      !copy_name(server_name ? server_name : host, out_peer->server_name) ||
      out_options->tls > RADMFA_STREAM_TLS_NEVER || out_options->unread_max < UNREAD_MIN ||
      (!context && out_options->tls != RADMFA_STREAM_TLS_NEVER))
    return RADMFA_E_INVALID;
  out_peer->port = out_options->port;
  if (!out_options->allocator.alloc_fn) out_options->allocator = radmfa__allocator(NULL);
  return 0;
}

static int stream_new(radmfa_tls_context *context, const radmfa_stream_options *options,
                      const struct tls_peer *peer, radmfa_stream **out_stream) {
  size_t size = sizeof(radmfa_stream) + options->unread_max;
  radmfa_stream *stream = radmfa__alloc(&options->allocator, size);
  if (!stream) return RADMFA_E_NO_MEMORY;
  stream->options = *options;
  stream->peer = *peer;
  stream->unread_size = options->unread_max;
  int error = options->tls == RADMFA_STREAM_TLS_NEVER
                  ? 0
                  : radmfa__tls_new(context, &stream->peer, &stream->tls);
  if (error)
    radmfa__free(&options->allocator, stream, size);
  else
    *out_stream = stream;
  return error;
}

/* What fails from here on is told by `closed`. */
static void begin(radmfa_stream *stream) {
  (void)uv_timer_init(stream->loop, &stream->timer); /* cannot fail */
  stream->timer.data = stream;
  stream->is_timer_open = true;
  uv_update_time(stream->loop);
  stream->deadline_ms = uv_now(stream->loop) + stream->options.connect_timeout_ms;
  if (is_address(stream)) {
    try_next_address(stream);
    return;
  }
  int error = look_up(stream);
  if (error) end_with(stream, error);
}

int radmfa_stream_connect(uv_loop_t *loop, radmfa_tls_context *context,
                          const radmfa_stream_options *options,
                          const radmfa_stream_callbacks *callbacks, void *user,
                          radmfa_stream **out_stream) {
  radmfa_stream_options complete;
  struct tls_peer peer = {.port = 0};
  radmfa_stream *stream;
  TRY(read_options(options, context, &complete, &peer));
  TRY(stream_new(context, &complete, &peer, &stream));
  stream->loop = loop;
  stream->callbacks = *callbacks;
  stream->user = user;
  begin(stream);
  *out_stream = stream;
  return 0;
}

void radmfa_stream_close(radmfa_stream *stream) {
  if (!stream || stream->state == CLOSING) return;
  if (stream->state == SECURE) {
    radmfa__tls_end(stream->tls);
    (void)flush(stream);
  }
  end_with(stream, RADMFA_E_CANCELLED);
}
