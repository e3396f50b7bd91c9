#include "net.h"

#include "memory.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_SIZE (32 << 20)
#define PATIENCE_MS 100 /* how long a full send buffer may hold up the program */

union name {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

struct net_in {
  struct mmsghdr headers[NET_BATCH];
  struct iovec parts[NET_BATCH];
  union name names[NET_BATCH];
  struct net_datagram datagrams[NET_BATCH];
  uint8_t slab[NET_BATCH][RADMFA_PACKET_SIZE_MAX];
};

struct net_out {
  int fd;
  unsigned count;
  uint64_t not_taken, refused;
  struct mmsghdr headers[NET_BATCH];
  struct iovec parts[NET_BATCH];
  union name names[NET_BATCH];
  uint8_t slab[NET_BATCH][RADMFA_PACKET_SIZE_MAX];
};

/* ---- addresses ---- */

static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool is_v4(const radmfa_address *address) {
  return !memcmp(address->ip, v4_mapped, sizeof v4_mapped);
}

static socklen_t to_name(const radmfa_address *address, union name *out) {
  *out = (union name){0};
  if (is_v4(address)) {
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons(address->port);
    memcpy(&out->v4.sin_addr, address->ip + sizeof v4_mapped, sizeof out->v4.sin_addr);
    return sizeof out->v4;
  }
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons(address->port);
  out->v6.sin6_scope_id = address->scope_id;
  memcpy(&out->v6.sin6_addr, address->ip, sizeof address->ip);
  return sizeof out->v6;
}

static void from_name(const union name *name, radmfa_address *out) {
  *out = (radmfa_address){0};
  if (name->any.sa_family == AF_INET) {
    memcpy(out->ip, v4_mapped, sizeof v4_mapped);
    memcpy(out->ip + sizeof v4_mapped, &name->v4.sin_addr, sizeof name->v4.sin_addr);
    out->port = ntohs(name->v4.sin_port);
    return;
  }
  memcpy(out->ip, &name->v6.sin6_addr, sizeof out->ip);
  out->port = ntohs(name->v6.sin6_port);
  out->scope_id = name->v6.sin6_scope_id;
}

/* ---- sockets ---- */

/* The FORCE options go beyond the system's bound and need CAP_NET_ADMIN. */
static void enlarge_buffers(int fd) {
  int size = BUFFER_SIZE;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size))
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

/* Gives a negative errno after closing the socket. */
static int give_up(int fd) {
  int error = errno;
  close(fd);
  return -error;
}

static int open_socket(const union name *like) {
  int fd = socket(like->any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  enlarge_buffers(fd);
  return fd;
}

int net_listen(const radmfa_address *address, radmfa_address *out_bound) {
  union name name;
  socklen_t len = to_name(address, &name), size = sizeof name;
  int fd = open_socket(&name);
  if (fd < 0) return fd;
  if (bind(fd, &name.any, len) || getsockname(fd, &name.any, &size)) return give_up(fd);
  from_name(&name, out_bound);
  return fd;
}

int net_connect(const radmfa_address *server, const radmfa_address *source) {
  union name to, from;
  socklen_t to_len = to_name(server, &to);
  int fd = open_socket(&to);
  if (fd < 0) return fd;
  if (source) {
    socklen_t from_len = to_name(source, &from);
    if (bind(fd, &from.any, from_len)) return give_up(fd);
  }
  if (connect(fd, &to.any, to_len)) return give_up(fd);
  return fd;
}

uint64_t net_dropped(int fd) {
  uint32_t info[SK_MEMINFO_VARS] = {0};
  socklen_t len = sizeof info;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len)) return 0;
  return info[SK_MEMINFO_DROPS];
}

void net_raise_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- in ---- */

struct net_in *net_in_new(void) {
  struct net_in *in = memory_new(sizeof *in);
  for (size_t i = 0; i < NET_BATCH; i++) {
    in->parts[i] = (struct iovec){in->slab[i], sizeof in->slab[i]};
    in->headers[i].msg_hdr =
        (struct msghdr){.msg_name = &in->names[i], .msg_iov = &in->parts[i], .msg_iovlen = 1};
  }
  return in;
}

void net_in_free(struct net_in *in) {
  free(in);
}

int net_receive(struct net_in *in, int fd, const struct net_datagram **out_datagrams) {
  for (size_t i = 0; i < NET_BATCH; i++) in->headers[i].msg_hdr.msg_namelen = sizeof in->names[i];
  int n = recvmmsg(fd, in->headers, NET_BATCH, MSG_DONTWAIT, NULL);
  if (n < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
  for (int i = 0; i < n; i++) {
    in->datagrams[i].bytes = (radmfa_span){in->slab[i], in->headers[i].msg_len};
    from_name(&in->names[i], &in->datagrams[i].peer);
  }
  *out_datagrams = in->datagrams;
  return n;
}

/* ---- out ---- */

struct net_out *net_out_new(void) {
  struct net_out *out = memory_new(sizeof *out);
  for (size_t i = 0; i < NET_BATCH; i++) {
    out->parts[i].iov_base = out->slab[i];
    out->headers[i].msg_hdr = (struct msghdr){.msg_iov = &out->parts[i], .msg_iovlen = 1};
  }
  return out;
}

void net_out_free(struct net_out *out) {
  free(out);
}

void net_send(struct net_out *out, int fd, radmfa_span bytes, const radmfa_address *peer) {
  if (out->count == NET_BATCH || (out->count && out->fd != fd)) net_flush(out);
  unsigned at = out->count++;
  struct msghdr *header = &out->headers[at].msg_hdr;
  out->fd = fd;
  memcpy(out->slab[at], bytes.ptr, bytes.len);
  out->parts[at].iov_len = bytes.len;
  header->msg_name = peer ? &out->names[at] : NULL;
  header->msg_namelen = peer ? to_name(peer, &out->names[at]) : 0;
}

static bool wait_for_room(int fd) {
  struct pollfd room = {.fd = fd, .events = POLLOUT};
  return poll(&room, 1, PATIENCE_MS) > 0;
}

void net_flush(struct net_out *out) {
  for (unsigned at = 0; at < out->count;) {
    int sent = sendmmsg(out->fd, out->headers + at, out->count - at, MSG_DONTWAIT);
    if (sent > 0) {
      at += (unsigned)sent;
    } else if (errno == ECONNREFUSED) {
      out->refused++; /* of an earlier datagram, told once; this one was not tried */
    } else if (errno == EINTR) {
      continue;
    } else if ((errno != EAGAIN && errno != ENOBUFS) || !wait_for_room(out->fd)) {
      out->not_taken++;
      at++;
    }
  }
  out->count = 0;
}

uint64_t net_not_taken(const struct net_out *out) {
  return out->not_taken;
}

uint64_t net_refused(const struct net_out *out) {
  return out->refused;
}
