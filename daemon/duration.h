/* duration.h: "50s", "300ms", "10m", the range "1s..5s" and the rate "3/30m", in milliseconds; and
 * "90d", in days. */
#ifndef RADMFAD_DURATION_H
#define RADMFAD_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define DAYS_MAX 3650u

struct duration_range {
  uint32_t min_ms;
  uint32_t max_ms; /* equal where it is one duration */
};

struct rate {
  uint32_t count; /* 0: without limit */
  uint32_t window_ms;
};

/* A whole number with its unit (ms, s, m, h), or "0". False for anything else and above 24 h. */
bool duration_parse(const char *text, uint32_t *out_ms);
bool duration_range_parse(const char *text, struct duration_range *out_range);
/* How many in which time: a number in 1..1000, a slash, a duration of at least 1s. */
bool rate_parse(const char *text, struct rate *out_rate);
#define RATE_TEXT_SIZE 32u
/* As rate_parse reads it, with the largest unit that fits. */
void rate_text(const struct rate *rate, char out_text[RATE_TEXT_SIZE]);
/* A whole number of days in 1..DAYS_MAX, with its unit: "90d". */
bool days_parse(const char *text, uint32_t *out_days);

#endif
