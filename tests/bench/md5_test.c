#include "md5.h"

#include <criterion/criterion.h>
#include <string.h>

/* RFC 1321 A.5 */
Test(md5, it_is_md5) {
  static const uint8_t want[MD5_SIZE] = {0xc3, 0xfc, 0xd3, 0xd7, 0x61, 0x92, 0xe4, 0x00,
                                         0x7d, 0xfb, 0x49, 0x6c, 0xca, 0x67, 0xe1, 0x3b};
  const char *text = "abcdefghijklmnopqrstuvwxyz";
  uint8_t digest[MD5_SIZE];
  cr_assert(md5((const uint8_t *)text, strlen(text), digest));
  cr_assert_arr_eq(digest, want, MD5_SIZE);
}
