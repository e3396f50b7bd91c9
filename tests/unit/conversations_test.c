#include "core/conversations.h"

#include "../support/heap.h"

#include <criterion/criterion.h>

static struct heap heap;
static radmfa_allocator allocator;
static struct conversations conversations;
static const radmfa_hash128 key = {1, 2}, other = {1, 3};

static void fresh(void) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__conversations_init(&conversations, &allocator), 0);
}

static void done(void) {
  radmfa__conversations_cleanup(&conversations);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(conversations, .init = fresh, .fini = done);

Test(conversations, a_state_is_its_servers_for_a_minute) {
  radmfa__conversations_put(&conversations, key, 3, 1000);
  cr_assert_eq(radmfa__conversations_find(&conversations, key, 60999), 3);
  cr_assert_eq(radmfa__conversations_find(&conversations, other, 1000), SIZE_MAX);
  cr_assert_eq(radmfa__conversations_find(&conversations, key, 61000), SIZE_MAX);
}

Test(conversations, the_same_state_from_another_server_is_that_servers) {
  radmfa__conversations_put(&conversations, key, 3, 1000);
  radmfa__conversations_put(&conversations, key, 4, 1001);
  cr_assert_eq(radmfa__conversations_find(&conversations, key, 1002), 4);
}

Test(conversations, old_ones_make_room) {
  for (uint64_t i = 0; i < CONVERSATIONS_MAX + 10; i++)
    radmfa__conversations_put(&conversations, (radmfa_hash128){i, 0}, 1, 1000);
  cr_assert_eq(conversations.by_key.count, CONVERSATIONS_MAX);
  cr_assert_eq(radmfa__conversations_find(&conversations, (radmfa_hash128){0, 0}, 1000), SIZE_MAX);
  radmfa__conversations_put(&conversations, key, 1, 61000);
  cr_assert_eq(conversations.by_key.count, 1);
}

Test(conversations, without_memory_it_is_forgotten) {
  heap.fail_at = heap.count + 1;
  radmfa__conversations_put(&conversations, key, 1, 0);
  cr_assert_eq(radmfa__conversations_find(&conversations, key, 0), SIZE_MAX);
}
