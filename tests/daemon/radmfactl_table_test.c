/* Tables: aligned, as wide as the terminal, and without what strangers would tell the terminal. */
#include "radmfactl/table.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = {
    {"NAME", 4, TABLE_CUTS},
    {"N", 0, TABLE_RIGHT},
    {"REMARK", 6, TABLE_CUTS},
    {"MORE", 0, TABLE_OPTIONAL},
};

static struct table *table_of(size_t width) {
  cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
  return table_new(columns, sizeof columns / sizeof *columns, width);
}

static void add_row(struct table *table, const char *name, const char *n, const char *remark) {
  table_cell_text(table, name);
  table_cell_text(table, n);
  table_cell_text(table, remark);
  table_cell_text(table, "more");
}

static void is_flushed(struct table *table, const char *want) {
  char *got = NULL;
  size_t len;
  FILE *out = open_memstream(&got, &len);
  table_flush(table, out, SIZE_MAX);
  fclose(out);
  cr_assert_str_eq(got, want, "%s", got);
  free(got);
}

Test(table, columns_are_as_wide_as_their_widest_cell) {
  struct table *table = table_of(80);
  add_row(table, "alice", "7", "none");
  add_row(table, "al", "4711", "");
  is_flushed(table, "NAME      N  REMARK  MORE\n"
                    "alice     7  none    more\n"
                    "al     4711  -       more\n");
  table_free(table);
}

Test(table, titles_come_once_and_widths_never_shrink) {
  struct table *table = table_of(80);
  add_row(table, "alice", "1", "");
  is_flushed(table, "NAME   N  REMARK  MORE\nalice  1  -       more\n");
  add_row(table, "al", "1", "");
  is_flushed(table, "al     1  -       more\n");
  table_free(table);
}

Test(table, a_table_without_rows_has_titles) {
  struct table *table = table_of(80);
  is_flushed(table, "NAME  N  REMARK  MORE\n");
  table_free(table);
}

Test(table, what_is_too_wide_is_cut_the_widest_first) {
  struct table *table = table_of(30);
  add_row(table, "alice", "1", "a remark that never seems to end");
  is_flushed(table, "NAME   N  REMARK          MORE\n"
                    "alice  1  a remark that\xe2\x80\xa6  more\n");
  table_free(table);
}

Test(table, a_column_goes_where_cutting_is_not_enough) {
  struct table *table = table_of(17);
  add_row(table, "alice", "1", "a remark");
  is_flushed(table, "NAME   N  REMARK\n"
                    "alice  1  a rema\xe2\x80\xa6\n");
  table_free(table);
}

Test(table, characters_have_the_width_that_a_terminal_gives_them) {
  struct table *table = table_of(80);
  add_row(table, "J\xc3\xbcrgen", "1", "x");
  add_row(table, "\xe5\xb1\xb1\xe7\x94\xb0", "1", "x");
  add_row(table, "e\xcc\x81va", "1", "x");
  is_flushed(table, "NAME    N  REMARK  MORE\n"
                    "J\xc3\xbcrgen  1  x       more\n"
                    "\xe5\xb1\xb1\xe7\x94\xb0    1  x       more\n"
                    "e\xcc\x81va     1  x       more\n");
  table_free(table);
}

Test(table, what_a_terminal_would_obey_is_shown) {
  struct table *table = table_of(120);
  add_row(table, "\x1b[2J", "1", "a\nb\t\x7f");
  table_cell(table, "a\0b", 3);
  for (unsigned i = 0; i < 3; i++) table_cell_text(table, "");
  is_flushed(table, "NAME     N  REMARK          MORE\n"
                    "\\x1b[2J  1  a\\x0ab\\x09\\x7f  more\n"
                    "a\\x00b   -  -               -\n");
  table_free(table);
}

static void is_shown(const char *text, const char *want) {
  struct text shown = {NULL, 0, 0};
  text_add_shown(&shown, text, strlen(text), false);
  cr_assert_str_eq(text_of(&shown), want);
  text_free(&shown);
}

Test(text, only_what_deceives_is_escaped) {
  is_shown("CORP\\alice \xc3\xa4 \xe2\x82\xac", "CORP\\alice \xc3\xa4 \xe2\x82\xac");
  is_shown("\xc2\x9b"
           "31m",
           "\\x9b31m");
  is_shown("\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf", "\\u202e\\u2066\\ufeff");
  is_shown("\xff\xc3", "\\xff\\xc3");
}

Test(text, a_text_is_cut_between_characters) {
  cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
  cr_assert_eq(text_cut("a\xc3\xa4"
                        "b",
                        4, 2),
               3);
  cr_assert_eq(text_cut("\xe5\xb1\xb1\xe7\x94\xb0", 6, 3), 3);
  cr_assert_eq(text_cut("abc", 3, 9), 3);
}
