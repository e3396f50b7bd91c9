#include "values.h"

#include <stdlib.h>
#include <string.h>

#define RETRANSMISSIONS_MAX 100u
#define DECIMAL_SIZE 64u

static const struct {
  const char *name;
  uint64_t ns;
} units[] = {
    {"us", NS_PER_US},
    {"ms", NS_PER_MS},
    {"s", NS_PER_S},
    {"m", 60 * (uint64_t)NS_PER_S},
    {"h", 3600 * (uint64_t)NS_PER_S},
};

/* strtoul would take signs and spaces too. */
static size_t read_digits(const char *text, size_t len, uint64_t *out) {
  uint64_t number = 0;
  size_t n = 0;
  for (; n < len && text[n] >= '0' && text[n] <= '9'; n++) {
    uint64_t digit = (uint64_t)(text[n] - '0');
    if (number > (UINT64_MAX - digit) / 10) return 0;
    number = number * 10 + digit;
  }
  if (n) *out = number;
  return n;
}

/* Digits, and a point only where digits follow: "100..200" begins with 100. */
static size_t decimal_len(const char *text) {
  static const char digits[] = "0123456789";
  size_t len = strspn(text, digits);
  if (!len || text[len] != '.') return len;
  size_t behind = strspn(text + len + 1, digits);
  return behind ? len + 1 + behind : len;
}

/* A copy: strtod would take an exponent or hexadecimal digits, too. */
bool read_decimal(const char *text, const char **out_end, double *out) {
  char number[DECIMAL_SIZE];
  size_t len = decimal_len(text);
  if (!len || len >= sizeof number) return false;
  memcpy(number, text, len);
  number[len] = 0;
  *out_end = text + len;
  *out = strtod(number, NULL);
  return true;
}

bool read_text(const char *text, void *out) {
  *(const char **)out = text;
  return true;
}

bool read_number(const char *text, void *out) {
  size_t len = strlen(text);
  uint64_t number;
  if (!len || read_digits(text, len, &number) != len) return false;
  *(uint64_t *)out = number;
  return true;
}

bool read_count(const char *text, void *out) {
  uint64_t number;
  if (!read_number(text, &number) || !number) return false;
  *(uint64_t *)out = number;
  return true;
}

bool read_rate(const char *text, void *out) {
  const char *end;
  double rate;
  if (!read_decimal(text, &end, &rate) || *end || rate <= 0 || rate > RATE_MAX) return false;
  *(double *)out = rate;
  return true;
}

bool read_share(const char *text, void *out) {
  const char *end;
  double percent;
  if (!read_decimal(text, &end, &percent) || percent > 100) return false;
  if (strcmp(end, "%") && !(percent == 0 && !*end)) return false;
  *(double *)out = percent / 100;
  return true;
}

bool read_switch(const char *text, void *out) {
  bool on = !strcmp(text, "on");
  if (!on && strcmp(text, "off")) return false;
  *(bool *)out = on;
  return true;
}

bool read_no(const char *text, void *out) {
  (void)text;
  *(bool *)out = false;
  return true;
}

bool read_yes(const char *text, void *out) {
  (void)text;
  *(bool *)out = true;
  return true;
}

static uint64_t unit_ns(const char *text, size_t len) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strlen(units[i].name) == len && !memcmp(units[i].name, text, len)) return units[i].ns;
  return 0;
}

bool read_duration_part(const char *text, size_t len, uint64_t *out_ns) {
  uint64_t number;
  size_t digits = read_digits(text, len, &number);
  if (!digits || number > DURATION_MAX_NS) return false;
  /* "0" needs no unit */
  uint64_t unit = digits == len && !number ? 1 : unit_ns(text + digits, len - digits);
  if (!unit || number > DURATION_MAX_NS / unit) return false;
  *out_ns = number * unit;
  return true;
}

bool read_duration(const char *text, void *out) {
  return read_duration_part(text, strlen(text), out);
}

bool read_listen_address(const char *text, void *out) {
  return radmfa_address_parse(text, out) == 0;
}

bool read_address(const char *text, void *out) {
  radmfa_address address;
  if (radmfa_address_parse(text, &address) || !address.port) return false;
  *(radmfa_address *)out = address;
  return true;
}

bool read_retransmission(const char *text, void *out) {
  struct retransmission found = {0};
  const char *comma = strchr(text, ',');
  if (strcmp(text, "none")) {
    if (!comma || !read_duration_part(text, (size_t)(comma - text), &found.every_ns)) return false;
    if (!found.every_ns || !read_count(comma + 1, &found.times)) return false;
    if (found.times > RETRANSMISSIONS_MAX) return false;
  }
  *(struct retransmission *)out = found;
  return true;
}
