/* sip_relay.c: a link joins a connection of our SIP stack with a stream to the trunk.
 *
 * Somebody else on this machine may connect to the port as well, and is refused: he would take the
 * places of our own connections, or call in our name where a firewall lets nobody else out. */
#include "sip_relay.h"

#include "own_socket.h"
#include "sip_frame.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKLOG 16
#define LINKS_MAX 16u                  /* our stack keeps one, and one that ends beside it */
#define CONNECT_TIMEOUT_MS 4000u       /* a trunk that gives no answer in 4 s is not available */
#define PARTING_MS 200u                /* in which our stack reads what came before the end */
#define QUEUE_MAX (4u * SIP_FRAME_MAX) /* octets that our own stack has not read yet */

struct link {
  struct sip_relay *relay;
  uv_tcp_t near; /* to our stack */
  uv_timer_t parting;
  radmfa_stream *far;
  bool is_near_closed, is_far_closed, is_far_up;
  size_t n; /* octets in `said`, not sent yet */
  uint8_t said[2 * SIP_FRAME_MAX];
};

struct sip_relay {
  uv_tcp_t listener;
  radmfa_tls_context *trust;
  struct sip_target target;
  uint16_t port;
  struct link *links[LINKS_MAX];
  bool is_closing, is_listener_closed;
  uv_mutex_t lock; /* all below */
  struct sip_relay_facts facts;
};

/* ---- the end ---- */

static void free_when_empty(struct sip_relay *relay) {
  if (!relay->is_closing || !relay->is_listener_closed) return;
  for (size_t i = 0; i < LINKS_MAX; i++)
    if (relay->links[i]) return;
  radmfa_tls_context_unref(relay->trust);
  uv_mutex_destroy(&relay->lock);
  free(relay);
}

static void free_link_when_closed(struct link *link) {
  struct sip_relay *relay = link->relay;
  if (!link->is_near_closed || !link->is_far_closed) return;
  for (size_t i = 0; i < LINKS_MAX; i++)
    if (relay->links[i] == link) relay->links[i] = NULL;
  free(link);
  free_when_empty(relay);
}

static void on_parting_closed(uv_handle_t *handle) {
  struct link *link = handle->data;
  link->is_near_closed = true;
  free_link_when_closed(link);
}

static void on_near_closed(uv_handle_t *handle) {
  struct link *link = handle->data;
  uv_close((uv_handle_t *)&link->parting, on_parting_closed);
}

static void close_link(struct link *link) {
  if (!link->is_far_closed) radmfa_stream_close(link->far);
  if (!uv_is_closing((uv_handle_t *)&link->near))
    uv_close((uv_handle_t *)&link->near, on_near_closed);
}

/* ---- facts ---- */

static void note_up(struct sip_relay *relay, const radmfa_stream_info *info) {
  struct sip_probe *probe = &relay->facts.probe;
  uv_mutex_lock(&relay->lock);
  (void)radmfa_address_format(&info->peer, probe->address);
  sip_text_copy(probe->tls_version, sizeof probe->tls_version, info->tls_version);
  sip_text_copy(probe->certificate, sizeof probe->certificate, info->certificate_subject);
  probe->not_after_sec = info->certificate_not_after_sec;
  relay->facts.error = 0;
  relay->facts.detail[0] = '\0';
  uv_mutex_unlock(&relay->lock);
}

static void note_down(struct sip_relay *relay, int error, const char *detail) {
  uv_mutex_lock(&relay->lock);
  relay->facts.error = error ? error : UV_EOF;
  sip_text_copy(relay->facts.detail, sizeof relay->facts.detail, detail);
  uv_mutex_unlock(&relay->lock);
}

void sip_relay_facts(struct sip_relay *relay, struct sip_relay_facts *out_facts) {
  uv_mutex_lock(&relay->lock);
  *out_facts = relay->facts;
  uv_mutex_unlock(&relay->lock);
}

