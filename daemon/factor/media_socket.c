/* media_socket.c: addresses to and from what the system's calls take, and those calls. */
#include "media_socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define V4_AT 12u /* where an IPv4 address stands in an IPv4-mapped one (RFC 4291 2.5.5.2) */
#define EXPEDITED_FORWARDING (46 << 2) /* RFC 3246, in the place of the old TOS */

static const uint8_t v4_mapped[V4_AT] = {[10] = 0xff, [11] = 0xff};

static int family_of(const radmfa_address *address) {
  return memcmp(address->ip, v4_mapped, V4_AT) == 0 ? AF_INET : AF_INET6;
}

bool media_socket_reaches(const radmfa_address *local, const radmfa_address *to) {
  return family_of(local) == family_of(to);
}

struct media_peer media_peer_of(const radmfa_address *address) {
  struct media_peer peer = {0};
  if (family_of(address) == AF_INET) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&v4.sin_addr, address->ip + V4_AT, sizeof v4.sin_addr);
    memcpy(&peer.address, &v4, sizeof v4);
    peer.len = sizeof v4;
    return peer;
  }
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                            .sin6_port = htons(address->port),
                            .sin6_scope_id = address->scope_id};
  memcpy(&v6.sin6_addr, address->ip, sizeof v6.sin6_addr);
  memcpy(&peer.address, &v6, sizeof v6);
  peer.len = sizeof v6;
  return peer;
}

static radmfa_address address_of(const struct sockaddr_storage *from) {
  radmfa_address address = {0};
  if (from->ss_family == AF_INET) {
    struct sockaddr_in v4;
    memcpy(&v4, from, sizeof v4);
    memcpy(address.ip, v4_mapped, V4_AT);
    memcpy(address.ip + V4_AT, &v4.sin_addr, sizeof v4.sin_addr);
    address.port = ntohs(v4.sin_port);
    return address;
  }
  struct sockaddr_in6 v6;
  memcpy(&v6, from, sizeof v6);
  memcpy(address.ip, &v6.sin6_addr, sizeof address.ip);
  address.port = ntohs(v6.sin6_port);
  address.scope_id = v6.sin6_scope_id;
  return address;
}

/* A network that knows no DSCP carries speech all the same. */
static void mark_as_speech(int fd, int family) {
  int traffic = EXPEDITED_FORWARDING;
  if (family == AF_INET)
    (void)setsockopt(fd, IPPROTO_IP, IP_TOS, &traffic, sizeof traffic);
  else
    (void)setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &traffic, sizeof traffic);
}

int media_socket_open(const radmfa_address *local, int *out_fd) {
  int family = family_of(local), only = 1;
  struct media_peer here = media_peer_of(local);
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  mark_as_speech(fd, family);
  if (family == AF_INET6) (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  if (bind(fd, (const struct sockaddr *)&here.address, here.len)) {
    int error = -errno;
    (void)close(fd);
    return error;
  }
  *out_fd = fd;
  return 0;
}

bool media_socket_send(int fd, radmfa_span packet, const struct media_peer *to) {
  return sendto(fd, packet.ptr, packet.len, MSG_NOSIGNAL, (const struct sockaddr *)&to->address,
                to->len) == (ssize_t)packet.len;
}

size_t media_socket_receive(int fd, struct media_batch *batch) {
  struct mmsghdr messages[MEDIA_BATCH_SIZE];
  struct iovec pieces[MEDIA_BATCH_SIZE];
  struct sockaddr_storage from[MEDIA_BATCH_SIZE];
  for (size_t i = 0; i < MEDIA_BATCH_SIZE; i++) {
    pieces[i] = (struct iovec){batch->datagrams[i].bytes, MEDIA_DATAGRAM_SIZE};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                          .msg_namelen = sizeof from[i],
                                          .msg_iov = &pieces[i],
                                          .msg_iovlen = 1};
  }
  int n = recvmmsg(fd, messages, MEDIA_BATCH_SIZE, 0, NULL);
  for (int i = 0; i < n; i++) {
    bool is_cut = messages[i].msg_hdr.msg_flags & MSG_TRUNC;
    batch->datagrams[i].len = is_cut ? 0 : messages[i].msg_len;
    batch->datagrams[i].from = address_of(&from[i]);
  }
  return n > 0 ? (size_t)n : 0;
}
