/* form.c: "+" and "%XX" are undone in place, since what comes out is never longer. */
#include "form.h"

#include <stdint.h>
#include <string.h>

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Decodes `len` octets, of which text[len] may be overwritten. */
static bool decode(char *text, size_t len) {
  size_t used = 0;
  for (size_t i = 0; i < len; i++) {
    int c = text[i] == '+' ? ' ' : (unsigned char)text[i];
    if (text[i] == '%') {
      int high = len - i > 2 ? hex_digit(text[i + 1]) : -1;
      int low = len - i > 2 ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      c = high << 4 | low;
      i += 2;
    }
    if (!c) return false;
    text[used++] = (char)c;
  }
  text[used] = '\0';
  return form_is_utf8(text);
}

static bool take_field(struct form *form, char *bytes, size_t len) {
  if (form->count == FORM_FIELDS_MAX) return false;
  char *equals = memchr(bytes, '=', len);
  size_t name_len = equals ? (size_t)(equals - bytes) : len;
  char *value = equals ? equals + 1 : bytes + len;
  if (!decode(value, len - (size_t)(value - bytes)) || !decode(bytes, name_len)) return false;
  form->fields[form->count].name = bytes;
  form->fields[form->count++].value = value;
  return true;
}

bool form_parse(struct form *form, char *bytes, size_t len) {
  form->count = 0;
  for (size_t at = 0; at < len;) {
    const char *end = memchr(bytes + at, '&', len - at);
    size_t field_len = end ? (size_t)(end - bytes) - at : len - at;
    if (field_len && !take_field(form, bytes + at, field_len)) {
      form->count = 0;
      return false;
    }
    at += field_len + 1;
  }
  return true;
}

const char *form_find(const struct form *form, const char *name) {
  for (size_t i = 0; i < form->count; i++) {
    if (!strcmp(form->fields[i].name, name)) return form->fields[i].value;
  }
  return NULL;
}

const char *form_get(const struct form *form, const char *name) {
  const char *value = form_find(form, name);
  return value ? value : "";
}

/* The octets of the character at `text`, or 0. */
static size_t character(const unsigned char *text) {
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char c = text[0];
  size_t len = c < 0x80 ? 1 : c < 0xc0 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
  uint32_t code = len == 1 ? c : c & (0x7fu >> len);
  for (size_t i = 1; i < len; i++) {
    if ((text[i] & 0xc0) != 0x80) return 0; /* so is the NUL at the end */
    code = code << 6 | (text[i] & 0x3fu);
  }
  bool wrong = code < smallest[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
  return wrong ? 0 : len;
}

bool form_is_utf8(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at) {
    size_t len = character(at);
    if (!len) return false;
    at += len;
  }
  return true;
}
