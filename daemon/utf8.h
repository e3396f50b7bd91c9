/* utf8.h: UTF-8, one character after the other. */
#ifndef RADMFAD_UTF8_H
#define RADMFAD_UTF8_H

#include <radmfa/base.h>

static inline bool utf8_continues(uint8_t c) {
  return (c & 0xc0) == 0x80;
}

/* How many octets a character has that begins with `c`; 0: none begins so. */
static inline size_t utf8_length(uint8_t c) {
  if (c < 0x80) return 1;
  if (c < 0xc0) return 0;
  return c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
}

/* utf8_decode reads the first code point of `in`, which is not empty (RFC 3629 4: shortest form, no
 * surrogates, at most U+10FFFF). Returns its octets, or 0. */
static inline size_t utf8_decode(radmfa_span in, uint32_t *out_code) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  uint8_t c = in.ptr[0];
  size_t len = utf8_length(c);
  if (len == 0 || len > in.len) return 0;
  uint32_t code = len == 1 ? c : c & (0x7fu >> len);
  for (size_t i = 1; i < len; i++) {
    if (!utf8_continues(in.ptr[i])) return 0;
    code = code << 6 | (in.ptr[i] & 0x3fu);
  }
  if (code < smallest[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return 0;
  *out_code = code;
  return len;
}

#endif
