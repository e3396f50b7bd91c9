/* prefixes.h: which numbers may be called. Calls to far countries and premium numbers are what
 * thieves earn money with (toll fraud), so what is not allowed is refused. Pure. */
#ifndef RADMFAD_FACTOR_PREFIXES_H
#define RADMFAD_FACTOR_PREFIXES_H

#include "../number.h"

/* Texts as "+44", borrowed. */
struct prefixes {
  const char *const *allowed, *const *denied;
  size_t n_allowed, n_denied;
};

/* Whether one of the allowed and none of the denied begins the number, however long they are. */
bool prefixes_allow(const struct prefixes *prefixes, const struct number *number);

bool prefix_begins(const char *prefix, const char *text);

#define COUNTRY_PREFIX_SIZE (1 + COUNTRY_CODE_MAX + 1)
/* "+44" of "+442079460018"; `e164` is the one of a struct number. */
void prefix_of_country(const char *e164, char out[COUNTRY_PREFIX_SIZE]);

#endif
