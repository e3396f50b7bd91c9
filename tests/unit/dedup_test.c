#include "core/dedup.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <string.h>

static struct heap heap;
static radmfa_allocator allocator;
static struct dedup dedup;
static struct login logins[8];

static void begin(uint32_t keep_ms, uint32_t kept_max) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__dedup_init(&dedup, (radmfa_hash_key){1, 2}, keep_ms, kept_max, &allocator),
               0);
}

static void fresh(void) {
  begin(30000, 1000);
}

static void done(void) {
  radmfa__dedup_cleanup(&dedup);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(dedup, .init = fresh, .fini = done);

/* A header is all that is looked at. */
struct request {
  uint8_t bytes[RADMFA_HEADER_SIZE];
  radmfa_packet packet;
  radmfa_datagram datagram;
  uint64_t hash;
};

static void make_request(struct request *request, uint16_t port, uint16_t socket, uint8_t id,
                         uint8_t authenticator) {
  *request = (struct request){.bytes = {1, id, 0, 20}};
  memset(request->bytes + 4, authenticator, 16);
  request->datagram =
      (radmfa_datagram){.bytes = {request->bytes, 20}, .peer = {.port = port}, .socket = socket};
  cr_assert_eq(radmfa_packet_parse(request->datagram.bytes, &request->packet), 0);
  request->hash = radmfa__dedup_hash(&dedup, &request->datagram, &request->packet);
}

static struct login *find(uint16_t port, uint16_t socket, uint8_t id, uint8_t authenticator) {
  struct request request;
  make_request(&request, port, socket, id, authenticator);
  return radmfa__dedup_find(&dedup, &request.datagram, &request.packet, request.hash);
}

static struct login *add(unsigned n, uint16_t port, uint16_t socket, uint8_t id,
                         uint8_t authenticator) {
  struct login *login = &logins[n];
  struct request request;
  make_request(&request, port, socket, id, authenticator);
  radmfa__deadline_init(&login->due);
  login->peer.port = port;
  login->socket = socket;
  login->packet_id = id;
  login->is_signed = true;
  radmfa__dedup_add(&dedup, login, request.hash);
  return login;
}

Test(dedup, the_same_source_id_and_authenticator_is_a_retransmission) {
  struct login *login = add(0, 1, 2, 3, 4);
  cr_assert_eq(find(1, 2, 3, 4), login);
  cr_assert_null(find(9, 2, 3, 4));
  cr_assert_null(find(1, 9, 3, 4));
  cr_assert_null(find(1, 2, 9, 4));
  cr_assert_null(find(1, 2, 3, 9));
}

Test(dedup, a_rival_has_the_same_source_and_id_and_is_pending) {
  struct login *old = add(0, 1, 2, 3, 4), *new = add(1, 1, 2, 3, 5);
  (void)add(2, 1, 2, 9, 5);
  cr_assert_eq(radmfa__dedup_rival(&dedup, new, RIVALS_ALL), old);
  old->is_dropped = true;
  cr_assert_null(radmfa__dedup_rival(&dedup, new, RIVALS_ALL));
  old->is_dropped = false;
  radmfa__dedup_keep(&dedup, old, 0);
  cr_assert_null(radmfa__dedup_rival(&dedup, new, RIVALS_ALL));
}

Test(dedup, an_unsigned_one_is_no_rival_of_a_signed_one) {
  struct login *old = add(0, 1, 2, 3, 4), *new = add(1, 1, 2, 3, 5);
  new->is_signed = false;
  cr_assert_null(radmfa__dedup_rival(&dedup, new, RIVALS_ALL));
  old->is_signed = false;
  cr_assert_eq(radmfa__dedup_rival(&dedup, new, RIVALS_ALL), old);
}

Test(dedup, kept_ones_are_forgotten_in_time_and_in_order) {
  struct login *a = add(0, 1, 2, 3, 4), *b = add(1, 1, 2, 4, 4);
  cr_assert_eq(radmfa__dedup_next_due(&dedup), UINT64_MAX);
  radmfa__dedup_keep(&dedup, a, 100);
  radmfa__dedup_keep(&dedup, b, 200);
  cr_assert_eq(radmfa__dedup_next_due(&dedup), 30100);
  cr_assert_null(radmfa__dedup_pop_old(&dedup, 30099));
  cr_assert_eq(radmfa__dedup_pop_old(&dedup, 30100), a);
  cr_assert_null(find(1, 2, 3, 4));
  cr_assert_eq(find(1, 2, 4, 4), b);
  cr_assert_eq(radmfa__dedup_pop_old(&dedup, 30200), b);
  cr_assert_eq(dedup.n_kept, 0);
}

Test(dedup, over_the_limit_the_oldest_goes_but_not_under_5_s) {
  done();
  begin(30000, 1);
  struct login *a = add(0, 1, 2, 3, 4), *b = add(1, 1, 2, 4, 4);
  radmfa__dedup_keep(&dedup, a, 0);
  radmfa__dedup_keep(&dedup, b, 0);
  cr_assert_eq(radmfa__dedup_next_due(&dedup), 5000);
  cr_assert_null(radmfa__dedup_pop_old(&dedup, 4999));
  cr_assert_eq(radmfa__dedup_pop_old(&dedup, 5000), a);
  cr_assert_null(radmfa__dedup_pop_old(&dedup, 5000));
}

Test(dedup, none_is_kept_for_less_than_5_s) {
  done();
  begin(10, 1000);
  struct login *a = add(0, 1, 2, 3, 4);
  radmfa__dedup_keep(&dedup, a, 0);
  cr_assert_eq(radmfa__dedup_next_due(&dedup), 5000);
}
