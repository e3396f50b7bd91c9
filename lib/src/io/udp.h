/* udp.h: a UDP socket on a loop: many datagrams for each system call, both ways; the address
 * that was asked, and from which the reply leaves. The only caller of recvmmsg and sendmmsg. */
#ifndef RADMFA_IO_UDP_H
#define RADMFA_IO_UDP_H

#include <radmfa/engine.h>
#include <uv.h>

#define UDP_BATCH 64u

struct udp;

/* 1 to UDP_BATCH datagrams, borrowed for the call. It must not close the socket. */
typedef void (*udp_receive_cb)(const radmfa_datagram *datagrams, size_t n, void *user);

struct udp_options {
  radmfa_address address;
  bool reuse_port;
  uint32_t receive_buffer_size;
  uint16_t number; /* goes into each datagram's `socket` */
  radmfa_allocator allocator;
  udp_receive_cb on_receive;
  void *user;
};

/* Returns 0, RADMFA_E_NO_MEMORY or a libuv error. */
RADMFA_MUST_USE int radmfa__udp_open(uv_loop_t *loop, const struct udp_options *options,
                                     struct udp **out_udp);

/* Returns 0 where nobody has this address and port, or the libuv error that binding it gives. */
RADMFA_MUST_USE int radmfa__udp_probe(const radmfa_address *address);

/* Which address it is bound to. */
void radmfa__udp_bound(const struct udp *udp, radmfa_address *out_address);

/* Gathers one datagram: `bytes` must stay until radmfa__udp_flush, which this calls by itself
 * when UDP_BATCH are together. */
void radmfa__udp_send(struct udp *udp, radmfa_span bytes, const radmfa_address *peer,
                      const uint8_t local_ip[16]);
/* Sends what is gathered. What the system does not take at once is copied and sent when it does;
 * beyond that bound, or where a peer cannot be reached, it is counted and gone: the peer asks
 * again, and gets the kept reply. */
void radmfa__udp_flush(struct udp *udp);
uint64_t radmfa__udp_lost(const struct udp *udp);
/* What the system dropped since this was asked last: the receive buffer was full. */
uint32_t radmfa__udp_dropped(struct udp *udp);
/* Octets of the receive buffer as the system granted it. */
uint32_t radmfa__udp_receive_buffer(const struct udp *udp);
uint32_t radmfa__udp_waiting(
    const struct udp *udp); /* held back: the system did not take them yet */

/* `closed` comes from the loop, when nothing of the socket is left. */
void radmfa__udp_close(struct udp *udp, void (*closed)(void *user), void *user);

#endif
