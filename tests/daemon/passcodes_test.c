#include "passcodes.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t *octets(const char *code) {
  return (const uint8_t *)code;
}

static bool takes(struct passcodes *passcodes, uint64_t login_id, const char *code) {
  uint8_t taken[TOTP_DIGITS];
  return passcodes_take(passcodes, login_id, taken) && memcmp(taken, code, sizeof taken) == 0;
}

Test(passcodes, a_code_is_taken_once_and_by_its_login) {
  struct passcodes *passcodes = passcodes_new();
  passcodes_put(passcodes, 7, octets("123456"), 1000);
  passcodes_put(passcodes, 8, octets("654321"), 1000);
  cr_assert(takes(passcodes, 8, "654321"));
  cr_assert(takes(passcodes, 7, "123456"));
  cr_assert_not(takes(passcodes, 7, "123456"));
  passcodes_free(passcodes);
}

Test(passcodes, a_login_that_is_cancelled_leaves_none) {
  struct passcodes *passcodes = passcodes_new();
  passcodes_put(passcodes, 7, octets("123456"), 1000);
  passcodes_drop(passcodes, 7);
  passcodes_drop(passcodes, 9);
  cr_assert_eq(passcodes_count(passcodes), 0);
  passcodes_free(passcodes);
}

Test(passcodes, what_nobody_takes_is_forgotten_after_the_longest_login) {
  struct passcodes *passcodes = passcodes_new();
  passcodes_put(passcodes, 7, octets("123456"), 1000);
  passcodes_put(passcodes, 8, octets("123456"), 1000 + PASSCODES_KEPT_MS - 1);
  cr_assert_eq(passcodes_count(passcodes), 2);
  passcodes_put(passcodes, 9, octets("123456"), 1000 + PASSCODES_KEPT_MS);
  cr_assert_eq(passcodes_count(passcodes), 2);
  cr_assert_not(takes(passcodes, 7, "123456"));
  passcodes_free(passcodes);
}

Test(passcodes, over_the_limit_none_is_kept) {
  struct passcodes *passcodes = passcodes_new();
  for (uint64_t id = 1; id <= PASSCODES_MAX; id++)
    passcodes_put(passcodes, id, octets("123456"), 1000);
  passcodes_put(passcodes, PASSCODES_MAX + 1, octets("123456"), 1000);
  cr_assert_eq(passcodes_count(passcodes), PASSCODES_MAX);
  cr_assert_not(takes(passcodes, PASSCODES_MAX + 1, "123456"));
  passcodes_free(passcodes);
}

Test(passcodes, six_digits_behind_a_password_are_split_off_and_nothing_else) {
  static const struct {
    const char *password;
    size_t len;
  } cases[] = {{"right123456", 5},
               {"right12345", 10},
               {"right12345x", 11},
               {"123456", 6},
               {"1123456", 1},
               {"right1234567", 6},
               {"", 0},
               {"right 123456", 6},
               {"r\xc3\xa4"
                "123456",
                3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    cr_assert_eq(passcodes_split(radmfa_text(cases[i].password)), cases[i].len, "%s",
                 cases[i].password);
}
