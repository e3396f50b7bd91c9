/* CSV: written so that no spreadsheet runs it, read as people's programs write it. */
#include "radmfactl/csv.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static void is_written(const char *text, const char *want) {
  char *got = NULL;
  size_t len;
  FILE *out = open_memstream(&got, &len);
  csv_cell(out, true, text, strlen(text));
  fclose(out);
  cr_assert_str_eq(got, want, "%s: %s", text, got);
  free(got);
}

Test(csv, a_cell_is_quoted_where_it_must_be) {
  is_written("alice", "alice");
  is_written("", "");
  is_written("Smith, Alice", "\"Smith, Alice\"");
  is_written("the \"boss\"", "\"the \"\"boss\"\"\"");
  is_written("a;b", "\"a;b\"");
}

Test(csv, what_a_spreadsheet_would_run_gets_a_quote) {
  is_written("=1+1", "'=1+1");
  is_written("+15551230001", "'+15551230001");
  is_written("-1", "'-1");
  is_written("@SUM(A1)", "'@SUM(A1)");
  is_written("\t=1", "\"'\t=1\"");
  is_written("\r=1", "'\\x0d=1");
  is_written("a=1", "a=1");
  is_written("=HYPERLINK(\"http://x\",1)", "\"'=HYPERLINK(\"\"http://x\"\",1)\"");
}

Test(csv, what_a_terminal_would_obey_is_shown) {
  is_written("\x1b[31m", "\\x1b[31m");
  is_written("a\nb", "a\\x0a"
                     "b");
  is_written("\xe2\x80\xae", "\\u202e");
}

Test(csv, the_quote_before_a_formula_goes_away_again) {
  cr_assert_str_eq(csv_without_guard("'+1555"), "+1555");
  cr_assert_str_eq(csv_without_guard("'=1"), "=1");
  cr_assert_str_eq(csv_without_guard("'tis"), "'tis");
  cr_assert_str_eq(csv_without_guard("'"), "'");
  cr_assert_str_eq(csv_without_guard(""), "");
}

/* ---- reading ---- */

struct source {
  const char *text;
  size_t len, at, step; /* octets at a time */
  int error;            /* in the place of the end */
};

static ssize_t read_source(void *octets, size_t size, void *user) {
  struct source *source = user;
  size_t n = source->len - source->at;
  if (n == 0 && source->error) return errno = source->error, -1;
  if (n > source->step) n = source->step;
  if (n > size) n = size;
  memcpy(octets, source->text + source->at, n);
  source->at += n;
  return (ssize_t)n;
}

/* The records as "line:field|field\n", errors as "line!problem\n". */
static char *read_all(struct source *source) {
  char *all = NULL;
  size_t len;
  FILE *out = open_memstream(&all, &len);
  struct csv_reader *reader = csv_reader_new(read_source, source);
  enum csv_result result;
  while ((result = csv_next(reader)) != CSV_END) {
    fprintf(out, "%lu%c", csv_line(reader), result == CSV_RECORD ? ':' : '!');
    if (result != CSV_RECORD) fputs(csv_problem(reader), out);
    for (size_t i = 0; result == CSV_RECORD && i < csv_count(reader); i++)
      fprintf(out, "%s%s", i ? "|" : "", csv_field(reader, i));
    putc('\n', out);
    if (result == CSV_BROKEN) break;
  }
  csv_reader_free(reader);
  fclose(out);
  return all;
}

/* Whole, and octet by octet. */
static void is_read(const char *text, const char *want) {
  static const size_t steps[] = {1, 3, 1u << 20};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    struct source source = {.text = text, .len = strlen(text), .step = steps[i]};
    char *got = read_all(&source);
    cr_assert_str_eq(got, want, "%s\n--- is\n%s", text, got);
    free(got);
  }
}

Test(csv, lines_end_in_three_ways_and_the_last_one_in_a_fourth) {
  is_read("a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n");
  is_read("a,b\n1,2", "1:a|b\n2:1|2\n");
  is_read("a,b\r1,2\r", "1:a|b\n2:1|2\n");
  is_read("\n\na,b\n\n\n1,2\n\n", "3:a|b\n6:1|2\n");
}

Test(csv, the_separator_is_the_one_of_the_titles) {
  is_read("a;b;c,d\n1;2;3,4\n", "1:a|b|c,d\n2:1|2|3,4\n");
  is_read("a\tb\n1,5\t2\n", "1:a|b\n2:1,5|2\n");
  is_read("\"a;b;c\",d\n1,2\n", "1:a;b;c|d\n2:1|2\n");
  is_read("\n;\na,b\n", "2:|\n3:a,b\n");
  is_read("user\nalice\n", "1:user\n2:alice\n");
}

