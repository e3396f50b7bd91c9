/* http.c: sockets, libmicrohttpd's callbacks, deadlines. */
#include "http.h"

#include "config.h"
#include "pem.h"
#include "request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of one connection: its TLS record, request head and response head. */
#define CONNECTION_MEMORY ((size_t)24 * 1024)
#define WORK_TIMEOUT_MS 120000u /* until there is a response; each question to radmfad has less */
#define SEND_TIMEOUT_MS 60000u  /* until the browser has read it */
#define ACCEPTS_A_TURN 64
#define PLACE_TAKEN_AFTER_MS 1000u

static const char priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";

struct connection {
  struct http *http;
  struct connection *before, *after;
  int fd;
  bool is_waiting; /* for a request: its place may be given to somebody else */
  uint64_t since_ms, deadline_ms;
  uint8_t party[16]; /* who is counted together: an IPv4 address, or an IPv6 /64 */
};

struct http {
  const struct config *config;
  struct portal *portal;
  struct MHD_Daemon *daemon;
  struct connection *first;
  size_t n_connections;
  int listens[CONFIG_LISTENS_MAX];
  size_t n_listens;
  struct pem certificate, key;
};

static void set_deadline(struct connection *connection, uint32_t ms, bool is_waiting) {
  connection->since_ms = connection->http->portal->now_ms;
  connection->deadline_ms = connection->since_ms + ms;
  connection->is_waiting = is_waiting;
}

static void wait_for_request(struct connection *connection) {
  set_deadline(connection, connection->http->config->request_timeout_ms, true);
}

static void party_of(const struct sockaddr *address, uint8_t out_party[16]) {
  memset(out_party, 0, 16);
  if (address->sa_family == AF_INET) {
    memcpy(out_party, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
  } else {
    const uint8_t *bytes = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    bool is_mapped = !memcmp(bytes, mapped, sizeof mapped);
    memcpy(out_party, is_mapped ? bytes + 12 : bytes, is_mapped ? 4 : 8);
    if (!is_mapped) out_party[15] = 6;
  }
}

static struct connection *connection_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void begin_connection(struct http *http, struct MHD_Connection *mhd, void **context) {
  const union MHD_ConnectionInfo *fd =
      MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
  const union MHD_ConnectionInfo *address =
      MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  struct connection *connection = calloc(1, sizeof *connection);
  *context = connection;
  if (!connection || !fd || !address) return; /* its requests will be refused */
  connection->http = http;
  connection->fd = fd->connect_fd;
  party_of(address->client_addr, connection->party);
  connection->after = http->first;
  if (http->first) http->first->before = connection;
  http->first = connection;
  http->n_connections++;
  wait_for_request(connection);
}

static void end_connection(struct http *http, struct connection *connection) {
  if (!connection) return;
  if (connection->http) {
    *(connection->before ? &connection->before->after : &http->first) = connection->after;
    if (connection->after) connection->after->before = connection->before;
    http->n_connections--;
  }
  free(connection);
}

static void on_connection(void *user, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code) {
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    begin_connection(user, mhd, context);
  } else {
    end_connection(user, *context);
    *context = NULL;
  }
}

/* The request line is there: a request begins. */
static void *on_uri(void *user, const char *uri, struct MHD_Connection *mhd) {
  struct http *http = user;
  struct request *request = calloc(1, sizeof *request);
  if (!request) return NULL;
  request->portal = http->portal;
  request->connection = mhd;
  request->body.max = HTTP_BODY_MAX;
  request->path = strdup(uri);
  return request;
}

static void on_request_over(void *user, struct MHD_Connection *mhd, void **context,
                            enum MHD_RequestTerminationCode code) {
  struct connection *connection = connection_of(mhd);
  (void)user;
  (void)code;
  request_free(*context);
  *context = NULL;
  if (connection && connection->http) wait_for_request(connection);
}

static enum MHD_Result send_response(struct request *request, struct connection *connection) {
  set_deadline(connection, SEND_TIMEOUT_MS, false);
  return MHD_queue_response(request->connection, request->status, request->response);
}

/* The head is there, and `*data_len` octets of the body. MHD_NO closes the connection. */
static enum MHD_Result take_body(struct request *request, const char *data, size_t *data_len) {
  text_put(&request->body, data, *data_len);
  *data_len = 0;
  return MHD_YES; /* too long a body is refused at its end: until then there is a deadline */
}

static enum MHD_Result on_access(void *user, struct MHD_Connection *mhd, const char *url,
                                 const char *method, const char *version, const char *data,
                                 size_t *data_len, void **context) {
  struct http *http = user;
  struct request *request = *context;
  struct connection *connection = connection_of(mhd);
  (void)url;
  (void)version;
  if (!request || !request->path || !connection || !connection->http) return MHD_NO;
  if (request->response) return send_response(request, connection);
  if (*data_len) return take_body(request, data, data_len);
  if (!request->has_head) {
    request->has_head = true;
    set_deadline(connection, http->config->request_timeout_ms, false);
    request_take_head(request, method);
    return request->response ? send_response(request, connection) : MHD_YES;
  }
  set_deadline(connection, WORK_TIMEOUT_MS, false);
  request_begin(request);
  if (request->response) return send_response(request, connection);
  request->is_suspended = true;
  MHD_suspend_connection(mhd);
  return MHD_YES;
}

static void on_message(void *user, const char *format, va_list arguments) {
  (void)user; /* what browsers and strangers do wrong is of no interest */
  (void)format;
  (void)arguments;
}

