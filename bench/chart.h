/* chart.h: lines over two axes, as SVG for the middle of an HTML page. Colours and strokes are the
 * page's: each line has a class. */
#ifndef RADMFA_BENCH_CHART_H
#define RADMFA_BENCH_CHART_H

#include "axis.h"

#include <stdio.h>

struct point {
  double x, y; /* a line has a gap where y is not a number */
};

struct chart_line {
  const char *class; /* of CSS */
  struct point *points;
  size_t count;
  bool has_dots; /* that tell their values when pointed at */
};

#define CHART_LINES_MAX 4u

struct chart {
  const char *title, *about; /* "Latency", "of the logins that were answered, from when due" */
  const char *x_label, *y_label;
  enum axis_kind x_kind, y_kind;
  struct chart_line lines[CHART_LINES_MAX];
  size_t n_lines;
};

/* Writes nothing where no line has a point. */
void chart_write(FILE *out, const struct chart *chart);

#endif
