#include "micro.h"

#include "args.h"
#include "callgrind.h"
#include "format.h"
#include "machine.h"
#include "memory.h"
#include "report.h"
#include "subject.h"
#include "values.h"

#include <radmfa/version.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define RUNS 21u
#define RUN_NS (3 * (uint64_t)NS_PER_MS) /* at least, so that the clock's own time is nothing */
#define ROWS_MAX 32u

struct micro_options {
  const char *only;
  uint64_t times; /* 0: as often as a figure takes */
  const char *json;
  bool instructions;
};

struct micro_row {
  const struct subject *subject;
  double median_ns, least_ns;
  double instructions; /* below 0: not counted */
};

struct micro {
  struct micro_options options;
  struct micro_row rows[ROWS_MAX];
  size_t n_rows;
};

/* ---- options ---- */

static bool read_subject(const char *text, void *out) {
  return subject_find(text) && read_text(text, out);
}

#define FIELD(member) offsetof(struct micro_options, member)

static const struct args_row rows[] = {
    {"only", "NAME", "one of them", read_subject, FIELD(only), "one of those that it prints",
     false},
    {"instructions", NULL, "count instructions, too, with valgrind (takes a minute)", read_yes,
     FIELD(instructions), NULL, false},
    {"times", "NUMBER", "with --only: do it so often and print nothing, to be watched by others",
     read_count, FIELD(times), "a number", false},
    {"json", "FILE", "write the report as JSON, too", read_text, FIELD(json), NULL, false},
};

static const struct args_command command = {
    .name = "radmfa-bench micro",
    .synopsis = "[OPTION...]",
    .about = "Nanoseconds, and with valgrind instructions, of each step of a login in the library.",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
};

/* ---- measuring ---- */

static double measure_run(const struct subject *subject, struct subject_world *world,
                          uint64_t times) {
  uint64_t before_ns = uv_hrtime();
  uint64_t worked = subject->run(world, times);
  uint64_t took_ns = uv_hrtime() - before_ns;
  if (worked) return (double)took_ns / (double)times;
  fprintf(stderr, "%s: %s does not work\n", command.name, subject->name);
  exit(1);
}

static uint64_t times_for(const struct subject *subject, struct subject_world *world) {
  uint64_t times = 64;
  while (measure_run(subject, world, times) * (double)times < (double)RUN_NS) times *= 2;
  return times;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static struct micro_row measure(const struct subject *subject, struct subject_world *world) {
  double ns[RUNS];
  uint64_t times = times_for(subject, world);
  for (size_t i = 0; i < RUNS; i++) ns[i] = measure_run(subject, world, times);
  qsort(ns, RUNS, sizeof *ns, compare);
  return (struct micro_row){subject, ns[RUNS / 2], ns[0], -1};
}

/* False where instructions cannot be counted, which has been told. */
static bool measure_all(struct micro *micro, struct subject_world *world) {
  const char *only = micro->options.only;
  for (size_t i = 0; i < n_subjects; i++) {
    if (only && strcmp(only, subjects[i].name) != 0) continue;
    struct micro_row *row = &micro->rows[micro->n_rows++];
    *row = measure(&subjects[i], world);
    if (!micro->options.instructions) continue;
    row->instructions = callgrind_instructions(subjects[i].name);
    if (row->instructions < 0) return false;
  }
  return true;
}

/* ---- report ---- */

static const struct micro_row *row_of(const struct micro *micro, const char *name) {
  for (size_t i = 0; i < micro->n_rows; i++)
    if (!strcmp(micro->rows[i].subject->name, name)) return &micro->rows[i];
  return NULL;
}

/* What a retransmission costs beside being parsed and verified. False where one is not known. */
static bool find_lookup(const struct micro *micro, struct micro_row *out_row) {
  static const struct subject lookup = {
      "dedup", "again less parse and verify: finding it; a difference, noise and all", NULL};
  const struct micro_row *again = row_of(micro, "again"), *parse = row_of(micro, "parse");
  const struct micro_row *verify = row_of(micro, "verify");
  if (!again || !parse || !verify) return false;
  *out_row = (struct micro_row){
      .subject = &lookup,
      .median_ns = again->median_ns - parse->median_ns - verify->median_ns,
      .least_ns = again->least_ns - parse->least_ns - verify->least_ns,
      .instructions = again->instructions - parse->instructions - verify->instructions,
  };
  return true;
}

static void print_row(const struct micro_row *row, bool has_instructions) {
  char count[FORMAT_SIZE];
  printf("%-14s %10.1f %10.1f", row->subject->name, row->median_ns, row->least_ns);
  if (has_instructions) printf(" %14s", format_count((uint64_t)(row->instructions + 0.5), count));
  printf("   %s\n", row->subject->about);
}

static void print(const struct micro *micro) {
  bool has_instructions = micro->options.instructions;
  struct machine machine;
  machine_describe(&machine);
  printf("radmfa-bench %s micro: %u runs each, on %s\n\n", RADMFA_VERSION, RUNS, machine.cpu);
  printf("%-14s %10s %10s", "", "median ns", "least ns");
  if (has_instructions) printf(" %14s", "instructions");
  putchar('\n');
  for (size_t i = 0; i < micro->n_rows; i++) print_row(&micro->rows[i], has_instructions);
}

static void put_row(struct json *json, const struct micro_row *row, bool has_instructions) {
  json_open(json, row->subject->name, '{');
  json_text(json, "about", row->subject->about);
  json_number(json, "median_ns", row->median_ns);
  json_number(json, "least_ns", row->least_ns);
  if (has_instructions) json_number(json, "instructions", row->instructions);
  json_close(json, '}');
}

static bool write_json(const struct micro *micro, FILE *file, int argc, char **argv) {
  struct json json;
  report_begin_json(&json, file, "micro", argc, argv);
  json_count(&json, "runs", RUNS);
  json_open(&json, "subjects", '{');
  for (size_t i = 0; i < micro->n_rows; i++)
    put_row(&json, &micro->rows[i], micro->options.instructions);
  json_close(&json, '}');
  report_json_cost(&json);
  return report_end_json(&json, command.name, stderr);
}

/* ---- start and end ---- */

static int run(struct micro *micro, struct subject_world *world, int argc, char **argv) {
  const char *path = micro->options.json;
  FILE *json = path ? report_open("--json", path, command.name, stderr) : NULL;
  if (path && !json) return 1;
  if (!measure_all(micro, world)) {
    if (json) fclose(json);
    return 1;
  }
  if (find_lookup(micro, &micro->rows[micro->n_rows])) micro->n_rows++;
  print(micro);
  return !json || write_json(micro, json, argc, argv) ? 0 : 1;
}

int micro_main(int argc, char **argv) {
  struct micro *micro = memory_new(sizeof *micro);
  const struct micro_options *options = &micro->options;
  enum args_result result = args_read(&command, argc, argv, &micro->options, stdout, stderr);
  int status = result == ARGS_HELP ? 0 : 2;
  if (result == ARGS_OK && options->times && !options->only) {
    fprintf(stderr, "%s: --times needs --only\n", command.name);
  } else if (result == ARGS_OK) {
    struct subject_world *world = subject_world_new();
    if (options->times)
      status = subject_find(options->only)->run(world, options->times) ? 0 : 1;
    else
      status = run(micro, world, argc, argv);
    subject_world_free(world);
  }
  free(micro);
  return status;
}
