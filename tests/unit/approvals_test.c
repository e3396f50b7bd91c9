#include "core/approvals.h"

#include "../support/heap.h"

#include <criterion/criterion.h>

static struct heap heap;
static radmfa_allocator allocator;
static struct approvals approvals;
static const radmfa_hash128 key = {1, 2}, other = {1, 3};

static void fresh(void) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa__approvals_init(&approvals, &allocator), 0);
}

static void done(void) {
  radmfa__approvals_cleanup(&approvals);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(approvals, .init = fresh, .fini = done);

Test(approvals, one_is_taken_once) {
  radmfa__approvals_add(&approvals, 7, key, 1000, 100);
  cr_assert(radmfa__approvals_take(&approvals, 7, key, 1050));
  cr_assert_not(radmfa__approvals_take(&approvals, 7, key, 1050));
}

Test(approvals, one_is_for_its_key_and_its_time) {
  radmfa__approvals_add(&approvals, 7, key, 1000, 100);
  cr_assert_not(radmfa__approvals_take(&approvals, 7, other, 1050));
  cr_assert_not(radmfa__approvals_take(&approvals, 8, key, 1050));
  cr_assert_not(radmfa__approvals_take(&approvals, 7, key, 1100));
  cr_assert(radmfa__approvals_take(&approvals, 7, key, 1099));
}

Test(approvals, a_users_are_forgotten_together) {
  radmfa__approvals_add(&approvals, 7, key, 1000, 100);
  radmfa__approvals_add(&approvals, 7, other, 1000, 100);
  radmfa__approvals_add(&approvals, 8, key, 1000, 100);
  radmfa__approvals_forget(&approvals, 7);
  cr_assert_not(radmfa__approvals_take(&approvals, 7, key, 1001));
  cr_assert_not(radmfa__approvals_take(&approvals, 7, other, 1001));
  cr_assert(radmfa__approvals_take(&approvals, 8, key, 1001));
}

Test(approvals, those_that_ran_out_make_room) {
  for (unsigned i = 0; i < 1000; i++) radmfa__approvals_add(&approvals, i, key, 1000 + 10 * i, 100);
  cr_assert_leq(approvals.by_user.count, 11);
}

Test(approvals, their_number_is_bounded) {
  for (unsigned i = 0; i < APPROVALS_MAX + 5; i++)
    radmfa__approvals_add(&approvals, i, key, 1000, 1000);
  cr_assert_eq(approvals.by_user.count, APPROVALS_MAX);
  cr_assert_not(radmfa__approvals_take(&approvals, 4, key, 1001));
  cr_assert(radmfa__approvals_take(&approvals, 5, key, 1001));
}

Test(approvals, without_memory_it_is_not_reused) {
  heap.fail_at = heap.count + 1;
  radmfa__approvals_add(&approvals, 7, key, 1000, 100);
  cr_assert_not(radmfa__approvals_take(&approvals, 7, key, 1001));
}
