/* radmfad.yaml of a directory: what it may say, and that no key lets a password out in clear or a
 * person in under another name. */
#include "config_text.h"

#include <unistd.h>

static char ca_file[32]; /* one certificate */

static void start(void) {
  start_diag();
  snprintf(ca_file, sizeof ca_file, "/tmp/radmfa-ca-XXXXXX");
  int fd = mkstemp(ca_file);
  cr_assert_geq(fd, 0);
  close(fd);
  write_certificate(ca_file);
}

static void end(void) {
  unlink(ca_file);
  end_diag();
}

TestSuite(config_ldap, .init = start, .fini = end);

#define BIND "bind: \"{user}@corp.example\""
#define DC1 "{url: \"ldaps://dc1.corp.example\"}"

/* A primary named corp in line 10 of the file, with these servers and more keys; `, ca_file: ...`
 * stands at its end. */
static struct config *directory(const char *servers, const char *more, const char *policy) {
  static char line[2048];
  snprintf(line, sizeof line, "  corp: {type: ldap, servers: [%s]%s, ca_file: %s}", servers, more,
           ca_file);
  return ONLY(.primary = line, .policy = policy);
}

/* The same without ca_file. */
static struct config *without_ca(const char *servers) {
  static char line[2048];
  snprintf(line, sizeof line, "  corp: {type: ldap, servers: [%s], " BIND "}", servers);
  return ONLY(.primary = line);
}

static const struct config_ldap *ldap_of(const struct config *c) {
  cr_assert_eq(c->primaries[1].type, CONFIG_PRIMARY_LDAP);
  return &c->primaries[1].ldap;
}

Test(config_ldap, what_is_left_out_has_its_default) {
  struct config *c = good(directory(DC1, ", " BIND, NULL));
  const struct config_ldap *ldap = ldap_of(c);
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  cr_assert_eq(ldap->n_servers, 1);
  cr_assert_str_eq(ldap->servers[0].name, "dc1.corp.example:636");
  cr_assert_str_eq(ldap->servers[0].url.host, "dc1.corp.example");
  cr_assert(ldap->servers[0].url.is_ldaps);
  cr_assert_not(ldap->servers[0].start_tls);
  cr_assert_not(ldap->servers[0].insecure_plain);
  cr_assert_null(ldap->servers[0].server_name);
  cr_assert_not_null(ldap->trust);
  cr_assert_str_eq(ldap->bind, "{user}@corp.example");
  cr_assert_eq(ldap->n_domains, 0);
  cr_assert_null(ldap->search.base);
  cr_assert_null(ldap->search.user);
  cr_assert_null(ldap->search.identity);
  cr_assert_eq(ldap->connections, 4);
  cr_assert_eq(ldap->connect_timeout_ms, 5000);
  cr_assert_eq(ldap->timeout_ms, 5000);
  cr_assert_eq(ldap->max_failures.count, 3);
  cr_assert_eq(ldap->max_failures.window_ms, 1800000);
  config_free(c);
}

Test(config_ldap, everybody_is_listed_by_a_filter_without_a_name_and_by_an_account) {
#define LISTS(filter, user) \
  ", " BIND ", search: {base: \"dc=corp\", list_filter: \"" filter "\"" user "}"
  static const char who[] = LISTS("(uid=*)", ", user: svc, password_env: S");
  struct config *c = good(directory(DC1, who, NULL));
  cr_assert_str_eq(ldap_of(c)->search.list_filter, "(uid=*)");
  config_free(c);
  fails(directory(DC1, LISTS("(uid={user})", ", user: svc, password_env: S"), NULL),
        "`list_filter` must be a filter of RFC 4515 for everybody");
  fails(directory(DC1, LISTS("(uid=a*)", ", user: svc, password_env: S"), NULL),
        "`list_filter` must be");
  fails(directory(DC1, LISTS("(uid=*)", ""), NULL), "`list_filter` needs `user`");
}

