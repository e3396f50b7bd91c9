/* ldap_rules.c: a password never goes out in clear unless somebody wrote so, and nobody gets in
 * alone whom the directory could not tell from somebody else. */
#include "ldap_rules.h"

#include "number.h"
#include "primary/ldap_filter.h"
#include "primary/ldap_name.h"

#include <inttypes.h>
#include <string.h>

#define USER_PLACE "{user}"
#define BIND_PLACE "{bind}"

_Static_assert(LDAP_TEMPLATE_MAX == 256, "as `bind` in schema.c");

/* ---- servers ---- */

static void check_tls(struct reader *r, const struct yaml_node *node,
                      const struct config_ldap_server *server) {
  const struct yaml_node *url = yaml_find(node, "url");
  const struct yaml_node *start_tls = yaml_find(node, "starttls");
  const struct yaml_node *plain = yaml_find(node, "insecure_plain");
  if (!url || !server->url.port) return; /* it was told */
  if (server->url.is_ldaps && server->start_tls)
    diag_error(r->diag, start_tls->at, "`starttls` is for ldap://; ldaps:// begins with TLS");
  if (server->insecure_plain && (server->url.is_ldaps || server->start_tls))
    diag_error(r->diag, plain->at, "`insecure_plain` is for a server without TLS, and this has it");
  if (!server->url.is_ldaps && !server->start_tls && !server->insecure_plain)
    diag_error(r->diag, url->at,
               "ldap:// alone would send passwords in clear: write ldaps://, or add "
               "`starttls: true` (or `insecure_plain: true`, if it must be)");
}

static void name_server(struct reader *r, struct config_ldap_server *server) {
  char text[LDAP_URL_HOST_SIZE + sizeof "[]:65535"];
  bool is_ipv6 = strchr(server->url.host, ':') != NULL;
  int len = snprintf(text, sizeof text, "%s%s%s:%" PRIu16, is_ipv6 ? "[" : "", server->url.host,
                     is_ipv6 ? "]" : "", server->url.port);
  server->name = arena_copy(&r->config->memory, text, (size_t)len);
  if (!server->name) diag_error(r->diag, server->at, "out of memory");
}

static void check_servers(struct reader *r, const struct yaml_node *primary,
                          struct config_ldap *ldap) {
  const struct yaml_node *servers = yaml_find(primary, "servers");
  const struct yaml_node *one = ldap->n_servers ? servers->first : NULL;
  bool has_tls = false;
  for (size_t i = 0; one; one = one->next, i++) {
    struct config_ldap_server *server = &ldap->servers[i];
    check_tls(r, one, server);
    has_tls |= server->url.is_ldaps || server->start_tls;
    if (!server->name) name_server(r, server);
  }
  if (has_tls && !yaml_find(primary, "ca_file"))
    diag_error(r->diag, servers->at,
               "servers with TLS need `ca_file`: the certificates of who signed theirs");
}

/* ---- names and the search ---- */

/* Active Directory takes a bare name for a displayName, too (MS-ADTS 5.1.1.1.1): whoever has chosen
 * another's name for his own would bind with his own password, and be taken for the other. */
static void check_bind_form(struct reader *r, const struct yaml_node *bind, const char *text) {
  if (!ldap_template_is_dn(text) && !strpbrk(text, "@\\"))
    diag_error(r->diag, bind->at,
               "`bind` must say whose name it is, as " USER_PLACE "@corp.example, CORP\\" USER_PLACE
               " or a DN, not `%s`",
               text);
}

static void check_bind(struct reader *r, const struct yaml_node *primary,
                       const struct config_ldap *ldap) {
  const struct yaml_node *bind = yaml_find(primary, "bind");
  const char *place = ldap->bind ? strstr(ldap->bind, USER_PLACE) : NULL;
  if (!ldap->bind) return;
  if (place && !strstr(place + 1, USER_PLACE)) {
    check_bind_form(r, bind, ldap->bind);
    return;
  }
  diag_error(r->diag, bind->at,
             "`bind` must have " USER_PLACE " once, as " USER_PLACE
             "@corp.example or uid=" USER_PLACE ",ou=people,dc=corp,dc=example, not `%s`",
             ldap->bind);
}

/* RFC 4512 2.5, 1.4: a keystring; its options and the form with numbers have no use here. */
static bool is_attribute(const char *text) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  return strspn(text, letters) > 0 && !text[strspn(text, more)];
}

static bool has_password(const struct yaml_node *search) {
  return yaml_find(search, "password") || yaml_find(search, "password_file") ||
         yaml_find(search, "password_env");
}

/* A filter without the user would find the same person for everybody. */
static void check_filter(struct reader *r, const struct yaml_node *search,
                         const struct config_ldap *ldap) {
  const char *filter = ldap->search.filter;
  if (!filter) return;
  if (!strstr(filter, USER_PLACE) && !strstr(filter, BIND_PLACE))
    diag_error(r->diag, yaml_find(search, "filter")->at,
               "`filter` must have " USER_PLACE " or " BIND_PLACE ", as (uid=" USER_PLACE
               "), not `%s`",
               filter);
  else if (ldap_filter_check(radmfa_text(filter)))
    diag_error(r->diag, yaml_find(search, "filter")->at,
               "`filter` must be one of RFC 4515 with no other comparison than =, not `%s`",
               filter);
  else if (ldap->bind && ldap_template_is_dn(ldap->bind))
    diag_error(r->diag, yaml_find(search, "filter")->at,
               "`filter` has no use: `bind` is the name of the entry already");
}

