/* sip_paths.c: one loop with the relays and the look-ups. */
#include "sip_paths.h"

#include "../loop_thread.h"
#include "../trust.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADDRESSES_MAX 8u
#define LOOK_UP_EVERY_MS 60000u
#define LOOK_AGAIN_MS 5000u /* after a failure */

struct path {
  struct sip_paths *paths;
  struct sip_target target;
  struct sip_relay *relay; /* or NULL */
  uv_timer_t timer;
  struct lookup *lookup;     /* under way */
  enum sip_path_state state; /* with the lock, as the addresses */
  radmfa_address addresses[ADDRESSES_MAX];
  size_t n_addresses;
};

struct sip_paths {
  struct loop_thread *thread;
  uv_async_t stop;
  void (*changed)(void *user);
  void *user;
  pthread_mutex_t lock;
  size_t n;
  struct path paths[SIP_TRUNKS_MAX];
};

/* ---- look-ups ---- */

/* Outlives its path where it has to: nobody can stop it. */
struct lookup {
  uv_getaddrinfo_t request;
  struct path *path; /* NULL: nobody wants to know any more */
};

static bool from_sockaddr(const struct sockaddr *from, radmfa_address *out_address) {
  radmfa_address address = {.ip = {[10] = 0xff, [11] = 0xff}};
  if (from->sa_family == AF_INET) {
    memcpy(address.ip + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
  } else if (from->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    memcpy(address.ip, &v6->sin6_addr, sizeof address.ip);
    address.scope_id = v6->sin6_scope_id;
  } else {
    return false;
  }
  *out_address = address;
  return true;
}

/* With the lock. A name that is not found any more keeps its addresses. */
static void take_addresses(struct path *path, int status, const struct addrinfo *list) {
  size_t n = 0;
  for (; status == 0 && list && n < ADDRESSES_MAX; list = list->ai_next)
    if (from_sockaddr(list->ai_addr, &path->addresses[n]))
      path->addresses[n++].port = path->target.port;
  if (n) path->n_addresses = n;
  path->state = path->n_addresses ? SIP_PATH_READY : SIP_PATH_UNKNOWN;
}

static void look_up(uv_timer_t *timer);

static void on_looked_up(uv_getaddrinfo_t *request, int status, struct addrinfo *list) {
  struct lookup *lookup = request->data;
  struct path *path = lookup->path;
  free(lookup);
  if (path) {
    struct sip_paths *paths = path->paths;
    path->lookup = NULL;
    pthread_mutex_lock(&paths->lock);
    take_addresses(path, status, list);
    pthread_mutex_unlock(&paths->lock);
    (void)uv_timer_start(&path->timer, look_up, status ? LOOK_AGAIN_MS : LOOK_UP_EVERY_MS, 0);
    paths->changed(paths->user);
  }
  uv_freeaddrinfo(list);
}

static void look_up(uv_timer_t *timer) {
  static const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG};
  struct path *path = timer->data;
  struct lookup *lookup = calloc(1, sizeof *lookup);
  if (lookup) {
    lookup->request.data = lookup;
    lookup->path = path;
    if (uv_getaddrinfo(timer->loop, &lookup->request, on_looked_up, path->target.host, NULL,
                       &hints) == 0) {
      path->lookup = lookup;
      return;
    }
    free(lookup);
  }
  (void)uv_timer_start(timer, look_up, LOOK_AGAIN_MS, 0);
}

/* ---- making paths ---- */

static bool is_literal(struct path *path) {
  char text[SIP_URI_SIZE];
  struct sip_target target = path->target;
  target.has_port = true;
  if (radmfa_address_parse(sip_text_host_port(&target, text), &path->addresses[0])) return false;
  path->n_addresses = 1;
  path->state = SIP_PATH_READY;
  return true;
}

static int open_path(struct path *path, radmfa_tls_context *trust) {
  uv_loop_t *loop = loop_thread_loop(path->paths->thread);
  if (path->target.transport == SIP_TLS) {
    int error = RADMFA_E_CERTIFICATE;
    if (trust) error = sip_relay_new(loop, trust, &path->target, &path->relay);
    if (error) return error;
  }
  if (is_literal(path)) return 0;
  path->timer.data = path;
  (void)uv_timer_init(loop, &path->timer);
  return uv_timer_start(&path->timer, look_up, 0, 0);
}

static bool has_timer(const struct path *path) {
  return path->timer.data != NULL;
}

