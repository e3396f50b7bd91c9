/* number.c: first the digits are picked out of the text, then it is decided what they are. */
#include "number.h"

#include "utf8.h"

#include <string.h>

/* 00, or 011 in North America, the national number, and one digit too many. */
#define DIGITS_SIZE (3u + NUMBER_DIGITS_MAX + 2u)

/* ---- digits ---- */

/* Blanks, dots, slashes, parentheses, and the hyphens and blanks that word processors make of
 * them. */
static bool is_filler(uint32_t code) {
  if (code < 0x80) return code && strchr(" \t-./()", (int)code);
  return code == 0xa0 || (code >= 0x2010 && code <= 0x2013) || code == 0x202f;
}

static void skip(radmfa_span *in, size_t len) {
  in->ptr += len;
  in->len -= len;
}

/* Whether `in` begins with the word, letters in either case; goes behind it if so. */
static bool accept(radmfa_span *in, const char *word) {
  size_t len = strlen(word);
  if (in->len < len) return false;
  for (size_t i = 0; i < len; i++) {
    uint8_t c = in->ptr[i];
    if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != (uint8_t)word[i]) return false;
  }
  skip(in, len);
  return true;
}

static void skip_fillers(radmfa_span *in) {
  uint32_t code;
  size_t len;
  while (in->len && (len = utf8_decode(*in, &code)) > 0 && is_filler(code)) skip(in, len);
}

/* Digits and what stands between them, up to something else. False: too many for `out`. */
static bool take_digits(radmfa_span *in, char *out, size_t size) {
  size_t n = 0;
  for (skip_fillers(in); in->len && *in->ptr >= '0' && *in->ptr <= '9'; skip_fillers(in)) {
    if (n + 1 == size) return false;
    out[n++] = (char)*in->ptr;
    skip(in, 1);
  }
  out[n] = '\0';
  return true;
}

/* The extension, if there is one, and then the end. */
static bool take_extension(radmfa_span *in, char out[NUMBER_EXTENSION_MAX + 1]) {
  bool has_one = accept(in, ";ext=") || accept(in, "ext.") || accept(in, "ext") ||
                 accept(in, "x") || accept(in, ",");
  if (!take_digits(in, out, NUMBER_EXTENSION_MAX + 1) || in->len) return false;
  return has_one == (*out != '\0');
}

/* ---- what they are ---- */

/* What stands before a national number at home (ITU Operational Bulletin 994, annex: dialling
 * procedures) where it is not a single 0, and of which length numbers are where it could be taken
 * for their beginning. */
struct trunk {
  const char *country, *prefix;
  size_t national_len; /* 0: any */
};

static const struct trunk trunks[] = {
    {"1", "1", 10}, {"7", "8", 10}, {"36", "06", 0}, {"375", "8", 9},
    {"39", "", 0},  {"378", "", 0}, {"225", "", 0},  {"242", "", 0}, /* the 0 belongs to them */
};

static struct trunk trunk_of(const char *country) {
  for (size_t i = 0; i < sizeof trunks / sizeof *trunks; i++)
    if (strcmp(country, trunks[i].country) == 0) return trunks[i];
  return (struct trunk){country, "0", 0};
}

static const char *without_trunk_prefix(const char *digits, const char *country) {
  struct trunk trunk = trunk_of(country);
  size_t len = strlen(trunk.prefix);
  bool has_prefix = strncmp(digits, trunk.prefix, len) == 0;
  if (trunk.national_len && strlen(digits) != len + trunk.national_len) has_prefix = false;
  return has_prefix ? digits + len : digits;
}

/* The digits behind what one dials for abroad (ITU-T E.164: 00; in North America 011), or NULL. */
static const char *behind_abroad(const char *digits, const char *country) {
  bool is_america = country && strcmp(country, "1") == 0;
  const char *prefix = is_america ? "011" : "00";
  return strncmp(digits, prefix, strlen(prefix)) == 0 ? digits + strlen(prefix) : NULL;
}

static bool put(struct number *number, const char *country, const char *digits) {
  size_t country_len = strlen(country), len = strlen(digits);
  size_t n = country_len + len;
  if (n < NUMBER_DIGITS_MIN || n > NUMBER_DIGITS_MAX) return false;
  number->e164[0] = '+';
  memcpy(number->e164 + 1, country, country_len);
  memcpy(number->e164 + 1 + country_len, digits, len + 1);
  if (number->e164[1] == '0') return false;                    /* no country has it */
  return number->e164[1] != '1' || n == strlen("15551230001"); /* North America: all alike */
}

static bool classify(const char *digits, bool has_plus, const char *country,
                     struct number *number) {
  const char *abroad = has_plus ? digits : behind_abroad(digits, country);
  if (abroad) return put(number, "", abroad);
  return country && put(number, country, without_trunk_prefix(digits, country));
}

/* The number behind its country and "(0)", which only who dials at home needs, unless it belongs to
 * the number. */
static bool take_behind_zero(radmfa_span country, radmfa_span *in, char digits[DIGITS_SIZE]) {
  if (!take_digits(&country, digits, DIGITS_SIZE) || country.len) return false;
  size_t len = strlen(digits);
  if (!*trunk_of(digits).prefix) digits[len++] = '0';
  return len < DIGITS_SIZE && take_digits(in, digits + len, DIGITS_SIZE - len);
}

static bool take_number(radmfa_span *in, char digits[DIGITS_SIZE], bool *out_plus) {
  static const char optional[] = "(0)";
  skip_fillers(in);
  *out_plus = accept(in, "+");
  const uint8_t *zero = *out_plus ? memmem(in->ptr, in->len, optional, strlen(optional)) : NULL;
  if (!zero) return take_digits(in, digits, DIGITS_SIZE);
  radmfa_span country = {in->ptr, (size_t)(zero - in->ptr)};
  skip(in, country.len + strlen(optional));
  return take_behind_zero(country, in, digits);
}

bool number_parse(radmfa_span text, const char *country_code, struct number *out_number) {
  char digits[DIGITS_SIZE];
  struct number number;
  bool has_plus;
  (void)accept(&text, "tel:");
  if (!take_number(&text, digits, &has_plus)) return false;
  if (!take_extension(&text, number.extension)) return false;
  if (!classify(digits, has_plus, country_code, &number)) return false;
  *out_number = number;
  return true;
}

bool country_code_is_valid(const char *text) {
  size_t len = strspn(text, "0123456789");
  return len >= 1 && len <= COUNTRY_CODE_MAX && !text[len] && text[0] != '0';
}
