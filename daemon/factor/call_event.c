/* call_event.c: what of a number may be written into a log. */
#include "call_event.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_AT_END 2u

static bool is_e164(const char *text) {
  size_t n = text[0] == '+' ? strspn(text + 1, "0123456789") : 0;
  return n >= NUMBER_DIGITS_MIN && n <= NUMBER_DIGITS_MAX && !text[1 + n];
}

void call_number_mask(const char *e164, char out[CALL_NUMBER_MASKED_SIZE]) {
  char country[COUNTRY_PREFIX_SIZE];
  out[0] = '\0';
  if (!e164 || !is_e164(e164)) return;
  prefix_of_country(e164, country);
  snprintf(out, CALL_NUMBER_MASKED_SIZE, "%s", e164);
  size_t shown = strlen(country);
  memset(out + shown, 'x', strlen(out) - SHOWN_AT_END - shown);
}
