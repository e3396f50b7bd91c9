#include "pattern.h"

#include <string.h>

#define DIGITS_MAX 20u /* of 64 bits */

/* What stands between % and d: nothing, or 0 and a width. */
static bool parse_width(const char *text, unsigned *out_width) {
  unsigned width = 0;
  if (*text == '0' && text[1] >= '1' && text[1] <= '9')
    for (text++; *text >= '0' && *text <= '9' && width <= DIGITS_MAX; text++)
      width = width * 10 + (unsigned)(*text - '0');
  if (*text != 'd' || width > DIGITS_MAX) return false;
  *out_width = width;
  return true;
}

bool pattern_parse(const char *text, struct pattern *out_pattern) {
  struct pattern pattern = {.before = radmfa_text(text)};
  const char *percent = strchr(text, '%');
  if (percent) {
    if (!parse_width(percent + 1, &pattern.width)) return false;
    pattern.has_number = true;
    pattern.before.len = (size_t)(percent - text);
    pattern.after = radmfa_text(strchr(percent, 'd') + 1);
    if (memchr(pattern.after.ptr, '%', pattern.after.len)) return false;
  }
  size_t len = pattern.before.len + pattern.after.len;
  if (len + DIGITS_MAX > PATTERN_TEXT_SIZE || (len == 0 && !percent)) return false;
  *out_pattern = pattern;
  return true;
}

bool read_pattern(const char *text, void *out) {
  return pattern_parse(text, out);
}

static size_t put(uint8_t *out, radmfa_span text) {
  if (text.len) memcpy(out, text.ptr, text.len);
  return text.len;
}

static size_t put_number(uint8_t *out, uint64_t number, unsigned width) {
  uint8_t digits[DIGITS_MAX];
  size_t n = 0;
  do digits[DIGITS_MAX - ++n] = (uint8_t)('0' + number % 10);
  while ((number /= 10) && n < DIGITS_MAX);
  while (n < width && n < DIGITS_MAX) digits[DIGITS_MAX - ++n] = '0';
  return put(out, (radmfa_span){digits + DIGITS_MAX - n, n});
}

size_t pattern_write(const struct pattern *pattern, uint64_t number,
                     uint8_t out_text[PATTERN_TEXT_SIZE]) {
  size_t len = put(out_text, pattern->before);
  if (pattern->has_number) len += put_number(out_text + len, number, pattern->width);
  return len + put(out_text + len, pattern->after);
}

static bool read_digits(radmfa_span digits, uint64_t *out_number) {
  uint64_t number = 0;
  if (!digits.len || digits.len > DIGITS_MAX) return false;
  for (size_t i = 0; i < digits.len; i++) {
    if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return false;
    number = number * 10 + (uint64_t)(digits.ptr[i] - '0');
  }
  *out_number = number;
  return true;
}

/* Written again and compared: so no other spelling of a number passes. */
bool pattern_read(const struct pattern *pattern, radmfa_span text, uint64_t *out_number) {
  size_t around = pattern->before.len + pattern->after.len;
  uint8_t again[PATTERN_TEXT_SIZE];
  uint64_t number = 0;
  if (text.len < around) return false;
  radmfa_span digits = {text.ptr + pattern->before.len, text.len - around};
  if (pattern->has_number && !read_digits(digits, &number)) return false;
  size_t len = pattern_write(pattern, number, again);
  if (!radmfa_span_equal(text, (radmfa_span){again, len})) return false;
  *out_number = number;
  return true;
}
