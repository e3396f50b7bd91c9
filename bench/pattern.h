/* pattern.h: "user%06d": a text with a counter in it, written and read back. */
#ifndef RADMFA_BENCH_PATTERN_H
#define RADMFA_BENCH_PATTERN_H

#include <radmfa/attr.h>

/* So that what is written always fits User-Password, and User-Name too. */
#define PATTERN_TEXT_SIZE RADMFA_PASSWORD_SIZE_MAX

struct pattern {
  radmfa_span before, after; /* borrowed from the text it was read from */
  unsigned width;            /* of the number, filled up with zeros */
  bool has_number;
};

/* %d or %0Nd once or not at all, %% nowhere; at most 108 other octets. */
bool pattern_parse(const char *text, struct pattern *out_pattern);
/* The same as a reader of an option (values.h). */
bool read_pattern(const char *text, void *out);

/* Gives the length; no NUL is written. */
size_t pattern_write(const struct pattern *pattern, uint64_t number,
                     uint8_t out_text[PATTERN_TEXT_SIZE]);
/* The number that makes the pattern `text`, 0 for a pattern without one; false where none does. */
bool pattern_read(const struct pattern *pattern, radmfa_span text, uint64_t *out_number);

#endif
