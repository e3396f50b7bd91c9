/* media_socket.h: the socket of a call, IPv4 or IPv6. */
#ifndef RADMFAD_FACTOR_MEDIA_SOCKET_H
#define RADMFAD_FACTOR_MEDIA_SOCKET_H

#include <radmfa/base.h>

#include <netinet/in.h>
#include <sys/socket.h>

/* An address as the system takes it, made once for many packets. */
struct media_peer {
  struct sockaddr_storage address;
  socklen_t len;
};

#define MEDIA_DATAGRAM_SIZE 1504u /* longer ones are none of a telephone's */
#define MEDIA_BATCH_SIZE 16u

struct media_datagram {
  _Alignas(uint32_t) uint8_t bytes[MEDIA_DATAGRAM_SIZE]; /* as libsrtp wants them */
  size_t len;                                            /* 0: empty, or longer than that */
  radmfa_address from;
};

struct media_batch {
  struct media_datagram datagrams[MEDIA_BATCH_SIZE];
};

/* media_socket_open binds a socket that does not wait, its packets marked as speech (DSCP EF, RFC
 * 4594 4.1). Returns 0 or an error of libuv's range. */
RADMFA_MUST_USE int media_socket_open(const radmfa_address *local, int *out_fd);

/* False where a socket that is bound to `local` cannot send there. */
bool media_socket_reaches(const radmfa_address *local, const radmfa_address *to);
struct media_peer media_peer_of(const radmfa_address *address);

RADMFA_MUST_USE bool media_socket_send(int fd, radmfa_span packet, const struct media_peer *to);
/* Returns how many came; what does not fit into the batch comes next time. */
size_t media_socket_receive(int fd, struct media_batch *batch);

#endif
