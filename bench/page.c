#include "page.h"

#include "chart.h"
#include "format.h"
#include "memory.h"
#include "page_style.h"
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE_SECONDS_MIN 0.5 /* a rate of the end's last moments would be a matter of chance */

struct page {
  FILE *out;
  const struct page_run *runs[2];
  size_t n_runs;
};

static const char *const run_class[] = {"a", "b"};

/* ---- text ---- */

static void put_text(FILE *out, const char *text) {
  for (; *text; text++) {
    switch (*text) {
      case '<': fputs("&lt;", out); break;
      case '>': fputs("&gt;", out); break;
      case '&': fputs("&amp;", out); break;
      case '"': fputs("&quot;", out); break;
      default: fputc(*text, out); break;
    }
  }
}

static const char *format_ms(double ms, char out[FORMAT_SIZE]) {
  return ms > 0 ? format_duration((uint64_t)(ms * 1e6 + 0.5), out) : "-";
}

static const char *format_number(double number, char out[FORMAT_SIZE]) {
  return format_count((uint64_t)(number + 0.5), out);
}

/* ---- head ---- */

static void put_run(struct page *page, size_t i) {
  const struct tree *report = page->runs[i]->report;
  double outstanding = tree_number_at(report, "outstanding");
  char number[FORMAT_SIZE];
  fprintf(page->out, "<li><span class=\"swatch %s\"></span><b>", run_class[i]);
  put_text(page->out, page->runs[i]->name);
  fputs("</b>: ", page->out);
  if (outstanding > 0)
    fprintf(page->out, "closed loop, %s outstanding, on ", format_number(outstanding, number));
  else
    fprintf(page->out, "%s logins/s, ",
            format_decimal(tree_number_at(report, "planned_per_s"), number));
  if (outstanding <= 0) {
    put_text(page->out, tree_text_at(report, "plan"));
    fputs(", on ", page->out);
  }
  put_text(page->out, tree_text_at(report, "server"));
  fputs("</li>\n", page->out);
}

static void put_alert(struct page *page, const struct page_run *run) {
  const struct tree *report = run->report;
  bool valid = tree_is_true_at(report, "valid");
  char behind[FORMAT_SIZE];
  if (valid && tree_is_true_at(report, "as_expected")) return;
  fputs("<p class=alert>", page->out);
  put_text(page->out, run->name);
  if (!valid)
    fprintf(page->out,
            ": INVALID. The sender fell behind its plan, by %s at p99, or left logins out: "
            "this run measured the generator.",
            format_ms(tree_number_at(report, "latency_ms/behind/p99"), behind));
  else if (tree_is_true_at(report, "interrupted"))
    fputs(": interrupted.", page->out);
  else
    fputs(": not every login ended as expected.", page->out);
  fputs("</p>\n", page->out);
}

static void put_head(struct page *page) {
  fputs("<!doctype html>\n<html lang=en><meta charset=utf-8>"
        "<meta name=viewport content=\"width=device-width\">"
        "<title>radmfa-bench load</title>\n<style>",
        page->out);
  fputs(page_style, page->out);
  fputs("</style>\n<main><h1>radmfa-bench load</h1>\n<p>Ended ", page->out);
  put_text(page->out, tree_text_at(page->runs[0]->report, "ended"));
  fputs("</p>\n<ul class=runs>\n", page->out);
  for (size_t i = 0; i < page->n_runs; i++) put_run(page, i);
  fputs("</ul>\n", page->out);
  for (size_t i = 0; i < page->n_runs; i++) put_alert(page, page->runs[i]);
}

/* ---- the figures that matter most ---- */

enum unit { UNIT_COUNT, UNIT_MS, UNIT_RATE };

static const struct tile {
  const char *label, *path;
  enum unit unit;
} tiles[] = {
    {"as expected", "counts/ok", UNIT_COUNT},
    {"lost", "counts/lost", UNIT_COUNT},
    {"answers/s", "latency_ms/from_due/count", UNIT_RATE},
    {"median", "latency_ms/from_due/p50", UNIT_MS},
    {"p99", "latency_ms/from_due/p99", UNIT_MS},
    {"slowest", "latency_ms/from_due/max", UNIT_MS},
};

static const char *format_value(const struct tree *report, const struct tile *tile,
                                char out[FORMAT_SIZE]) {
  double value = tree_number_at(report, tile->path), ran_s = tree_number_at(report, "ran_s");
  if (tile->unit == UNIT_MS) return format_ms(value, out);
  if (tile->unit == UNIT_RATE) value = ran_s > 0 ? value / ran_s : 0;
  return tile->unit == UNIT_RATE ? format_decimal(value, out) : format_number(value, out);
}

static void put_tiles(struct page *page) {
  char value[FORMAT_SIZE];
  fputs("<div class=tiles>\n", page->out);
  for (size_t t = 0; t < sizeof tiles / sizeof *tiles; t++) {
    fprintf(page->out, "<div class=tile><p>%s</p>", tiles[t].label);
    for (size_t i = 0; i < page->n_runs; i++)
      fprintf(page->out, "<b class=%s>%s</b>", run_class[i],
              format_value(page->runs[i]->report, &tiles[t], value));
    fputs("</div>\n", page->out);
  }
  fputs("</div>\n", page->out);
}

