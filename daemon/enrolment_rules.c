/* enrolment_rules.c: who enrols is one person under each of his names, and the number that is
 * called to confirm it is nobody's to choose. */
#include "enrolment_rules.h"

#include <string.h>

/* What was not read was told of, and contradicts nothing. */
static const struct config_policy *policy_of(const struct config *config) {
  return config->portal.policy < config->n_policies ? &config->policies[config->portal.policy]
                                                    : NULL;
}

static const struct config_primary *primary_of(const struct config *config) {
  const struct config_policy *policy = policy_of(config);
  return policy && policy->primary < config->n_primaries ? &config->primaries[policy->primary]
                                                         : NULL;
}

/* Somebody who is CORP\bob beside bob would enrol a second phone under the other name. */
static void check_primary(struct reader *r, const struct yaml_node *policy,
                          const struct config_primary *primary) {
  if (primary->type == CONFIG_PRIMARY_RADIUS)
    diag_error(r->diag, policy->at,
               "the primary `%s` cannot check passwords for the portal: it must be of type ldap or "
               "file",
               primary->name);
  else if (primary->type == CONFIG_PRIMARY_LDAP && !primary->ldap.search.identity)
    diag_error(r->diag, policy->at,
               "the primary `%s` needs `search` for the portal: without it a user can enrol again "
               "under another of his names",
               primary->name);
}

static void check_networks(struct reader *r, const struct yaml_node *portal) {
  const struct config_portal *config = &r->config->portal;
  const struct yaml_node *networks = yaml_find(portal, "networks");
  if (networks && config->enrolment != CONFIG_ENROL_NETWORKS)
    diag_error(r->diag, networks->at, "`networks` goes with `enrolment: networks`");
  if (!networks && config->enrolment == CONFIG_ENROL_NETWORKS)
    diag_error(r->diag, yaml_find(portal, "enrolment")->at,
               "`enrolment: networks` needs `networks`");
}

static bool has_numbers(const struct config_primary *primary) {
  return primary->type == CONFIG_PRIMARY_FILE ||
         (primary->ldap.search.number_attribute && primary->ldap.search.number_is_trusted);
}

static void check_numbers(struct reader *r, const struct yaml_node *portal,
                          const struct config_primary *primary) {
  if (r->config->portal.enrolment != CONFIG_ENROL_DIRECTORY_NUMBER || has_numbers(primary)) return;
  diag_error(
      r->diag, yaml_find(portal, "enrolment")->at,
      "`enrolment: directory_number` needs `number_attribute` and `number_is_trusted` in the "
      "primary `%s`",
      primary->name);
}

/* Somebody has named them for nothing, or meant another primary. */
static void check_administrators(struct reader *r) {
  const struct yaml_node *one =
      r->config->n_primaries ? yaml_find(r->root, "primaries")->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    const struct config_primary *primary = &r->config->primaries[i];
    const struct yaml_node *search = yaml_find(one, "search");
    const struct yaml_node *groups = search ? yaml_find(search, "groups") : NULL;
    const struct yaml_node *list = groups ? yaml_find(groups, "administrators") : NULL;
    bool has_portal = yaml_find(r->root, "portal") != NULL;
    if (list && (!has_portal || (primary_of(r->config) && primary != primary_of(r->config))))
      diag_error(r->diag, list->at,
                 "`administrators` has no use: nobody signs in to a portal by the primary `%s`",
                 primary->name);
  }
}

/* A colon ends the issuer in the label of an otpauth URI. */
static void check_issuer(struct reader *r, const struct yaml_node *portal) {
  const char *issuer = r->config->portal.issuer;
  if (issuer && (has_control_character(issuer) || strchr(issuer, ':')))
    diag_error(r->diag, yaml_find(portal, "issuer")->at,
               "`issuer` must not hold control characters or a colon");
}

static void check_policy(struct reader *r, const struct yaml_node *portal) {
  const struct yaml_node *value = yaml_find(portal, "policy");
  const struct config_policy *policy = policy_of(r->config);
  const struct config_primary *primary = primary_of(r->config);
  if (!value || !policy || !primary) return;
  if (!policy->n_factors)
    diag_error(r->diag, value->at, "the policy `%s` has no factor that one could enrol for",
               policy->name);
  check_primary(r, value, primary);
  check_numbers(r, portal, primary);
}

void enrolment_rules_check(struct reader *r) {
  const struct yaml_node *portal = yaml_find(r->root, "portal");
  check_administrators(r);
  if (!portal || portal->kind != YAML_MAPPING) return;
  if (!yaml_find(r->root, "store")) diag_error(r->diag, portal->at, "`portal` needs `store`");
  check_networks(r, portal);
  check_issuer(r, portal);
  check_policy(r, portal);
}
