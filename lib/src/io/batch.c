#include "batch.h"

#include "../core/core.h"
#include "sockaddr.h"

#include <errno.h>
#include <netinet/udp.h>

/* Segments are never fragmented: with all headers they fit where IPv6 fits (RFC 8200 5). */
#define SEGMENT_SIZE_MAX 1200u
#define MESSAGE_SIZE_MAX 60000u /* a UDP datagram before it is cut apart */
#define ERRORS_AT_ONCE 4u       /* of earlier datagrams, before one counts as lost */

void radmfa__batch_init(struct batch *batch, int fd, bool has_local) {
  batch->fd = fd;
  batch->has_local = has_local;
}

/* ---- gathering ---- */

static uint64_t fold(const uint8_t ip[16]) {
  uint64_t halves[2];
  memcpy(halves, ip, sizeof halves);
  return halves[0] * 0x9e3779b97f4a7c15u ^ halves[1];
}

bool radmfa__batch_add(struct batch *batch, radmfa_span bytes, const radmfa_address *peer,
                       const uint8_t local_ip[16]) {
  struct batch_entry *entry = &batch->entries[batch->n++];
  entry->bytes = bytes;
  entry->place = bytes.len;
  entry->is_done = false;
  entry->peer_len = 0;
  if (peer) {
    entry->peer_len = radmfa__sockaddr_put(peer, radmfa__sockaddr_family(peer), &entry->peer);
    entry->place ^= fold(peer->ip) ^ (uint64_t)peer->port << 16;
  }
  if (batch->has_local) memcpy(entry->local_ip, local_ip, sizeof entry->local_ip);
  return batch->n == BATCH_SIZE;
}

static unsigned find(const struct batch *batch, const uint8_t *bytes) {
  unsigned at = 0;
  while (at < batch->n && batch->entries[at].bytes.ptr != bytes) at++;
  return at;
}

bool radmfa__batch_holds(const struct batch *batch, const uint8_t *bytes) {
  return find(batch, bytes) < batch->n;
}

void radmfa__batch_take_back(struct batch *batch, const uint8_t *bytes) {
  unsigned at = find(batch, bytes);
  if (at < batch->n) batch->entries[at] = batch->entries[--batch->n];
}

/* ---- messages ---- */

static bool same(const void *a, const void *b, size_t size) {
  return radmfa_span_equal((radmfa_span){a, size}, (radmfa_span){b, size});
}

static bool goes_with(const struct batch *batch, const struct batch_entry *a,
                      const struct batch_entry *b) {
  return a->place == b->place && a->bytes.len == b->bytes.len && a->peer_len == b->peer_len &&
         same(&a->peer, &b->peer, a->peer_len) &&
         (!batch->has_local || same(a->local_ip, b->local_ip, sizeof a->local_ip));
}

static void add_control(struct msghdr *header, struct batch_control *control, int level, int type,
                        const void *data, size_t size) {
  header->msg_control = control->bytes;
  struct cmsghdr *at = (struct cmsghdr *)(void *)(control->bytes + header->msg_controllen);
  at->cmsg_level = level;
  at->cmsg_type = type;
  at->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(at), data, size);
  header->msg_controllen += CMSG_SPACE(size);
}

