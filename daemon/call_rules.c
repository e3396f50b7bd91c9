/* call_rules.c: no key of SRTP goes out in clear, no thief's number is called, and nothing that is
 * said of calls stands where nothing calls. */
#include "call_rules.h"

#include "factor/call_keys.h"
#include "factor/prefixes.h"
#include "factor/prompts.h"
#include "factor/sip.h"
#include "sip_uri.h"

#include <string.h>

_Static_assert(SIP_TRUNKS_MAX == 16, "as `trunks` in schema.c");
_Static_assert(CALL_FRAUD_CODE_MAX == 8, "as `fraud_code` in schema.c");
_Static_assert(PROMPT_LANGUAGE_SIZE == 16, "as `language` in schema.c");

static const char *copy_text(struct reader *r, struct place at, const char *text) {
  const char *copy = arena_copy(&r->config->memory, text, strlen(text));
  if (!copy) diag_error(r->diag, at, "out of memory");
  return copy;
}

/* They would end a header of SIP, or mean something to who reads the log. */
static void check_text(struct reader *r, const struct yaml_node *node, const char *key,
                       const char *text) {
  if (text && has_control_character(text))
    diag_error(r->diag, yaml_find(node, key)->at, "`%s` must not hold control characters", key);
}

static bool is_language(const char *text) {
  return !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] && *text != '-';
}

static void check_language(struct reader *r, const struct yaml_node *node, const char *language) {
  if (language && !is_language(language))
    diag_error(r->diag, yaml_find(node, "language")->at,
               "`language` must be in lower case, as en or pt-br, not `%s`", language);
}

/* ---- trunks ---- */

static bool has_tls(const char *uri) {
  struct sip_uri parsed;
  return uri && !sip_uri_parse(uri, &parsed) && parsed.transport == SIP_TRANSPORT_TLS;
}

/* What was not read was told of, and contradicts nothing. */
static bool is_clear(const char *uri) {
  return uri && !has_tls(uri);
}

static bool has_password(const struct yaml_node *trunk) {
  return yaml_find(trunk, "password") || yaml_find(trunk, "password_file") ||
         yaml_find(trunk, "password_env");
}

static void check_account(struct reader *r, const struct yaml_node *node,
                          const struct config_trunk *trunk) {
  const struct yaml_node *user = yaml_find(node, "user");
  check_text(r, node, "user", trunk->user);
  if (user && !has_password(node))
    diag_error(r->diag, user->at, "`user` needs `password_file` (or its form with _env)");
  if (!user && has_password(node))
    diag_error(r->diag, node->at, "this trunk has a password, but no `user`");
  if (!user && trunk->registers)
    diag_error(r->diag, yaml_find(node, "register")->at, "`register` needs `user`");
}

/* RFC 4568 7: the keys of SRTP stand in the message itself. */
static void check_srtp(struct reader *r, const struct yaml_node *node,
                       const struct config_trunk *trunk) {
  const struct yaml_node *srtp = yaml_find(node, "srtp");
  if (!trunk->needs_srtp) return;
  if (is_clear(trunk->uri))
    diag_error(r->diag, srtp->at,
               "`srtp: required` needs ;transport=tls in `uri`: else its keys go out in clear");
  if (is_clear(trunk->proxy))
    diag_error(r->diag, srtp->at,
               "`srtp: required` needs ;transport=tls in `proxy`: else its keys go out in clear");
}

static void name_trunk(struct reader *r, struct config_trunk *trunk) {
  struct sip_uri uri;
  char text[SIP_URI_AUTHORITY_SIZE];
  if (!trunk->uri || sip_uri_parse(trunk->uri, &uri)) return;
  sip_uri_authority(&uri, text);
  trunk->name = copy_text(r, trunk->at, text);
}

static void check_trunks(struct reader *r, const struct yaml_node *factor,
                         struct config_call *call) {
  const struct yaml_node *trunks = yaml_find(factor, "trunks");
  const struct yaml_node *one = call->n_trunks ? trunks->first : NULL;
  bool needs_trust = false;
  for (size_t i = 0; one; one = one->next, i++) {
    struct config_trunk *trunk = &call->trunks[i];
    needs_trust |= has_tls(trunk->uri) || has_tls(trunk->proxy);
    if (!trunk->name) name_trunk(r, trunk);
    if (one->kind != YAML_MAPPING) continue;
    check_account(r, one, trunk);
    check_srtp(r, one, trunk);
  }
  if (needs_trust && !yaml_find(factor, "ca_file"))
    diag_error(r->diag, trunks->at,
               "trunks with TLS need `ca_file`: the certificates of who signed theirs");
}