/* ---- pictures ---- */

static size_t count_of(const struct tree *list) {
  size_t n = 0;
  for (const struct tree *at = list ? list->first : NULL; at; at = at->next) n++;
  return n;
}

static struct chart_line *add_line(struct chart *chart, const char *class,
                                   const struct tree *list) {
  struct chart_line *line = &chart->lines[chart->n_lines++];
  *line = (struct chart_line){.class = class};
  line->points = memory_new((count_of(list) + 1) * sizeof *line->points);
  return line;
}

static void put_chart(struct page *page, struct chart *chart) {
  chart_write(page->out, chart);
  for (size_t i = 0; i < chart->n_lines; i++) free(chart->lines[i].points);
}

static void add_percentiles(struct chart *chart, const char *class, const struct tree *list,
                            bool has_dots) {
  struct chart_line *line = add_line(chart, class, list);
  line->has_dots = has_dots;
  for (const struct tree *at = list ? list->first : NULL; at; at = at->next)
    line->points[line->count++] =
        (struct point){strtod(at->name, NULL), at->number > 0 ? at->number : NAN};
}

static void put_percentiles(struct page *page) {
  static const char *const thin[] = {"a thin", "b thin"};
  struct chart chart = {.title = "Latency",
                        .about = "Solid: from when a login was due. Dotted: from when it was sent, "
                                 "which flatters a server that made the sender late. "
                                 "Lost logins have no latency and are in neither.",
                        .x_label = "of the answered logins took no longer",
                        .y_label = "latency",
                        .x_kind = AXIS_PERCENTILE,
                        .y_kind = AXIS_LATENCY};
  for (size_t i = 0; i < page->n_runs; i++) {
    const struct tree *all = tree_at(page->runs[i]->report, "latency_ms");
    add_percentiles(&chart, thin[i], tree_at(all, "from_sent/percentiles"), false);
    add_percentiles(&chart, run_class[i], tree_at(all, "from_due/percentiles"), true);
  }
  put_chart(page, &chart);
}

/* What a second's member says, for each second of the run. */
enum series_kind { SERIES_LEVEL, SERIES_RATE, SERIES_LATENCY };

static double series_value(const struct tree *second, const char *member, enum series_kind kind,
                           double since_s) {
  double value = tree_number_at(second, member);
  if (kind == SERIES_RATE) return since_s >= RATE_SECONDS_MIN ? value / since_s : NAN;
  return kind == SERIES_LATENCY && value <= 0 ? NAN : value;
}

static void add_series(struct chart *chart, const char *class, const struct tree *report,
                       const char *member, enum series_kind kind) {
  const struct tree *list = tree_at(report, "series");
  struct chart_line *line = add_line(chart, class, list);
  double before_s = 0;
  for (const struct tree *at = list ? list->first : NULL; at; at = at->next) {
    double at_s = tree_number_at(at, "at_s");
    line->points[line->count++] =
        (struct point){at_s, series_value(at, member, kind, at_s - before_s)};
    before_s = at_s;
  }
}

struct series_chart {
  const char *title, *about, *y_label;
  const char *solid, *dotted; /* members of a second; or NULL */
  enum series_kind kind;
};

static void put_series(struct page *page, const struct series_chart *what) {
  static const char *const thin[] = {"a thin", "b thin"};
  struct chart chart = {.title = what->title,
                        .about = what->about,
                        .x_label = "seconds since the start",
                        .y_label = what->y_label,
                        .x_kind = AXIS_SECONDS,
                        .y_kind = what->kind == SERIES_LATENCY ? AXIS_LATENCY : AXIS_COUNT};
  for (size_t i = 0; i < page->n_runs; i++) {
    const struct tree *report = page->runs[i]->report;
    if (what->dotted) add_series(&chart, thin[i], report, what->dotted, what->kind);
    add_series(&chart, run_class[i], report, what->solid, what->kind);
  }
  put_chart(page, &chart);
}

static const struct series_chart series_charts[] = {
    {"Throughput", "Solid: logins answered in each second. Dotted: logins sent.",
     "logins per second", "answered", "sent", SERIES_RATE},
    {"Pending", "Logins that waited for their answer at the end of each second.", "logins",
     "pending", NULL, SERIES_LEVEL},
    {"Latency over time",
     "Of the logins answered in each second, from when due. Solid: p99. "
     "Dotted: median.",
     "latency", "p99_ms", "p50_ms", SERIES_LATENCY},
};

/* ---- tables ---- */

static void put_names(struct page *page) {
  fputs("<tr><th></th>", page->out);
  for (size_t i = 0; i < page->n_runs; i++) {
    fprintf(page->out, "<th class=%s>", run_class[i]);
    put_text(page->out, page->runs[i]->name);
    fputs("</th>", page->out);
  }
  fputs("</tr>\n", page->out);
}

/* "requests_sent" as "requests sent" */
static void put_key(FILE *out, const char *key) {
  for (; *key; key++) fputc(*key == '_' ? ' ' : *key, out);
}