Test(config_ldap, what_is_written_is_taken) {
  struct config *c =
      good(directory(DC1 ", {url: \"ldap://10.0.3.9:1389\", starttls: true, server_name: "
                         "dc2.corp.example, name: dc2}",
                     ", " BIND ", domains: [CORP, corp.example], connections: 8, timeout: 2s, "
                     "connect_timeout: 1s, max_failures: 5/1h, search: {base: \"dc=corp\", user: "
                     "svc@corp.example, password_env: S, identity: entryUUID}",
                     NULL));
  const struct config_ldap *ldap = ldap_of(c);
  cr_assert_eq(ldap->n_servers, 2);
  cr_assert(ldap->servers[1].start_tls);
  cr_assert_eq(ldap->servers[1].url.port, 1389);
  cr_assert_str_eq(ldap->servers[1].server_name, "dc2.corp.example");
  cr_assert_str_eq(ldap->servers[1].name, "dc2");
  cr_assert_eq(ldap->servers[1].at.line, 10);
  cr_assert_eq(ldap->n_domains, 2);
  cr_assert_str_eq(ldap->domains[0], "CORP");
  cr_assert_str_eq(ldap->domains[1], "corp.example");
  cr_assert_eq(ldap->connections, 8);
  cr_assert_eq(ldap->timeout_ms, 2000);
  cr_assert_eq(ldap->connect_timeout_ms, 1000);
  cr_assert_eq(ldap->max_failures.count, 5);
  cr_assert_eq(ldap->max_failures.window_ms, 3600000);
  cr_assert_str_eq(ldap->search.base, "dc=corp");
  cr_assert_str_eq(ldap->search.user, "svc@corp.example");
  cr_assert_eq(ldap->search.password.len, 16);
  cr_assert_str_eq(ldap->search.identity, "entryUUID");
  config_free(c);
}

Test(config_ldap, an_identity_is_an_object_guid_by_default) {
  struct config *c = good(directory(DC1, ", " BIND ", search: {base: \"dc=corp\"}", NULL));
  cr_assert_str_eq(ldap_of(c)->search.identity, "objectGUID");
  config_free(c);
}

Test(config_ldap, failures_need_not_be_counted) {
  struct config *c = good(directory(DC1, ", " BIND ", max_failures: off", NULL));
  cr_assert_eq(ldap_of(c)->max_failures.count, 0);
  config_free(c);
}

Test(config_ldap, a_wrong_rate_is_found) {
  fails_alone(directory(DC1, ", " BIND ", max_failures: 3", NULL),
              "`max_failures` must be a number in 1..1000 and a time of at least 1s, as 3/30m, or "
              "off, not `3`\n");
}

Test(config_ldap, it_needs_servers_and_a_bind_name) {
  fails(ONLY(.primary = "  corp: {type: ldap}"), "10:9: a primary needs `servers`\n");
  says("10:9: a primary needs `bind`\n");
  cr_assert_eq(diag.errors, 2);
  diag.errors = 0;
  fails_alone(directory("", ", " BIND, NULL), "10:31: `servers` needs at least one\n");
}

Test(config_ldap, a_server_needs_a_url) {
  fails_alone(directory("{starttls: true}", ", " BIND, NULL), "10:32: a server needs `url`\n");
}

Test(config_ldap, a_wrong_url_is_found) {
  fails_alone(directory("{url: dc1.corp.example}", ", " BIND, NULL),
              "10:38: `url` must begin with ldaps:// or ldap://, not `dc1.corp.example`\n");
}

Test(config_ldap, a_server_is_named_once) {
  fails_alone(directory(DC1 ", {url: \"ldaps://DC1.corp.example:636/\"}", ", " BIND, NULL),
              "the same stands in `url` in line 10 already\n");
}

Test(config_ldap, no_password_goes_out_in_clear_by_mistake) {
  fails_alone(without_ca("{url: \"ldap://dc1.corp.example\"}"),
              "etc/c.yaml:10:38: ldap:// alone would send passwords in clear: write ldaps://, or "
              "add `starttls: true` (or `insecure_plain: true`, if it must be)\n");
}

Test(config_ldap, who_wants_passwords_in_clear_is_warned) {
  warns(without_ca("{url: \"ldap://127.0.0.1\", insecure_plain: true}"),
        "10:74: warning: passwords of users go to this server in clear");
}

