#include "core/learned.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <string.h>

static struct heap heap;
static radmfa_allocator allocator;
static struct learned learned;

static void fresh(void) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__learned_init(&learned, (radmfa_hash_key){1, 2}, &allocator), 0);
}

static void done(void) {
  radmfa__learned_cleanup(&learned);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(learned, .init = fresh, .fini = done);

static const uint8_t *ip_of(uint32_t n) {
  static uint8_t ip[16];
  memcpy(ip + 12, &n, 4);
  return ip;
}

Test(learned, an_address_is_known_once_it_was_added) {
  cr_assert_not(radmfa__learned_has(&learned, ip_of(1)));
  radmfa__learned_add(&learned, ip_of(1));
  radmfa__learned_add(&learned, ip_of(1));
  cr_assert(radmfa__learned_has(&learned, ip_of(1)));
  cr_assert_not(radmfa__learned_has(&learned, ip_of(2)));
  cr_assert_eq(learned.addresses.count, 1);
}

Test(learned, memory_is_bounded_and_the_first_goes_first) {
  for (uint32_t i = 0; i < LEARNED_MAX + 10; i++) radmfa__learned_add(&learned, ip_of(i));
  cr_assert_eq(learned.addresses.count, LEARNED_MAX);
  cr_assert_not(radmfa__learned_has(&learned, ip_of(9)));
  cr_assert(radmfa__learned_has(&learned, ip_of(10)));
  cr_assert(radmfa__learned_has(&learned, ip_of(LEARNED_MAX + 9)));
}

Test(learned, without_memory_it_is_learned_next_time) {
  heap.fail_at = heap.count + 1;
  radmfa__learned_add(&learned, ip_of(1));
  cr_assert_not(radmfa__learned_has(&learned, ip_of(1)));
  radmfa__learned_add(&learned, ip_of(1));
  cr_assert(radmfa__learned_has(&learned, ip_of(1)));
}
