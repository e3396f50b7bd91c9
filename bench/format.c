#include "format.h"

#include "values.h"

#include <stdio.h>

const char *format_count(uint64_t count, char out[FORMAT_SIZE]) {
  char *at = out + FORMAT_SIZE - 1;
  unsigned n = 0;
  *at = 0;
  do {
    if (n && n % 3 == 0) *--at = ',';
    *--at = (char)('0' + count % 10);
    n++;
  } while (count /= 10);
  return at;
}

/* Four significant digits or all before the point, and no zeros at the end. */
const char *format_decimal(double number, char out[FORMAT_SIZE]) {
  if (number >= 1000) return format_count((uint64_t)(number + 0.5), out);
  snprintf(out, FORMAT_SIZE, "%.4g", number);
  return out;
}

const char *format_duration(uint64_t ns, char out[FORMAT_SIZE]) {
  char number[FORMAT_SIZE];
  double value = (double)ns;
  const char *unit = "ns";
  if (ns >= NS_PER_S || ns == 0) {
    value /= NS_PER_S;
    unit = "s";
  } else if (ns >= NS_PER_MS) {
    value /= NS_PER_MS;
    unit = "ms";
  } else if (ns >= NS_PER_US) {
    value /= NS_PER_US;
    unit = "us";
  }
  snprintf(out, FORMAT_SIZE, "%.30s %s", format_decimal(value, number), unit);
  return out;
}

const char *format_share(uint64_t part, uint64_t whole, char out[FORMAT_SIZE]) {
  snprintf(out, FORMAT_SIZE, "%.2f %%", whole ? 100.0 * (double)part / (double)whole : 0.0);
  return out;
}
