#include "hex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static unsigned digit(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
  if (!at) abort();
  return (unsigned)(at - digits);
}

struct bytes hex(const char *text) {
  struct bytes bytes = {.len = 0};
  while (*text) {
    if (isspace((unsigned char)*text)) {
      text++;
      continue;
    }
    if (bytes.len == sizeof bytes.data) abort();
    bytes.data[bytes.len++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
    text += 2;
  }
  return bytes;
}

radmfa_span span(const struct bytes *bytes) {
  return (radmfa_span){bytes->data, bytes->len};
}

struct bytes filled(uint8_t value, size_t len) {
  struct bytes bytes = {.len = len};
  if (len > sizeof bytes.data) abort();
  memset(bytes.data, value, len);
  return bytes;
}
