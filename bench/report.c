#include "report.h"

#include "format.h"
#include "machine.h"
#include "values.h"

#include <errno.h>
#include <radmfa/version.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <uv.h>

static const struct {
  uint32_t of_100000;
  const char *key, *label;
} quantiles[] = {{50000, "p50", "p50"},
                 {90000, "p90", "p90"},
                 {99000, "p99", "p99"},
                 {99900, "p99_9", "p99.9"},
                 {100000, "max", "max"}};
#define N_QUANTILES (sizeof quantiles / sizeof *quantiles)

/* From which a curve can be drawn. */
static const struct {
  uint32_t of_100000;
  const char *key;
} percentiles[] = {{1, "0"},         {10000, "10"},     {25000, "25"},    {50000, "50"},
                   {75000, "75"},    {90000, "90"},     {95000, "95"},    {97500, "97.5"},
                   {99000, "99"},    {99500, "99.5"},   {99750, "99.75"}, {99900, "99.9"},
                   {99950, "99.95"}, {99975, "99.975"}, {99990, "99.99"}, {99995, "99.995"},
                   {99999, "99.999"}};

static double to_ms(uint64_t ns) {
  return (double)ns / NS_PER_MS;
}

/* ---- text ---- */

static uint64_t value_of(const struct report_row *row, const void *counts) {
  uint64_t value;
  memcpy(&value, (const char *)counts + row->offset, sizeof value);
  return value;
}

static bool is_shown(const struct report_row *row, const void *counts) {
  uint64_t least = row->flags & REPORT_IF_MANY ? 2 : row->flags & REPORT_IF_ANY ? 1 : 0;
  return value_of(row, counts) >= least;
}

static int label_width(const struct report_row *row) {
  return (int)(2 * row->depth + strlen(row->label));
}

static void widths(const struct report_row *rows, size_t n_rows, const void *counts, int *out_label,
                   int *out_value) {
  char text[FORMAT_SIZE];
  *out_label = *out_value = 0;
  for (size_t i = 0; i < n_rows; i++) {
    if (!is_shown(&rows[i], counts)) continue;
    int value = (int)strlen(format_count(value_of(&rows[i], counts), text));
    if (label_width(&rows[i]) > *out_label) *out_label = label_width(&rows[i]);
    if (value > *out_value) *out_value = value;
  }
}

static uint64_t whole_of(const struct report_row *row, const void *counts) {
  const struct report_row *above = row;
  while (above->depth >= row->depth) above--;
  return value_of(above, counts);
}

void report_print_counts(FILE *out, const struct report_row *rows, size_t n_rows,
                         const void *counts) {
  char text[FORMAT_SIZE];
  int label, value;
  widths(rows, n_rows, counts, &label, &value);
  for (const struct report_row *row = rows; row < rows + n_rows; row++) {
    if (!is_shown(row, counts)) continue;
    uint64_t count = value_of(row, counts);
    if (row->flags & REPORT_PARAGRAPH) fputc('\n', out);
    fprintf(out, "%*s%s%*s  %*s", 2 * (int)row->depth, "", row->label, label - label_width(row), "",
            value, format_count(count, text));
    if (count && row->flags & REPORT_SHARE)
      fprintf(out, "  %9s", format_share(count, whole_of(row, counts), text));
    fputc('\n', out);
  }
}

static void print_quantile(FILE *out, const struct hist *hist, uint32_t of_100000) {
  if (hist->count)
    fprintf(out, "%12.3f", to_ms(hist_quantile_ns(hist, of_100000)));
  else
    fprintf(out, "%12s", "-");
}

void report_print_latencies(FILE *out, const struct report_latency *latencies, size_t n) {
  static const char head[] = "latency in ms";
  int label = (int)strlen(head);
  for (size_t i = 0; i < n; i++)
    if ((int)strlen(latencies[i].label) > label) label = (int)strlen(latencies[i].label);
  fprintf(out, "\n%-*s", label, head);
  for (size_t q = 0; q < N_QUANTILES; q++) fprintf(out, "%12s", quantiles[q].label);
  for (size_t i = 0; i < n; i++) {
    fprintf(out, "\n%-*s", label, latencies[i].label);
    for (size_t q = 0; q < N_QUANTILES; q++)
      print_quantile(out, latencies[i].hist, quantiles[q].of_100000);
  }
  fputc('\n', out);
}

