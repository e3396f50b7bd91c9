/* args.h: the options of a command as a table, from which they are read and explained. */
#ifndef RADMFA_BENCH_ARGS_H
#define RADMFA_BENCH_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct args_row {
  const char *name;  /* without its dashes */
  const char *value; /* what --help calls the value; NULL for a flag */
  const char *help;
  bool (*read)(const char *text, void *out); /* `text` is NULL for a flag */
  size_t offset;                             /* of the field in the command's options */
  const char *expected; /* "a number per second": what a refused value should have been */
  bool required;
};

struct args_command {
  const char *name;     /* "radmfa-bench load" */
  const char *synopsis; /* what a call needs at least */
  const char *about;
  const struct args_row *rows;
  size_t n_rows; /* ARGS_ROWS_MAX at most */
};

#define ARGS_ROWS_MAX 32u

enum args_result { ARGS_OK, ARGS_HELP, ARGS_WRONG };

/* Reads argv[1..argc) into the fields of `options`. What is wrong is told on `messages`; --help is
 * answered on `out`. */
enum args_result args_read(const struct args_command *command, int argc, char **argv, void *options,
                           FILE *out, FILE *messages);

void args_help(const struct args_command *command, FILE *out);

#endif
