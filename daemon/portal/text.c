/* text.c: grows by doubling; the old block is wiped. */
#include "text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static bool grow(struct text *text, size_t need) {
  size_t room = text->room ? text->room : 256;
  while (room <= need) room *= 2;
  char *bytes = malloc(room);
  if (!bytes) return false;
  if (text->len) memcpy(bytes, text->bytes, text->len);
  if (text->bytes) sodium_memzero(text->bytes, text->room);
  free(text->bytes);
  text->bytes = bytes;
  text->room = room;
  return true;
}

void text_put(struct text *text, const char *bytes, size_t len) {
  size_t max = text->max ? text->max : TEXT_LEN_MAX;
  bool fits = !text->failed && len <= max && text->len <= max - len;
  if (!fits || (text->len + len >= text->room && !grow(text, text->len + len))) {
    text->failed = true;
    return;
  }
  if (len) memcpy(text->bytes + text->len, bytes, len);
  text->len += len;
  text->bytes[text->len] = '\0';
}

void text_puts(struct text *text, const char *string) {
  text_put(text, string, strlen(string));
}

static const char *entity(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
  }
}

void text_put_html(struct text *text, const char *string) {
  for (; *string; string++) {
    const char *name = entity(*string);
    name ? text_puts(text, name) : text_put(text, string, 1);
  }
}

static bool is_unreserved(char c) { /* RFC 3986 2.3 */
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void text_put_url(struct text *text, const char *string) {
  static const char digits[] = "0123456789ABCDEF";
  for (; *string; string++) {
    unsigned char c = (unsigned char)*string;
    char octet[3] = {'%', digits[c >> 4], digits[c & 15]};
    is_unreserved(*string) ? text_put(text, string, 1) : text_put(text, octet, sizeof octet);
  }
}

void text_drop(struct text *text, size_t len) {
  if (!len) return;
  size_t rest = text->len - len;
  memmove(text->bytes, text->bytes + len, rest);
  sodium_memzero(text->bytes + rest, len);
  text->len = rest;
}

void text_free(struct text *text) {
  if (text->bytes) sodium_memzero(text->bytes, text->room);
  free(text->bytes);
  *text = (struct text){.max = text->max};
}