Test(csv, a_quoted_field_may_hold_anything) {
  is_read("a,b\n\"x,\"\"y\"\"\r\nz\",2\n3,4\n", "1:a|b\n2:x,\"y\"\nz|2\n4:3|4\n");
  is_read("\"a\",\"\"\n", "1:a|\n");
}

Test(csv, a_byte_order_mark_is_no_part_of_the_first_title) {
  is_read("\xef\xbb\xbfuser,phone\n", "1:user|phone\n");
  is_read("\xef\xbb\xbf\"user\",phone\n", "1:user|phone\n");
}

Test(csv, empty_fields_are_fields) {
  is_read("a,b,c\n,,\n1,,\n", "1:a|b|c\n2:||\n3:1||\n");
}

Test(csv, a_record_that_is_wrong_does_not_spoil_the_next_one) {
  is_read("a,b\n1\"2,3\n4,5\n",
          "1:a|b\n2!a quote inside of a field that does not begin with one\n3:4|5\n");
  is_read("a,b\n\"1\"2,3\n4,5\n",
          "1:a|b\n2!something stands behind the closing quote of a field\n3:4|5\n");
  is_read("a,b\n\xff,3\n4,5\n",
          "1:a|b\n2!the record is no UTF-8 text: save the file as CSV in UTF-8\n3:4|5\n");
}

Test(csv, a_quote_that_is_not_closed_ends_the_file) {
  is_read("a,b\n\"1,2\n3,4\n", "1:a|b\n2!a quote is opened in this record and never closed\n");
}

Test(csv, a_nul_is_no_text) {
  struct source source = {.text = "a,b\n1\0002,3\n4,5\n", .len = 14, .step = 100};
  char *got = read_all(&source);
  cr_assert(strstr(got, "\n2!the record is no UTF-8"), "%s", got);
  cr_assert(strstr(got, "\n3:4|5\n"), "%s", got);
  free(got);
}

Test(csv, utf_16_is_told_as_such) {
  is_read("\xff\xfe"
          "u",
          "1!the file is in UTF-16: save it as CSV in UTF-8\n");
}

Test(csv, an_error_of_the_disk_is_no_end) {
  struct source source = {.text = "a,b\n1,2\n", .len = 8, .step = 100, .error = EIO};
  char *got = read_all(&source);
  cr_assert_str_eq(got, "1:a|b\n2:1|2\n3!Input/output error\n");
  free(got);
}

/* ---- bounds ---- */

/* `n` times `c`, between the texts. */
static char *long_text(const char *before, char c, size_t n, const char *after) {
  struct text text = {NULL, 0, 0};
  text_add(&text, before, strlen(before));
  while (n-- > 0) text_add_char(&text, c);
  text_add(&text, after, strlen(after));
  return text.ptr;
}

static void says(const char *text, const char *want) {
  struct source source = {.text = text, .len = strlen(text), .step = 4096};
  char *got = read_all(&source);
  cr_assert(strstr(got, want), "%s", got);
  free(got);
}

Test(csv, a_record_has_an_end) {
  char *bare = long_text("a,b\n", 'x', 2 * CSV_RECORD_MAX, ",1\n3,4\n");
  says(bare, "\n2!the record is longer than 64 KiB\n3:3|4\n");
  free(bare);
  char *quoted = long_text("a,b\n\"", '\n', 2 * CSV_RECORD_MAX, "\",1\n3,4\n");
  says(quoted, "\n2!the record has no end within 64 KiB: is a quote not closed?\n");
  free(quoted);
  char *wide = long_text("a,b\n", ',', CSV_FIELDS_MAX, "\n3,4\n");
  says(wide, "\n2!the record has more than 256 fields\n3:3|4\n");
  free(wide);
}

Test(csv, a_first_line_without_end_is_read_too) {
  char *line = long_text("", ';', CSV_FIELDS_MAX - 1, "");
  struct source source = {.text = line, .len = strlen(line), .step = 7};
  struct csv_reader *reader = csv_reader_new(read_source, &source);
  cr_assert_eq(csv_next(reader), CSV_RECORD);
  cr_assert_eq(csv_count(reader), CSV_FIELDS_MAX);
  cr_assert_str_eq(csv_field(reader, CSV_FIELDS_MAX), "");
  cr_assert_eq(csv_next(reader), CSV_END);
  csv_reader_free(reader);
  free(line);
}
