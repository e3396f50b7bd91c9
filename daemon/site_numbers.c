/* site_numbers.c: which numbers the calls of a configuration may go to. */
#include "factor/prefixes.h"
#include "site_parts.h"

#include <string.h>

static bool may_call(const struct config_call *call, const struct number *number) {
  const struct prefixes prefixes = {.allowed = call->allowed_prefixes,
                                    .denied = call->denied_prefixes,
                                    .n_allowed = call->n_allowed_prefixes,
                                    .n_denied = call->n_denied_prefixes};
  return prefixes_allow(&prefixes, number);
}

bool site_number_allowed(const struct site *site, const char *primary,
                         const struct number *number) {
  const struct config *config = site->config;
  bool has_calls = false, allowed = false;
  for (size_t i = 0; i < config->n_policies; i++) {
    const struct config_policy *policy = &config->policies[i];
    if (strcmp(config->primaries[policy->primary].name, primary) != 0) continue;
    for (size_t at = 0; at < policy->n_factors; at++) {
      const struct config_factor *factor = &config->factors[policy->factors[at]];
      if (factor->type != CONFIG_FACTOR_CALL) continue;
      has_calls = true;
      allowed |= may_call(&factor->call, number);
    }
  }
  return allowed || !has_calls;
}
