/* diag.h: what is wrong with a configuration, each message with file, line and column:
 * "radmfad.yaml:12:7: unknown key ...". */
#ifndef RADMFAD_DIAG_H
#define RADMFAD_DIAG_H

#include <stdio.h>

struct diag {
  FILE *out; /* where messages go, one line each */
  int errors;
  int warnings;
};

struct place {
  const char *file; /* borrowed from what was parsed */
  unsigned line;    /* from 1; 0: the file as a whole */
  unsigned column;
};

__attribute__((format(printf, 3, 4))) void diag_error(struct diag *diag, struct place at,
                                                      const char *format, ...);
/* A warning says "warning: " behind the place. */
__attribute__((format(printf, 3, 4))) void diag_warn(struct diag *diag, struct place at,
                                                     const char *format, ...);

#endif
