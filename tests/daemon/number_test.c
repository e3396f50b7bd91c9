/* Numbers as people write them into directories; then any octets at all. */
#include "number.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void is_number(const char *text, const char *country, const char *e164,
                      const char *extension) {
  struct number number;
  cr_assert(number_parse(radmfa_text(text), country, &number), "%s", text);
  cr_assert_str_eq(number.e164, e164, "%s: %s", text, number.e164);
  cr_assert_str_eq(number.extension, extension, "%s: %s", text, number.extension);
}

static void is_none(const char *text, const char *country) {
  struct number number;
  cr_assert_not(number_parse(radmfa_text(text), country, &number), "%s: %s", text, number.e164);
}

Test(number, a_number_with_its_country_needs_no_other) {
  is_number("+15551230001", NULL, "+15551230001", "");
  is_number("+1 (555) 123-0001", "49", "+15551230001", "");
  is_number("  +44 20 7946 0018 ", NULL, "+442079460018", "");
  is_number("0044 20 7946 0018", NULL, "+442079460018", "");
  is_number("0049.30/901820", "33", "+4930901820", "");
  is_number("011 44 20 7946 0018", "1", "+442079460018", "");
  is_number("tel:+15551230001", NULL, "+15551230001", "");
}

Test(number, a_number_without_a_country_is_of_the_configured_one) {
  is_number("(555) 123-0001", "1", "+15551230001", "");
  is_number("1-555-123-0001", "1", "+15551230001", "");
  is_number("020 7946 0018", "44", "+442079460018", "");
  is_number("20 7946 0018", "44", "+442079460018", "");
  is_none("020 7946 0018", NULL);
  is_none("(555) 123-0001", NULL);
}

Test(number, what_one_dials_first_at_home_differs) {
  is_number("06 6982 1234", "39", "+390669821234", "");
  is_number("8 (812) 123-45-67", "7", "+78121234567", "");
  is_number("812 123 45 67", "7", "+78121234567", "");
  is_number("06 1 234 5678", "36", "+3612345678", "");
  is_number("+44 (0)20 7946 0018", NULL, "+442079460018", "");
  is_number("+39 (0)6 6982 1234", NULL, "+390669821234", "");
  is_number("+44(0) 20 7946 0018 x1", NULL, "+442079460018", "1");
}

Test(number, an_extension_has_many_names) {
  is_number("+1 (555) 123-0001 x890", NULL, "+15551230001", "890");
  is_number("+15551230001X890", NULL, "+15551230001", "890");
  is_number("+15551230001 ext. 890", NULL, "+15551230001", "890");
  is_number("+15551230001 Ext 8 90", NULL, "+15551230001", "890");
  is_number("+15551230001,890", NULL, "+15551230001", "890");
  is_number("tel:+15551230001;ext=0890", NULL, "+15551230001", "0890");
  is_number("555 123 0001 x1234567890", "1", "+15551230001", "1234567890");
}

Test(number, word_processors_make_other_blanks_and_hyphens) {
  is_number("+44\xc2\xa0"
            "20\xe2\x80\x91"
            "7946\xe2\x80\x93"
            "0018",
            NULL, "+442079460018", "");
}

Test(number, what_is_none_is_told) {
  static const char *const none[] = {"",
                                     " ",
                                     "+",
                                     "none",
                                     "+0555123000",
                                     "+1555123000",
                                     "+155512300012",
                                     "+1234567",
                                     "+1234567890123456",
                                     "12345678901234567890123456789",
                                     "+15551230001 x",
                                     "+15551230001 x12345678901",
                                     "+15551230001 y1",
                                     "+15551230001 x1 x2",
                                     "+15551230001;isub=1",
                                     "++15551230001",
                                     "+1555+1230001",
                                     "555-CALL-NOW",
                                     "alice@corp.example",
                                     "x890",
                                     "+44 20 7946 0018 or 0019",
                                     "\xff+15551230001",
                                     "+1555123000\xe2",
                                     "sip:+15551230001"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) is_none(none[i], "1");
}

Test(number, a_nul_is_the_end_of_nothing) {
  struct number number;
  cr_assert_not(number_parse((radmfa_span){(const uint8_t *)"+15551230001\0", 13}, "1", &number));
}

Test(number, a_country_is_one_to_three_digits) {
  cr_assert(country_code_is_valid("1"));
  cr_assert(country_code_is_valid("358"));
  static const char *const bad[] = {"", "0", "01", "+1", "1234", "4x", " 1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert_not(country_code_is_valid(bad[i]));
}

/* ---- whatever comes ---- */

static void is_whole(const struct number *number) {
  struct number again;
  char text[64];
  size_t len = strlen(number->e164);
  cr_assert(number->e164[0] == '+' && number->e164[1] >= '1' && number->e164[1] <= '9');
  cr_assert_eq(strspn(number->e164 + 1, "0123456789"), len - 1);
  cr_assert(len - 1 >= NUMBER_DIGITS_MIN && len - 1 <= NUMBER_DIGITS_MAX);
  cr_assert_eq(strspn(number->extension, "0123456789"), strlen(number->extension));
  snprintf(text, sizeof text, "%s%s%s", number->e164, *number->extension ? "x" : "",
           number->extension);
  cr_assert(number_parse(radmfa_text(text), NULL, &again));
  cr_assert_str_eq(again.e164, number->e164);
  cr_assert_str_eq(again.extension, number->extension);
}

Test(number, whatever_is_a_number_is_one_again_as_it_was_written) {
  static const char letters[] = "0123456789001144+ -.()x,e;t=\xc2\xa0";
  struct dice dice = dice_of(4711);
  unsigned n_numbers = 0;
  for (unsigned i = 0; i < 200000; i++) {
    char text[24];
    size_t len = dice_below(&dice, sizeof text);
    for (size_t at = 0; at < len; at++) text[at] = letters[dice_below(&dice, sizeof letters)];
    if (len && dice_below(&dice, 2)) text[0] = '+';
    struct number number;
    if (!number_parse((radmfa_span){(const uint8_t *)text, len}, i % 2 ? "44" : "1", &number))
      continue;
    n_numbers++;
    is_whole(&number);
  }
  cr_assert_gt(n_numbers, 100);
}

Test(number, fillers_change_nothing) {
  static const char *const fillers[] = {" ", "-", ".", "/", "(", ")", "\t", "\xc2\xa0"};
  struct dice dice = dice_of(4712);
  for (unsigned i = 0; i < 20000; i++) {
    char plain[16] = "+49", written[128] = "+49";
    size_t len = 3 + 6 + dice_below(&dice, 6);
    for (size_t at = 3; at < len; at++) {
      plain[at] = "1234567890"[dice_below(&dice, at == 3 ? 9 : 10)];
      size_t used = strlen(written);
      snprintf(written + used, sizeof written - used, "%s%c", fillers[dice_below(&dice, 8)],
               plain[at]);
    }
    if (!strstr(written, "(0)")) is_number(written, "1", plain, "");
  }
}
