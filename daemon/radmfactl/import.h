/* import.h: what the files of `user import FILE` share: rows of CSV, and what radmfad is asked for
 * each. */
#ifndef RADMFACTL_IMPORT_H
#define RADMFACTL_IMPORT_H

#include "csv.h"
#include "ctl.h"

#include <jansson.h>

enum import_column {
  IMPORT_USER,
  IMPORT_COUNTRY_CODE,
  IMPORT_PHONE,
  IMPORT_EXTENSION,
  IMPORT_BACKUP_PHONE,
  IMPORT_PIN,
  IMPORT_LANGUAGE,
  IMPORT_ENABLED,
  IMPORT_PRIMARY,
  IMPORT_IDENTITY,
  IMPORT_COLUMNS, /* how many there are */
};

struct import_columns {
  int at[IMPORT_COLUMNS]; /* which field of a record it is; -1: the file does not have it */
  size_t n_fields;        /* that each record must have */
};

struct import_row {
  json_t *request; /* of user.add and user.set; whoever reads the row unrefs it */
  bool has_number, has_pin, has_backup_phone;
  bool is_disabled;
};

/* import_read_titles understands the reader's record as titles. False: `out_problem` says why.
 * Titles that nobody knows are named in `out_unknown`, and ignored. */
bool import_read_titles(const struct csv_reader *reader, struct import_columns *out_columns,
                        struct text *out_problem, struct text *out_unknown);

/* import_read_row reads a record. `defaults` has `primary` and `country_code` for those that lack
 * them. False: `out_problem` names the column, and says why. */
bool import_read_row(const struct csv_reader *reader, const struct import_columns *columns,
                     const json_t *defaults, struct import_row *out_row, struct text *out_problem);

/* Whether nothing stands in the record. */
bool import_is_empty(const struct csv_reader *reader);

/* Whether radmfad's user differs from what the row makes of him, as far as can be told here. */
bool import_differs(const json_t *user, const json_t *request);

/* ---- a file on its way ---- */

/* So many rows are under way: radmfad writes what has come together at once. 20,000 new users take
 * 31.1 s with 1, 13.2 s with 4, 8.2 s with 8, 2.0 s with 32, 1.8 s with 128
 * (tests/interop/radmfactl_import.sh, -O2, two cores that others used too, December 2026). */
#define IMPORT_SLOTS 32u

#define IMPORT_WHY_BLOCKED "disabled in the import"

enum import_step {
  IMPORT_STEP_FREE,
  IMPORT_STEP_SHOW,
  IMPORT_STEP_ADD,
  IMPORT_STEP_SET,
  IMPORT_STEP_BLOCK
};
enum import_outcome {
  IMPORT_ADDED,
  IMPORT_CHANGED,
  IMPORT_UNCHANGED,
  IMPORT_FAILED,
  IMPORT_OUTCOMES, /* how many there are */
};

struct import_slot {
  enum import_step step;
  enum import_outcome outcome;
  unsigned tries;
  unsigned long line;
  struct import_row row;
  json_t *before; /* the user as he was, or NULL */
};

struct import {
  struct ctl *ctl;
  struct csv_reader *reader;
  const char *file;
  struct import_columns columns;
  struct import_slot slots[IMPORT_SLOTS];
  size_t n_under_way;
  bool has_row; /* one that waits: the row before it is of the same user */
  struct import_slot next;
  bool is_dry;
  bool is_broken; /* radmfad is gone */
  size_t n[IMPORT_OUTCOMES];
  size_t n_pins, n_backup_phones, n_blocked, n_without_number;
};

/* import_complain writes "users.csv:12: ..." to the standard error, as text_add_shown shows it. */
void import_complain(const struct import *import, unsigned long line, const char *what);

/* import_start begins with the row that the slot holds; import_take_answer takes the next answer to
 * any of them, and goes on with that row. Where radmfad is gone `is_broken` is set. */
void import_start(struct import *import, struct import_slot *slot);
void import_take_answer(struct import *import);

/* Counts the row as this, and frees the slot. */
void import_end_row(struct import *import, struct import_slot *slot, enum import_outcome outcome);

#endif
