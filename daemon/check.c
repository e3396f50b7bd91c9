#include "check.h"

static void print_listens(const struct config *config, FILE *out) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  for (size_t i = 0; i < config->n_listens; i++)
    fprintf(out, "listen   %-20s udp, %u %s\n",
            radmfa_address_format(&config->listens[i].address, text), config->workers,
            config->workers == 1 ? "worker" : "workers");
}

static const char *signing(radmfa_message_authenticator mode) {
  switch (mode) {
    case RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE: return "required";
    case RADMFA_MESSAGE_AUTHENTICATOR_AUTO: return "auto";
    case RADMFA_MESSAGE_AUTHENTICATOR_OFF: return "off";
  }
  return "";
}

static void print_clients(const struct config *config, FILE *out) {
  for (size_t i = 0; i < config->n_clients; i++) {
    const struct config_client *client = &config->clients[i];
    fprintf(out, "client   %-20s policy %s, timeout %g s, Message-Authenticator %s, %zu %s\n",
            client->name, config->policies[client->policy].name, client->timeout_ms / 1000.0,
            signing(client->message_authenticator), client->n_prefixes,
            client->n_prefixes == 1 ? "address" : "addresses");
  }
}

static void print_policies(const struct config *config, FILE *out) {
  for (size_t i = 0; i < config->n_policies; i++) {
    const struct config_policy *policy = &config->policies[i];
    fprintf(out, "policy   %-20s primary %s, ", policy->name,
            config->primaries[policy->primary].name);
    for (size_t j = 0; j < policy->n_factors; j++)
      fprintf(out, "%s%s", j ? ", then " : "then factor ",
              config->factors[policy->factors[j]].name);
    fprintf(out, "%s\n", policy->n_factors ? "" : "alone: no second factor");
  }
}

static void print_backends(const struct site *site, FILE *out) {
  const struct config *config = site_config(site);
  for (size_t i = 0; i < config->n_primaries; i++)
    fprintf(out, "primary  %-20s file %s: %zu %s, ok\n", config->primaries[i].name,
            config->primaries[i].path, site_users(site, i),
            site_users(site, i) == 1 ? "user" : "users");
  for (size_t i = 0; i < config->n_factors; i++)
    fprintf(out, "factor   %-20s simulated, ok\n", config->factors[i].name);
}

void check_print(const struct site *site, FILE *out) {
  const struct config *config = site_config(site);
  print_listens(config, out);
  print_clients(config, out);
  print_policies(config, out);
  print_backends(site, out);
}