/* ---- addresses and ports ---- */

static bool is_any(const radmfa_address *address) {
  static const uint8_t zeros[sizeof address->ip];
  size_t start = is_ipv4(address) ? IPV4_OFFSET : 0;
  return !memcmp(address->ip + start, zeros + start, sizeof zeros - start);
}

/* The first host that a call goes to, where it is an address. */
static bool first_hop(const struct config_trunk *trunk, radmfa_address *out_address) {
  struct sip_uri uri;
  const char *text = trunk->proxy ? trunk->proxy : trunk->uri;
  return text && !sip_uri_parse(text, &uri) && !radmfa_address_parse(uri.host, out_address);
}

static void check_local(struct reader *r, const struct yaml_node *factor,
                        const struct config_call *call) {
  const struct yaml_node *local = yaml_find(factor, "local");
  radmfa_address hop;
  if (!local || local->kind != YAML_SCALAR) return;
  if (radmfa_address_parse(local->text, &hop) || hop.port) return; /* it was told */
  if (is_any(&call->local)) {
    diag_error(r->diag, local->at, "`local` must be an address that trunks can answer to, not `%s`",
               local->text);
    return;
  }
  for (size_t i = 0; i < call->n_trunks; i++)
    if (first_hop(&call->trunks[i], &hop) && is_ipv4(&hop) != is_ipv4(&call->local))
      diag_error(r->diag, local->at,
                 "`local` cannot reach the trunk in line %u: one is IPv4, the other IPv6",
                 call->trunks[i].at.line);
}

static bool is_call(const struct config_factor *factor) {
  return factor->type == CONFIG_FACTOR_CALL;
}

static bool overlap(struct port_range a, struct port_range b) {
  return a.max && b.max && a.min <= b.max && b.min <= a.max;
}

/* Each factor hands out the ports of its range by itself. */
static void check_ports(struct reader *r, const struct yaml_node *node, size_t at) {
  const struct config_factor *factor = &r->config->factors[at];
  const struct yaml_node *ports = yaml_find(node, "rtp_ports");
  for (size_t i = 0; i < at; i++) {
    const struct config_factor *other = &r->config->factors[i];
    if (!is_call(other) || !overlap(factor->call.ports, other->call.ports)) continue;
    diag_error(r->diag, ports ? ports->at : node->at,
               "`rtp_ports` overlap those of the factor `%s` in line %u: give each its own",
               other->name, other->at.line);
  }
}

static void check_calls_at_once(struct reader *r, const struct config_factor *factor) {
  const struct yaml_node *limits = yaml_find(r->root, "limits");
  const struct yaml_node *calls = limits ? yaml_find(limits, "calls") : NULL;
  if (!calls || !factor->call.ports.max) return;
  uint32_t most = port_range_count(factor->call.ports);
  if (r->config->calls.calls > most)
    diag_warn(r->diag, calls->at,
              "the `rtp_ports` of the factor `%s` are enough for %u calls alone", factor->name,
              most);
}

/* ---- numbers ---- */

static void allow_own_country(struct reader *r, struct config_factor *factor) {
  struct config_call *call = &factor->call;
  char country[COUNTRY_PREFIX_SIZE];
  if (!call->from) return;
  const char **list = new_array(r, factor->at, 1, sizeof *list);
  if (!list) return;
  prefix_of_country(call->from, country);
  list[0] = copy_text(r, factor->at, country);
  call->allowed_prefixes = list;
  call->n_allowed_prefixes = 1;
}

static bool refuses_all(const char *denied, const struct config_call *call) {
  for (size_t i = 0; i < call->n_allowed_prefixes; i++) {
    const char *allowed = call->allowed_prefixes[i];
    if (!allowed || !prefix_begins(denied, allowed)) return false;
  }
  return call->n_allowed_prefixes > 0;
}

static void check_denied(struct reader *r, const struct yaml_node *factor,
                         const struct config_call *call) {
  const struct yaml_node *denied = yaml_find(factor, "denied_prefixes");
  const struct yaml_node *one = call->n_denied_prefixes ? denied->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    const char *prefix = call->denied_prefixes[i];
    if (prefix && refuses_all(prefix, call))
      diag_error(r->diag, one->at, "`%s` refuses every number that `allowed_prefixes` would allow",
                 prefix);
  }
}

