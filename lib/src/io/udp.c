#include "udp.h"

#include "../core/mem.h"
#include "batch.h"
#include "sockaddr.h"

#include <radmfa/error.h>

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCHES_AT_ONCE 16u /* then other sockets and timers of the loop get their turn */
#define BACKLOG_MAX 4096u   /* datagrams that wait for the system to take them */
#define CONTROL_SIZE CMSG_SPACE(sizeof(struct in6_pktinfo))

/* A datagram that the system did not take, with where it goes. */
struct waiting {
  struct waiting *next;
  radmfa_address peer;
  uint8_t local_ip[16];
  size_t len;
  uint8_t bytes[];
};

/* One for each message of a batch. */
struct message {
  struct iovec iov;
  struct sockaddr_storage peer;
  _Alignas(struct cmsghdr) char control[CONTROL_SIZE];
};

struct udp {
  uv_poll_t poll;
  int fd;
  int family;
  /* then each datagram says which address was asked, and each reply from which it leaves */
  bool is_wildcard;
  radmfa_address bound;
  struct udp_options options;
  struct waiting *first_waiting, **end_waiting;
  uint32_t n_waiting;
  uint32_t n_dropped; /* by the system, as far as it was asked */
  void (*closed)(void *user);
  void *closed_user;

  struct batch out;
  struct mmsghdr in_headers[UDP_BATCH];
  struct message in[UDP_BATCH];
  radmfa_datagram datagrams[UDP_BATCH];
  uint8_t slab[UDP_BATCH][RADMFA_PACKET_SIZE_MAX];
};

/* ---- in ---- */

/* Which of our addresses was asked (IP_PKTINFO, IPV6_RECVPKTINFO). */
static void read_local(struct msghdr *header, radmfa_address *out_local) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      radmfa__map_v4(&info.ipi_addr, out_local->ip);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(out_local->ip, &info.ipi6_addr, sizeof out_local->ip);
    }
  }
}

static void prepare_in(struct udp *udp) {
  for (size_t i = 0; i < UDP_BATCH; i++) {
    struct message *message = &udp->in[i];
    message->iov = (struct iovec){udp->slab[i], sizeof udp->slab[i]};
    udp->in_headers[i].msg_hdr =
        (struct msghdr){.msg_name = &message->peer,
                        .msg_namelen = sizeof message->peer,
                        .msg_iov = &message->iov,
                        .msg_iovlen = 1,
                        .msg_control = udp->is_wildcard ? message->control : NULL,
                        .msg_controllen = udp->is_wildcard ? CONTROL_SIZE : 0};
  }
}

/* What the kernel wrote over is set anew. */
static void reset_in(struct udp *udp, size_t n) {
  for (size_t i = 0; i < n; i++) {
    struct msghdr *header = &udp->in_headers[i].msg_hdr;
    header->msg_namelen = sizeof udp->in[i].peer;
    header->msg_controllen = udp->is_wildcard ? CONTROL_SIZE : 0;
  }
}

/* Receives and hands on one batch. False when there was less than a full one. */
static bool receive_batch(struct udp *udp) {
  int n = recvmmsg(udp->fd, udp->in_headers, UDP_BATCH, MSG_DONTWAIT, NULL);
  if (n <= 0) return false; /* EAGAIN, or an ICMP error that is of no use to a server */
  for (int i = 0; i < n; i++) {
    radmfa_datagram *datagram = &udp->datagrams[i];
    struct msghdr *header = &udp->in_headers[i].msg_hdr;
    datagram->bytes = (radmfa_span){udp->slab[i], udp->in_headers[i].msg_len};
    radmfa__sockaddr_get(&udp->in[i].peer, &datagram->peer);
    datagram->local = udp->bound;
    if (udp->is_wildcard) read_local(header, &datagram->local);
    datagram->socket = udp->options.number;
    datagram->truncated = (header->msg_flags & MSG_TRUNC) != 0;
  }
  udp->options.on_receive(udp->datagrams, (size_t)n, udp->options.user);
  reset_in(udp, (size_t)n);
  return n == (int)UDP_BATCH;
}

/* ---- out ---- */

static void watch(struct udp *udp);

