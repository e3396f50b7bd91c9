#include "tally.h"

#include <criterion/criterion.h>

static struct tally tally;

static void set_up(void) {
  tally_init(&tally);
}

static void tear_down(void) {
  tally_cleanup(&tally);
}

TestSuite(tally, .init = set_up, .fini = tear_down);

Test(tally, different_ones_and_those_that_came_again_are_counted) {
  for (int i = 0; i < 3; i++) tally_add(&tally, hash_of(0, "alice", 5));
  for (int i = 0; i < 2; i++) tally_add(&tally, hash_of(0, "bob", 3));
  tally_add(&tally, hash_of(0, "carol", 5));
  cr_assert_eq(tally.n_seen, 3);
  cr_assert_eq(tally.n_repeated, 2);
  cr_assert_eq(tally.most, 3);
}

Test(tally, two_hundred_thousand_numbers_have_as_many_hashes) {
  for (uint32_t i = 0; i < 200000; i++) tally_add(&tally, hash_of(0, &i, sizeof i));
  cr_assert_eq(tally.n_seen, 200000);
  cr_assert_eq(tally.n_repeated, 0);
}

Test(tally, those_that_share_a_bucket_are_told_apart) {
  uint64_t same_bucket = (uint64_t)1 << 40;
  tally_add(&tally, 5);
  tally_add(&tally, 5 + same_bucket);
  tally_add(&tally, 5);
  cr_assert_eq(tally.n_seen, 2);
  cr_assert_eq(tally.most, 2);
}
