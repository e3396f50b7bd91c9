/* hex.h: bytes written in tests as the RFCs print them. */
#ifndef RADMFA_TESTS_HEX_H
#define RADMFA_TESTS_HEX_H

#include <radmfa/base.h>

struct bytes {
  uint8_t data[8192];
  size_t len;
};

/* hex reads pairs of hexadecimal digits; blanks and line ends between them do not count. Aborts on
 * anything else. */
struct bytes hex(const char *text);

/* span borrows the bytes. */
radmfa_span span(const struct bytes *bytes);

/* filled is `len` octets of `value`. */
struct bytes filled(uint8_t value, size_t len);

#endif
