/* control_text.c: octets to characters. */
#include "control_text.h"

#include "../utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* U+0080 to U+00FF have two octets in UTF-8. */
static size_t append_octet(char *to, uint8_t octet) {
  to[0] = (char)(0xc0 | octet >> 6);
  to[1] = (char)(0x80 | (octet & 0x3f));
  return 2;
}

static size_t append_character(char *to, radmfa_span in, size_t *out_read) {
  uint32_t code;
  size_t len = utf8_decode(in, &code);
  *out_read = len ? len : 1;
  if (!len) return append_octet(to, in.ptr[0]);
  if (!code) {
    memcpy(to, "\xef\xbf\xbd", 3);
    return 3;
  }
  memcpy(to, in.ptr, len);
  return len;
}

json_t *control_text(radmfa_span octets) {
  char *text = malloc(3 * octets.len + 1);
  size_t n = 0, read;
  if (!text) return NULL;
  for (; octets.len; octets.ptr += read, octets.len -= read)
    n += append_character(text + n, octets, &read);
  json_t *json = json_stringn(text, n);
  free(text);
  return json;
}

json_t *control_time(uint64_t ms) {
  if (!ms) return json_null();
  time_t seconds = (time_t)(ms / 1000);
  struct tm tm;
  char day[32], text[48];
  gmtime_r(&seconds, &tm);
  strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf(text, sizeof text, "%s.%03uZ", day, (unsigned)(ms % 1000));
  return json_string(text);
}

json_t *control_id(uint64_t login_id) {
  char text[17];
  snprintf(text, sizeof text, "%016" PRIx64, login_id);
  return json_string(text);
}

bool control_time_parse(const char *text, uint64_t *out_ms) {
  struct tm tm = {0};
  const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
  uint64_t fraction = 0, unit = 100;
  if (!rest || tm.tm_year < 70) return false;
  if (*rest == '.')
    for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
      fraction += (uint64_t)(*rest - '0') * unit;
  if (strcmp(rest, "Z") != 0) return false;
  *out_ms = (uint64_t)timegm(&tm) * 1000 + fraction;
  return true;
}

bool control_id_parse(const char *text, uint64_t *out_login_id) {
  if (strlen(text) != 16 || strspn(text, "0123456789abcdefABCDEF") != 16) return false;
  *out_login_id = strtoull(text, NULL, 16);
  return true;
}

json_t *control_text_or_null(const char *text) {
  return text && *text ? control_text(radmfa_text(text)) : json_null();
}