void radmfa__udp_send(struct udp *udp, radmfa_span bytes, const radmfa_address *peer,
                      const uint8_t local_ip[16]) {
  if (radmfa__batch_add(&udp->out, bytes, peer, local_ip)) radmfa__udp_flush(udp);
}

static void hold_back(struct udp *udp, const struct batch_entry *entry) {
  struct waiting *waiting = NULL;
  if (udp->n_waiting < BACKLOG_MAX)
    waiting = radmfa__alloc(&udp->options.allocator, sizeof *waiting + entry->bytes.len);
  if (!waiting) {
    udp->out.lost++;
    return;
  }
  radmfa__sockaddr_get(&entry->peer, &waiting->peer);
  memcpy(waiting->local_ip, entry->local_ip, sizeof waiting->local_ip);
  waiting->len = entry->bytes.len;
  memcpy(waiting->bytes, entry->bytes.ptr, entry->bytes.len);
  *udp->end_waiting = waiting;
  udp->end_waiting = &waiting->next;
  udp->n_waiting++;
}

/* What waits already goes first. */
void radmfa__udp_flush(struct udp *udp) {
  unsigned n = udp->n_waiting ? udp->out.n : radmfa__batch_send(&udp->out);
  uint32_t n_before = udp->n_waiting;
  for (unsigned i = 0; i < n; i++)
    if (!udp->out.entries[i].is_done) hold_back(udp, &udp->out.entries[i]);
  udp->out.n = 0;
  if (udp->n_waiting != n_before) watch(udp);
}

static void drop_waiting(struct udp *udp) {
  struct waiting *waiting = udp->first_waiting;
  udp->first_waiting = waiting->next;
  if (!udp->first_waiting) udp->end_waiting = &udp->first_waiting;
  udp->n_waiting--;
  radmfa__free(&udp->options.allocator, waiting, sizeof *waiting + waiting->len);
}

static void send_waiting(struct udp *udp) {
  while (udp->first_waiting) {
    struct waiting *waiting = udp->first_waiting;
    (void)radmfa__batch_add(&udp->out, (radmfa_span){waiting->bytes, waiting->len}, &waiting->peer,
                            waiting->local_ip);
    (void)radmfa__batch_send(&udp->out);
    if (!udp->out.entries[0].is_done) return;
    drop_waiting(udp);
  }
  watch(udp);
}

/* ---- the loop ---- */

static void on_poll(uv_poll_t *poll, int status, int events) {
  struct udp *udp = poll->data;
  if (status < 0) { /* the error of one datagram: libuv stopped looking, and reading it clears it */
    int error = 0;
    socklen_t len = sizeof error;
    (void)getsockopt(udp->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    watch(udp);
    return;
  }
  if (events & UV_WRITABLE) send_waiting(udp);
  if (!(events & UV_READABLE)) return;
  for (unsigned i = 0; i < BATCHES_AT_ONCE && receive_batch(udp); i++) continue;
}

static void watch(struct udp *udp) {
  int events = UV_READABLE | (udp->n_waiting ? UV_WRITABLE : 0);
  /* cannot fail: the descriptor is being polled already */
  (void)uv_poll_start(&udp->poll, events, on_poll);
}

static int set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) ? uv_translate_sys_error(errno) : 0;
}

