#include "size.h"

#include <criterion/criterion.h>

static uint32_t parsed(const char *text) {
  uint32_t octets = 7;
  return size_parse(text, &octets) ? octets : UINT32_MAX;
}

Test(size, units_are_binary) {
  cr_assert_eq(parsed("64KiB"), 65536);
  cr_assert_eq(parsed("4MiB"), 4194304);
  cr_assert_eq(parsed("1GiB"), 1073741824);
  cr_assert_eq(parsed("0KiB"), 0);
}

Test(size, anything_else_is_no_size) {
  static const char *const wrong[] = {"",
                                      "4",
                                      "MiB",
                                      "4MB",
                                      "4 MiB",
                                      "4mib",
                                      "-4MiB",
                                      "4.5MiB",
                                      "4MiBs",
                                      "0x4MiB",
                                      "+4MiB",
                                      " 4MiB",
                                      "2GiB",
                                      "1025MiB",
                                      "1048577KiB",
                                      "9999999999KiB",
                                      "18446744073709551617KiB"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_assert_eq(parsed(wrong[i]), UINT32_MAX, "%s", wrong[i]);
}
