/* Any octets as a CSV file: read in pieces of any size it is the same, each record and field is
 * within its bounds, and rows of an import are requests or refused. */
#include "radmfactl/import.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
  const uint8_t *data;
  size_t len, step;
};

static ssize_t read_source(void *octets, size_t size, void *user) {
  struct source *source = user;
  size_t n = source->len < source->step ? source->len : source->step;
  if (n > size) n = size;
  if (n) memcpy(octets, source->data, n);
  source->data += n;
  source->len -= n;
  return (ssize_t)n;
}

static void check_row(const struct csv_reader *reader, const struct import_columns *columns,
                      const json_t *defaults) {
  struct text problem = {NULL, 0, 0};
  struct import_row row;
  if (import_read_row(reader, columns, defaults, &row, &problem)) {
    CHECK(*member_text(row.request, "user"));
    CHECK(!json_object_get(row.request, "pin"));
    json_decref(row.request);
  } else {
    CHECK(problem.len);
  }
  text_free(&problem);
}

static void add_record(const struct csv_reader *reader, struct text *all) {
  CHECK(csv_count(reader) >= 1 && csv_count(reader) <= CSV_FIELDS_MAX);
  for (size_t i = 0; i < csv_count(reader); i++)
    text_format(all, "%lu:%zu:%s\n", csv_line(reader), i, csv_field(reader, i));
}

/* All that is read, as one text. */
static void read_all(struct source source, struct text *all) {
  struct csv_reader *reader = csv_reader_new(read_source, &source);
  struct import_columns columns;
  struct text problem = {NULL, 0, 0}, unknown = {NULL, 0, 0};
  bool has_columns = false;
  json_t *defaults = json_pack("{s:s}", "country_code", "1");
  for (enum csv_result result; (result = csv_next(reader)) != CSV_END;) {
    if (result != CSV_RECORD) text_format(all, "%lu!%s\n", csv_line(reader), csv_problem(reader));
    if (result == CSV_BROKEN) break;
    if (result != CSV_RECORD) continue;
    add_record(reader, all);
    if (has_columns)
      check_row(reader, &columns, defaults);
    else
      has_columns = import_read_titles(reader, &columns, &problem, &unknown);
  }
  json_decref(defaults);
  text_free(&problem);
  text_free(&unknown);
  csv_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct text whole = {NULL, 0, 0}, pieces = {NULL, 0, 0};
  read_all((struct source){data, size, SIZE_MAX}, &whole);
  read_all((struct source){data, size, 1 + size / 7}, &pieces);
  CHECK(strcmp(text_of(&whole), text_of(&pieces)) == 0);
  text_free(&whole);
  text_free(&pieces);
  return 0;
}
