/* main.c: radmfad's arguments and exit codes: 0 done, 1 not started or the configuration is
 * wrong, 2 called wrongly. */
#include "app.h"
#include "harden.h"
#include "secrets.h"

#include <getopt.h>
#include <radmfa/version.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

static const char usage[] = "usage: radmfad --config FILE [--check | --call NUMBER]\n"
                            "       radmfad --version | --help\n"
                            "\n"
                            "  --config FILE  the configuration, see radmfad.yaml(5)\n"
                            "  --check        read it, try every backend, print a table and exit\n"
                            "  --call NUMBER  place one call, tell its story and exit\n"
                            "  --version      print the version\n"
                            "  --help         print this\n";

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"check", no_argument, NULL, 'k'},
    {"call", required_argument, NULL, 'n'},   {"version", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},         {0},
};

static int called_wrongly(void) {
  fputs(usage, stderr);
  return 2;
}

int main(int argc, char **argv) {
  const char *path = NULL, *number = NULL;
  bool check = false;
  process_harden();
  (void)signal(SIGPIPE, SIG_IGN); /* a peer that has gone is an error of its stream (stream.h) */
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    switch (option) {
      case 'c': path = optarg; break;
      case 'k': check = true; break;
      case 'n': number = optarg; break;
      case 'v': puts("radmfad " RADMFA_VERSION); return 0;
      case 'h': fputs(usage, stdout); return 0;
      default: return called_wrongly();
    }
  }
  if (!path || optind != argc || (check && number)) return called_wrongly();
  if (sodium_init() < 0) {
    fputs("radmfad: libsodium does not start\n", stderr);
    return 1;
  }
  int status = check ? app_check(path) : number ? app_call(path, number) : app_run(path);
  secrets_forget_environment();
  return status;
}
