#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

Test(error, zero_is_success) {
  cr_assert_str_eq(radmfa_strerror(0), "success");
}

Test(error, every_error_says_what_it_means) {
#define CHECK(name, number, text) cr_assert_str_eq(radmfa_strerror(RADMFA_E_##name), text);
  RADMFA_ERROR_MAP(CHECK)
#undef CHECK
}

Test(error, every_error_is_below_the_numbers_of_libuv) {
#define CHECK(name, number, text) cr_assert_lt(RADMFA_E_##name, -10000);
  RADMFA_ERROR_MAP(CHECK)
#undef CHECK
}

Test(error, a_number_of_somebody_else_is_an_unknown_error) {
  cr_assert_str_eq(radmfa_strerror(-1), "unknown error");
  cr_assert_str_eq(radmfa_strerror(1), "unknown error");
  cr_assert_str_eq(radmfa_strerror(-20000), "unknown error");
}
