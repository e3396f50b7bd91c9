/* config_text.h: radmfad.yaml as a text whose single lines a test exchanges, and what is said of
 * it. */
#ifndef RADMFA_TEST_CONFIG_TEXT_H
#define RADMFA_TEST_CONFIG_TEXT_H

#include "config.h"
#include "tls_server.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *messages;
static size_t messages_len;
static struct diag diag;

static inline void start_diag(void) {
  diag = (struct diag){.out = open_memstream(&messages, &messages_len)};
}

static inline void end_diag(void) {
  fclose(diag.out);
  free(messages);
}

/* A configuration in which single lines are exchanged; the lines of each part are fixed, so tests
 * know them. */
struct parts {
  const char *listen, *client, *policy, *primary, *factor, *more;
};

static char text[8192];

static inline struct config *load_text(const char *whole) {
  struct config *config = config_load_text("etc/c.yaml", whole, strlen(whole), &diag);
  fflush(diag.out);
  return config;
}

static inline struct config *load(struct parts p) {
  snprintf(text, sizeof text,
           "listen: [%s]\n"
           "clients:\n"
           "  - {name: lab, addresses: 10.0.0.0/8, secret_env: S, policy: lab}\n"
           "%s\n"
           "policies:\n"
           "  lab: {primary: local, factors: [robot]}\n"
           "%s\n"
           "primaries:\n"
           "  local: {type: file, path: users.yaml}\n"
           "%s\n"
           "factors:\n"
           "  robot: {type: simulated, answer: approve}\n"
           "%s\n"
           "%s\n",
           p.listen ? p.listen : "{udp: \"127.0.0.1:1812\"}", p.client ? p.client : "",
           p.policy ? p.policy : "", p.primary ? p.primary : "", p.factor ? p.factor : "",
           p.more ? p.more : "");
  setenv("S", "sixteen octets !", 1);
  return load_text(text);
}

/* A certificate that has signed itself. */
static inline void write_certificate(const char *path) {
  struct identity ca = identity_new(NULL, NULL, 3600);
  char *pem = identity_pem(&ca);
  FILE *file = fopen(path, "w");
  cr_assert_not_null(file);
  fputs(pem, file);
  fclose(file);
  free(pem);
  identity_free(&ca);
}

/* A second client is line 4 of the file, a second policy line 7, primary 10, factor 13, and more is
 * line 14. */
#define CLIENT(rest) "  - {name: b, addresses: 192.0.2.1, secret_env: S, policy: lab, " rest "}"
#define ONLY(...) load((struct parts){__VA_ARGS__})

static inline struct config *good(struct config *config) {
  cr_assert_not_null(config, "%s", messages);
  cr_assert_eq(diag.errors, 0);
  return config;
}

static inline void says(const char *wanted) {
  cr_assert(strstr(messages, wanted), "wanted %s in: %s", wanted, messages);
}

static inline void fails(struct config *config, const char *wanted) {
  cr_assert_null(config, "loaded; wanted %s", wanted);
  cr_assert_gt(diag.errors, 0);
  says(wanted);
}

static inline void fails_alone(struct config *config, const char *wanted) {
  fails(config, wanted);
  cr_assert_eq(diag.errors, 1, "%s", messages);
}

static inline void warns(struct config *config, const char *wanted) {
  config_free(good(config));
  cr_assert_eq(diag.warnings, 1, "%s", messages);
  says(wanted);
}

#endif
