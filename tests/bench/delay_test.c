#include "delay.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define DRAWS 20001

static struct random chance = {.state = 1};

Test(delay, a_fixed_one_is_always_the_same) {
  struct delay delay;
  cr_assert(delay_parse("20s", &delay));
  for (int i = 0; i < 100; i++) cr_assert_eq(delay_draw(&delay, &chance), 20000000000);
}

Test(delay, a_uniform_one_reaches_both_ends_and_no_further) {
  struct delay delay;
  uint64_t least = UINT64_MAX, most = 0;
  cr_assert(delay_parse("10ms..30ms", &delay));
  for (int i = 0; i < DRAWS; i++) {
    uint64_t ns = delay_draw(&delay, &chance);
    if (ns < least) least = ns;
    if (ns > most) most = ns;
  }
  cr_assert(least >= 10000000 && least < 10100000, "least %llu", (unsigned long long)least);
  cr_assert(most <= 30000000 && most > 29900000, "most %llu", (unsigned long long)most);
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* 84.1 % lie below the median times e^sigma: one standard deviation above it. */
Test(delay, a_lognormal_one_has_its_median_and_its_sigma) {
  static uint64_t drawn[DRAWS];
  struct delay delay;
  cr_assert(delay_parse("lognormal:8s,0.5", &delay));
  for (int i = 0; i < DRAWS; i++) drawn[i] = delay_draw(&delay, &chance);
  qsort(drawn, DRAWS, sizeof *drawn, compare);
  cr_assert_float_eq((double)drawn[DRAWS / 2] / 8e9, 1, 0.03);
  cr_assert_float_eq((double)drawn[(int)(DRAWS * 0.8413)] / 8e9, 1.6487, 0.06);
}

Test(delay, anything_else_is_refused) {
  const char *const texts[] = {"",
                               "5",
                               "30ms..10ms",
                               "10ms..",
                               "..10ms",
                               "1..2s",
                               "normal:1s,1",
                               "lognormal:",
                               "lognormal:8s",
                               "lognormal:8s,",
                               "lognormal:8,1",
                               "lognormal:8s,-1",
                               "lognormal:8s,x",
                               "lognormal:8s,11"};
  struct delay delay = {.sigma = 4711};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(delay_parse(texts[i], &delay), "%s was taken", texts[i]);
  cr_assert_eq(delay.sigma, 4711);
}
