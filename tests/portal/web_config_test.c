#include "portal/config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define START "listen: 127.0.0.1:8443\ncertificate_file: /c.pem\nkey_file: /k.pem\n"

static struct config *loaded(const char *text) {
  struct diag diag = {.out = stderr};
  return config_load_text("/etc/radmfa/portal.yaml", text, strlen(text), &diag);
}

/* Everything that is said of it; to be freed. */
static void says(const char *text, const char *wanted) {
  char *said = NULL;
  size_t len;
  struct diag diag = {.out = open_memstream(&said, &len)};
  cr_assert_null(config_load_text("portal.yaml", text, strlen(text), &diag), "%s", text);
  fclose(diag.out);
  cr_assert(strstr(said, wanted), "%s: %s", text, said);
  free(said);
}

Test(portal_config, what_is_needed_is_enough) {
  struct config *config = loaded(START);
  cr_assert_not_null(config);
  cr_assert_eq(config->n_listens, 1);
  cr_assert_str_eq(config->radmfad, "/run/radmfad/portal");
  cr_assert_eq(config->language, LANGUAGE_EN);
  cr_assert_eq(config->request_timeout_ms, 15000);
  config_free(config);
}

Test(portal_config, every_key_is_read) {
  struct config *config =
      loaded("listen: [\"[::1]:8443\", 0.0.0.0:443]\n"
             "certificate_file: c.pem\nkey_file: keys/k.pem\nradmfad: /run/p\n"
             "title: Example Corp\nlanguage: de\n"
             "limits: {connections: 100, connections_per_address: 9, request_timeout: 5s}\n");
  cr_assert_not_null(config);
  cr_assert_eq(config->n_listens, 2);
  cr_assert_eq(config->listens[0].address.ss_family, AF_INET6);
  cr_assert_str_eq(config->certificate_file, "/etc/radmfa/c.pem");
  cr_assert_str_eq(config->key_file, "/etc/radmfa/keys/k.pem");
  cr_assert_str_eq(config->title, "Example Corp");
  cr_assert_eq(config->language, LANGUAGE_DE);
  cr_assert_eq(config->connections, 100);
  cr_assert_eq(config->connections_per_address, 9);
  cr_assert_eq(config->request_timeout_ms, 5000);
  config_free(config);
}

Test(portal_config, what_is_wrong_is_told_with_its_place) {
  says("listen: 127.0.0.1:8443\nkey_file: /k\n", "portal.yaml:1:1: `certificate_file` is missing");
  says(START "titel: x\n", "portal.yaml:4:1: unknown key `titel`; did you mean `title`?");
  says(START "language: fr\n", "portal.yaml:4:11: must be one of en, de");
  says(START "limits: {connections: 0}\n", "portal.yaml:4:23: must be a number from 1");
  says(START "limits: {request_timeout: 10ms}\n", "portal.yaml:4:27: must be a duration from 1s");
  says("listen: localhost:8443\n", "portal.yaml:1:9: must be an address and port");
  says("listen: 127.0.0.1\n", "must be an address and port");
  says("listen: 127.0.0.1:0\n", "must be an address and port");
  says("listen: 127.0.0.1:65536\n", "must be an address and port");
  says("listen: []\n", "must be an address and port");
  says(START "title: []\n", "must be a text");
  says("- x\n", "must be a mapping");
  says("", "is empty");
}
