/* prefixes.c: beginnings of numbers, and how long that of a country is. */
#include "prefixes.h"

#include <stdio.h>
#include <string.h>

bool prefix_begins(const char *prefix, const char *text) {
  return !strncmp(text, prefix, strlen(prefix));
}

static bool begins_one(const char *const *list, size_t n, const char *e164) {
  for (size_t i = 0; i < n; i++)
    if (prefix_begins(list[i], e164)) return true;
  return false;
}

bool prefixes_allow(const struct prefixes *prefixes, const struct number *number) {
  return begins_one(prefixes->allowed, prefixes->n_allowed, number->e164) &&
         !begins_one(prefixes->denied, prefixes->n_denied, number->e164);
}

/* List of ITU-T Recommendation E.164 assigned country codes (Operational Bulletin 930, annex): 1
 * and 7 stand alone; behind another first digit these second ones end the code; all else has three
 * digits. */
static const char *const second_digits[] = {
    "", "", "07", "0123469", "013456789", "12345678", "0123456", "", "1246", "0123458",
};

static int country_code_len(const char *digits) {
  if (*digits == '1' || *digits == '7') return 1;
  const char *ends = second_digits[*digits - '0'];
  return digits[1] && strchr(ends, digits[1]) ? 2 : 3;
}

void prefix_of_country(const char *e164, char out[COUNTRY_PREFIX_SIZE]) {
  snprintf(out, COUNTRY_PREFIX_SIZE, "%.*s", 1 + country_code_len(e164 + 1), e164);
}
