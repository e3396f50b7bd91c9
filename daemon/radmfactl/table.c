/* table.c: see table.h. */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_MAX 16u
#define GAP 2u
#define WIDTH_MIN 80u
#define WIDTH_OF_FILES 120u
#define ELLIPSIS "\xe2\x80\xa6"

struct table {
  const struct table_column *columns;
  size_t n_columns, width;
  size_t wanted[COLUMNS_MAX]; /* by the widest cell so far */
  size_t given[COLUMNS_MAX];  /* 0: left out */
  bool has_titles;            /* they have been written */
  struct text cells;          /* each ended by a NUL, row after row */
  size_t n_cells;
};

size_t table_width(void) {
  struct winsize size = {0};
  if (!isatty(STDOUT_FILENO)) return WIDTH_OF_FILES;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < WIDTH_MIN) return WIDTH_MIN;
  return size.ws_col;
}

struct table *table_new(const struct table_column *columns, size_t n, size_t width) {
  struct table *table = memory_or_exit(calloc(1, sizeof *table));
  table->columns = columns;
  table->n_columns = n;
  table->width = width;
  for (size_t i = 0; i < n; i++)
    table->wanted[i] = text_width(columns[i].title, strlen(columns[i].title));
  return table;
}

void table_free(struct table *table) {
  if (!table) return;
  text_free(&table->cells);
  free(table);
}

/* ---- cells ---- */

void table_cell(struct table *table, const char *text, size_t len) {
  struct text *cells = &table->cells;
  size_t from = cells->len;
  text_add_shown(cells, len ? text : "-", len ? len : 1, false);
  size_t width = text_width(cells->ptr + from, cells->len - from);
  size_t *wanted = &table->wanted[table->n_cells % table->n_columns];
  if (width > *wanted) *wanted = width;
  text_add_char(cells, '\0');
  table->n_cells++;
}

void table_cell_text(struct table *table, const char *text) {
  table_cell(table, text, strlen(text));
}

void table_cell_format(struct table *table, const char *format, ...) {
  char *text = NULL;
  va_list list;
  va_start(list, format);
  int len = vasprintf(&text, format, list);
  va_end(list);
  if (len < 0) text = NULL;
  table_cell_text(table, memory_or_exit(text));
  free(text);
}

void table_cell_json(struct table *table, const json_t *value) {
  const char *text = json_string_value(value);
  table_cell(table, text ? text : "", text ? json_string_length(value) : 0);
}

/* ---- widths ---- */

static size_t total(const struct table *table) {
  size_t sum = 0;
  for (size_t i = 0; i < table->n_columns; i++)
    if (table->given[i]) sum += table->given[i] + GAP;
  return sum > GAP ? sum - GAP : 0;
}

/* The widest of those that may be cut, or NULL. */
static size_t *widest(struct table *table) {
  size_t *found = NULL;
  for (size_t i = 0; i < table->n_columns; i++) {
    size_t *given = &table->given[i];
    bool may_be = table->columns[i].flags & TABLE_CUTS && *given > table->columns[i].min;
    if (may_be && (!found || *given > *found)) found = given;
  }
  return found;
}

/* The last one that may be left out, and is not. */
static size_t *dispensable(struct table *table) {
  for (size_t i = table->n_columns; i-- > 0;)
    if (table->columns[i].flags & TABLE_OPTIONAL && table->given[i]) return &table->given[i];
  return NULL;
}

static size_t least(const struct table *table) {
  size_t sum = 0;
  for (size_t i = 0; i < table->n_columns; i++) {
    const struct table_column *column = &table->columns[i];
    bool cuts = column->flags & TABLE_CUTS && table->given[i] > column->min;
    if (table->given[i]) sum += (cuts ? column->min : table->given[i]) + GAP;
  }
  return sum > GAP ? sum - GAP : 0;
}

static void fit(struct table *table) {
  size_t *column;
  memcpy(table->given, table->wanted, sizeof table->given);
  while (least(table) > table->width && (column = dispensable(table))) *column = 0;
  while (total(table) > table->width && (column = widest(table))) --*column;
}

/* ---- writing ---- */

static void add_blanks(struct text *line, size_t n) {
  while (n-- > 0) text_add_char(line, ' ');
}

static void add_cell(struct text *line, const char *cell, size_t width, bool is_right) {
  size_t len = strlen(cell), cell_width = text_width(cell, len);
  bool is_cut = cell_width > width;
  if (is_cut) {
    len = text_cut(cell, len, width - 1);
    cell_width = text_width(cell, len) + 1;
  }
  if (is_right) add_blanks(line, width - cell_width);
  text_add(line, cell, len);
  if (is_cut) text_add(line, ELLIPSIS, sizeof ELLIPSIS - 1);
  if (!is_right) add_blanks(line, width - cell_width);
}

static void put_line(struct text *line, FILE *out) {
  while (line->len && line->ptr[line->len - 1] == ' ') line->len--;
  text_add_char(line, '\n');
  fwrite(line->ptr, 1, line->len, out);
  text_clear(line);
}

static void add_column(const struct table *table, size_t i, const char *cell, struct text *line) {
  if (!table->given[i]) return;
  add_cell(line, cell, table->given[i], table->columns[i].flags & TABLE_RIGHT);
  add_blanks(line, GAP);
}

static void put_titles(struct table *table, struct text *line, FILE *out) {
  if (table->has_titles) return;
  table->has_titles = true;
  for (size_t i = 0; i < table->n_columns; i++) add_column(table, i, table->columns[i].title, line);
  put_line(line, out);
}

void table_flush(struct table *table, FILE *out, size_t max_rows) {
  struct text line = {NULL, 0, 0};
  const char *cell = text_of(&table->cells);
  size_t n_rows = table->n_cells / table->n_columns;
  fit(table);
  put_titles(table, &line, out);
  for (size_t row = 0; row < n_rows && row < max_rows; row++) {
    for (size_t i = 0; i < table->n_columns; i++, cell += strlen(cell) + 1)
      add_column(table, i, cell, &line);
    put_line(&line, out);
  }
  text_free(&line);
  text_clear(&table->cells);
  table->n_cells = 0;
}
