/* csv.c: cells in quotes. */
#include "csv.h"

#include <string.h>

static void put_cell(struct text *out, const char *cell) {
  text_puts(out, *cell && strchr("=+-@\t\r", *cell) ? "\"'" : "\"");
  for (; *cell; cell++) text_put(out, *cell == '"' ? "\"\"" : cell, *cell == '"' ? 2 : 1);
  text_puts(out, "\"");
}

void csv_put(struct text *out, const char *const *cells, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i) text_puts(out, ",");
    put_cell(out, cells[i]);
  }
  text_puts(out, "\r\n");
}
