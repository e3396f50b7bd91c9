/* choices.h: "a, b, c" for a message that names what is allowed, and what was probably meant. */
#ifndef RADMFAD_CHOICES_H
#define RADMFAD_CHOICES_H

#include <stddef.h>

struct choices {
  const char *wanted; /* what was written; set by the caller, all else 0 */
  char list[512];     /* cut with dots where there are too many */
  size_t used;
  const char *closest; /* at most two slips of the pen away, or NULL */
  size_t distance;
  char hint[128];
};

void choices_add(struct choices *choices, const char *word); /* borrowed until the hint is made */
/* "; did you mean `x`?" or "" */
const char *choices_hint(struct choices *choices);

#endif