Test(config_ldap, tls_once_is_enough) {
  fails_alone(directory("{url: \"ldaps://dc1\", starttls: true}", ", " BIND, NULL),
              "10:63: `starttls` is for ldap://; ldaps:// begins with TLS\n");
  diag.errors = 0;
  fails_alone(directory("{url: \"ldap://dc1\", starttls: on, insecure_plain: on}", ", " BIND, NULL),
              "10:82: `insecure_plain` is for a server without TLS, and this has it\n");
}

Test(config_ldap, tls_needs_an_authority) {
  fails_alone(without_ca(DC1), "10:31: servers with TLS need `ca_file`");
}

Test(config_ldap, an_authority_that_is_not_there_is_found) {
  fails_alone(
      ONLY(.primary = "  corp: {type: ldap, servers: [" DC1 "], ca_file: no.pem, " BIND "}"),
      "10:77: `ca_file`: No such file or directory\n");
}

Test(config_ldap, an_authority_is_a_list_of_certificates) {
  cr_assert_eq(truncate(ca_file, 20), 0);
  fails_alone(directory(DC1, ", " BIND, NULL), "`ca_file`: holds no list of certificates in PEM\n");
}

Test(config_ldap, a_folder_is_no_authority) {
  fails_alone(ONLY(.primary = "  corp: {type: ldap, servers: [" DC1 "], ca_file: /tmp, " BIND "}"),
              "10:77: `ca_file`: is not a regular file\n");
}

Test(config_ldap, a_bind_name_has_the_user_once) {
  static const char *const names[] = {"alice", "{usr}@corp", "{user}{user}", "{USER}@corp"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char more[64];
    snprintf(more, sizeof more, ", bind: \"%s\"", names[i]);
    fails_alone(directory(DC1, more, NULL), "10:74: `bind` must have {user} once, as");
    diag.errors = 0;
  }
}

/* Active Directory would take it for a displayName as well. */
Test(config_ldap, a_bind_name_says_whose_it_is) {
  static const char *const bare[] = {"{user}", "x{user}"};
  static const char *const told[] = {"{user}@x", "CORP\\\\{user}", "uid={user},dc=x"};
  char more[64];
  for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
    snprintf(more, sizeof more, ", bind: \"%s\"", bare[i]);
    fails_alone(directory(DC1, more, NULL), "10:74: `bind` must say whose name it is, as");
    diag.errors = 0;
  }
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    snprintf(more, sizeof more, ", bind: \"%s\"", told[i]);
    config_free(good(directory(DC1, more, NULL)));
  }
}

Test(config_ldap, domains_differ_in_more_than_case) {
  fails_alone(directory(DC1, ", " BIND ", domains: [CORP, corp]", NULL),
              "the same stands in `domains` in line 10 already\n");
}

Test(config_ldap, two_directories_may_have_one_domain) {
  config_free(good(directory(DC1, ", " BIND ", domains: [CORP]", NULL)));
  char line[512];
  snprintf(line, sizeof line,
           "  a: {type: ldap, servers: [" DC1 "], " BIND ", domains: [CORP], ca_file: %s}\n"
           "  b: {type: ldap, servers: [" DC1 "], " BIND ", domains: [CORP], ca_file: %s}",
           ca_file, ca_file);
  config_free(good(ONLY(.primary = line)));
}

Test(config_ldap, domains_are_names_alone) {
  fails_alone(directory(DC1, ", " BIND ", domains: []", NULL), "`domains` needs at least one\n");
  diag.errors = 0;
  fails_alone(directory(DC1, ", " BIND ", domains: [\"\"]", NULL), "`domains` is empty\n");
  diag.errors = 0;
  fails_alone(directory(DC1, ", " BIND ", domains: ['@corp']", NULL),
              "`domains` are names alone, as CORP or corp.example, not `@corp`\n");
  diag.errors = 0;
  fails_alone(directory(DC1, ", " BIND ", domains: ['CORP\\']", NULL), "`domains` are names alone");
  diag.errors = 0;
  fails_alone(directory(DC1, ", " BIND ", domains: CORP", NULL), "`domains` must be a list");
}

Test(config_ldap, a_search_begins_somewhere) {
  fails_alone(directory(DC1, ", " BIND ", search: {}", NULL), "`search` needs `base`");
}

