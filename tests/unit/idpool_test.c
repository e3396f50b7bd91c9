#include "core/idpool.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>

#define REST_MS 1000u

static struct heap heap;
static radmfa_allocator allocator;
static struct idpool pool;
static char owner, other;
static uint16_t sock;
static uint8_t id;

static uint16_t open_socket(uint64_t now_ms) {
  uint16_t opened = 0;
  cr_assert_eq(radmfa__idpool_add_socket(&pool, now_ms, &opened), 0);
  return opened;
}

static bool take(uint64_t now_ms) {
  return radmfa__idpool_take(&pool, now_ms, &owner, &sock, &id);
}

static void take_many(unsigned n, uint64_t now_ms) {
  for (unsigned i = 0; i < n; i++) cr_assert(take(now_ms));
}

static void fresh(void) {
  allocator = heap_allocator(&heap);
  radmfa__idpool_init(&pool, &allocator, REST_MS);
}

static void done(void) {
  radmfa__idpool_cleanup(&pool);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(idpool, .init = fresh, .fini = done);

Test(idpool, without_a_socket_there_is_nothing) {
  uint16_t idle;
  cr_assert_not(take(0));
  cr_assert_null(radmfa__idpool_owner(&pool, 0, 0));
  cr_assert_not(radmfa__idpool_idle_socket(&pool, 1000000, 0, &idle));
}

Test(idpool, a_socket_gives_its_256_identifiers_in_order_and_no_more) {
  uint16_t opened = open_socket(0);
  for (unsigned i = 0; i < 256; i++) {
    cr_assert(take(0));
    cr_assert_eq(sock, opened);
    cr_assert_eq(id, i);
  }
  cr_assert_not(take(1u << 30));
}

Test(idpool, an_identifier_has_an_owner_while_it_is_out) {
  open_socket(0);
  cr_assert_null(radmfa__idpool_owner(&pool, 0, 0));
  cr_assert(take(0));
  cr_assert(radmfa__idpool_take(&pool, 0, &other, &sock, &id));
  cr_assert_eq(radmfa__idpool_owner(&pool, 0, 0), &owner);
  cr_assert_eq(radmfa__idpool_owner(&pool, 0, 1), &other);
  radmfa__idpool_give(&pool, 0, 0, 5);
  cr_assert_null(radmfa__idpool_owner(&pool, 0, 0));
  cr_assert_eq(radmfa__idpool_owner(&pool, 0, 1), &other);
  cr_assert_null(radmfa__idpool_owner(&pool, 65535, 1));
}

Test(idpool, a_released_identifier_comes_after_all_that_were_never_used) {
  open_socket(0);
  cr_assert(take(0));
  radmfa__idpool_give(&pool, sock, id, 0);
  open_socket(0);
  for (unsigned i = 1; i < 512; i++) {
    cr_assert(take(1u << 20));
    cr_assert_eq(sock * 256u + id, i);
  }
  cr_assert(take(1u << 20));
  cr_assert_eq(sock * 256u + id, 0);
}

Test(idpool, a_released_identifier_rests) {
  open_socket(0);
  take_many(256, 0);
  radmfa__idpool_give(&pool, 0, 7, 5000);
  cr_assert_not(take(5000));
  cr_assert_not(take(5000 + REST_MS - 1));
  cr_assert(take(5000 + REST_MS));
  cr_assert_eq(id, 7);
}

Test(idpool, the_one_released_longest_ago_is_next_whatever_its_socket) {
  static const uint8_t order[] = {9, 200, 0, 77};
  open_socket(0);
  open_socket(0);
  take_many(512, 0);
  for (unsigned i = 0; i < 4; i++) radmfa__idpool_give(&pool, i % 2, order[i], 10);
  for (unsigned i = 0; i < 4; i++) {
    cr_assert(take(2000));
    cr_assert_eq(sock, i % 2);
    cr_assert_eq(id, order[i]);
  }
  cr_assert_not(take(1u << 30));
}

Test(idpool, a_socket_is_idle_some_time_after_its_last_release) {
  uint16_t idle = 9;
  open_socket(100);
  cr_assert_not(radmfa__idpool_idle_socket(&pool, 129, 30, &idle));
  cr_assert(radmfa__idpool_idle_socket(&pool, 130, 30, &idle));
  cr_assert_eq(idle, 0);
  take_many(2, 130);
  radmfa__idpool_give(&pool, 0, 0, 140);
  cr_assert_not(radmfa__idpool_idle_socket(&pool, 1000000, 30, &idle));
  radmfa__idpool_give(&pool, 0, 1, 200);
  cr_assert_not(radmfa__idpool_idle_socket(&pool, 229, 30, &idle));
  cr_assert(radmfa__idpool_idle_socket(&pool, 230, 30, &idle));
}

Test(idpool, of_idle_sockets_the_one_longest_idle_is_told) {
  uint16_t idle;
  open_socket(0);
  open_socket(0);
  take_many(1, 0);
  radmfa__idpool_give(&pool, 0, 0, 10);
  cr_assert(radmfa__idpool_idle_socket(&pool, 100, 30, &idle));
  cr_assert_eq(idle, 1);
  radmfa__idpool_remove_socket(&pool, 1);
  cr_assert(radmfa__idpool_idle_socket(&pool, 100, 30, &idle));
  cr_assert_eq(idle, 0);
}

Test(idpool, identifiers_of_a_removed_socket_are_gone) {
  open_socket(0);
  open_socket(0);
  take_many(512, 0);
  radmfa__idpool_give(&pool, 1, 5, 10);
  radmfa__idpool_give(&pool, 0, 6, 10);
  radmfa__idpool_give(&pool, 1, 7, 10);
  radmfa__idpool_remove_socket(&pool, 1);
  cr_assert_null(radmfa__idpool_owner(&pool, 1, 8));
  cr_assert(take(5000));
  cr_assert_eq(sock * 256 + id, 6);
  cr_assert_not(take(5000));
}

Test(idpool, the_number_of_a_removed_socket_is_used_again_with_new_identifiers) {
  for (unsigned i = 0; i < 3; i++) open_socket(0);
  take_many(300, 0);
  radmfa__idpool_remove_socket(&pool, 1);
  cr_assert_eq(open_socket(0), 1);
  cr_assert_null(radmfa__idpool_owner(&pool, 1, 0));
  take_many(256, 0); /* those of the third socket come first: it was opened before */
  cr_assert_eq(sock, 2);
  cr_assert(take(0));
  cr_assert_eq(sock, 1);
  cr_assert_eq(id, 0);
  cr_assert_eq(open_socket(0), 3);
}

Test(idpool, without_memory_no_socket_is_added_and_it_recovers) {
  uint16_t opened = 77;
  heap.fail_at = heap.count + 1;
  cr_assert_eq(radmfa__idpool_add_socket(&pool, 0, &opened), RADMFA_E_NO_MEMORY);
  heap.fail_at = heap.count + 2;
  cr_assert_eq(radmfa__idpool_add_socket(&pool, 0, &opened), RADMFA_E_NO_MEMORY);
  cr_assert_eq(opened, 77);
  cr_assert_not(take(0));
  cr_assert_eq(open_socket(0), 0);
  cr_assert(take(0));
}

Test(idpool, there_are_65536_sockets_at_most) {
  /* All of them with memory would be 270 MB: numbers without a socket do as well. */
  uint16_t opened;
  pool.n_places = pool.places_size = IDPOOL_SOCKETS_MAX;
  cr_assert_eq(radmfa__idpool_add_socket(&pool, 0, &opened), RADMFA_E_TOO_BIG);
  pool.n_places = pool.places_size = 0;
}

Test(idpool, a_million_requests_cost_17_octets_each) {
  for (unsigned i = 0; i < 1000000 / 256; i++) open_socket(0);
  cr_assert_leq(heap.bytes, 17000000);
}
