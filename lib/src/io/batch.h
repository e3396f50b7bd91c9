/* batch.h: datagrams gathered for one socket and sent together: one system call for all of them,
 * and one message for those that have the same destination and length, which the system cuts
 * apart again (UDP_SEGMENT). The only caller of sendmmsg. */
#ifndef RADMFA_IO_BATCH_H
#define RADMFA_IO_BATCH_H

#include <radmfa/base.h>

#include <netinet/in.h>
#include <sys/socket.h>

#define BATCH_SIZE 64u

struct batch_entry {
  struct sockaddr_storage peer;
  socklen_t peer_len; /* 0: the socket is connected */
  uint8_t local_ip[16];
  radmfa_span bytes; /* borrowed until it is sent */
  uint64_t place;    /* destination and length, as a number */
  bool is_done;      /* it is sent, or nobody can be reached there */
};

/* What a message needs beside its octets: our address and the length of a segment. */
struct batch_control {
  _Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
                                      CMSG_SPACE(sizeof(uint16_t))];
};

struct batch {
  int fd;
  /* the socket serves several addresses: each datagram says which it leaves from */
  bool has_local;
  bool may_not_join; /* the system does not know UDP_SEGMENT */
  unsigned n_errors; /* of earlier datagrams, since one was sent */
  uint64_t lost;
  unsigned n;
  struct batch_entry entries[BATCH_SIZE];

  /* While it is sent: messages, each of some of the entries. */
  unsigned n_messages;
  struct mmsghdr messages[BATCH_SIZE];
  struct batch_control controls[BATCH_SIZE];
  struct iovec pieces[BATCH_SIZE];
  uint8_t order[BATCH_SIZE]; /* which entry each piece is */
};

void radmfa__batch_init(struct batch *batch, int fd, bool has_local);

/* Gathers one: `bytes` must stay until it is sent. `peer` is NULL for a connected socket,
 * `local_ip` where the batch has none. True: it is full now. */
bool radmfa__batch_add(struct batch *batch, radmfa_span bytes, const radmfa_address *peer,
                       const uint8_t local_ip[16]);

/* Sends what is gathered, in any order, and empties the batch but for its entries, which can be
 * read until the next is added. Returns how many there were; where the system took no more,
 * those that are not done were not sent. */
unsigned radmfa__batch_send(struct batch *batch);

/* Is it gathered, and not sent yet? */
bool radmfa__batch_holds(const struct batch *batch, const uint8_t *bytes);
/* If so, it is not sent. */
void radmfa__batch_take_back(struct batch *batch, const uint8_t *bytes);

#endif
