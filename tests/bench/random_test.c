#include "random.h"

#include <criterion/criterion.h>

Test(random, a_seed_repeats_itself_and_its_neighbour_is_another) {
  struct random a, b, c;
  random_seed(&a, 1);
  random_seed(&b, 1);
  random_seed(&c, 2);
  for (int i = 0; i < 100; i++) {
    uint64_t x = random_next(&a);
    cr_assert_eq(x, random_next(&b));
    cr_assert_neq(x, random_next(&c));
  }
}

Test(random, a_share_of_the_calls_is_true) {
  struct random random;
  int hits = 0;
  random_seed(&random, 0);
  for (int i = 0; i < 100000; i++) hits += random_chance(&random, 0.05);
  cr_assert(hits > 4700 && hits < 5300, "%d", hits);
}

Test(random, none_is_never_and_all_is_always) {
  struct random random;
  random_seed(&random, 3);
  for (int i = 0; i < 1000; i++) {
    cr_assert_not(random_chance(&random, 0));
    cr_assert(random_chance(&random, 1));
  }
}

Test(random, bytes_fill_what_was_asked_and_no_more) {
  struct random random;
  uint8_t bytes[24] = {0};
  random_seed(&random, 4);
  random_bytes(&random, bytes, 19);
  for (int i = 19; i < 24; i++) cr_assert_eq(bytes[i], 0);
  int zeros = 0;
  for (int i = 0; i < 19; i++) zeros += bytes[i] == 0;
  cr_assert_lt(zeros, 5);
}