/* ---- files and JSON ---- */

FILE *report_open(const char *option, const char *path, const char *program, FILE *messages) {
  FILE *file = fopen(path, "w");
  if (!file) fprintf(messages, "%s: %s: %s: %s\n", program, option, path, strerror(errno));
  return file;
}

bool report_close(const char *option, FILE *file, const char *program, FILE *messages) {
  bool written = !ferror(file);
  if (fclose(file)) written = false;
  if (!written) fprintf(messages, "%s: %s: it could not be written\n", program, option);
  return written;
}

/* A report may be shown to others, a secret may not. */
static void put_arguments(struct json *json, int argc, char **argv) {
  static const char option[] = "--secret";
  json_open(json, "arguments", '[');
  for (int i = 1; i < argc; i++) {
    bool is_secret = !strcmp(argv[i - 1], option);
    bool has_secret =
        !strncmp(argv[i], option, sizeof option - 1) && argv[i][sizeof option - 1] == '=';
    json_text(json, NULL, is_secret ? "***" : has_secret ? "--secret=***" : argv[i]);
  }
  json_close(json, ']');
}

static void put_machine(struct json *json) {
  struct machine machine;
  machine_describe(&machine);
  json_open(json, "machine", '{');
  json_text(json, "cpu", machine.cpu);
  json_count(json, "cores", machine.cores);
  json_text(json, "kernel", machine.kernel);
  json_text(json, "architecture", machine.architecture);
  json_close(json, '}');
}

static void put_time(struct json *json) {
  char text[32] = "";
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  json_text(json, "ended", text);
}

void report_begin_json(struct json *json, FILE *out, const char *command, int argc, char **argv) {
  *json = (struct json){.out = out};
  json_open(json, NULL, '{');
  json_count(json, "schema", REPORT_SCHEMA);
  json_text(json, "command", command);
  put_arguments(json, argc, argv);
  json_open(json, "versions", '{');
  json_text(json, "radmfa", RADMFA_VERSION);
  json_text(json, "libuv", uv_version_string());
  json_close(json, '}');
  put_machine(json);
  put_time(json);
}

void report_json_counts(struct json *json, const struct report_row *rows, size_t n_rows,
                        const void *counts) {
  json_open(json, "counts", '{');
  for (size_t i = 0; i < n_rows; i++) json_count(json, rows[i].key, value_of(&rows[i], counts));
  json_close(json, '}');
}

/* Those that stand for one value at least. */
static void put_percentiles(struct json *json, const struct hist *hist) {
  json_open(json, "percentiles", '{');
  for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
    uint32_t of_100000 = percentiles[i].of_100000;
    if (hist->count * (100000 - of_100000) < 100000) continue;
    json_number(json, percentiles[i].key, to_ms(hist_quantile_ns(hist, of_100000)));
  }
  json_close(json, '}');
}

void report_json_latencies(struct json *json, const struct report_latency *latencies, size_t n) {
  json_open(json, "latency_ms", '{');
  for (size_t i = 0; i < n; i++) {
    const struct hist *hist = latencies[i].hist;
    json_open(json, latencies[i].key, '{');
    json_count(json, "count", hist->count);
    json_number(json, "mean", to_ms(hist_mean_ns(hist)));
    for (size_t q = 0; q < N_QUANTILES; q++)
      json_number(json, quantiles[q].key, to_ms(hist_quantile_ns(hist, quantiles[q].of_100000)));
    put_percentiles(json, hist);
    json_close(json, '}');
  }
  json_close(json, '}');
}

static double to_s(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct report_cost report_cost(void) {
  struct rusage usage = {0};
  getrusage(RUSAGE_SELF, &usage);
  return (struct report_cost){.user_s = to_s(usage.ru_utime),
                              .system_s = to_s(usage.ru_stime),
                              .peak_memory_kib = (uint64_t)usage.ru_maxrss};
}

void report_json_cost(struct json *json) {
  struct report_cost cost = report_cost();
  json_open(json, "cost", '{');
  json_number(json, "cpu_user_s", cost.user_s);
  json_number(json, "cpu_system_s", cost.system_s);
  json_count(json, "peak_memory_kib", cost.peak_memory_kib);
  json_close(json, '}');
}

bool report_end_json(struct json *json, const char *program, FILE *messages) {
  json_close(json, '}');
  return report_close("--json", json->out, program, messages);
}
