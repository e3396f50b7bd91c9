#include "sources.h"

#include <criterion/criterion.h>

static struct sources sources;

static void expect_source(uint64_t number, const char *want) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_address address = sources_get(&sources, number);
  cr_assert_str_eq(radmfa_address_format(&address, text), want);
}

Test(sources, a_number_is_so_many_loopback_addresses) {
  cr_assert(read_sources("300", &sources));
  cr_assert_eq(sources.count, 300);
  expect_source(0, "127.0.1.1:0");
  expect_source(254, "127.0.1.255:0");
  expect_source(255, "127.0.2.0:0");
}

Test(sources, a_range_has_both_ends) {
  cr_assert(read_sources("10.0.0.5..10.0.0.9", &sources));
  cr_assert_eq(sources.count, 5);
  expect_source(4, "10.0.0.9:0");
}

Test(sources, one_address_is_one) {
  cr_assert(read_sources("::1", &sources));
  cr_assert_eq(sources.count, 1);
  expect_source(0, "[::1]:0");
}

Test(sources, anything_else_is_refused) {
  const char *const texts[] = {
      "", "0", "5000", "here", "10.0.0.5:80", "10.0.0.9..10.0.0.5", "10.0.0.5..", "10.0.0.5..::1"};
  sources.count = 4711;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_sources(texts[i], &sources), "%s was taken", texts[i]);
  cr_assert_eq(sources.count, 4711);
}
