#include "core/limits.h"

#include <criterion/criterion.h>

Test(limits, a_small_quota_is_exact) {
  atomic_uint taken = 0;
  struct quota quota;
  radmfa__quota_init(&quota, &taken, 2);
  cr_assert(radmfa__quota_take(&quota));
  cr_assert(radmfa__quota_take(&quota));
  cr_assert_not(radmfa__quota_take(&quota));
  radmfa__quota_give(&quota);
  cr_assert(radmfa__quota_take(&quota));
  radmfa__quota_give(&quota);
  radmfa__quota_give(&quota);
  radmfa__quota_close(&quota);
  cr_assert_eq(atomic_load(&taken), 0);
}

Test(limits, two_quotas_on_one_counter_share_the_limit) {
  atomic_uint taken = 0;
  struct quota a, b;
  radmfa__quota_init(&a, &taken, 3);
  radmfa__quota_init(&b, &taken, 3);
  cr_assert(radmfa__quota_take(&a));
  cr_assert(radmfa__quota_take(&b));
  cr_assert(radmfa__quota_take(&a));
  cr_assert_not(radmfa__quota_take(&b));
  radmfa__quota_give(&a);
  cr_assert(radmfa__quota_take(&b));
}

Test(limits, a_large_quota_can_be_used_to_the_last_and_comes_back_whole) {
  atomic_uint taken = 0;
  struct quota quota;
  radmfa__quota_init(&quota, &taken, 100000);
  for (unsigned i = 0; i < 100000; i++) cr_assert(radmfa__quota_take(&quota));
  cr_assert_not(radmfa__quota_take(&quota));
  for (unsigned i = 0; i < 100000; i++) radmfa__quota_give(&quota);
  cr_assert_leq(atomic_load(&taken), 128);
  radmfa__quota_close(&quota);
  cr_assert_eq(atomic_load(&taken), 0);
}

Test(limits, what_a_thousand_engines_hold_in_reserve_is_small_beside_the_limit) {
  atomic_uint taken = 0;
  struct quota quotas[1024];
  for (unsigned i = 0; i < 1024; i++) {
    radmfa__quota_init(&quotas[i], &taken, 1000000);
    cr_assert(radmfa__quota_take(&quotas[i]));
    for (unsigned j = 0; j < 1000; j++) cr_assert(radmfa__quota_take(&quotas[i]));
    for (unsigned j = 0; j < 1001; j++) radmfa__quota_give(&quotas[i]);
  }
  cr_assert_leq(atomic_load(&taken), 1000000 / 32);
}

Test(limits, a_quota_of_zero_gives_nothing) {
  atomic_uint taken = 0;
  struct quota quota;
  radmfa__quota_init(&quota, &taken, 0);
  cr_assert_not(radmfa__quota_take(&quota));
  cr_assert_eq(atomic_load(&taken), 0);
}

Test(limits, a_counter_stops_at_its_limit) {
  atomic_uint counter = 0;
  cr_assert(radmfa__count_up(&counter, 1));
  cr_assert_not(radmfa__count_up(&counter, 1));
  radmfa__count_down(&counter);
  cr_assert(radmfa__count_up(&counter, 1));
  cr_assert_eq(atomic_load(&counter), 1);
}
