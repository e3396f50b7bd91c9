/* A configuration of any bytes: it is read, or refused with a message at least, and that is all. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

static void check_directory(const struct config_ldap *ldap) {
  const struct config_ldap_search *search = &ldap->search;
  CHECK(ldap->n_servers <= 16 && strstr(ldap->bind, "{user}") && ldap->connections);
  CHECK(!search->user == !search->password.bytes && (search->identity || !search->base));
  for (size_t i = 0; i < ldap->n_servers; i++) {
    const struct config_ldap_server *server = &ldap->servers[i];
    CHECK(server->name && server->url.host[0] && server->url.port);
    CHECK(server->url.is_ldaps + server->start_tls + server->insecure_plain == 1);
    CHECK(server->insecure_plain || ldap->trust);
  }
  for (size_t i = 0; i < ldap->n_domains; i++) CHECK(ldap->domains[i][0]);
}

static void check_primary(const struct config_primary *primary) {
  const struct config_radius *up = &primary->radius;
  CHECK((primary->path != NULL) == (primary->type == CONFIG_PRIMARY_FILE));
  CHECK((up->n_servers > 0) == (primary->type == CONFIG_PRIMARY_RADIUS) && up->n_servers <= 16);
  CHECK((primary->ldap.n_servers > 0) == (primary->type == CONFIG_PRIMARY_LDAP));
  if (primary->type == CONFIG_PRIMARY_LDAP) check_directory(&primary->ldap);
  CHECK((up->probe_user != NULL) == (up->probe_password.bytes != NULL));
  for (size_t i = 0; i < up->n_servers; i++) {
    const struct config_server *server = &up->servers[i];
    CHECK(server->name && server->address.port && server->secret.bytes);
    CHECK(up->failover_ms < up->timeout_ms && up->retransmit_ms <= up->retransmit_max_ms);
  }
}

static bool has_tls(const char *uri) {
  return strstr(uri, ";transport=tls") != NULL;
}

static void check_trunk(const struct config_trunk *trunk, const char *ca_file) {
  CHECK(trunk->name && !strncmp(trunk->uri, "sip:", 4) && strstr(trunk->uri, ";transport="));
  CHECK(!strpbrk(trunk->uri, "@<>\r\n") && !strpbrk(trunk->proxy ? trunk->proxy : "", "@<>\r\n"));
  CHECK(!trunk->user == !trunk->password.bytes && (trunk->user || !trunk->registers));
  CHECK(ca_file || !(has_tls(trunk->uri) || (trunk->proxy && has_tls(trunk->proxy))));
  if (trunk->needs_srtp) CHECK(has_tls(trunk->uri) && (!trunk->proxy || has_tls(trunk->proxy)));
}

static void check_call(const struct config_call *call) {
  CHECK(call->n_trunks >= 1 && call->n_trunks <= 16 && call->from[0] == '+');
  for (size_t i = 0; i < call->n_trunks; i++) check_trunk(&call->trunks[i], call->ca_file);
  CHECK(!call->display_name || !strpbrk(call->display_name, "\r\n"));
  CHECK(call->ports.min >= 1024 && call->ports.min <= call->ports.max);
  CHECK(call->n_allowed_prefixes && call->ring_timeout_ms && call->talk_timeout_ms);
  for (size_t i = 0; i < call->n_allowed_prefixes; i++)
    CHECK(call->allowed_prefixes[i][0] == '+' && call->allowed_prefixes[i][1]);
  CHECK(!strpbrk(call->language, "/.") && strlen(call->language) < 16);
  CHECK(!call->fraud_code || strlen(call->fraud_code) <= 8);
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
  for (size_t i = 0; config && i < config->n_factors; i++)
    if (config->factors[i].type == CONFIG_FACTOR_CALL) check_call(&config->factors[i].call);
  for (size_t i = 0; config && i < config->n_policies; i++) {
    CHECK(!config->policies[i].wants_pin || !config->policies[i].wants_challenge);
    CHECK(config->policies[i].primary < config->n_primaries);
    CHECK(config->policies[i].n_factors <= RADMFA_FACTORS_MAX);
  }
  config_free(config);
  return 0;
}
