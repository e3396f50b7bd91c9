/* main.c: radmfa-portal's arguments and exit codes: 0 done, 1 not started or the configuration is
 * wrong, 2 called wrongly. */
#include "../harden.h"
#include "config.h"
#include "http.h"
#include "portal.h"

#include <getopt.h>
#include <jansson.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] = "usage: radmfa-portal --config FILE [--check]\n"
                            "       radmfa-portal --version | --help\n"
                            "\n"
                            "  --config FILE  the configuration, see radmfa-portal(8)\n"
                            "  --check        read it, and certificate and key, and exit\n"
                            "  --version      print the version\n"
                            "  --help         print this\n";

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'},
    {"check", no_argument, NULL, 'k'},
    {"version", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int called_wrongly(void) {
  fputs(usage, stderr);
  return 2;
}

/* Passwords pass through JSON texts: none stays behind in memory that was freed. */
static void wiping_free(void *memory) {
  if (memory) sodium_memzero(memory, malloc_usable_size(memory));
  free(memory);
}

static int check(const struct config *config, struct diag *diag) {
  struct portal portal = {.config = config};
  struct http *http = http_new(config, &portal, true, diag);
  if (http) puts("radmfa-portal: the configuration is good");
  http_free(http);
  return http ? 0 : 1;
}

int main(int argc, char **argv) {
  const char *path = NULL;
  bool checks = false;
  process_harden();
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    switch (option) {
      case 'c': path = optarg; break;
      case 'k': checks = true; break;
      case 'v': puts("radmfa-portal " PORTAL_VERSION); return 0;
      case 'h': fputs(usage, stdout); return 0;
      default: return called_wrongly();
    }
  }
  if (!path || optind != argc) return called_wrongly();
  if (sodium_init() < 0) {
    fputs("radmfa-portal: libsodium does not start\n", stderr);
    return 1;
  }
  json_set_alloc_funcs(malloc, wiping_free);
  struct diag diag = {.out = stderr};
  struct config *config = config_load(path, &diag);
  if (!config) return 1;
  int status = checks ? check(config, &diag) : portal_run(config);
  config_free(config);
  return status;
}