static void check_list_filter(struct reader *r, const struct yaml_node *search,
                              const struct config_ldap_search *from) {
  const char *filter = from->list_filter;
  if (!filter) return;
  struct place at = yaml_find(search, "list_filter")->at;
  if (!from->user) diag_error(r->diag, at, "`list_filter` needs `user`, who reads the directory");
  if (strstr(filter, USER_PLACE) || strstr(filter, BIND_PLACE) ||
      ldap_filter_check(radmfa_text(filter)))
    diag_error(r->diag, at,
               "`list_filter` must be a filter of RFC 4515 for everybody, with no other comparison "
               "than = and without " USER_PLACE ", not `%s`",
               filter);
}

static void check_number(struct reader *r, const struct yaml_node *node,
                         const struct config_ldap_search *search) {
  const struct yaml_node *attribute = yaml_find(node, "number_attribute");
  const struct yaml_node *country = yaml_find(node, "country_code");
  if (search->number_attribute && !is_attribute(search->number_attribute))
    diag_error(r->diag, attribute->at,
               "`number_attribute` must be an attribute, as telephoneNumber, not `%s`",
               search->number_attribute);
  if (search->country_code && !country_code_is_valid(search->country_code))
    diag_error(r->diag, country->at, "`country_code` must be 1 to 3 digits, as 1 or 44, not `%s`",
               search->country_code);
  if (country && !attribute)
    diag_error(r->diag, country->at, "`country_code` has no use without `number_attribute`");
  if (search->number_is_trusted && !attribute)
    diag_error(r->diag, yaml_find(node, "number_is_trusted")->at,
               "`number_is_trusted` has no use without `number_attribute`");
}

static void check_groups(struct reader *r, const struct yaml_node *node,
                         const struct config_groups *groups) {
  const struct yaml_node *exempt = yaml_find(node, "exempt");
  if (node->kind != YAML_MAPPING) return;
  if (!yaml_find(node, "refuse") && !yaml_find(node, "require") && !exempt &&
      !yaml_find(node, "administrators"))
    diag_error(r->diag, node->at, "`groups` needs one of refuse, require, exempt, administrators");
  if (groups->n_exempt)
    diag_warn(r->diag, exempt->at, "members of these groups are let in on their password alone");
}

static void check_search(struct reader *r, const struct yaml_node *search,
                         const struct config_ldap *ldap) {
  const struct yaml_node *user = yaml_find(search, "user");
  const struct yaml_node *identity = yaml_find(search, "identity");
  const struct yaml_node *groups = yaml_find(search, "groups");
  if (search->kind != YAML_MAPPING) return;
  if (!yaml_find(search, "base") && ldap->bind && !ldap_template_is_dn(ldap->bind))
    diag_error(r->diag, search->at, "`search` needs `base`, as dc=corp,dc=example");
  check_filter(r, search, ldap);
  check_list_filter(r, search, &ldap->search);
  if (groups) check_groups(r, groups, &ldap->search.groups);
  if (user && !has_password(search))
    diag_error(r->diag, user->at, "`user` needs `password_file` (or its form with _env)");
  if (!user && has_password(search))
    diag_error(r->diag, search->at, "`search` has a password, but no `user`");
  if (identity && ldap->search.identity && !is_attribute(ldap->search.identity))
    diag_error(r->diag, identity->at,
               "`identity` must be an attribute, as objectGUID or entryUUID, not `%s`",
               ldap->search.identity);
  check_number(r, search, &ldap->search);
}

/* ---- policies ---- */

/* One person has many names, but the typed one is all we would have: whoever has a factor as alice
 * has none as CORP\alice, or as alicé. */
static void check_unenrolled(struct reader *r, const struct yaml_node *node,
                             const struct config_policy *policy) {
  const struct config *config = r->config;
  if (!policy->accept_unenrolled || policy->primary >= config->n_primaries) return;
  const struct config_primary *primary = &config->primaries[policy->primary];
  struct place at = yaml_find(node, "unenrolled")->at;
  if (primary->type == CONFIG_PRIMARY_RADIUS && policy->n_factors)
    diag_error(r->diag, at,
               "`unenrolled: accept` is not for the primary `%s`, which does not say who it is: a "
               "user with a factor would get in under another of his names",
               primary->name);
  else if (primary->type == CONFIG_PRIMARY_LDAP && !primary->ldap.search.identity)
    diag_error(r->diag, at,
               "`unenrolled: accept` needs `search` in the primary `%s`: without it a user with a "
               "factor gets in under another of his names",
               primary->name);
}

static void check_policies(struct reader *r) {
  const struct yaml_node *policies = yaml_find(r->root, "policies");
  const struct yaml_node *one = r->config->n_policies ? policies->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) check_unenrolled(r, one, &r->config->policies[i]);
}

void ldap_rules_check(struct reader *r) {
  const struct yaml_node *primaries = yaml_find(r->root, "primaries");
  const struct yaml_node *one = r->config->n_primaries ? primaries->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    struct config_ldap *ldap = &r->config->primaries[i].ldap;
    const struct yaml_node *search = yaml_find(one, "search");
    if (r->config->primaries[i].type != CONFIG_PRIMARY_LDAP) continue;
    check_servers(r, one, ldap);
    check_bind(r, one, ldap);
    if (search) check_search(r, search, ldap);
  }
  check_policies(r);
}
