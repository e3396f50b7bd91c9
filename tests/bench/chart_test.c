#include "chart.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *written;
static size_t size;
static struct point points[] = {{0, 10}, {1, 20}, {2, NAN}, {3, 40}};
static struct chart chart = {
    .title = "Pending",
    .about = "of logins",
    .x_label = "seconds",
    .y_label = "logins",
    .x_kind = AXIS_SECONDS,
    .y_kind = AXIS_COUNT,
    .lines = {{.class = "a", .points = points, .count = 4}},
    .n_lines = 1,
};

static void tear_down(void) {
  free(written);
}

TestSuite(chart, .fini = tear_down);

static const char *svg(void) {
  FILE *out = open_memstream(&written, &size);
  chart_write(out, &chart);
  fclose(out);
  return written;
}

Test(chart, it_has_its_names_and_axes) {
  svg();
  cr_assert_not_null(strstr(written, "<h2>Pending</h2><p>of logins</p>"));
  cr_assert_not_null(strstr(written, ">seconds</text>"));
  cr_assert_not_null(strstr(written, ">logins</text>"));
  cr_assert_not_null(strstr(written, ">40</text>"));
}

Test(chart, a_line_has_a_gap_where_there_is_no_value) {
  const char *path = strstr(svg(), "class=\"line a\" d=\"");
  cr_assert_not_null(path);
  path = strchr(path, 'M');
  cr_assert_eq(strspn(path, "M0123456789. "), strcspn(path, "L"));
  cr_assert_not_null(strchr(path + 1, 'M'));
  cr_assert_null(strstr(written, "nan"));
}

Test(chart, dots_tell_their_values) {
  chart.lines[0].has_dots = true;
  cr_assert_not_null(strstr(svg(), "<title>1: 20</title>"));
}

Test(chart, without_any_point_nothing_is_written) {
  chart.lines[0].count = 0;
  cr_assert_str_eq(svg(), "");
}
