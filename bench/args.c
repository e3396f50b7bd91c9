#include "args.h"

#include <getopt.h>
#include <stdint.h>
#include <string.h>

#define HELP_OPTION ((int)ARGS_ROWS_MAX)

static int width_of(const struct args_row *row) {
  return (int)(strlen(row->name) + (row->value ? strlen(" ") + strlen(row->value) : 0));
}

void args_help(const struct args_command *command, FILE *out) {
  int width = 0;
  for (size_t i = 0; i < command->n_rows; i++)
    if (width_of(&command->rows[i]) > width) width = width_of(&command->rows[i]);
  fprintf(out, "usage: %s %s\n\n%s\n\n", command->name, command->synopsis, command->about);
  for (const struct args_row *row = command->rows; row < command->rows + command->n_rows; row++)
    fprintf(out, "  --%s%s%s%*s  %s\n", row->name, row->value ? " " : "",
            row->value ? row->value : "", width - width_of(row), "", row->help);
  fputs("\nMore is in radmfa-bench(1).\n", out);
}

static void to_getopt(const struct args_command *command, struct option *out_options) {
  for (size_t i = 0; i < command->n_rows; i++) {
    const struct args_row *row = &command->rows[i];
    out_options[i] =
        (struct option){row->name, row->value ? required_argument : no_argument, NULL, (int)i};
  }
  out_options[command->n_rows] = (struct option){"help", no_argument, NULL, HELP_OPTION};
  out_options[command->n_rows + 1] = (struct option){0};
}

static enum args_result wrong(const struct args_command *command, FILE *messages,
                              const char *before, const char *what, const char *after) {
  fprintf(messages, "%s: %s%s%s; see %s --help\n", command->name, before, what, after,
          command->name);
  return ARGS_WRONG;
}

static bool take(const struct args_command *command, const struct args_row *row, const char *text,
                 void *options, FILE *messages) {
  if (row->read(text, (char *)options + row->offset)) return true;
  fprintf(messages, "%s: --%s: `%s` is not %s\n", command->name, row->name, text, row->expected);
  return false;
}

static enum args_result check_required(const struct args_command *command, uint32_t seen,
                                       FILE *messages) {
  for (size_t i = 0; i < command->n_rows; i++)
    if (command->rows[i].required && !(seen >> i & 1))
      return wrong(command, messages, "--", command->rows[i].name, " is missing");
  return ARGS_OK;
}

enum args_result args_read(const struct args_command *command, int argc, char **argv, void *options,
                           FILE *out, FILE *messages) {
  struct option known[ARGS_ROWS_MAX + 2];
  uint32_t seen = 0;
  to_getopt(command, known);
  optind = 0; /* glibc: start anew */
  opterr = 0;
  for (int found; (found = getopt_long(argc, argv, ":", known, NULL)) != -1;) {
    const char *given = argv[optind - 1];
    if (found == HELP_OPTION) {
      args_help(command, out);
      return ARGS_HELP;
    }
    if (found == ':') return wrong(command, messages, "", given, " needs a value");
    if (found == '?') return wrong(command, messages, "`", given, "` is not one of its options");
    if (!take(command, &command->rows[found], optarg, options, messages)) return ARGS_WRONG;
    seen |= (uint32_t)1 << found;
  }
  if (optind < argc) return wrong(command, messages, "`", argv[optind], "` is one word too many");
  return check_required(command, seen, messages);
}
