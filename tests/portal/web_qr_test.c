#include "portal/qr.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

Test(qr, a_code_is_a_picture_without_anything_but_squares) {
  static const char head[] = "data:image/svg+xml;base64,";
  struct text url = {0};
  char *svg;
  size_t len;
  cr_assert(
      qr_put_data_url(&url, "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example"));
  cr_assert(!strncmp(url.bytes, head, strlen(head)));
  svg = calloc(1, url.len);
  cr_assert_eq(sodium_base642bin((unsigned char *)svg, url.len - 1, url.bytes + strlen(head),
                                 url.len - strlen(head), NULL, &len, NULL,
                                 sodium_base64_VARIANT_ORIGINAL),
               0);
  cr_assert(!strncmp(svg, "<svg xmlns=", 11));
  cr_assert_not_null(strstr(svg, "h1v1h-1z"));
  cr_assert_null(strstr(svg, "<script"));
  free(svg);
  text_free(&url);
}

Test(qr, what_is_too_long_has_none) {
  struct text url = {0};
  char longer[4000];
  memset(longer, 'a', sizeof longer);
  longer[sizeof longer - 1] = '\0';
  cr_assert_not(qr_put_data_url(&url, longer));
  text_free(&url);
}
