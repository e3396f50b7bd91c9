/* trunks_test.c: the order of trunks, and who is passed over. */
#include "factor/trunks.h"

#include <criterion/criterion.h>

static struct trunks two_trunks(void) {
  struct trunks trunks;
  trunks_init(&trunks, 2);
  return trunks;
}

Test(trunks, the_first_is_asked_first) {
  struct trunks trunks = two_trunks();
  cr_expect_eq(trunks_pick(&trunks, 0, 0), 0);
  cr_expect_eq(trunks_pick(&trunks, 1, 0), 1);
  cr_expect_eq(trunks_pick(&trunks, 3, 0), TRUNK_NONE);
}

Test(trunks, one_that_is_down_is_passed_over) {
  struct trunks trunks = two_trunks();
  cr_expect(trunks_down(&trunks, 0, 1000));
  cr_expect_not(trunks_down(&trunks, 0, 1000), "it is no news any more");
  cr_expect_eq(trunks_pick(&trunks, 0, 1000 + TRUNK_REST_MS - 1), 1);
}

Test(trunks, one_call_tries_it_again_for_all) {
  struct trunks trunks = two_trunks();
  (void)trunks_down(&trunks, 0, 0);
  cr_expect_eq(trunks_pick(&trunks, 0, TRUNK_REST_MS), 0);
  cr_expect_eq(trunks_pick(&trunks, 0, TRUNK_REST_MS), 1, "nobody knows yet whether it is up");
  cr_expect(trunks_up(&trunks, 0));
  cr_expect_not(trunks_up(&trunks, 0), "it is no news any more");
  cr_expect_eq(trunks_pick(&trunks, 0, TRUNK_REST_MS), 0);
}

Test(trunks, where_all_are_down_all_are_tried) {
  struct trunks trunks = two_trunks();
  (void)trunks_down(&trunks, 0, 0);
  (void)trunks_down(&trunks, 1, 0);
  cr_expect_eq(trunks_pick(&trunks, 0, 1), 0);
  cr_expect_eq(trunks_pick(&trunks, 1, 1), 1);
  cr_expect_eq(trunks_pick(&trunks, 3, 1), TRUNK_NONE);
}
