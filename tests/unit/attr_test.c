#include <criterion/criterion.h>
#include <radmfa/attr.h>

Test(attr, a_code_has_the_name_of_its_rfc) {
  cr_assert_str_eq(radmfa_code_name(RADMFA_ACCESS_REQUEST), "Access-Request");
  cr_assert_str_eq(radmfa_code_name(RADMFA_ACCESS_CHALLENGE), "Access-Challenge");
  cr_assert_str_eq(radmfa_code_name(RADMFA_COA_REQUEST), "CoA-Request");
}

Test(attr, an_unknown_code_has_no_name) {
  static const uint8_t unknown[] = {0, 6, 13, 44, 255};
  for (size_t i = 0; i < sizeof unknown; i++) cr_assert_null(radmfa_code_name(unknown[i]));
}

Test(attr, every_listed_attribute_has_the_name_of_its_rfc) {
#define CHECK(name, type, text, where) cr_assert_str_eq(radmfa_attr_name(RADMFA_ATTR_##name), text);
  RADMFA_ATTR_MAP(CHECK)
#undef CHECK
}

Test(attr, an_unknown_attribute_has_no_name) {
  static const uint8_t unknown[] = {0, 17, 21, 192, 255};
  for (size_t i = 0; i < sizeof unknown; i++) cr_assert_null(radmfa_attr_name(unknown[i]));
}