/* On the loop's thread, or before there is one. */
static void close_paths(struct sip_paths *paths) {
  for (size_t i = 0; i < paths->n; i++) {
    struct path *path = &paths->paths[i];
    if (path->relay) sip_relay_close(path->relay);
    if (path->lookup) path->lookup->path = NULL;
    if (has_timer(path)) uv_close((uv_handle_t *)&path->timer, NULL);
  }
  uv_close((uv_handle_t *)&paths->stop, NULL);
}

static void on_stop(uv_async_t *stop) {
  struct sip_paths *paths = stop->data;
  close_paths(paths);
  loop_thread_stop(paths->thread);
}

static int open_paths(struct sip_paths *paths, const struct sip_paths_options *options,
                      radmfa_tls_context *trust) {
  int error = 0;
  for (size_t i = 0; i < options->n_targets && !error; i++) {
    struct path *path = &paths->paths[paths->n++];
    path->paths = paths;
    path->target = options->targets[i];
    error = open_path(path, trust);
  }
  return error;
}

static int read_trust(const char *ca_file, radmfa_tls_context **out_trust) {
  int fd = open(ca_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return uv_translate_sys_error(errno);
  close(fd);
  return trust_from_file(ca_file, out_trust) ? RADMFA_E_CERTIFICATE : 0;
}

static void destroy(struct sip_paths *paths) {
  loop_thread_leave(paths->thread);
  pthread_mutex_destroy(&paths->lock);
  free(paths);
}

static int start(struct sip_paths *paths, const struct sip_paths_options *options) {
  radmfa_tls_context *trust = NULL;
  int error = options->ca_file ? read_trust(options->ca_file, &trust) : 0;
  if (!error) error = open_paths(paths, options, trust);
  if (!error && !loop_thread_start(paths->thread, "sip paths")) error = UV_EAGAIN;
  radmfa_tls_context_unref(trust);
  return error;
}

int sip_paths_new(const struct sip_paths_options *options, struct sip_paths **out_paths) {
  struct sip_paths *paths = calloc(1, sizeof *paths);
  if (!paths) return RADMFA_E_NO_MEMORY;
  pthread_mutex_init(&paths->lock, NULL);
  paths->changed = options->changed;
  paths->user = options->user;
  paths->stop.data = paths;
  int error = loop_thread_new(&paths->thread);
  if (!error) error = uv_async_init(loop_thread_loop(paths->thread), &paths->stop, on_stop);
  if (error) {
    destroy(paths);
    return error;
  }
  error = start(paths, options);
  if (error) {
    close_paths(paths);
    destroy(paths);
    return error;
  }
  *out_paths = paths;
  return 0;
}

void sip_paths_free(struct sip_paths *paths) {
  if (!paths) return;
  (void)uv_async_send(&paths->stop);
  destroy(paths);
}

/* ---- asked by the stack ---- */

static radmfa_address loopback(uint16_t port) {
  return (radmfa_address){.ip = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}, .port = port};
}

enum sip_path_state sip_paths_address(struct sip_paths *paths, size_t at,
                                      radmfa_address *out_address) {
  struct path *path = &paths->paths[at];
  pthread_mutex_lock(&paths->lock);
  enum sip_path_state state = path->state;
  if (state == SIP_PATH_READY) *out_address = path->addresses[0];
  pthread_mutex_unlock(&paths->lock);
  return state;
}

enum sip_path_state sip_paths_next(struct sip_paths *paths, size_t at, radmfa_address *out_next) {
  struct path *path = &paths->paths[at];
  if (!path->relay) return sip_paths_address(paths, at, out_next);
  *out_next = loopback(sip_relay_port(path->relay));
  return SIP_PATH_READY;
}

bool sip_paths_is_from(struct sip_paths *paths, size_t at, const radmfa_address *source) {
  struct path *path = &paths->paths[at];
  bool is_from = false;
  if (path->relay) {
    radmfa_address own = loopback(sip_relay_port(path->relay));
    return own.port == source->port && memcmp(own.ip, source->ip, sizeof own.ip) == 0;
  }
  pthread_mutex_lock(&paths->lock);
  for (size_t i = 0; i < path->n_addresses; i++)
    is_from |= memcmp(path->addresses[i].ip, source->ip, sizeof source->ip) == 0;
  pthread_mutex_unlock(&paths->lock);
  return is_from;
}

void sip_paths_facts(struct sip_paths *paths, size_t at, struct sip_relay_facts *out_facts) {
  *out_facts = (struct sip_relay_facts){0};
  if (paths->paths[at].relay) sip_relay_facts(paths->paths[at].relay, out_facts);
}
