#include "portal/csv.h"

#include <criterion/criterion.h>

static void line_is(const char *const *cells, size_t count, const char *wanted) {
  struct text out = {0};
  csv_put(&out, cells, count);
  cr_assert_str_eq(out.bytes, wanted);
  text_free(&out);
}

Test(csv, cells_are_quoted) {
  const char *const cells[] = {"alice", "a \"b\", c", "", "two\nlines"};
  line_is(cells, 4, "\"alice\",\"a \"\"b\"\", c\",\"\",\"two\nlines\"\r\n");
}

Test(csv, no_cell_is_a_formula) {
  const char *const cells[] = {"=1+1", "+1555", "-2", "@SUM(A1)", "\t=1", "\r=1", "a=b", "'x"};
  line_is(cells, 8,
          "\"'=1+1\",\"'+1555\",\"'-2\",\"'@SUM(A1)\",\"'\t=1\",\"'\r=1\",\"a=b\",\"'x\"\r\n");
}
