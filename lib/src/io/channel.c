#include "channel.h"

#include "../core/core.h"
#include "../core/idpool.h"
#include "../core/mem.h"
#include "batch.h"
#include "sockaddr.h"

#include <errno.h>
#include <radmfa/attr.h>
#include <unistd.h>

#define REST_MS 1000u       /* before an identifier is used again (RFC 5080 2.2.2) */
#define IDLE_MS 30000u      /* then a socket is closed */
#define BATCHES_AT_ONCE 16u /* then other sockets of the loop get their turn */

struct channel_slab {
  struct mmsghdr headers[CHANNEL_BATCH];
  struct iovec iovs[CHANNEL_BATCH];
  uint8_t bytes[CHANNEL_BATCH][RADMFA_PACKET_SIZE_MAX];
};

struct connection {
  uv_poll_t poll;
  struct channel *channel;
  int fd;
  uint16_t number;
};

struct channel {
  struct channel_options options;
  struct idpool ids;
  struct connection **connections; /* by number; NULL where it was closed */
  uint32_t connections_size;
  uint32_t n_connections;
  unsigned n_closing; /* and whose memory is the loop's still */
  bool is_closing;
  void (*closed)(void *user);
  void *closed_user;

  uint16_t out_socket; /* which one `out` is for */
  struct batch out;
};

/* ---- the slab ---- */

int radmfa__channel_slab_new(const radmfa_allocator *allocator, struct channel_slab **out_slab) {
  struct channel_slab *slab = radmfa__alloc(allocator, sizeof *slab);
  if (!slab) return RADMFA_E_NO_MEMORY;
  for (unsigned i = 0; i < CHANNEL_BATCH; i++) {
    slab->iovs[i] = (struct iovec){slab->bytes[i], sizeof slab->bytes[i]};
    slab->headers[i].msg_hdr = (struct msghdr){.msg_iov = &slab->iovs[i], .msg_iovlen = 1};
  }
  *out_slab = slab;
  return 0;
}

void radmfa__channel_slab_free(const radmfa_allocator *allocator, struct channel_slab *slab) {
  if (!slab) return;
  radmfa_wipe(slab->bytes, sizeof slab->bytes); /* replies may have held keys */
  radmfa__free(allocator, slab, sizeof *slab);
}

/* ---- in ---- */

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct connection *connection) {
  /* cannot fail: the descriptor is being polled already */
  (void)uv_poll_start(&connection->poll, UV_READABLE, on_poll);
}

/* Receives and hands on one batch. False when there was less than a full one, or the channel is
 * being closed. */
static bool receive_batch(struct connection *connection) {
  struct channel *channel = connection->channel;
  struct channel_slab *slab = channel->options.slab;
  int n = recvmmsg(connection->fd, slab->headers, CHANNEL_BATCH, MSG_DONTWAIT, NULL);
  if (n < 0 && errno == ECONNREFUSED) {
    channel->options.refused(channel->options.user, connection->number);
    return !channel->is_closing; /* the error was one datagram's; there may be others behind it */
  }
  if (n <= 0) return false;
  radmfa_span datagrams[CHANNEL_BATCH];
  for (int i = 0; i < n; i++) {
    bool is_whole = !(slab->headers[i].msg_hdr.msg_flags & MSG_TRUNC);
    datagrams[i] = (radmfa_span){slab->bytes[i], is_whole ? slab->headers[i].msg_len : 0};
  }
  channel->options.received(channel->options.user, connection->number, datagrams, (size_t)n);
  return n == (int)CHANNEL_BATCH && !channel->is_closing;
}

static void on_poll(uv_poll_t *poll, int status, int events) {
  struct connection *connection = poll->data;
  (void)events;
  if (status < 0) watch(connection); /* libuv stops on a pending error; reading takes it out */
  for (unsigned i = 0; i < BATCHES_AT_ONCE && receive_batch(connection); i++) continue;
}

/* ---- sockets ---- */

static int set_source(int fd, const struct channel_options *options, int family) {
  static const radmfa_address none;
  struct sockaddr_storage from = {0};
  radmfa_address source = options->source;
  if (radmfa_span_equal((radmfa_span){source.ip, 16}, (radmfa_span){none.ip, 16})) return 0;
  source.port = 0;
  socklen_t len = radmfa__sockaddr_put(&source, family, &from);
  return bind(fd, (struct sockaddr *)&from, len) ? uv_translate_sys_error(errno) : 0;
}

static int connect_socket(const struct channel_options *options, int *out_fd) {
  int family = radmfa__sockaddr_family(&options->address);
  struct sockaddr_storage to = {0};
  socklen_t len = radmfa__sockaddr_put(&options->address, family, &to);
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return uv_translate_sys_error(errno);
  int error = set_source(fd, options, family);
  if (!error && connect(fd, (struct sockaddr *)&to, len)) error = uv_translate_sys_error(errno);
  if (error)
    close(fd);
  else
    *out_fd = fd;
  return error;
}

static int make_room(struct channel *channel, uint16_t number) {
  uint32_t size = channel->connections_size ? channel->connections_size : 8;
  if (number < channel->connections_size) return 0;
  while (size <= number) size *= 2;
  struct connection **connections =
      radmfa__alloc(channel->options.allocator, size * sizeof *connections);
  if (!connections) return RADMFA_E_NO_MEMORY;
  size_t old = channel->connections_size * sizeof *connections;
  if (old) memcpy(connections, channel->connections, old);
  radmfa__free(channel->options.allocator, channel->connections, old);
  channel->connections = connections;
  channel->connections_size = size;
  return 0;
}