Test(config_ldap, a_search_by_the_name_of_the_entry_needs_no_base) {
  config_free(good(directory(DC1, ", bind: \"uid={user},dc=x\", search: {}", NULL)));
}

Test(config_ldap, a_filter_is_taken) {
  struct config *c = good(directory(
      DC1, ", " BIND ", search: {base: x, filter: \"(userPrincipalName={bind})\"}", NULL));
  cr_assert_str_eq(ldap_of(c)->search.filter, "(userPrincipalName={bind})");
  config_free(c);
}

Test(config_ldap, a_filter_is_of_the_user) {
  fails_alone(directory(DC1, ", " BIND ", search: {base: x, filter: (uid=alice)}", NULL),
              "`filter` must have {user} or {bind}, as (uid={user}), not `(uid=alice)`\n");
}

Test(config_ldap, a_filter_that_is_none_is_found) {
  static const char *const filters[] = {"uid={user}", "(uid={user}", "(uid={user}*)",
                                        "(uid>={user})", "(&(uid={user})"};
  for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
    char more[128];
    snprintf(more, sizeof more, ", " BIND ", search: {base: x, filter: \"%s\"}", filters[i]);
    fails_alone(directory(DC1, more, NULL), "`filter` must be one of RFC 4515 with no other");
    diag.errors = 0;
  }
}

Test(config_ldap, a_filter_for_the_name_of_an_entry_has_no_use) {
  fails_alone(
      directory(DC1, ", bind: \"uid={user},dc=x\", search: {filter: \"(uid={user})\"}", NULL),
      "`filter` has no use: `bind` is the name of the entry already\n");
}

Test(config_ldap, who_searches_has_a_password) {
  fails_alone(directory(DC1, ", " BIND ", search: {base: x, user: svc}", NULL),
              "`user` needs `password_file` (or its form with _env)\n");
  diag.errors = 0;
  fails_alone(directory(DC1, ", " BIND ", search: {base: x, password_env: S}", NULL),
              "`search` has a password, but no `user`\n");
}

Test(config_ldap, an_identity_is_an_attribute) {
  static const char *const names[] = {"object GUID", "1.2.3", "-x", "cn;binary", "cn=x"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char more[128];
    snprintf(more, sizeof more, ", " BIND ", search: {base: x, identity: \"%s\"}", names[i]);
    fails_alone(directory(DC1, more, NULL), "`identity` must be an attribute, as objectGUID");
    diag.errors = 0;
  }
}

#define OPEN_POLICY "  p: {primary: corp, factors: [robot], unenrolled: accept}"

Test(config_ldap, without_a_search_nobody_gets_in_unenrolled) {
  fails_alone(directory(DC1, ", " BIND, OPEN_POLICY),
              "etc/c.yaml:7:52: `unenrolled: accept` needs `search` in the primary `corp`");
}

Test(config_ldap, with_a_search_the_unenrolled_may_get_in) {
  warns(directory(DC1, ", " BIND ", search: {base: x}", OPEN_POLICY),
        "7:52: warning: users without a factor");
}

#define SEARCH(more) ", " BIND ", search: {base: x, " more "}"

Test(config_ldap, groups_are_left_out_by_default) {
  struct config *c = good(directory(DC1, ", " BIND ", search: {base: x}", NULL));
  const struct config_groups *groups = &ldap_of(c)->search.groups;
  cr_assert_eq(groups->n_refuse + groups->n_require + groups->n_exempt, 0);
  config_free(c);
}

Test(config_ldap, groups_are_taken) {
  struct config *c = good(directory(
      DC1,
      SEARCH("groups: {refuse: [\"cn=a,dc=x\", \"cn=b,dc=x\"], require: [\"cn=c,dc=x\"], others: "
             "refuse, nested: false}"),
      NULL));
  const struct config_groups *groups = &ldap_of(c)->search.groups;
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  cr_assert_eq(groups->n_refuse, 2);
  cr_assert_str_eq(groups->refuse[1], "cn=b,dc=x");
  cr_assert_eq(groups->n_require, 1);
  cr_assert_str_eq(groups->require[0], "cn=c,dc=x");
  cr_assert_eq(groups->n_exempt, 0);
  cr_assert_eq(groups->others, STANDING_REFUSE);
  cr_assert_not(groups->nested);
  config_free(c);
}