static int configure(struct udp *udp) {
  int error = 0, size = (int)udp->options.receive_buffer_size;
  if (udp->options.reuse_port) error = set_option(udp->fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (!error && udp->family == AF_INET6) error = set_option(udp->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (!error && udp->is_wildcard && udp->family == AF_INET)
    error = set_option(udp->fd, IPPROTO_IP, IP_PKTINFO, 1);
  if (!error && udp->is_wildcard && udp->family == AF_INET6)
    error = set_option(udp->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  /* The default keeps 256 small datagrams: less than a burst. As much as the system grants is as
   * much as there is. */
  if (size > 0 && set_option(udp->fd, SOL_SOCKET, SO_RCVBUFFORCE, size))
    (void)set_option(udp->fd, SOL_SOCKET, SO_RCVBUF, size);
  return error;
}

static int bind_socket(struct udp *udp) {
  struct sockaddr_storage address = {0};
  socklen_t len = radmfa__sockaddr_put(&udp->options.address, udp->family, &address);
  if (bind(udp->fd, (struct sockaddr *)&address, len)) return uv_translate_sys_error(errno);
  len = sizeof address;
  if (getsockname(udp->fd, (struct sockaddr *)&address, &len)) return uv_translate_sys_error(errno);
  radmfa__sockaddr_get(&address, &udp->bound);
  return 0;
}

static int open_socket(struct udp *udp) {
  udp->fd = socket(udp->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (udp->fd < 0) return uv_translate_sys_error(errno);
  int error = configure(udp);
  if (!error) error = bind_socket(udp);
  if (error) close(udp->fd);
  return error;
}

int radmfa__udp_open(uv_loop_t *loop, const struct udp_options *options, struct udp **out_udp) {
  struct udp *udp = radmfa__alloc(&options->allocator, sizeof *udp);
  if (!udp) return RADMFA_E_NO_MEMORY;
  udp->options = *options;
  udp->family = radmfa__sockaddr_family(&options->address);
  udp->is_wildcard = radmfa__address_is_any(&options->address);
  udp->end_waiting = &udp->first_waiting;
  int error = open_socket(udp);
  if (error) {
    radmfa__free(&options->allocator, udp, sizeof *udp);
    return error;
  }
  prepare_in(udp);
  radmfa__batch_init(&udp->out, udp->fd, udp->is_wildcard);
  error = uv_poll_init(loop, &udp->poll, udp->fd);
  if (error) {
    close(udp->fd);
    radmfa__free(&options->allocator, udp, sizeof *udp);
    return error;
  }
  udp->poll.data = udp;
  watch(udp);
  *out_udp = udp;
  return 0;
}

int radmfa__udp_probe(const radmfa_address *address) {
  int family = radmfa__sockaddr_family(address), error = 0;
  struct sockaddr_storage to = {0};
  socklen_t len = radmfa__sockaddr_put(address, family, &to);
  int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return uv_translate_sys_error(errno);
  if (family == AF_INET6) error = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (!error && bind(fd, (struct sockaddr *)&to, len)) error = uv_translate_sys_error(errno);
  close(fd);
  return error;
}

void radmfa__udp_bound(const struct udp *udp, radmfa_address *out_address) {
  *out_address = udp->bound;
}

uint64_t radmfa__udp_lost(const struct udp *udp) {
  return udp->out.lost;
}

/* The kernel's own counter: asked for now and then it costs no datagram anything. */
uint32_t radmfa__udp_dropped(struct udp *udp) {
  uint32_t info[SK_MEMINFO_VARS] = {0};
  socklen_t len = sizeof info;
  if (getsockopt(udp->fd, SOL_SOCKET, SO_MEMINFO, info, &len)) return 0;
  uint32_t dropped = info[SK_MEMINFO_DROPS] - udp->n_dropped;
  udp->n_dropped = info[SK_MEMINFO_DROPS];
  return dropped;
}

/* The kernel doubles what was asked for, to have room for its own (socket(7)). */
uint32_t radmfa__udp_receive_buffer(const struct udp *udp) {
  int size = 0;
  socklen_t len = sizeof size;
  (void)getsockopt(udp->fd, SOL_SOCKET, SO_RCVBUF, &size, &len);
  return (uint32_t)size / 2;
}

uint32_t radmfa__udp_waiting(const struct udp *udp) {
  return udp->n_waiting;
}

static void on_closed(uv_handle_t *handle) {
  struct udp *udp = handle->data;
  void (*closed)(void *) = udp->closed;
  void *user = udp->closed_user;
  radmfa_allocator allocator = udp->options.allocator;
  while (udp->first_waiting) drop_waiting(udp);
  close(udp->fd); /* not before: the loop may still poll it */
  radmfa_wipe(udp->slab, sizeof udp->slab);
  radmfa__free(&allocator, udp, sizeof *udp);
  closed(user);
}

void radmfa__udp_close(struct udp *udp, void (*closed)(void *user), void *user) {
  udp->closed = closed;
  udp->closed_user = user;
  radmfa__udp_flush(udp);
  (void)uv_poll_stop(&udp->poll);
  uv_close((uv_handle_t *)&udp->poll, on_closed);
}
