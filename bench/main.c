/* main.c: radmfa-bench's commands. Each has its own exit codes; 2 is always a wrong call. */
#include "echo.h"
#include "load.h"
#include "micro.h"
#include "upstream.h"

#include <radmfa/version.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: radmfa-bench load      send logins to a RADIUS server and time its answers\n"
    "       radmfa-bench upstream  be a RADIUS server that is slow, forgetful or lies\n"
    "       radmfa-bench echo      send every datagram back: what UDP alone costs\n"
    "       radmfa-bench micro     what each step of a login costs in the library\n"
    "       radmfa-bench COMMAND --help\n"
    "       radmfa-bench --help | --version\n";

static const struct {
  const char *word;
  int (*run)(int argc, char **argv);
} commands[] = {
    {"load", load_main}, {"upstream", upstream_main}, {"echo", echo_main}, {"micro", micro_main}};

static int run_command(int argc, char **argv) {
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (!strcmp(commands[i].word, argv[0])) return commands[i].run(argc, argv);
  }
  fprintf(stderr, "radmfa-bench: `%s` is not one of its commands\n\n%s", argv[0], usage);
  return 2;
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "--version")) {
    puts("radmfa-bench " RADMFA_VERSION);
    return 0;
  }
  if (argc == 2 && !strcmp(argv[1], "--help")) {
    fputs(usage, stdout);
    return 0;
  }
  if (argc > 1) return run_command(argc - 1, argv + 1);
  fputs(usage, stderr);
  return 2;
}
