/* arguments.c: see arguments.h. */
#include "arguments.h"

#include "moment.h"
#include "text.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ARGUMENTS_MAX 24u

static const struct argument everywhere[] = {
    {.name = "socket", .kind = ARGUMENT_TEXT},
    {.name = "json", .kind = ARGUMENT_TRUE},
};
#define N_EVERYWHERE (sizeof everywhere / sizeof *everywhere)

struct reading {
  struct ctl *ctl;
  const struct argument *arguments[ARGUMENTS_MAX];
  struct option options[ARGUMENTS_MAX + 1]; /* the same, for getopt */
  size_t n;
};

static void add_argument(struct reading *reading, const struct argument *argument) {
  bool is_bare = argument->kind == ARGUMENT_TRUE || argument->kind == ARGUMENT_NULL;
  if (reading->n == ARGUMENTS_MAX) abort(); /* a table of ours is too long */
  reading->arguments[reading->n] = argument;
  reading->options[reading->n++] =
      (struct option){.name = argument->name, .has_arg = is_bare ? no_argument : required_argument};
}

/* ---- values ---- */

static json_t *number_of(const struct argument *argument, const char *text) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (!errno && *text && !*end && value >= argument->min && value <= argument->max)
    return json_integer(value);
  complain("--%s takes a number from %ld to %ld", argument->name, argument->min, argument->max);
  return NULL;
}

static json_t *moment_of(const struct argument *argument, const char *text) {
  char moment[MOMENT_SIZE];
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t now_ms = (uint64_t)now.tv_sec * 1000;
  enum moment_edge edge = argument->kind == ARGUMENT_FROM ? MOMENT_FIRST : MOMENT_LAST;
  if (moment_parse(text, edge, now_ms, moment)) return json_string(moment);
  complain("--%s takes a time in UTC (2026-12-01, \"2026-12-01 09:00\", 2026-12-01T09:00:00Z) or "
           "how long ago (30m, 2h, 7d)",
           argument->name);
  return NULL;
}

static json_t *text_value(const struct argument *argument, const char *text) {
  json_t *value = json_string(text);
  if (!value) complain("--%s: this is no UTF-8", argument->name);
  return value;
}

static json_t *value_of(const struct argument *argument, const char *text) {
  switch (argument->kind) {
    case ARGUMENT_TEXT: return text_value(argument, text);
    case ARGUMENT_NUMBER: return number_of(argument, text);
    case ARGUMENT_TRUE: return json_true();
    case ARGUMENT_NULL: return json_null();
    case ARGUMENT_FROM:
    case ARGUMENT_UNTIL: return moment_of(argument, text);
  }
  return NULL;
}

/* ---- reading ---- */

static bool set(struct reading *reading, const struct argument *argument, const char *text) {
  struct ctl *ctl = reading->ctl;
  json_t *object = argument->key ? ctl->request : ctl->local;
  const char *key = argument->key ? argument->key : argument->name;
  if (json_object_get(object, key)) {
    complain("--%s: that has been said already", argument->name);
    return false;
  }
  json_t *value = value_of(argument, text);
  return value && json_object_set_new(object, key, value) == 0;
}

static bool complain_of_option(const struct reading *reading, int code, char **argv) {
  if (code == ':')
    complain("--%s takes a value", reading->options[optopt].name);
  else
    complain("the option `%s` is none of this command", argv[optind - 1]);
  return false;
}

static void use_everywhere(struct ctl *ctl) {
  const char *path = json_string_value(json_object_get(ctl->local, "socket"));
  if (path) ctl->socket_path = path;
  ctl->wants_json = member_is_true(ctl->local, "json");
}

bool arguments_read(struct ctl *ctl, const struct argument *table, bool stops, int argc,
                    char **argv) {
  struct reading reading = {.ctl = ctl};
  for (size_t i = 0; i < N_EVERYWHERE; i++) add_argument(&reading, &everywhere[i]);
  for (; table && table->name; table++) add_argument(&reading, table);
  /* getopt_long returns an option's `val`, and writes it into optopt where its value lacks. */
  for (size_t i = 0; i < reading.n; i++) reading.options[i].val = (int)i;
  optind = 0; /* begin anew */
  for (int code;
       (code = getopt_long(argc, argv, stops ? "+:" : ":", reading.options, NULL)) != -1;) {
    if (code < 0 || (size_t)code >= reading.n || code == '?' || code == ':')
      return complain_of_option(&reading, code, argv);
    if (!set(&reading, reading.arguments[code], optarg)) return false;
  }
  use_everywhere(ctl);
  ctl->operands = (const char *const *)(argv + optind);
  ctl->n_operands = (size_t)(argc - optind);
  return true;
}
