/* Codes of invitations. */
#include "invite.h"

#include <criterion/criterion.h>
#include <string.h>

static bool same(const char *a, const char *b) {
  uint8_t x[INVITE_HASH_SIZE], y[INVITE_HASH_SIZE];
  return invite_hash(radmfa_text(a), x) && invite_hash(radmfa_text(b), y) &&
         invite_hash_equal(x, y);
}

Test(invite, a_code_is_known_by_its_hash) {
  char code[INVITE_CODE_SIZE];
  uint8_t made[INVITE_HASH_SIZE], typed[INVITE_HASH_SIZE];
  cr_assert(invite_make(code, made));
  cr_assert_eq(strlen(code), 14);
  cr_assert(code[4] == '-' && code[9] == '-');
  cr_assert(invite_hash(radmfa_text(code), typed));
  cr_assert(invite_hash_equal(made, typed));
}

Test(invite, no_two_codes_are_alike) {
  char a[INVITE_CODE_SIZE], b[INVITE_CODE_SIZE];
  uint8_t hash[INVITE_HASH_SIZE];
  cr_assert(invite_make(a, hash) && invite_make(b, hash));
  cr_assert_str_neq(a, b);
}

Test(invite, it_may_be_typed_as_people_type) {
  cr_assert(same("ABCD-EFGH-JKM0", "abcdefghjkm0"));
  cr_assert(same("ABCD-EFGH-JKM0", " abcd efgh-jkmo "));
  cr_assert(same("1111-1111-1111", "iIlL1111iIlL"));
  cr_assert_not(same("ABCD-EFGH-JKM0", "ABCD-EFGH-JKM1"));
}

Test(invite, what_is_no_code_has_no_hash) {
  const char *const texts[] = {"",
                               "ABCD-EFGH-JKM",
                               "ABCD-EFGH-JKM00",
                               "ABCD-EFGH-JKM!",
                               "ABCD-EFGH-JKMU",
                               "ABCD-EFGH-JKM\xc3\x96"};
  uint8_t hash[INVITE_HASH_SIZE];
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(invite_hash(radmfa_text(texts[i]), hash), "%s", texts[i]);
  cr_assert_not(invite_hash((radmfa_span){(const uint8_t *)"ABCDEFGHJKM\0", 12}, hash));
}
