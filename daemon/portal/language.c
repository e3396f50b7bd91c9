/* language.c: Accept-Language. */
#include "language.h"

#include <string.h>
#include <strings.h>

const char *const language_codes[LANGUAGES] = {"en", "de"};

static enum language language_of_range(const char *code, size_t len) {
  for (int i = 0; i < LANGUAGES; i++) {
    if (len >= 2 && !strncasecmp(code, language_codes[i], 2) && (len == 2 || code[2] == '-'))
      return (enum language)i;
  }
  return LANGUAGE_NONE;
}

enum language language_of(const char *code) {
  return code ? language_of_range(code, strlen(code)) : LANGUAGE_NONE;
}

/* ";q=0.8" in thousandths; 1000 where there is none, 0 for what is no number. */
static int quality_of(const char *text, size_t len) {
  const char *at = memchr(text, ';', len);
  if (!at) return 1000;
  const char *end = text + len;
  for (at++; at < end && *at == ' '; at++) continue;
  if (end - at < 3 || (*at != 'q' && *at != 'Q') || at[1] != '=') return 0;
  if (at[2] == '1') return 1000;
  if (at[2] != '0' || end - at < 4 || at[3] != '.') return 0;
  int quality = 0, unit = 100;
  for (at += 4; at < end && *at >= '0' && *at <= '9' && unit; at++, unit /= 10)
    quality += (*at - '0') * unit;
  return quality;
}

enum language language_accepted(const char *header) {
  enum language best = LANGUAGE_NONE;
  int best_quality = 0;
  while (header && *header) {
    header += strspn(header, " ,\t");
    size_t len = strcspn(header, ",");
    enum language language = language_of_range(header, strcspn(header, ",; \t"));
    int quality = quality_of(header, len);
    if (language != LANGUAGE_NONE && quality > best_quality) {
      best = language;
      best_quality = quality;
    }
    header += len;
  }
  return best;
}
