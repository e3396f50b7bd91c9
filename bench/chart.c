#include "chart.h"

#include <math.h>

/* Of the picture, in its own units. */
#define WIDTH 760.0
#define HEIGHT 300.0
#define LEFT 70.0
#define RIGHT 22.0
#define TOP 30.0
#define BOTTOM 46.0

struct frame {
  struct axis x, y;
};

static double x_of(const struct frame *frame, double value) {
  return LEFT + axis_place(&frame->x, value) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct frame *frame, double value) {
  return HEIGHT - BOTTOM - axis_place(&frame->y, value) * (HEIGHT - TOP - BOTTOM);
}

/* ---- the frame ---- */

struct range {
  double least, most;
};

static void widen(struct range *range, double value) {
  if (isnan(value)) return;
  if (!(range->least <= value)) range->least = value;
  if (!(range->most >= value)) range->most = value;
}

/* False where there is no point. */
static bool fit(const struct chart *chart, struct frame *out_frame) {
  struct range x = {NAN, NAN}, y = {NAN, NAN};
  for (size_t i = 0; i < chart->n_lines; i++) {
    for (size_t at = 0; at < chart->lines[i].count; at++) {
      widen(&x, chart->lines[i].points[at].x);
      widen(&y, chart->lines[i].points[at].y);
    }
  }
  if (isnan(x.most) || isnan(y.most)) return false;
  axis_init(&out_frame->x, chart->x_kind, x.least, x.most);
  axis_init(&out_frame->y, chart->y_kind, y.least, y.most);
  return true;
}

static void write_axes(FILE *out, const struct chart *chart, const struct frame *frame) {
  for (size_t i = 0; i < frame->y.n_ticks; i++) {
    double y = y_of(frame, frame->y.ticks[i].value);
    fprintf(out, "<path class=grid d=\"M%.1f %.1fH%.1f\"/>", LEFT, y, WIDTH - RIGHT);
    fprintf(out, "<text class=tick x=%.1f y=%.1f text-anchor=end>%s</text>\n", LEFT - 8, y + 4,
            frame->y.ticks[i].label);
  }
  for (size_t i = 0; i < frame->x.n_ticks; i++) {
    double x = x_of(frame, frame->x.ticks[i].value);
    fprintf(out, "<path class=mark d=\"M%.1f %.1fv5\"/>", x, HEIGHT - BOTTOM);
    fprintf(out, "<text class=tick x=%.1f y=%.1f text-anchor=middle>%s</text>\n", x,
            HEIGHT - BOTTOM + 19, frame->x.ticks[i].label);
  }
  fprintf(out, "<path class=base d=\"M%.1f %.1fH%.1f\"/>\n", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT);
  fprintf(out, "<text class=name x=%.1f y=%.1f text-anchor=end>%s</text>\n", WIDTH - RIGHT,
          HEIGHT - 6, chart->x_label);
  fprintf(out, "<text class=name x=0 y=12>%s</text>\n", chart->y_label);
}

/* ---- lines ---- */

static void write_line(FILE *out, const struct chart_line *line, const struct frame *frame) {
  bool is_down = false; /* the pen */
  fprintf(out, "<path class=\"line %s\" d=\"", line->class);
  for (size_t i = 0; i < line->count; i++) {
    const struct point *point = &line->points[i];
    bool is_there = !isnan(point->y);
    if (is_there)
      fprintf(out, "%c%.1f %.1f", is_down ? 'L' : 'M', x_of(frame, point->x),
              y_of(frame, point->y));
    is_down = is_there;
  }
  fputs("\"/>\n", out);
}

static void write_dots(FILE *out, const struct chart_line *line, const struct frame *frame) {
  struct axis_tick x, y;
  for (size_t i = 0; i < line->count; i++) {
    const struct point *point = &line->points[i];
    if (isnan(point->y)) continue;
    axis_label(&frame->x, point->x, x.label);
    axis_label(&frame->y, point->y, y.label);
    fprintf(out, "<circle class=\"dot %s\" cx=%.1f cy=%.1f r=2.5><title>%s: %s</title></circle>\n",
            line->class, x_of(frame, point->x), y_of(frame, point->y), x.label, y.label);
  }
}

void chart_write(FILE *out, const struct chart *chart) {
  struct frame frame;
  if (!fit(chart, &frame)) return;
  fprintf(out, "<figure><figcaption><h2>%s</h2><p>%s</p></figcaption>\n", chart->title,
          chart->about);
  fprintf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=img aria-label=\"%s\">\n", WIDTH, HEIGHT,
          chart->title);
  write_axes(out, chart, &frame);
  for (size_t i = 0; i < chart->n_lines; i++) write_line(out, &chart->lines[i], &frame);
  for (size_t i = 0; i < chart->n_lines; i++)
    if (chart->lines[i].has_dots) write_dots(out, &chart->lines[i], &frame);
  fputs("</svg></figure>\n", out);
}
