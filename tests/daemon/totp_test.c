/* Passcodes: the vectors of RFC 6238, clocks that are wrong, and what an app is told. */
#include "totp.h"

#include <criterion/criterion.h>
#include <string.h>

static const uint8_t secret[] = "12345678901234567890"; /* RFC 6238 B */

static bool is_code(const char *code, uint64_t now_s, unsigned window, uint64_t *out_step) {
  return totp_code_is((radmfa_span){secret, TOTP_SECRET_SIZE}, radmfa_text(code), now_s * 1000,
                      window, out_step);
}

Test(totp, the_codes_are_those_of_rfc_6238) {
  static const struct {
    uint64_t now_s;
    const char *code;
  } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                 {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    uint64_t step;
    cr_assert(is_code(vectors[i].code, vectors[i].now_s, 0, &step), "%s", vectors[i].code);
    cr_assert_eq(step, vectors[i].now_s / 30);
  }
}

Test(totp, a_clock_may_be_wrong_by_the_window_and_no_more) {
  uint64_t step = 0;
  cr_assert_not(is_code("287082", 60, 0, &step));
  cr_assert(is_code("287082", 60, 1, &step));
  cr_assert_eq(step, 1);
  cr_assert(is_code("287082", 29, 1, &step));
  cr_assert_not(is_code("287082", 90, 1, &step));
  cr_assert(is_code("287082", 90, 2, &step));
  cr_assert(is_code("287082", 0, 2, &step));
}

Test(totp, what_is_no_code_is_none) {
  const char *const texts[] = {"", "28708", "2870820", "28708a", " 287082", "-87082"};
  uint64_t step = 77;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(is_code(texts[i], 59, 2, &step), "%s", texts[i]);
  cr_assert_not(totp_code_is((radmfa_span){0}, radmfa_text("287082"), 59000, 2, &step));
  cr_assert_eq(step, 77);
}

Test(totp, an_app_is_told_the_secret_in_base32) {
  char text[TOTP_SECRET_TEXT_SIZE], uri[TOTP_URI_SIZE];
  totp_secret_text(secret, text);
  cr_assert_str_eq(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  totp_uri("Example Corp", "CORP\\\xc3\xa4", text, uri);
  cr_assert_str_eq(uri, "otpauth://totp/Example%20Corp:CORP%5C%C3%A4?secret="
                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Corp&algorithm=SHA1&"
                        "digits=6&period=30");
}

Test(totp, the_longest_names_fit) {
  char issuer[300], name[300], uri[TOTP_URI_SIZE];
  memset(issuer, '%', sizeof issuer);
  memset(name, '&', sizeof name);
  issuer[299] = name[299] = '\0';
  totp_uri(issuer, name, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", uri);
  cr_assert_str_eq(uri + strlen(uri) - 9, "period=30");
}