/* ---- from our stack to the trunk ---- */

static void on_near_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buf) {
  struct link *link = handle->data;
  (void)suggested;
  *out_buf = uv_buf_init((char *)link->said + link->n, (unsigned)(sizeof link->said - link->n));
}

static void drop_said(struct link *link, size_t len) {
  link->n -= len;
  memmove(link->said, link->said + len, link->n);
}

/* Whole messages go out as long as the stream takes them. */
static int send_said(struct link *link) {
  int error = 0;
  size_t len;
  while (link->n && !(error = sip_frame_take((radmfa_span){link->said, link->n}, &len))) {
    sip_frame_say_tls(link->said, len);
    error = radmfa_stream_write(link->far, (radmfa_span){link->said, len});
    if (error) return error;
    drop_said(link, len);
  }
  return error == RADMFA_E_TRUNCATED ? 0 : error;
}

static void send_on(struct link *link) {
  int error = send_said(link);
  if (error == RADMFA_E_BUSY)
    (void)uv_read_stop((uv_stream_t *)&link->near); /* until on_far_drained */
  else if (error || uv_read_start((uv_stream_t *)&link->near, give_room, on_near_read))
    close_link(link);
}

static void on_near_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
  struct link *link = stream->data;
  (void)buf;
  if (n < 0) {
    close_link(link);
    return;
  }
  link->n += (size_t)n;
  (void)uv_read_stop(stream);
  send_on(link);
}

/* ---- from the trunk to our stack ---- */

static void on_far_connected(const radmfa_stream_info *info, void *user) {
  struct link *link = user;
  link->is_far_up = true;
  note_up(link->relay, info);
  send_on(link);
}

static void on_far_drained(void *user) {
  send_on(user);
}

static void on_near_written(uv_write_t *write, int status) {
  (void)status; /* reading tells of a connection that is gone */
  free(write);
}

static void on_far_data(radmfa_span bytes, void *user) {
  struct link *link = user;
  uv_stream_t *near = (uv_stream_t *)&link->near;
  uv_write_t *write = NULL;
  if (uv_stream_get_write_queue_size(near) <= QUEUE_MAX) write = malloc(sizeof *write + bytes.len);
  if (!write) {
    close_link(link);
    return;
  }
  uint8_t *copy = memcpy(write + 1, bytes.ptr, bytes.len);
  uv_buf_t buf = uv_buf_init((char *)copy, (unsigned)bytes.len);
  radmfa_stream_consume(link->far, bytes.len);
  if (uv_write(write, near, &buf, 1, on_near_written)) {
    free(write);
    close_link(link);
  }
}

/* A reset, as our stack takes an end in order for no reason to give up a call that rings. It would
 * take with it what our stack has not read yet, a last answer say: hence the time before. */
static void on_parting(uv_timer_t *timer) {
  struct link *link = timer->data;
  if (uv_is_closing((uv_handle_t *)&link->near)) return;
  if (uv_tcp_close_reset(&link->near, on_near_closed)) close_link(link);
}

static void on_far_closed(int error, const char *detail, void *user) {
  struct link *link = user;
  link->is_far_closed = true;
  if (error != RADMFA_E_CANCELLED) note_down(link->relay, error, detail);
  if (uv_is_closing((uv_handle_t *)&link->near)) {
    free_link_when_closed(link);
    return;
  }
  (void)uv_read_stop((uv_stream_t *)&link->near);
  (void)uv_timer_start(&link->parting, on_parting, link->is_far_up ? PARTING_MS : 0, 0);
}

/* ---- a new link ---- */

