/* table.h: aligned columns for people. */
#ifndef RADMFACTL_TABLE_H
#define RADMFACTL_TABLE_H

#include "text.h"

#include <jansson.h>
#include <stdio.h>

enum table_flags {
  TABLE_RIGHT = 1,    /* aligned to the right */
  TABLE_CUTS = 2,     /* what is too long for the width is cut, down to `min` columns */
  TABLE_OPTIONAL = 4, /* left out where the width is too small even so */
};

struct table_column {
  const char *title;
  unsigned min;
  unsigned flags;
};

struct table;

/* `columns` is borrowed. `width` is that of a line; table_width says what a terminal has, at least
 * 80, and 120 where the output is none. */
struct table *table_new(const struct table_column *columns, size_t n, size_t width);
void table_free(struct table *table);
size_t table_width(void);

/* The cells of a row after each other. They are shown as text_add_shown does; empty: "-". */
void table_cell(struct table *table, const char *text, size_t len);
void table_cell_text(struct table *table, const char *text);
void table_cell_format(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void table_cell_json(struct table *table, const json_t *value); /* a string; else it is empty */

/* table_flush writes the rows that are there, at most `max_rows` of them, the titles above the
 * first ones, and forgets them. Widths never shrink from one page to the next. */
void table_flush(struct table *table, FILE *out, size_t max_rows);

#endif
