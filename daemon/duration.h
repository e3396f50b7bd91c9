/* duration.h: "50s", "300ms", "10m" and the range "1s..5s", in milliseconds. */
#ifndef RADMFAD_DURATION_H
#define RADMFAD_DURATION_H

#include <stdbool.h>
#include <stdint.h>

struct duration_range {
  uint32_t min_ms;
  uint32_t max_ms; /* equal where it is one duration */
};

/* A whole number with its unit (ms, s, m, h), or "0". False for anything else and above 24 h. */
bool duration_parse(const char *text, uint32_t *out_ms);
bool duration_range_parse(const char *text, struct duration_range *out_range);

#endif
