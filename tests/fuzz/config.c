/* A configuration of any bytes: it is read, or refused with a message at least, and that is all. */
#include "config.h"

#include <stdlib.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static FILE *nowhere;
  if (!nowhere) nowhere = fopen("/dev/null", "w");
  struct diag diag = {.out = nowhere};
  struct config *config =
      config_load_text("/nonexistent/fuzz.yaml", (const char *)data, size, &diag);
  CHECK((config == NULL) == (diag.errors > 0));
  for (size_t i = 0; config && i < config->n_clients; i++) {
    const struct config_client *client = &config->clients[i];
    CHECK(client->name && client->secret.bytes && client->n_prefixes && client->timeout_ms);
    CHECK(client->policy < config->n_policies);
  }
  for (size_t i = 0; config && i < config->n_policies; i++) {
    CHECK(config->policies[i].primary < config->n_primaries);
    CHECK(config->policies[i].n_factors <= RADMFA_FACTORS_MAX);
  }
  config_free(config);
  return 0;
}
