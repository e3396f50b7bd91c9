/* report.h: what every command's report has in common. A command describes its figures once, as
 * rows; from these come the text for people and the JSON for programs. */
#ifndef RADMFA_BENCH_REPORT_H
#define RADMFA_BENCH_REPORT_H

#include "hist.h"
#include "json.h"

#include <stddef.h>

#define REPORT_SCHEMA 1u

enum report_flag {
  REPORT_IF_ANY = 1,    /* in text only where it is not 0 */
  REPORT_IF_MANY = 2,   /* in text only above 1 */
  REPORT_SHARE = 4,     /* the text adds which share it is of the row above that has less depth */
  REPORT_PARAGRAPH = 8, /* an empty line before it */
};

/* A uint64_t in a command's struct of counts. */
struct report_row {
  const char *key;   /* in JSON */
  const char *label; /* in text */
  size_t offset;
  unsigned depth;
  unsigned flags;
};

struct report_latency {
  const char *key, *label;
  const struct hist *hist;
};

void report_print_counts(FILE *out, const struct report_row *rows, size_t n_rows,
                         const void *counts);
void report_print_latencies(FILE *out, const struct report_latency *latencies, size_t n);

/* Opens the file of an option ("--json") before the run, so that a wrong path is told at once. NULL
 * and a message where it cannot be written. */
FILE *report_open(const char *option, const char *path, const char *program, FILE *messages);
/* False and a message where it could not be written. */
bool report_close(const char *option, FILE *file, const char *program, FILE *messages);

/* The outermost object, up to what is the same for all commands: schema, command, arguments (the
 * value of --secret replaced), versions, machine, time. It stays open. */
void report_begin_json(struct json *json, FILE *out, const char *command, int argc, char **argv);
void report_json_counts(struct json *json, const struct report_row *rows, size_t n_rows,
                        const void *counts);
void report_json_latencies(struct json *json, const struct report_latency *latencies, size_t n);
/* What the run has cost this program until now. */
struct report_cost {
  double user_s, system_s; /* CPU */
  uint64_t peak_memory_kib;
};
struct report_cost report_cost(void);
void report_json_cost(struct json *json);
/* Closes the object and the file of --json, as report_close does. */
bool report_end_json(struct json *json, const char *program, FILE *messages);

#endif