static void check_factor(struct reader *r, const struct yaml_node *node, size_t at) {
  struct config_factor *factor = &r->config->factors[at];
  if (!yaml_find(node, "allowed_prefixes")) allow_own_country(r, factor);
  check_trunks(r, node, &factor->call);
  check_text(r, node, "display_name", factor->call.display_name);
  if (yaml_find(node, "language")) check_language(r, node, factor->call.language);
  check_local(r, node, &factor->call);
  check_ports(r, node, at);
  check_calls_at_once(r, factor);
  check_denied(r, node, &factor->call);
}

/* ---- policies ---- */

/* A factor of the policy that calls, or NULL. */
static const struct config_factor *caller_of(const struct config *config,
                                             const struct config_policy *policy) {
  for (size_t i = 0; i < policy->n_factors; i++) {
    size_t at = policy->factors[i];
    if (at < config->n_factors && is_call(&config->factors[at])) return &config->factors[at];
  }
  return NULL;
}

static void check_use(struct reader *r, const struct yaml_node *node) {
  static const char *const keys[] = {"prompts", "language", "pin", "challenge"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const struct yaml_node *value = yaml_find(node, keys[i]);
    if (value)
      diag_error(r->diag, value->key->at,
                 "`%s` has no use: no factor of this policy is of the "
                 "type `call`",
                 keys[i]);
  }
}

/* Who pressed it might have meant his PIN. */
static void check_fraud_code(struct reader *r, const struct yaml_node *node,
                             const struct config_factor *factor) {
  const char *code = factor->call.fraud_code;
  if (code && strlen(code) >= CALL_PIN_MIN)
    diag_error(r->diag, yaml_find(node, "pin")->at,
               "`pin: required` needs a `fraud_code` of less than %u digits in the factor `%s`: "
               "a longer one may be a PIN",
               CALL_PIN_MIN, factor->name);
}

static void check_fraud_codes(struct reader *r, const struct yaml_node *node,
                              const struct config_policy *policy) {
  for (size_t i = 0; i < policy->n_factors; i++) {
    size_t at = policy->factors[i];
    if (at < r->config->n_factors && is_call(&r->config->factors[at]))
      check_fraud_code(r, node, &r->config->factors[at]);
  }
}

static void check_policy(struct reader *r, const struct yaml_node *node,
                         const struct config_policy *policy) {
  if (node->kind != YAML_MAPPING) return;
  if (policy->n_factors && !caller_of(r->config, policy)) check_use(r, node);
  check_language(r, node, policy->language);
  if (policy->wants_pin) check_fraud_codes(r, node, policy);
  if (policy->wants_pin && policy->wants_challenge)
    diag_error(r->diag, yaml_find(node, "challenge")->at,
               "`challenge` has no use: a PIN is asked for already");
}

/* ---- numbers of a directory ---- */

static const char *policy_that_calls(const struct config *config, size_t primary) {
  for (size_t i = 0; i < config->n_policies; i++)
    if (config->policies[i].primary == primary && caller_of(config, &config->policies[i]))
      return config->policies[i].name;
  return NULL;
}

/* In a stock Active Directory everybody may write his own telephoneNumber, and so may a thief who
 * has his password. With a store it is not called for a login, only the one that was enrolled. */
static void check_trust(struct reader *r, const struct yaml_node *node, size_t at) {
  const struct config_primary *primary = &r->config->primaries[at];
  const struct config_ldap_search *search = &primary->ldap.search;
  const char *policy = policy_that_calls(r->config, at);
  if (!search->number_attribute || search->number_is_trusted || !policy) return;
  if (r->config->store_path) return;
  diag_error(r->diag, yaml_find(yaml_find(node, "search"), "number_attribute")->at,
             "the policy `%s` would call the number in `%s`, which a thief of a password may "
             "change to his own: add `number_is_trusted: true` where users cannot write it",
             policy, search->number_attribute);
}

void call_rules_check(struct reader *r) {
  struct config *config = r->config;
  const struct yaml_node *node = config->n_factors ? yaml_find(r->root, "factors")->first : NULL;
  for (size_t i = 0; node; node = node->next, i++)
    if (is_call(&config->factors[i])) check_factor(r, node, i);
  node = config->n_policies ? yaml_find(r->root, "policies")->first : NULL;
  for (size_t i = 0; node; node = node->next, i++) check_policy(r, node, &config->policies[i]);
  node = config->n_primaries ? yaml_find(r->root, "primaries")->first : NULL;
  for (size_t i = 0; node; node = node->next, i++) check_trust(r, node, i);
}
