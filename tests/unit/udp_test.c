#include "io/udp.h"

#include "core/mem.h"
#include "loopback.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

/* What a socket received, up to 256 datagrams of which the first octets are kept. */
struct received {
  size_t n;
  size_t largest_batch;
  uint8_t first[256];
  size_t len[256];
  bool truncated[256];
  radmfa_address peer, local;
};

static void on_receive(const radmfa_datagram *datagrams, size_t n, void *user) {
  struct received *received = user;
  for (size_t i = 0; i < n; i++, received->n++) {
    received->first[received->n] = datagrams[i].bytes.len ? datagrams[i].bytes.ptr[0] : 0;
    received->len[received->n] = datagrams[i].bytes.len;
    received->truncated[received->n] = datagrams[i].truncated;
    received->peer = datagrams[i].peer;
    received->local = datagrams[i].local;
  }
  if (n > received->largest_batch) received->largest_batch = n;
}

static struct udp *open_udp(struct loopback *loopback, const char *address,
                            struct received *received, radmfa_address *out_bound) {
  struct udp *udp;
  struct udp_options options = {.address = loopback_address(address),
                                .receive_buffer_size = 1 << 20,
                                .allocator = radmfa__allocator(NULL),
                                .on_receive = on_receive,
                                .user = received};
  cr_assert_eq(radmfa__udp_open(&loopback->loop, &options, &udp), 0);
  radmfa__udp_bound(udp, out_bound);
  return udp;
}

static void nothing(void *user) {
  (void)user;
}

static bool has_200(void *user) {
  return ((struct received *)user)->n == 200;
}

static bool has_one(void *user) {
  return ((struct received *)user)->n == 1;
}

static radmfa_span octets(size_t len, uint8_t value) {
  static uint8_t bytes[8192];
  memset(bytes, value, len);
  return (radmfa_span){bytes, len};
}

Test(udp, many_datagrams_come_in_batches_and_in_order) {
  struct loopback loopback;
  struct received received = {0};
  radmfa_address bound;
  loopback_open(&loopback);
  struct udp *udp = open_udp(&loopback, "127.0.0.1:0", &received, &bound);
  for (size_t i = 0; i < 200; i++) loopback_send(&loopback, octets(20, (uint8_t)i), &bound);
  loopback_run_until(&loopback, has_200, &received);
  for (size_t i = 0; i < 200; i++) cr_assert_eq(received.first[i], (uint8_t)i);
  cr_assert_eq(received.largest_batch, UDP_BATCH);
  radmfa__udp_close(udp, nothing, NULL);
  loopback_close(&loopback);
}

Test(udp, a_datagram_of_more_than_4096_octets_is_marked_as_truncated) {
  struct loopback loopback;
  struct received received = {0};
  radmfa_address bound;
  loopback_open(&loopback);
  struct udp *udp = open_udp(&loopback, "127.0.0.1:0", &received, &bound);
  loopback_send(&loopback, octets(4097, 1), &bound);
  loopback_run_until(&loopback, has_one, &received);
  cr_assert(received.truncated[0]);
  cr_assert_eq(received.len[0], 4096);
  radmfa__udp_close(udp, nothing, NULL);
  loopback_close(&loopback);
}

Test(udp, an_empty_datagram_is_a_datagram_of_no_octets) {
  struct loopback loopback;
  struct received received = {0};
  radmfa_address bound;
  loopback_open(&loopback);
  struct udp *udp = open_udp(&loopback, "127.0.0.1:0", &received, &bound);
  loopback_send(&loopback, octets(0, 0), &bound);
  loopback_run_until(&loopback, has_one, &received);
  cr_assert_eq(received.len[0], 0);
  radmfa__udp_close(udp, nothing, NULL);
  loopback_close(&loopback);
}

Test(udp, a_wildcard_socket_says_which_address_was_asked_and_answers_from_it) {
  struct loopback loopback;
  struct received received = {0};
  radmfa_address bound, asked;
  uint8_t bytes[64];
  loopback_open(&loopback);
  struct udp *udp = open_udp(&loopback, "0.0.0.0:0", &received, &bound);
  asked = loopback_address("127.0.0.3");
  asked.port = bound.port;
  loopback_send(&loopback, octets(20, 7), &asked);
  loopback_run_until(&loopback, has_one, &received);
  cr_assert_arr_eq(received.local.ip, asked.ip, 16);
  radmfa__udp_send(udp, octets(30, 8), &received.peer, received.local.ip);
  radmfa__udp_flush(udp);
  cr_assert_eq(loopback_wait(&loopback, bytes, sizeof bytes), 30);
  radmfa__udp_close(udp, nothing, NULL);
  loopback_close(&loopback);
}

Test(udp, a_peer_that_cannot_be_reached_is_counted_and_the_others_are_served) {
  struct loopback loopback;
  struct received received = {0};
  radmfa_address bound,
      nowhere = loopback_address("255.255.255.255:9"); /* broadcast: refused by the system */
  uint8_t bytes[64];
  loopback_open(&loopback);
  struct udp *udp = open_udp(&loopback, "127.0.0.1:0", &received, &bound);
  loopback_send(&loopback, octets(20, 7), &bound);
  loopback_run_until(&loopback, has_one, &received);
  radmfa__udp_send(udp, octets(30, 8), &nowhere, bound.ip);
  radmfa__udp_send(udp, octets(30, 8), &received.peer, bound.ip);
  radmfa__udp_flush(udp);
  cr_assert_eq(loopback_wait(&loopback, bytes, sizeof bytes), 30);
  cr_assert_eq(radmfa__udp_lost(udp), 1);
  radmfa__udp_close(udp, nothing, NULL);
  loopback_close(&loopback);
}

Test(udp, a_port_in_use_is_an_error_of_the_system) {
  struct loopback loopback;
  struct received received = {0};
  radmfa_address bound;
  struct udp *second;
  loopback_open(&loopback);
  struct udp *udp = open_udp(&loopback, "127.0.0.1:0", &received, &bound);
  struct udp_options options = {.address = bound,
                                .allocator = radmfa__allocator(NULL),
                                .on_receive = on_receive,
                                .user = &received};
  cr_assert_eq(radmfa__udp_open(&loopback.loop, &options, &second), UV_EADDRINUSE);
  radmfa__udp_close(udp, nothing, NULL);
  loopback_close(&loopback);
}
