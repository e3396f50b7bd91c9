/* csv_writer.c: cells that no spreadsheet takes for a formula, and no terminal for a command. */
#include "csv.h"

#include <string.h>

static const char guarded[] = "=+-@\t\r";

static bool wants_guard(char c) {
  return c && strchr(guarded, c);
}

static void put_quoted(FILE *out, const struct text *cell) {
  putc('"', out);
  for (size_t i = 0; i < cell->len; i++) {
    if (cell->ptr[i] == '"') putc('"', out);
    putc(cell->ptr[i], out);
  }
  putc('"', out);
}

void csv_cell(FILE *out, bool is_first, const char *text, size_t len) {
  struct text cell = {NULL, 0, 0};
  if (len && wants_guard(text[0])) text_add_char(&cell, '\'');
  text_add_shown(&cell, text, len, true);
  if (!is_first) putc(',', out);
  if (strpbrk(text_of(&cell), ",;\"\t\r\n "))
    put_quoted(out, &cell);
  else
    fputs(text_of(&cell), out);
  text_free(&cell);
}

void csv_line_end(FILE *out) {
  fputs("\r\n", out);
}

const char *csv_without_guard(const char *text) {
  return text[0] == '\'' && wants_guard(text[1]) ? text + 1 : text;
}
