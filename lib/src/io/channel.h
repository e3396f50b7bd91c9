/* channel.h: the sockets of one client to one server: connected UDP sockets, 256 identifiers each,
 * opened as identifiers run out and closed when they have been idle. Connected, since the system
 * then gives each its own random port, lets only the server's datagrams in, and says where nobody
 * listens. */
#ifndef RADMFA_IO_CHANNEL_H
#define RADMFA_IO_CHANNEL_H

#include <radmfa/base.h>
#include <uv.h>

#define CHANNEL_BATCH 64u

struct channel;

/* Where datagrams are received: one for each client, since it is filled and emptied in one go. */
struct channel_slab;
RADMFA_MUST_USE int radmfa__channel_slab_new(const radmfa_allocator *allocator,
                                             struct channel_slab **out_slab);
void radmfa__channel_slab_free(const radmfa_allocator *allocator, struct channel_slab *slab);

struct channel_options {
  uv_loop_t *loop;
  radmfa_address address;
  radmfa_address source; /* all zero: any */
  const radmfa_allocator *allocator;
  struct channel_slab *slab;
  /* Datagrams came on that socket, at most CHANNEL_BATCH, borrowed for the call. It may close the
   * channel. */
  void (*received)(void *user, uint16_t socket, const radmfa_span *datagrams, size_t n);
  /* What was gathered is about to be sent: its octets must be what they are to be by now. */
  void (*sending)(void *user);
  /* The system says that nobody listens at the address (ICMP port unreachable). */
  void (*refused)(void *user, uint16_t socket);
  void *user;
};

RADMFA_MUST_USE int radmfa__channel_new(const struct channel_options *options,
                                        struct channel **out_channel);

/* An identifier for `owner`, with the socket it belongs to. Returns 0, RADMFA_E_NO_MEMORY or the
 * libuv error that opening another socket gave. */
RADMFA_MUST_USE int radmfa__channel_take(struct channel *channel, void *owner, uint64_t now_ms,
                                         uint16_t *out_socket, uint8_t *out_id);
void radmfa__channel_give(struct channel *channel, uint16_t socket, uint8_t id, uint64_t now_ms);
void *radmfa__channel_owner(const struct channel *channel, uint16_t socket, uint8_t id);

/* Gathers a datagram: `bytes` must stay until radmfa__channel_flush, which this calls by itself
 * where CHANNEL_BATCH are together or another socket's turn comes, or until it is taken back. What
 * the system does not take is lost: it is sent again as any lost one. */
void radmfa__channel_send(struct channel *channel, uint16_t socket, radmfa_span bytes);
void radmfa__channel_flush(struct channel *channel);

/* Is it gathered, and not sent yet? */
bool radmfa__channel_holds(const struct channel *channel, const uint8_t *bytes);
/* If so, it is not sent. */
void radmfa__channel_take_back(struct channel *channel, const uint8_t *bytes);

/* Closes sockets that were idle for a while. */
void radmfa__channel_tidy(struct channel *channel, uint64_t now_ms);
uint32_t radmfa__channel_sockets(const struct channel *channel);

/* `closed` comes from the loop, when nothing of the channel is left; at once where there is no
 * socket to wait for. */
void radmfa__channel_close(struct channel *channel, void (*closed)(void *user), void *user);

#endif
