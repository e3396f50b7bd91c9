/* text.c: see text.h. */
#include "text.h"

#include "ctl.h"
#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void *memory_or_exit(void *memory) {
  if (memory) return memory;
  fputs("radmfactl: out of memory\n", stderr);
  exit(EXIT_FAILED);
}

static void make_room(struct text *text, size_t more) {
  if (text->size - text->len > more) return; /* and a NUL */
  text->size = 2 * (text->len + more) + 64;
  text->ptr = memory_or_exit(realloc(text->ptr, text->size));
}

void text_add(struct text *text, const char *octets, size_t len) {
  make_room(text, len);
  if (len) memcpy(text->ptr + text->len, octets, len);
  text->len += len;
  text->ptr[text->len] = '\0';
}

void text_add_char(struct text *text, char c) {
  text_add(text, &c, 1);
}

void text_format_list(struct text *text, const char *format, va_list list) {
  va_list again;
  va_copy(again, list);
  int len = vsnprintf(NULL, 0, format, list);
  if (len > 0) {
    make_room(text, (size_t)len);
    vsnprintf(text->ptr + text->len, (size_t)len + 1, format, again);
    text->len += (size_t)len;
  }
  va_end(again);
}

void text_format(struct text *text, const char *format, ...) {
  va_list list;
  va_start(list, format);
  text_format_list(text, format, list);
  va_end(list);
}

void text_clear(struct text *text) {
  text->len = 0;
  if (text->ptr) text->ptr[0] = '\0';
}

void text_free(struct text *text) {
  free(text->ptr);
  *text = (struct text){NULL, 0, 0};
}

const char *text_of(const struct text *text) {
  return text->ptr ? text->ptr : "";
}

/* ---- what may be shown ---- */

/* The same as in the log (daemon/logline.c): control characters, what turns the direction, lines'
 * ends, and what has no width. */
static bool is_deceptive(uint32_t code) {
  static const struct {
    uint32_t first, last;
  } ranges[] = {
      {0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c}, {0x200b, 0x200f},
      {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (code >= ranges[i].first && code <= ranges[i].last) return true;
  return false;
}

/* The first character; of what is no UTF-8 its first octet, and `*out_valid` is false. */
static size_t first_of(const char *octets, size_t len, uint32_t *out_code, bool *out_valid) {
  radmfa_span in = {(const uint8_t *)octets, len};
  size_t n = utf8_decode(in, out_code);
  *out_valid = n != 0;
  if (n) return n;
  *out_code = in.ptr[0];
  return 1;
}

void text_add_shown(struct text *text, const char *octets, size_t len, bool keep_tabs) {
  for (size_t n; len; octets += n, len -= n) {
    uint32_t code;
    bool is_valid;
    n = first_of(octets, len, &code, &is_valid);
    if (is_valid && (!is_deceptive(code) || (code == '\t' && keep_tabs)))
      text_add(text, octets, n);
    else
      text_format(text, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
  }
}

/* Of one character. A locale that does not know it takes it for one column. */
static size_t width_of(uint32_t code) {
  int width = wcwidth((wchar_t)code);
  return width < 0 ? 1 : (size_t)width;
}

size_t text_width(const char *octets, size_t len) {
  size_t width = 0;
  for (size_t n; len; octets += n, len -= n) {
    uint32_t code;
    bool is_valid;
    n = first_of(octets, len, &code, &is_valid);
    width += width_of(code);
  }
  return width;
}

size_t text_cut(const char *octets, size_t len, size_t columns) {
  size_t at = 0;
  for (size_t width = 0; at < len;) {
    uint32_t code;
    bool is_valid;
    size_t n = first_of(octets + at, len - at, &code, &is_valid);
    width += width_of(code);
    if (width > columns) break;
    at += n;
  }
  return at;
}