static bool any_has(const struct page *page, const char *path) {
  for (size_t i = 0; i < page->n_runs; i++)
    if (tree_number_at(page->runs[i]->report, path) > 0) return true;
  return false;
}

static void put_counts(struct page *page) {
  const struct tree *counts = tree_at(page->runs[0]->report, "counts");
  char path[80], number[FORMAT_SIZE];
  fputs("<section><h2>Counted</h2><p class=note>What is 0 is left out.</p><table>\n", page->out);
  put_names(page);
  for (const struct tree *at = counts ? counts->first : NULL; at; at = at->next) {
    snprintf(path, sizeof path, "counts/%.60s", at->name);
    if (!any_has(page, path)) continue;
    fputs("<tr><td>", page->out);
    put_key(page->out, at->name);
    for (size_t i = 0; i < page->n_runs; i++)
      fprintf(page->out, "<td>%s",
              format_number(tree_number_at(page->runs[i]->report, path), number));
    fputs("\n", page->out);
  }
  fputs("</table></section>\n", page->out);
}

static void put_latency_row(struct page *page, const char *label, const char *path) {
  char text[FORMAT_SIZE];
  fprintf(page->out, "<tr><td>%s", label);
  for (size_t i = 0; i < page->n_runs; i++)
    fprintf(page->out, "<td>%s", format_ms(tree_number_at(page->runs[i]->report, path), text));
  fputs("\n", page->out);
}

static void put_latencies(struct page *page) {
  fputs("<section><h2>Latency from when due</h2><table>\n", page->out);
  put_names(page);
  put_latency_row(page, "mean", "latency_ms/from_due/mean");
  put_latency_row(page, "p50", "latency_ms/from_due/p50");
  put_latency_row(page, "p90", "latency_ms/from_due/p90");
  put_latency_row(page, "p99", "latency_ms/from_due/p99");
  put_latency_row(page, "p99.9", "latency_ms/from_due/p99_9");
  put_latency_row(page, "slowest", "latency_ms/from_due/max");
  put_latency_row(page, "p99 from when sent", "latency_ms/from_sent/p99");
  put_latency_row(page, "sent behind plan, p99", "latency_ms/behind/p99");
  fputs("</table></section>\n", page->out);
}

static void put_fact(struct page *page, const char *label, const struct tree *report,
                     const char *path) {
  fprintf(page->out, "<tr><td>%s<td>", label);
  put_text(page->out, tree_text_at(report, path));
  fputs("\n", page->out);
}

static void put_command(struct page *page, const struct tree *report) {
  const struct tree *list = tree_at(report, "arguments");
  fputs("<tr><td>command<td><code>radmfa-bench ", page->out);
  put_text(page->out, tree_text_at(report, "command"));
  for (const struct tree *at = list ? list->first : NULL; at; at = at->next) {
    fputc(' ', page->out);
    if (at->type == TREE_TEXT) put_text(page->out, at->text);
  }
  fputs("</code>\n", page->out);
}

static void put_facts(struct page *page, const struct page_run *run) {
  const struct tree *report = run->report;
  char text[FORMAT_SIZE];
  double cpu_s =
      tree_number_at(report, "cost/cpu_user_s") + tree_number_at(report, "cost/cpu_system_s");
  fputs("<section><h2>How it was taken: ", page->out);
  put_text(page->out, run->name);
  fputs("</h2><table class=facts>\n", page->out);
  put_command(page, report);
  put_fact(page, "ended", report, "ended");
  put_fact(page, "processor", report, "machine/cpu");
  fprintf(page->out, "<tr><td>cores<td>%.0f\n", tree_number_at(report, "machine/cores"));
  put_fact(page, "kernel", report, "machine/kernel");
  put_fact(page, "radmfa-bench", report, "versions/radmfa");
  put_fact(page, "libuv", report, "versions/libuv");
  fprintf(page->out, "<tr><td>seed<td>%.0f\n", tree_number_at(report, "seed"));
  fprintf(page->out, "<tr><td>generator<td>%s s of CPU", format_decimal(cpu_s, text));
  fprintf(page->out, " in %s s\n", format_decimal(tree_number_at(report, "ran_s"), text));
  fputs("</table></section>\n", page->out);
}

/* ---- the whole ---- */

bool page_can_show(const struct tree *report) {
  return tree_number_at(report, "schema") == REPORT_SCHEMA &&
         !strcmp(tree_text_at(report, "command"), "load");
}

void page_write(FILE *out, const struct page_run *run, const struct page_run *other) {
  struct page page = {.out = out, .runs = {run, other}, .n_runs = other ? 2 : 1};
  put_head(&page);
  put_tiles(&page);
  put_percentiles(&page);
  for (size_t i = 0; i < sizeof series_charts / sizeof *series_charts; i++)
    put_series(&page, &series_charts[i]);
  put_latencies(&page);
  put_counts(&page);
  for (size_t i = 0; i < page.n_runs; i++) put_facts(&page, page.runs[i]);
  fputs("</main></html>\n", out);
}
