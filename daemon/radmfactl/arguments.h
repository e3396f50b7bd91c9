/* arguments.h: the options of a command, by a table, into what is asked of radmfad. */
#ifndef RADMFACTL_ARGUMENTS_H
#define RADMFACTL_ARGUMENTS_H

#include "ctl.h"

enum argument_kind {
  ARGUMENT_TEXT,
  ARGUMENT_NUMBER, /* from `min` to `max` */
  ARGUMENT_TRUE,   /* these two take no value: true, */
  ARGUMENT_NULL,   /* and null, which is none */
  ARGUMENT_FROM,   /* a moment, see moment.h */
  ARGUMENT_UNTIL,
};

struct argument {
  const char *name; /* without the hyphens; NULL: the table's end */
  enum argument_kind kind;
  const char *key; /* of the request; NULL: it is radmfactl's own, and `name` is its key */
  long min, max;
};

/* arguments_read reads the options that the table has, and `--socket` and `--json`, wherever they
 * stand behind argv[0], and points `ctl->operands` to the rest, in `argv`, whose order it may
 * change. Where `stops` is said, it ends at the first operand, and options behind it are left.
 * False: it has complained. */
bool arguments_read(struct ctl *ctl, const struct argument *table, bool stops, int argc,
                    char **argv);

#endif
