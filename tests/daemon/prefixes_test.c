/* Which numbers may be called, and how long the code of a country is. */
#include "factor/prefixes.h"

#include <criterion/criterion.h>

static struct number number(const char *text) {
  struct number number;
  cr_assert(number_parse(radmfa_text(text), NULL, &number), "%s", text);
  return number;
}

static const char *const british[] = {"+44"};
static const char *const premium[] = {"+449", "+4470"};

static bool allows(const char *const *allowed, size_t n_allowed, const char *const *denied,
                   size_t n_denied, const char *text) {
  const struct prefixes prefixes = {allowed, denied, n_allowed, n_denied};
  struct number called = number(text);
  return prefixes_allow(&prefixes, &called);
}

Test(prefixes, a_number_must_begin_as_an_allowed_one) {
  cr_assert(allows(british, 1, NULL, 0, "+442079460018"));
  cr_assert_not(allows(british, 1, NULL, 0, "+4932079460018"));
}

Test(prefixes, nothing_is_allowed_where_nothing_is) {
  cr_assert_not(allows(NULL, 0, NULL, 0, "+442079460018"));
}

Test(prefixes, each_denied_one_refuses_whatever_is_allowed) {
  static const char *const longer[] = {"+449090000000"};
  cr_assert(allows(british, 1, premium, 2, "+442079460018"));
  cr_assert_not(allows(british, 1, premium, 2, "+447079460018"));
  cr_assert_not(allows(longer, 1, premium, 2, "+449090000000"));
}

Test(prefixes, any_of_the_allowed_is_enough) {
  static const char *const both[] = {"+1", "+44"};
  cr_assert(allows(both, 2, NULL, 0, "+15551230001"));
  cr_assert(allows(both, 2, NULL, 0, "+442079460018"));
}

Test(prefixes, a_prefix_longer_than_the_number_is_not_its) {
  static const char *const whole[] = {"+4420794600181"};
  cr_assert_not(allows(whole, 1, NULL, 0, "+442079460018"));
}

Test(prefixes, country_codes_have_one_two_or_three_digits) {
  static const char *const codes[][2] = {
      {"+15551230001", "+1"},    {"+74951234567", "+7"},    {"+20212345678", "+20"},
      {"+2721234567", "+27"},    {"+212212345678", "+212"}, {"+302101234567", "+30"},
      {"+33123456789", "+33"},   {"+3512123456", "+351"},   {"+3712123456", "+371"},
      {"+3812123456", "+381"},   {"+390612345678", "+39"},  {"+420212345678", "+420"},
      {"+442079460018", "+44"},  {"+4930123456", "+49"},    {"+5012123456", "+501"},
      {"+5512345678", "+55"},    {"+593212345678", "+593"}, {"+6562123456", "+65"},
      {"+679212345678", "+679"}, {"+80012345678", "+800"},  {"+81312345678", "+81"},
      {"+8521234567", "+852"},   {"+861012345678", "+86"},  {"+882112345678", "+882"},
      {"+911123456789", "+91"},  {"+961112345678", "+961"}, {"+97141234567", "+971"},
      {"+9821123456", "+98"},    {"+9921123456", "+992"},
  };
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    char country[COUNTRY_PREFIX_SIZE];
    prefix_of_country(codes[i][0], country);
    cr_assert_str_eq(country, codes[i][1], "%s: %s", codes[i][0], country);
  }
}
