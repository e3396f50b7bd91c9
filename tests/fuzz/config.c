/* A configuration of any bytes: it is read, or refused with a message at least, and that is all. */
#include "config.h"

#include <stdlib.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

static void check_primary(const struct config_primary *primary) {
  const struct config_radius *up = &primary->radius;
  CHECK((primary->path != NULL) == (primary->type == CONFIG_PRIMARY_FILE));
  CHECK((up->n_servers > 0) == (primary->type == CONFIG_PRIMARY_RADIUS) && up->n_servers <= 16);
  CHECK((up->probe_user != NULL) == (up->probe_password.bytes != NULL));
  for (size_t i = 0; i < up->n_servers; i++) {
    const struct config_server *server = &up->servers[i];
    CHECK(server->name && server->address.port && server->secret.bytes);
    CHECK(up->failover_ms < up->timeout_ms && up->retransmit_ms <= up->retransmit_max_ms);
  }
}

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
  for (size_t i = 0; config && i < config->n_primaries; i++) check_primary(&config->primaries[i]);
  for (size_t i = 0; config && i < config->n_policies; i++) {
    CHECK(config->policies[i].primary < config->n_primaries);
    CHECK(config->policies[i].n_factors <= RADMFA_FACTORS_MAX);
  }
  config_free(config);
  return 0;
}
