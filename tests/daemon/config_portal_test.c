/* radmfad.yaml of a portal. */
#include "config_text.h"

TestSuite(config_portal, .init = start_diag, .fini = end_diag);

#define STORE "store: {type: sqlite, path: u.db}\n"
#define PORTAL(rest) STORE "portal: {policy: lab" rest "}"
#define LDAP_POLICY "  corp: {primary: corp, factors: [robot]}"
#define LDAP(search)                                                                    \
  "  corp: {type: ldap, servers: [{url: \"ldap://dc1\", insecure_plain: true}], bind: " \
  "\"{user}@corp\", domains: [corp]" search "}"

Test(config_portal, there_is_none_unless_somebody_wants_it) {
  struct config *c = good(ONLY(.more = ""));
  cr_assert_null(c->portal.path);
  config_free(c);
}

Test(config_portal, only_who_is_invited_enrols_unless_told_otherwise) {
  struct config *c = good(ONLY(.more = PORTAL("")));
  cr_assert_str_eq(c->portal.path, "/run/radmfad/portal");
  cr_assert_str_eq(c->portal.group, "radmfa-portal");
  cr_assert_str_eq(c->portal.issuer, "radmfa");
  cr_assert_eq(c->portal.policy, 0);
  cr_assert_eq(c->portal.enrolment, CONFIG_ENROL_INVITE);
  cr_assert_eq(c->portal.session_ms, 900000);
  cr_assert_eq(c->portal.n_administrators, 0);
  config_free(c);
}

Test(config_portal, administrators_are_named_as_they_type_their_names) {
  struct config *c = good(ONLY(.more = PORTAL(", administrators: [alice, 'CORP\\bob']")));
  cr_assert_eq(c->portal.n_administrators, 2);
  cr_assert_str_eq(c->portal.administrators[1], "CORP\\bob");
  config_free(c);
}

Test(config_portal, an_administrator_is_named_once) {
  fails_alone(ONLY(.more = PORTAL(", administrators: [alice, Alice]")),
              "15:47: the same stands in `administrators` in line 15 already\n");
}

#define GROUPS LDAP(", search: {base: \"dc=corp\", groups: {administrators: [\"cn=a,dc=x\"]}}")

Test(config_portal, administrators_are_members_of_groups) {
  struct config *c =
      good(ONLY(.policy = LDAP_POLICY, .primary = GROUPS, .more = STORE "portal: {policy: corp}"));
  const struct config_groups *groups = &c->primaries[1].ldap.search.groups;
  cr_assert_eq(groups->n_administrators, 1);
  cr_assert_str_eq(groups->administrators[0], "cn=a,dc=x");
  cr_assert_eq(groups->n_refuse + groups->n_require + groups->n_exempt, 0);
  config_free(c);
}

Test(config_portal, groups_of_administrators_are_those_of_who_signs_in) {
  static const char useless[] = "`administrators` has no use: nobody signs in to a portal by the "
                                "primary `corp`\n";
  fails_alone(ONLY(.policy = LDAP_POLICY, .primary = GROUPS, .more = ""), useless);
  diag.errors = 0;
  fails_alone(ONLY(.policy = LDAP_POLICY, .primary = GROUPS, .more = PORTAL("")), useless);
}

Test(config_portal, it_needs_a_store) {
  fails_alone(ONLY(.more = "portal: {policy: lab}"), "etc/c.yaml:14:9: `portal` needs `store`\n");
}

Test(config_portal, its_policy_must_exist) {
  fails_alone(ONLY(.more = STORE "portal: {policy: lba}"),
              "15:18: no `lba` in policies: lab; did you mean `lab`?\n");
}

Test(config_portal, a_policy_without_factors_has_nothing_to_enrol_for) {
  fails(ONLY(.policy = "  bare: {primary: local, factors: []}",
             .more = STORE "portal: {policy: bare}"),
        "15:18: the policy `bare` has no factor that one could enrol for\n");
}

Test(config_portal, open_enrolment_is_warned_about) {
  warns(ONLY(.more = PORTAL(", enrolment: open")), "can enrol a phone of his own for him\n");
}

Test(config_portal, networks_and_their_enrolment_go_together) {
  struct config *c = good(
      ONLY(.more = PORTAL(", enrolment: networks, networks: [10.0.0.0/8, \"2001:db8::/32\"]")));
  cr_assert_eq(c->portal.n_networks, 2);
  config_free(c);
  fails_alone(ONLY(.more = PORTAL(", networks: 10.0.0.0/8")),
              "15:33: `networks` goes with `enrolment: networks`\n");
}

Test(config_portal, enrolment_by_networks_needs_them) {
  fails_alone(ONLY(.more = PORTAL(", enrolment: networks")),
              "15:34: `enrolment: networks` needs `networks`\n");
}

Test(config_portal, a_radius_server_cannot_be_its_primary) {
  fails_alone(
      ONLY(.policy = "  far: {primary: nps, factors: [robot]}",
           .primary = "  nps: {type: radius, servers: [{address: 10.0.0.1, secret_env: S}]}",
           .more = STORE "portal: {policy: far}"),
      "15:18: the primary `nps` cannot check passwords for the portal: it must be of type "
      "ldap or file\n");
}

Test(config_portal, a_directory_must_say_who_somebody_is) {
  fails_alone(
      ONLY(.policy = LDAP_POLICY, .primary = LDAP(""), .more = STORE "portal: {policy: corp}"),
      "15:18: the primary `corp` needs `search` for the portal: without it a user can enrol "
      "again under another of his names\n");
}

Test(config_portal, the_directorys_number_must_be_there_and_no_users_to_change) {
  fails_alone(
      ONLY(.policy = LDAP_POLICY, .primary = LDAP(", search: {base: \"dc=corp\"}"),
           .more = STORE "portal: {policy: corp, enrolment: directory_number}"),
      "15:35: `enrolment: directory_number` needs `number_attribute` and `number_is_trusted` in "
      "the primary `corp`\n");
}

Test(config_portal, a_users_file_has_numbers_that_no_user_changes) {
  struct config *c = good(ONLY(.more = PORTAL(", enrolment: directory_number")));
  cr_assert_eq(c->portal.enrolment, CONFIG_ENROL_DIRECTORY_NUMBER);
  config_free(c);
}

Test(config_portal, sessions_last_for_a_minute_at_least_and_two_hours_at_most) {
  struct config *c = good(ONLY(.more = PORTAL(", session: 2h")));
  cr_assert_eq(c->portal.session_ms, 7200000);
  config_free(c);
  fails_alone(ONLY(.more = PORTAL(", session: 3h")), "`session` must be a duration");
}

Test(config_portal, the_issuer_ends_at_no_colon) {
  fails_alone(ONLY(.more = PORTAL(", issuer: \"A:B\"")),
              "15:31: `issuer` must not hold control characters or a colon\n");
}