static int connect_far(struct link *link) {
  static const radmfa_stream_callbacks callbacks = {.connected = on_far_connected,
                                                    .data = on_far_data,
                                                    .drained = on_far_drained,
                                                    .closed = on_far_closed};
  const struct sip_relay *relay = link->relay;
  radmfa_stream_options options;
  radmfa_stream_options_init(&options);
  options.host = relay->target.host;
  options.port = relay->target.port;
  options.connect_timeout_ms = CONNECT_TIMEOUT_MS;
  options.handshake_timeout_ms = CONNECT_TIMEOUT_MS;
  return radmfa_stream_connect(relay->listener.loop, relay->trust, &options, &callbacks, link,
                               &link->far);
}

static void on_refused(uv_handle_t *handle) {
  free(handle);
}

/* What waits has to be accepted in order to be closed. */
static void refuse(uv_stream_t *listener) {
  uv_tcp_t *near = malloc(sizeof *near);
  if (!near || uv_tcp_init(listener->loop, near)) {
    free(near);
    return;
  }
  (void)uv_accept(listener, (uv_stream_t *)near);
  uv_close((uv_handle_t *)near, on_refused);
}

static bool accept_own(uv_stream_t *listener, uv_tcp_t *near) {
  uv_os_fd_t fd;
  return uv_accept(listener, (uv_stream_t *)near) == 0 &&
         uv_fileno((const uv_handle_t *)near, &fd) == 0 && own_socket_is_peer(fd);
}

static void on_connection(uv_stream_t *listener, int status) {
  struct sip_relay *relay = listener->data;
  size_t at = 0;
  if (status < 0) return;
  while (at < LINKS_MAX && relay->links[at]) at++;
  struct link *link = at < LINKS_MAX ? calloc(1, sizeof *link) : NULL;
  if (!link || uv_tcp_init(listener->loop, &link->near)) {
    free(link);
    refuse(listener);
    return;
  }
  relay->links[at] = link;
  link->relay = relay;
  (void)uv_timer_init(listener->loop, &link->parting); /* cannot fail */
  link->near.data = link->parting.data = link;
  link->is_far_closed = true;
  if (accept_own(listener, &link->near)) link->is_far_closed = connect_far(link) != 0;
  if (link->is_far_closed) close_link(link);
}

/* ---- life ---- */

static int listen_on_loopback(struct sip_relay *relay) {
  struct sockaddr_in address;
  int len = sizeof address;
  uv_stream_t *listener = (uv_stream_t *)&relay->listener;
  (void)uv_ip4_addr("127.0.0.1", 0, &address);
  int error = uv_tcp_bind(&relay->listener, (const struct sockaddr *)&address, 0);
  if (!error) error = uv_listen(listener, BACKLOG, on_connection);
  if (!error) error = uv_tcp_getsockname(&relay->listener, (struct sockaddr *)&address, &len);
  if (!error) relay->port = ntohs(address.sin_port);
  return error;
}

int sip_relay_new(uv_loop_t *loop, radmfa_tls_context *trust, const struct sip_target *target,
                  struct sip_relay **out_relay) {
  struct sip_relay *relay = calloc(1, sizeof *relay);
  if (!relay) return RADMFA_E_NO_MEMORY;
  int error = uv_mutex_init(&relay->lock);
  if (error) {
    free(relay);
    return error;
  }
  relay->trust = radmfa_tls_context_ref(trust);
  relay->target = *target;
  relay->listener.data = relay;
  (void)uv_tcp_init(loop, &relay->listener); /* allocates nothing and opens nothing */
  error = listen_on_loopback(relay);
  if (error)
    sip_relay_close(relay);
  else
    *out_relay = relay;
  return error;
}

static void on_listener_closed(uv_handle_t *handle) {
  struct sip_relay *relay = handle->data;
  relay->is_listener_closed = true;
  free_when_empty(relay);
}

void sip_relay_close(struct sip_relay *relay) {
  relay->is_closing = true;
  for (size_t i = 0; i < LINKS_MAX; i++)
    if (relay->links[i]) close_link(relay->links[i]);
  uv_close((uv_handle_t *)&relay->listener, on_listener_closed);
}

uint16_t sip_relay_port(const struct sip_relay *relay) {
  return relay->port;
}
