#include "core/pool.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <string.h>

struct thing {
  struct pool_slot slot;
  uint64_t bytes[4];
};

static struct heap heap;
static radmfa_allocator allocator;
static struct pool pool;

static void fresh(void) {
  allocator = heap_allocator(&heap);
  radmfa__pool_init(&pool, &allocator, sizeof(struct thing), 1);
}

static void done(void) {
  radmfa__pool_cleanup(&pool);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(pool, .init = fresh, .fini = done);

Test(pool, a_slot_is_found_by_its_number_until_it_is_given_back) {
  struct thing *thing = radmfa__pool_take(&pool);
  uint64_t number = radmfa__pool_number(thing);
  cr_assert_eq(radmfa__pool_find(&pool, number), thing);
  radmfa__pool_give(&pool, thing);
  cr_assert_null(radmfa__pool_find(&pool, number));
}

Test(pool, a_freed_slot_is_used_again_under_another_number) {
  struct thing *first = radmfa__pool_take(&pool);
  uint64_t old = radmfa__pool_number(first);
  memset(first->bytes, 0xff, sizeof first->bytes);
  radmfa__pool_give(&pool, first);
  struct thing *second = radmfa__pool_take(&pool);
  cr_assert_eq(first, second);
  cr_assert_neq(radmfa__pool_number(second), old);
  cr_assert_null(radmfa__pool_find(&pool, old));
}

Test(pool, thousands_of_slots_have_numbers_of_their_own) {
  enum { N = 5000 };
  static struct thing *things[N];
  for (unsigned i = 0; i < N; i++) {
    things[i] = radmfa__pool_take(&pool);
    things[i]->bytes[3] = i;
  }
  for (unsigned i = 0; i < N; i++) {
    struct thing *found = radmfa__pool_find(&pool, radmfa__pool_number(things[i]));
    cr_assert_eq(found, things[i]);
    cr_assert_eq(found->bytes[3], i);
  }
}

Test(pool, each_walks_the_slots_in_use) {
  struct thing *a = radmfa__pool_take(&pool), *b = radmfa__pool_take(&pool),
               *c = radmfa__pool_take(&pool);
  uint32_t at = 0;
  radmfa__pool_give(&pool, b);
  cr_assert_eq(radmfa__pool_each(&pool, &at), a);
  cr_assert_eq(radmfa__pool_each(&pool, &at), c);
  cr_assert_null(radmfa__pool_each(&pool, &at));
}

Test(pool, a_part_of_the_slots_is_walked_to_its_end) {
  struct thing *a = radmfa__pool_take(&pool), *b = radmfa__pool_take(&pool);
  uint32_t at = 0;
  radmfa__pool_give(&pool, a);
  cr_assert_null(radmfa__pool_each_before(&pool, &at, 1));
  cr_assert_eq(at, 1);
  cr_assert_eq(radmfa__pool_each_before(&pool, &at, 2), b);
  at = UINT32_MAX;
  cr_assert_null(radmfa__pool_each_before(&pool, &at, UINT32_MAX));
}

Test(pool, without_memory_it_gives_null_and_recovers) {
  heap.fail_at = heap.count + 1;
  cr_assert_null(radmfa__pool_take(&pool));
  heap.fail_at = heap.count + 2;
  cr_assert_null(radmfa__pool_take(&pool));
  cr_assert_not_null(radmfa__pool_take(&pool));
}

Test(pool, numbers_beyond_what_there_is_are_not_found) {
  cr_assert_null(radmfa__pool_find(&pool, 0));
  (void)radmfa__pool_take(&pool);
  cr_assert_null(radmfa__pool_find(&pool, 1));
  cr_assert_null(radmfa__pool_find(&pool, 256));
  cr_assert_null(radmfa__pool_find(&pool, UINT64_MAX));
}

Test(pool, a_generation_that_wraps_keeps_within_its_bits) {
  struct thing *thing = radmfa__pool_take(&pool);
  thing->slot.generation = (1u << POOL_GENERATION_BITS) - 1;
  cr_assert_lt(radmfa__pool_number(thing), (uint64_t)1 << (POOL_SLOT_BITS + POOL_GENERATION_BITS));
  radmfa__pool_give(&pool, thing);
  thing = radmfa__pool_take(&pool);
  cr_assert_eq(thing->slot.generation, 1);
}

Test(pool, no_number_is_ever_zero) {
  struct thing *thing = radmfa__pool_take(&pool);
  thing->slot.generation = (1u << POOL_GENERATION_BITS) - 1;
  radmfa__pool_give(&pool, thing);
  cr_assert_neq(radmfa__pool_number(radmfa__pool_take(&pool)), 0);
}