static int open_connection(struct channel *channel, struct connection *connection) {
  int error = connect_socket(&channel->options, &connection->fd);
  if (error) return error;
  error = uv_poll_init(channel->options.loop, &connection->poll, connection->fd);
  if (error) {
    close(connection->fd);
    return error;
  }
  connection->poll.data = connection;
  watch(connection);
  return 0;
}

static int add_connection(struct channel *channel, uint64_t now_ms) {
  uint16_t number;
  TRY(radmfa__idpool_add_socket(&channel->ids, now_ms, &number));
  int error = make_room(channel, number);
  struct connection *connection = NULL;
  if (!error) {
    connection = radmfa__alloc(channel->options.allocator, sizeof *connection);
    if (!connection) error = RADMFA_E_NO_MEMORY;
  }
  if (!error) {
    connection->channel = channel;
    connection->number = number;
    error = open_connection(channel, connection);
  }
  if (error) {
    radmfa__free(channel->options.allocator, connection, sizeof *connection);
    radmfa__idpool_remove_socket(&channel->ids, number);
    return error;
  }
  channel->connections[number] = connection;
  channel->n_connections++;
  return 0;
}

static void free_channel(struct channel *channel) {
  const radmfa_allocator *allocator = channel->options.allocator;
  void (*closed)(void *) = channel->closed;
  void *user = channel->closed_user;
  radmfa__idpool_cleanup(&channel->ids);
  radmfa__free(allocator, channel->connections,
               channel->connections_size * sizeof(struct connection *));
  radmfa__free(allocator, channel, sizeof *channel);
  closed(user);
}

static void on_closed(uv_handle_t *handle) {
  struct connection *connection = handle->data;
  struct channel *channel = connection->channel;
  close(connection->fd); /* not before: the loop may still poll it */
  radmfa__free(channel->options.allocator, connection, sizeof *connection);
  if (!--channel->n_closing && channel->is_closing) free_channel(channel);
}

static void close_connection(struct channel *channel, uint16_t number) {
  struct connection *connection = channel->connections[number];
  channel->connections[number] = NULL;
  channel->n_connections--;
  channel->n_closing++;
  (void)uv_poll_stop(&connection->poll);
  uv_close((uv_handle_t *)&connection->poll, on_closed);
}

void radmfa__channel_tidy(struct channel *channel, uint64_t now_ms) {
  uint16_t number;
  while (radmfa__idpool_idle_socket(&channel->ids, now_ms, IDLE_MS, &number)) {
    radmfa__idpool_remove_socket(&channel->ids, number);
    close_connection(channel, number);
  }
}

uint32_t radmfa__channel_sockets(const struct channel *channel) {
  return channel->n_connections;
}

/* ---- identifiers ---- */

int radmfa__channel_take(struct channel *channel, void *owner, uint64_t now_ms,
                         uint16_t *out_socket, uint8_t *out_id) {
  if (radmfa__idpool_take(&channel->ids, now_ms, owner, out_socket, out_id)) return 0;
  TRY(add_connection(channel, now_ms));
  return radmfa__idpool_take(&channel->ids, now_ms, owner, out_socket, out_id) ? 0
                                                                               : RADMFA_E_NO_MEMORY;
}

void radmfa__channel_give(struct channel *channel, uint16_t socket, uint8_t id, uint64_t now_ms) {
  radmfa__idpool_give(&channel->ids, socket, id, now_ms);
}

void *radmfa__channel_owner(const struct channel *channel, uint16_t socket, uint8_t id) {
  return radmfa__idpool_owner(&channel->ids, socket, id);
}

/* ---- out ---- */

void radmfa__channel_send(struct channel *channel, uint16_t socket, radmfa_span bytes) {
  if (channel->out.n && channel->out_socket != socket) radmfa__channel_flush(channel);
  channel->out_socket = socket;
  if (radmfa__batch_add(&channel->out, bytes, NULL, NULL)) radmfa__channel_flush(channel);
}

void radmfa__channel_flush(struct channel *channel) {
  if (!channel->out.n) return;
  channel->options.sending(channel->options.user);
  channel->out.fd = channel->connections[channel->out_socket]->fd;
  (void)radmfa__batch_send(&channel->out);
}

bool radmfa__channel_holds(const struct channel *channel, const uint8_t *bytes) {
  return radmfa__batch_holds(&channel->out, bytes);
}

void radmfa__channel_take_back(struct channel *channel, const uint8_t *bytes) {
  radmfa__batch_take_back(&channel->out, bytes);
}

/* ---- life ---- */

int radmfa__channel_new(const struct channel_options *options, struct channel **out_channel) {
  struct channel *channel = radmfa__alloc(options->allocator, sizeof *channel);
  if (!channel) return RADMFA_E_NO_MEMORY;
  channel->options = *options;
  radmfa__idpool_init(&channel->ids, options->allocator, REST_MS);
  *out_channel = channel;
  return 0;
}

void radmfa__channel_close(struct channel *channel, void (*closed)(void *user), void *user) {
  channel->is_closing = true;
  channel->closed = closed;
  channel->closed_user = user;
  for (uint32_t i = 0; i < channel->connections_size; i++)
    if (channel->connections[i]) close_connection(channel, channel->connections[i]->number);
  if (!channel->n_closing) free_channel(channel);
}