static void add_local(struct msghdr *header, struct batch_control *control,
                      const struct batch_entry *entry) {
  if (entry->peer.ss_family == AF_INET) {
    struct in_pktinfo info = {0};
    memcpy(&info.ipi_spec_dst, entry->local_ip + V4_AT, sizeof info.ipi_spec_dst);
    add_control(header, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
  } else {
    struct in6_pktinfo info = {0};
    memcpy(&info.ipi6_addr, entry->local_ip, sizeof info.ipi6_addr);
    add_control(header, control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
  }
}

static void add_segments(struct msghdr *header, struct batch_control *control, size_t size) {
  uint16_t segment = (uint16_t)size;
  if (header->msg_iovlen > 1)
    add_control(header, control, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment);
}

static void add_piece(struct batch *batch, struct msghdr *header, unsigned piece, unsigned at) {
  struct batch_entry *entry = &batch->entries[at];
  /* sendmmsg only reads, its type does not say so */
  batch->pieces[piece] = (struct iovec){(void *)(uintptr_t)entry->bytes.ptr, entry->bytes.len};
  batch->order[piece] = (uint8_t)at;
  header->msg_iovlen++;
}

/* A message of entry `first` and, where they may be joined, all of `*inout_open` that go with it (a
 * bit for each entry that is in no message yet). Returns the next free piece. */
static unsigned make_message(struct batch *batch, unsigned first, unsigned piece,
                             uint64_t *inout_open) {
  struct batch_entry *entry = &batch->entries[first];
  unsigned number = batch->n_messages++;
  struct msghdr *header = &batch->messages[number].msg_hdr;
  size_t len = entry->bytes.len, most = SEGMENT_SIZE_MAX >= len ? MESSAGE_SIZE_MAX / len : 1;
  *header = (struct msghdr){.msg_name = entry->peer_len ? &entry->peer : NULL,
                            .msg_namelen = entry->peer_len,
                            .msg_iov = &batch->pieces[piece]};
  add_piece(batch, header, piece++, first);
  uint64_t rest = batch->may_not_join ? 0 : *inout_open;
  for (; rest && header->msg_iovlen < most; rest &= rest - 1) {
    unsigned at = (unsigned)__builtin_ctzll(rest);
    if (!goes_with(batch, entry, &batch->entries[at])) continue;
    *inout_open &= ~((uint64_t)1 << at);
    add_piece(batch, header, piece++, at);
  }
  if (batch->has_local) add_local(header, &batch->controls[number], entry);
  add_segments(header, &batch->controls[number], len);
  return piece;
}

static void make_messages(struct batch *batch, unsigned n) {
  uint64_t open = 0;
  unsigned piece = 0;
  batch->n_messages = 0;
  for (unsigned i = n; i-- > 0;)
    if (!batch->entries[i].is_done) open |= (uint64_t)1 << i;
  while (open) {
    unsigned first = (unsigned)__builtin_ctzll(open);
    open &= open - 1;
    piece = make_message(batch, first, piece, &open);
  }
}

/* ---- sending ---- */

static void end_message(struct batch *batch, unsigned number) {
  const struct msghdr *header = &batch->messages[number].msg_hdr;
  size_t piece = (size_t)(header->msg_iov - batch->pieces);
  for (size_t i = 0; i < header->msg_iovlen; i++)
    batch->entries[batch->order[piece + i]].is_done = true;
}

/* What the system says where it, or the device, cannot cut a message apart. */
static bool is_of_joining(int error) {
  return error == EINVAL || error == EMSGSIZE || error == EIO || error == EOPNOTSUPP;
}

/* The first message from `at` on could not be sent. A refusal is an earlier datagram's, and this
 * one has not been tried yet: if nobody listens still, it is refused as well, and that comes in;
 * if somebody does by now, he has it, and the earlier one is sent again as any lost one. True:
 * go on behind it; false: the system takes no more now, or the messages must be made anew. */
static bool take_error(struct batch *batch, unsigned *inout_at) {
  const struct msghdr *header = &batch->messages[*inout_at].msg_hdr;
  if (errno == EINTR) return true;
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return false;
  if (errno == ECONNREFUSED && ++batch->n_errors < ERRORS_AT_ONCE) return true;
  if (header->msg_iovlen > 1 && is_of_joining(errno)) {
    batch->may_not_join = true;
    return false;
  }
  batch->lost += header->msg_iovlen; /* this one peer cannot be reached */
  end_message(batch, (*inout_at)++);
  return true;
}

static void send_messages(struct batch *batch) {
  for (unsigned at = 0; at < batch->n_messages;) {
    int sent = sendmmsg(batch->fd, batch->messages + at, batch->n_messages - at, MSG_DONTWAIT);
    if (sent > 0) batch->n_errors = 0;
    for (int i = 0; i < sent; i++) end_message(batch, at++);
    if (sent <= 0 && !take_error(batch, &at)) return;
  }
}

unsigned radmfa__batch_send(struct batch *batch) {
  unsigned n = batch->n;
  bool could_join = !batch->may_not_join;
  if (!n) return 0;
  batch->n = 0;
  make_messages(batch, n);
  send_messages(batch);
  if (!could_join || !batch->may_not_join) return n;
  make_messages(batch, n); /* once more, each for itself */
  send_messages(batch);
  return n;
}