Test(config_ldap, groups_are_nested_and_others_need_a_factor_by_default) {
  struct config *c = good(directory(DC1, SEARCH("groups: {refuse: [cn=a]}"), NULL));
  cr_assert(ldap_of(c)->search.groups.nested);
  cr_assert_eq(ldap_of(c)->search.groups.others, STANDING_REQUIRE);
  config_free(c);
}

Test(config_ldap, an_exempt_group_is_warned_about) {
  warns(directory(DC1, SEARCH("groups: {exempt: [cn=a]}"), NULL),
        "warning: members of these groups are let in on their password alone\n");
}

Test(config_ldap, exempt_others_are_warned_about) {
  warns(directory(DC1, SEARCH("groups: {require: [cn=a], others: exempt}"), NULL),
        "warning: users in none of these groups are let in on their password alone\n");
}

Test(config_ldap, groups_are_some) {
  fails_alone(directory(DC1, SEARCH("groups: {others: refuse}"), NULL),
              "`groups` needs one of refuse, require, exempt, administrators\n");
  diag.errors = 0;
  fails_alone(directory(DC1, SEARCH("groups: {refuse: []}"), NULL),
              "`refuse` needs at least one\n");
}

Test(config_ldap, a_group_is_a_distinguished_name_and_stands_there_once) {
  fails_alone(directory(DC1, SEARCH("groups: {refuse: [staff]}"), NULL),
              "`refuse` are distinguished names, as cn=staff,ou=groups,dc=corp,dc=example, not "
              "`staff`\n");
  diag.errors = 0;
  fails_alone(directory(DC1, SEARCH("groups: {refuse: [cn=a, CN=A]}"), NULL),
              "the same stands in `refuse` in line 10 already\n");
}

Test(config_ldap, look_ups_are_remembered_for_five_minutes_or_as_it_says) {
  struct config *c = good(directory(DC1, ", " BIND ", search: {base: x}", NULL));
  cr_assert_eq(ldap_of(c)->search.cache_ms, 300000);
  config_free(c);
  c = good(directory(DC1, SEARCH("cache: 0"), NULL));
  cr_assert_eq(ldap_of(c)->search.cache_ms, 0);
  config_free(c);
  fails_alone(directory(DC1, SEARCH("cache: 25h"), NULL), "`cache` must be a duration");
}

Test(config_ldap, a_number_is_not_looked_for_by_default) {
  struct config *c = good(directory(DC1, ", " BIND ", search: {base: x}", NULL));
  cr_assert_null(ldap_of(c)->search.number_attribute);
  cr_assert_null(ldap_of(c)->search.country_code);
  config_free(c);
}

Test(config_ldap, an_attribute_for_the_number_is_taken) {
  struct config *c =
      good(directory(DC1, SEARCH("number_attribute: telephoneNumber, country_code: 44"), NULL));
  cr_assert_str_eq(ldap_of(c)->search.number_attribute, "telephoneNumber");
  cr_assert_str_eq(ldap_of(c)->search.country_code, "44");
  config_free(c);
}

Test(config_ldap, a_number_is_an_attribute_and_a_country_digits) {
  fails_alone(directory(DC1, SEARCH("number_attribute: +15551230001"), NULL),
              "`number_attribute` must be an attribute, as telephoneNumber, not `+15551230001`\n");
  diag.errors = 0;
  fails_alone(directory(DC1, SEARCH("number_attribute: mobile, country_code: +44"), NULL),
              "`country_code` must be 1 to 3 digits, as 1 or 44, not `+44`\n");
  diag.errors = 0;
  fails_alone(directory(DC1, SEARCH("country_code: 44"), NULL),
              "`country_code` has no use without `number_attribute`\n");
}

Test(config_ldap, keys_of_a_radius_server_are_not_a_directorys) {
  fails(directory("{address: 10.0.3.4}", ", " BIND ", strategy: failover", NULL),
        "unknown key `address` in a server, whose keys are: url, starttls, server_name, "
        "insecure_plain, name\n");
  says("`strategy` is for `type: radius`\n");
}
