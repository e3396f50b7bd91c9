/* net.h: UDP sockets, many datagrams for each system call. */
#ifndef RADMFA_BENCH_NET_H
#define RADMFA_BENCH_NET_H

#include <radmfa/attr.h>

#define NET_BATCH 64u

/* Both give a non-blocking socket with the largest buffers that the system allows, or a negative
 * errno. Where port 0 was asked for, *out_bound says what it became; `source` is NULL where the
 * system may choose. */
int net_listen(const radmfa_address *address, radmfa_address *out_bound);
int net_connect(const radmfa_address *server, const radmfa_address *source);

/* How many datagrams the kernel has thrown away because this socket's buffer was full. */
uint64_t net_dropped(int fd);

/* Sockets may be as many as the hard limit says. */
void net_raise_limit(void);

struct net_datagram {
  radmfa_span bytes; /* valid until the next net_receive */
  radmfa_address peer;
};

struct net_in;
struct net_in *net_in_new(void);
void net_in_free(struct net_in *in);
/* Receives up to NET_BATCH datagrams without waiting. Gives how many are at *out_datagrams; 0 where
 * there are none, a negative errno where the system has an error to tell (-ECONNREFUSED: the peer's
 * system says that nobody has its port). */
int net_receive(struct net_in *in, int fd, const struct net_datagram **out_datagrams);

struct net_out;
struct net_out *net_out_new(void);
void net_out_free(struct net_out *out);
/* Gathers one datagram for `fd`; `peer` or NULL for a connected socket. What is gathered for
 * another socket is sent first. */
void net_send(struct net_out *out, int fd, radmfa_span bytes, const radmfa_address *peer);
void net_flush(struct net_out *out);
/* Datagrams that the system would not take. */
uint64_t net_not_taken(const struct net_out *out);
/* ICMP errors that sending was told of: nobody has the peer's port. */
uint64_t net_refused(const struct net_out *out);

#endif