static struct MHD_Daemon *start_daemon(struct http *http) {
  const struct config *config = http->config;
  struct MHD_OptionItem options[] = {
      {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_message, NULL},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities},
      {MHD_OPTION_HTTPS_MEM_CERT, 0, http->certificate.text},
      {MHD_OPTION_HTTPS_MEM_KEY, 0, http->key.text},
      {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)config->connections + ACCEPTS_A_TURN, NULL},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_MEMORY, NULL},
      {MHD_OPTION_CONNECTION_TIMEOUT, WORK_TIMEOUT_MS / 1000, NULL},
      {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, http},
      {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_request_over, http},
      {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_uri, http},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
      {MHD_OPTION_END, 0, NULL},
  };
  return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TLS | MHD_ALLOW_SUSPEND_RESUME |
                              MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG,
                          0, NULL, NULL, on_access, http, MHD_OPTION_ARRAY, options,
                          MHD_OPTION_END);
}

static int open_listen(const struct config_listen *listen_at) {
  const int on = 1;
  int fd = socket(listen_at->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (listen_at->address.ss_family == AF_INET6)
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (!bind(fd, (const struct sockaddr *)&listen_at->address, listen_at->len) && !listen(fd, 1024))
    return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

static bool open_listens(struct http *http, struct diag *diag) {
  for (size_t i = 0; i < http->config->n_listens; i++) {
    int fd = open_listen(&http->config->listens[i]);
    if (fd < 0) {
      diag_error(diag, http->config->listens[i].at, "cannot listen: %s", strerror(errno));
      return false;
    }
    http->listens[http->n_listens++] = fd;
  }
  return true;
}

struct http *http_new(const struct config *config, struct portal *portal, bool only_check,
                      struct diag *diag) {
  struct http *http = calloc(1, sizeof *http);
  if (!http) return NULL;
  http->config = config;
  http->portal = portal;
  if (!pem_load(&http->certificate, config->certificate_file, diag) ||
      !pem_load(&http->key, config->key_file, diag))
    goto failed;
  http->daemon = start_daemon(http);
  if (!http->daemon) {
    diag_error(diag, (struct place){.file = config->certificate_file},
               "is no certificate in PEM, or %s is not its key", config->key_file);
    goto failed;
  }
  if (only_check || open_listens(http, diag)) return http;
failed:
  http_free(http);
  return NULL;
}

void http_free(struct http *http) {
  if (!http) return;
  for (size_t i = 0; i < http->n_listens; i++) close(http->listens[i]);
  if (http->daemon) {
    MHD_run(http->daemon); /* what has just been responded goes out, as far as it can */
    MHD_stop_daemon(http->daemon);
  }
  pem_free(&http->certificate);
  pem_free(&http->key);
  free(http);
}

size_t http_polls(const struct http *http, struct pollfd out_polls[HTTP_POLLS_MAX]) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  size_t count = 0;
  out_polls[count++] = (struct pollfd){info ? info->epoll_fd : -1, POLLIN, 0};
  for (size_t i = 0; i < http->n_listens; i++)
    out_polls[count++] = (struct pollfd){http->listens[i], POLLIN, 0};
  return count;
}

int http_wait_ms(const struct http *http) {
  MHD_UNSIGNED_LONG_LONG ms;
  int wait = http->first ? 500 : -1; /* for the deadlines */
  if (MHD_get_timeout(http->daemon, &ms) == MHD_YES && (wait < 0 || ms < (unsigned)wait))
    wait = (int)ms;
  return wait;
}

/* The connection goes by itself once libmicrohttpd sees its end. */
static void cut(struct connection *connection) {
  shutdown(connection->fd, SHUT_RDWR);
  connection->deadline_ms = UINT64_MAX;
  connection->is_waiting = false;
}

/* A place for one more: where all are taken, that of who has waited longest without a request. He
 * goes a turn later, so that there are a few more connections than places for a while. */
static bool make_place(struct http *http) {
  struct connection *longest = NULL;
  size_t places = http->config->connections;
  if (http->n_connections < places) return true;
  for (struct connection *c = http->first; c; c = c->after) {
    bool may_go = c->is_waiting && c->since_ms + PLACE_TAKEN_AFTER_MS < http->portal->now_ms;
    if (may_go && (!longest || c->since_ms < longest->since_ms)) longest = c;
  }
  if (longest) cut(longest);
  return longest && http->n_connections < places + ACCEPTS_A_TURN;
}

static bool may_enter(struct http *http, const struct sockaddr *address) {
  uint8_t party[16];
  size_t count = 0;
  party_of(address, party);
  for (const struct connection *c = http->first; c; c = c->after)
    count += !memcmp(c->party, party, sizeof party);
  return count < http->config->connections_per_address && make_place(http);
}

static bool accept_one(struct http *http, int listen_fd) {
  struct sockaddr_storage address;
  socklen_t len = sizeof address;
  const int on = 1;
  int fd = accept4(listen_fd, (struct sockaddr *)&address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return errno == ECONNABORTED || errno == EINTR;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (may_enter(http, (struct sockaddr *)&address)) {
    (void)MHD_add_connection(http->daemon, fd, (struct sockaddr *)&address, len); /* closes it */
  } else {
    close(fd);
  }
  return true;
}

static void cut_the_late(struct http *http) {
  for (struct connection *c = http->first; c; c = c->after) {
    if (c->deadline_ms <= http->portal->now_ms) cut(c);
  }
}

void http_turn(struct http *http, const struct pollfd *polls, size_t n_polls) {
  for (size_t i = 1; i < n_polls; i++) {
    if (!(polls[i].revents & POLLIN)) continue;
    for (int n = 0; n < ACCEPTS_A_TURN && accept_one(http, polls[i].fd); n++) continue;
  }
  cut_the_late(http);
  MHD_run(http->daemon);
}
