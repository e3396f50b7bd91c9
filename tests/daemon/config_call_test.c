/* radmfad.yaml of factors that call: what it may say, and that no key sends secrets in clear, calls
 * what it should not, or stands where it has no use. */
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

TestSuite(config_call, .init = start, .fini = end);

#define PBX "{uri: \"sip:pbx.corp.example\"}"
#define FROM "from: \"+15551230000\""

static char line[2048];

/* A factor named phone in line 13 of the file, with these trunks and more keys, which begin in
 * column 25 and behind "], ". */
static const char *phone(const char *trunks, const char *more) {
  snprintf(line, sizeof line, "  phone: {type: call, trunks: [%s], %s}", trunks, more);
  return line;
}

static struct config *call(const char *trunks, const char *more) {
  return ONLY(.factor = phone(trunks, more));
}

/* The same with an authority. */
static struct config *call_with_tls(const char *trunks) {
  char more[256];
  snprintf(more, sizeof more, FROM ", ca_file: %s", ca_file);
  return call(trunks, more);
}

static const struct config_call *call_of(const struct config *c) {
  cr_assert_eq(c->factors[1].type, CONFIG_FACTOR_CALL);
  return &c->factors[1].call;
}

Test(config_call, what_is_left_out_has_its_default) {
  struct config *c = good(call(PBX, FROM));
  const struct config_call *call = call_of(c);
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  cr_assert_eq(call->n_trunks, 1);
  cr_assert_str_eq(call->trunks[0].uri, "sip:pbx.corp.example;transport=udp");
  cr_assert_str_eq(call->trunks[0].name, "pbx.corp.example");
  cr_assert_null(call->trunks[0].proxy);
  cr_assert_null(call->trunks[0].user);
  cr_assert_null(call->trunks[0].password.bytes);
  cr_assert_not(call->trunks[0].registers);
  cr_assert_not(call->trunks[0].needs_srtp);
  cr_assert_str_eq(call->from, "+15551230000");
  cr_assert_null(call->display_name);
  cr_assert_not(call->asserts_identity);
  cr_assert_not(call->follows_redirects);
  cr_assert_not(call->extension_in_uri);
  cr_assert_null(call->ca_file);
  cr_assert_eq(call->local.port, 0);
  cr_assert_eq(call->ports.min, 16384);
  cr_assert_eq(call->ports.max, 32766);
  cr_assert_eq(call->n_allowed_prefixes, 1);
  cr_assert_str_eq(call->allowed_prefixes[0], "+1");
  cr_assert_eq(call->n_denied_prefixes, 0);
  cr_assert_eq(call->ring_timeout_ms, 30000);
  cr_assert_eq(call->talk_timeout_ms, 60000);
  cr_assert_str_eq(call->fraud_code, "0");
  cr_assert_null(call->prompts);
  cr_assert_str_eq(call->language, "en");
  config_free(c);
}

Test(config_call, what_is_written_is_taken) {
  char more[512];
  snprintf(more, sizeof more,
           "from: \"+44 20 7946 0018\", display_name: \"Corp, IT\", asserted_identity: on, local: "
           "10.0.0.7, ca_file: %s, rtp_ports: 20000..20998, allowed_prefixes: [\"+44\", \"+1\"], "
           "denied_prefixes: [\"+449\"], ring_timeout: 20s, talk_timeout: 45s, fraud_code: 99, "
           "prompts: voices, language: pt-br, extension: uri",
           ca_file);
  struct config *c =
      good(call("{uri: \"sip:PBX.corp.example:5061;transport=TLS\", name: main, user: mfa, "
                "password_env: S, proxy: \"sip:sbc;transport=tls\", register: on, srtp: "
                "required}, {uri: \"sip:10.0.0.9:5080;transport=tcp\"}",
                more));
  const struct config_call *call = call_of(c);
  cr_assert_eq(call->n_trunks, 2);
  cr_assert_str_eq(call->trunks[0].uri, "sip:pbx.corp.example:5061;transport=tls");
  cr_assert_str_eq(call->trunks[0].name, "main");
  cr_assert_str_eq(call->trunks[0].user, "mfa");
  cr_assert_eq(call->trunks[0].password.len, 16);
  cr_assert_str_eq(call->trunks[0].proxy, "sip:sbc;transport=tls");
  cr_assert(call->trunks[0].registers);
  cr_assert(call->trunks[0].needs_srtp);
  cr_assert_eq(call->trunks[0].at.line, 13);
  cr_assert_str_eq(call->trunks[1].name, "10.0.0.9:5080");
  cr_assert_str_eq(call->from, "+442079460018");
  cr_assert_str_eq(call->display_name, "Corp, IT");
  cr_assert(call->asserts_identity);
  cr_assert(call->extension_in_uri);
  cr_assert_eq(call->local.ip[15], 7);
  cr_assert_str_eq(call->ca_file, ca_file);
  cr_assert_eq(call->ports.min, 20000);
  cr_assert_eq(call->ports.max, 20998);
  cr_assert_eq(call->n_allowed_prefixes, 2);
  cr_assert_str_eq(call->denied_prefixes[0], "+449");
  cr_assert_eq(call->ring_timeout_ms, 20000);
  cr_assert_eq(call->talk_timeout_ms, 45000);
  cr_assert_str_eq(call->fraud_code, "99");
  cr_assert_str_eq(call->prompts, "etc/voices");
  cr_assert_str_eq(call->language, "pt-br");
  config_free(c);
}

/* ---- trunks ---- */

Test(config_call, it_needs_trunks_and_a_number_to_call_from) {
  fails(ONLY(.factor = "  phone: {type: call}"), "etc/c.yaml:13:10: a factor needs `trunks`\n");
  says("etc/c.yaml:13:10: a factor needs `from`\n");
  cr_assert_eq(diag.errors, 2);
  diag.errors = 0;
  fails_alone(call("", FROM), "13:31: `trunks` needs at least one\n");
  diag.errors = 0;
  fails_alone(call("{user: mfa, password_env: S}", FROM), "13:32: a trunk needs `uri`\n");
}

Test(config_call, sixteen_trunks_are_enough) {
  char trunks[1024] = PBX;
  for (size_t i = 1; i < 17; i++)
    snprintf(trunks + strlen(trunks), sizeof trunks - strlen(trunks), ", {uri: \"sip:p%zu\"}", i);
  fails_alone(call(trunks, FROM), "13:31: `trunks` takes at most 16\n");
}

Test(config_call, a_wrong_uri_is_found) {
  static const char *const uris[][2] = {
      {"pbx.corp.example", "`uri` must begin with sip:, not `pbx.corp.example`\n"},
      {"sips:pbx", "`uri` must be written with sip: and ;transport=tls, not `sips:pbx`\n"},
      {"sip:", "`uri` must name a host, as sip:pbx.corp.example or sip:[2001:db8::5], not `sip:`"},
      {"sip:[pbx]", "must name a host"},
      {"sip:2001:db8::5", "must have a port in 1..65535, and brackets around an IPv6 address"},
      {"sip:pbx:0", "must have a port in 1..65535"},
      {"sip:pbx:65536", "must have a port in 1..65535"},
      {"sip:pbx;transport=sctp", "must have one of udp, tcp, tls as its transport"},
      {"sip:pbx;transport=tcp;lr", "must end after host, port and ;transport=udp, tcp or tls"},
      {"sip:pbx;maddr=1.2.3.4", "must end after host, port"},
      {"sip:pbx?Subject=x", "must end after host, port"},
  };
  for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
    char trunk[128];
    snprintf(trunk, sizeof trunk, "{uri: \"%s\"}", uris[i][0]);
    fails_alone(call(trunk, FROM), uris[i][1]);
    says("etc/c.yaml:13:38: `uri`");
    diag.errors = 0;
  }
}

Test(config_call, a_uri_with_a_user_is_not_repeated_his_password_might_follow) {
  fails_alone(call("{uri: \"sip:mfa:hunter2@pbx\"}", FROM),
              "13:38: `uri` must not name a user: that is the key `user`\n");
  cr_assert_null(strstr(messages, "hunter2"));
}

Test(config_call, an_ipv6_address_keeps_its_brackets) {
  struct config *c = good(call("{uri: \"sip:[2001:DB8::5]:5080\"}", FROM));
  cr_assert_str_eq(call_of(c)->trunks[0].uri, "sip:[2001:db8::5]:5080;transport=udp");
  cr_assert_str_eq(call_of(c)->trunks[0].name, "[2001:db8::5]:5080");
  config_free(c);
}

Test(config_call, a_proxy_is_as_a_uri) {
  fails_alone(call("{uri: \"sip:pbx\", proxy: \"sip:sbc;lr\"}", FROM),
              "13:56: `proxy` must end after host, port");
}

Test(config_call, two_ways_to_one_provider_may_share_its_uri) {
  config_free(
      good(call("{uri: \"sip:p\", proxy: \"sip:a\"}, {uri: \"sip:p\", proxy: \"sip:b\"}", FROM)));
}

Test(config_call, a_user_has_a_password_and_a_password_a_user) {
  fails_alone(call("{uri: \"sip:pbx\", user: mfa}", FROM),
              "13:55: `user` needs `password_file` (or its form with _env)\n");
  diag.errors = 0;
  fails_alone(call("{uri: \"sip:pbx\", password_env: S}", FROM),
              "13:32: this trunk has a password, but no `user`\n");
  diag.errors = 0;
  fails_alone(call("{uri: \"sip:pbx\", register: on}", FROM), "13:59: `register` needs `user`\n");
}

Test(config_call, names_hold_no_line_ends) {
  fails_alone(call("{uri: \"sip:pbx\", user: \"a\\r\\nb\", password_env: S}", FROM),
              "13:55: `user` must not hold control characters\n");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", display_name: \"IT\\n\""),
              "`display_name` must not hold control characters\n");
}

Test(config_call, a_display_name_is_short) {
  char more[256];
  snprintf(more, sizeof more, FROM ", display_name: %065d", 0);
  fails_alone(call(PBX, more), "`display_name` has at most 64 octets\n");
}

Test(config_call, srtp_needs_tls_else_its_keys_go_out_in_clear) {
  fails_alone(call("{uri: \"sip:pbx;transport=tcp\", srtp: required}", FROM),
              "13:69: `srtp: required` needs ;transport=tls in `uri`: else its keys go out in "
              "clear\n");
  diag.errors = 0;
  fails_alone(call_with_tls("{uri: \"sip:pbx;transport=tls\", srtp: required, proxy: \"sip:sbc\"}"),
              "13:69: `srtp: required` needs ;transport=tls in `proxy`");
}

Test(config_call, tls_without_srtp_is_fine) {
  struct config *c = good(call_with_tls("{uri: \"sip:pbx;transport=tls\"}"));
  cr_assert_eq(diag.warnings, 0);
  config_free(c);
}

Test(config_call, tls_needs_an_authority) {
  fails_alone(call("{uri: \"sip:pbx;transport=tls\"}", FROM),
              "13:31: trunks with TLS need `ca_file`: the certificates of who signed theirs\n");
  diag.errors = 0;
  fails_alone(call("{uri: \"sip:pbx\", proxy: \"sip:pbx;transport=tls\"}", FROM),
              "trunks with TLS need `ca_file`");
}

Test(config_call, an_authority_is_a_list_of_certificates) {
  fails_alone(call(PBX, FROM ", ca_file: no.pem"), "`ca_file`: No such file or directory\n");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", ca_file: /tmp"), "`ca_file`: is not a regular file\n");
  diag.errors = 0;
  cr_assert_eq(truncate(ca_file, 20), 0);
  fails_alone(call_with_tls(PBX), "`ca_file`: holds no list of certificates in PEM\n");
}

/* ---- numbers ---- */

Test(config_call, it_calls_from_a_number_with_its_country) {
  static const char *const numbers[] = {"15551230000", "+1555", "0044 20 7946 0018",
                                        "+15551230000x7", "pbx"};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char more[128];
    snprintf(more, sizeof more, "from: \"%s\"", numbers[i]);
    fails_alone(call(PBX, more),
                "`from` must be a number with its country and without an extension, as "
                "\"+15551230000\", not `");
    diag.errors = 0;
  }
}

Test(config_call, the_own_country_is_allowed_by_default) {
  struct config *c = good(call(PBX, "from: \"+351 21 234 5678\""));
  cr_assert_eq(call_of(c)->n_allowed_prefixes, 1);
  cr_assert_str_eq(call_of(c)->allowed_prefixes[0], "+351");
  config_free(c);
}

Test(config_call, prefixes_are_plus_and_digits) {
  static const char *const prefixes[] = {"44", "+", "+0", "+44x", "+4 4", "+1234567890123456"};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    char more[128];
    snprintf(more, sizeof more, FROM ", allowed_prefixes: [\"%s\"]", prefixes[i]);
    fails_alone(call(PBX, more), "`allowed_prefixes` are beginnings of numbers, as \"+44\" or "
                                 "\"+1555\": a plus and 1 to 15 digits, not `");
    diag.errors = 0;
  }
  fails_alone(call(PBX, FROM ", allowed_prefixes: []"), "`allowed_prefixes` needs at least one\n");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", denied_prefixes: [\"+1900\", \"+1900\"]"),
              "the same stands in `denied_prefixes` in line 13 already\n");
}

Test(config_call, what_is_denied_leaves_something_allowed) {
  fails_alone(call(PBX, FROM ", denied_prefixes: [\"+1900\", \"+1\"]"),
              "`+1` refuses every number that `allowed_prefixes` would allow\n");
  diag.errors = 0;
  config_free(good(call(PBX, FROM ", allowed_prefixes: [\"+1\", \"+44\"], denied_prefixes: "
                                  "[\"+1\", \"+449\"]")));
}

Test(config_call, who_follows_redirects_is_warned) {
  warns(call(PBX, FROM ", follow_redirects: yes"), "toll fraud");
}

/* ---- what is said and pressed ---- */

Test(config_call, a_fraud_code_is_digits_or_off) {
  static const char *const codes[] = {"123456789", "0#", "-1", "none"};
  struct config *c = good(call(PBX, FROM ", fraud_code: off"));
  cr_assert_null(call_of(c)->fraud_code);
  config_free(c);
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    char more[128];
    snprintf(more, sizeof more, FROM ", fraud_code: \"%s\"", codes[i]);
    fails_alone(call(PBX, more), "`fraud_code` must be 1..8 digits or off, not `");
    diag.errors = 0;
  }
}

Test(config_call, a_language_is_in_lower_case) {
  fails_alone(call(PBX, FROM ", language: EN"),
              "`language` must be in lower case, as en or pt-br, not `EN`\n");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", language: ../en"), "`language` must be in lower case");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", language: abcdefghijklmnop"), "`language` has at most 15 octets\n");
}

/* ---- addresses and ports ---- */

Test(config_call, a_local_address_is_one_that_trunks_can_answer_to) {
  fails_alone(call(PBX, FROM ", local: 0.0.0.0"),
              "`local` must be an address that trunks can answer to, not `0.0.0.0`\n");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", local: \"::\""), "that trunks can answer to, not `::`\n");
  diag.errors = 0;
  fails_alone(call(PBX, FROM ", local: 10.0.0.1:5060"),
              "`local` must be an address without a port");
  diag.errors = 0;
  fails_alone(call("{uri: \"sip:10.0.0.9\"}", FROM ", local: \"2001:db8::1\""),
              "`local` cannot reach the trunk in line 13: one is IPv4, the other IPv6\n");
}

Test(config_call, ports_are_two_even_numbers) {
  static const char *const ports[] = {"16384",      "16385..32766", "16384..32767",
                                      "1022..2000", "20000..10000", "16384..65536",
                                      "a..b",       "2000..3000x"};
  for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
    char more[128];
    snprintf(more, sizeof more, FROM ", rtp_ports: %s", ports[i]);
    fails_alone(call(PBX, more), "`rtp_ports` must be two even numbers in 1024..65534, as "
                                 "16384..32766, not `");
    diag.errors = 0;
  }
}

Test(config_call, two_factors_do_not_share_ports) {
  char two[4096];
  snprintf(two, sizeof two, "%s\n  other: {type: call, trunks: [" PBX "], " FROM "%s}",
           phone(PBX, FROM), "");
  fails_alone(ONLY(.factor = two), "14:10: `rtp_ports` overlap those of the factor `phone` in "
                                   "line 13: give each its own\n");
  diag.errors = 0;
  snprintf(two, sizeof two, "%s\n  other: {type: call, trunks: [" PBX "], " FROM "%s}",
           phone(PBX, FROM), ", rtp_ports: 10000..16382");
  config_free(good(ONLY(.factor = two)));
}

Test(config_call, more_calls_than_ports_are_warned_about) {
  warns(ONLY(.factor = phone(PBX, FROM ", rtp_ports: 20000..20018"), .more = "limits: {calls: 11}"),
        "14:17: warning: the `rtp_ports` of the factor `phone` are enough for 10 calls alone\n");
}

/* ---- limits ---- */

Test(config_call, limits_have_their_defaults) {
  struct config *c = good(ONLY(.more = ""));
  cr_assert_eq(c->calls.calls, 200);
  cr_assert_eq(c->calls.calls_per_second, 5);
  cr_assert_eq(c->calls.calls_per_day, 0);
  cr_assert_eq(c->calls.per_user.count, 5);
  cr_assert_eq(c->calls.per_user.window_ms, 600000);
  cr_assert_eq(c->calls.per_number.count, 5);
  config_free(c);
}

Test(config_call, limits_are_taken) {
  struct config *c = good(ONLY(.more = "limits: {calls: 2000, calls_per_second: 50, calls_per_day: "
                                       "10000, per_user: off, per_number: 3/1h}"));
  cr_assert_eq(c->calls.calls, 2000);
  cr_assert_eq(c->calls.calls_per_second, 50);
  cr_assert_eq(c->calls.calls_per_day, 10000);
  cr_assert_eq(c->calls.per_user.count, 0);
  cr_assert_eq(c->calls.per_number.count, 3);
  cr_assert_eq(c->calls.per_number.window_ms, 3600000);
  config_free(c);
}

Test(config_call, wrong_limits_are_found) {
  fails_alone(ONLY(.more = "limits: {calls: off}"),
              "14:17: `calls` must be a whole number in 1..100000, not `off`\n");
  diag.errors = 0;
  fails_alone(ONLY(.more = "limits: {calls_per_day: 0}"),
              "`calls_per_day` must be a whole number in 1..10000000 or off, not `0`\n");
  diag.errors = 0;
  fails_alone(ONLY(.more = "limits: {per_user: 5}"), "`per_user` must be a number in 1..1000 and");
}

/* ---- policies ---- */

#define POLICY(more) "  p: {primary: local, factors: [phone], " more "}"

Test(config_call, a_policy_says_what_is_heard_and_asked) {
  struct config *c = good(ONLY(.factor = phone(PBX, FROM),
                               .policy = POLICY("prompts: /srv/v, language: de, pin: required")));
  const struct config_policy *policy = &c->policies[1];
  cr_assert_str_eq(policy->prompts, "/srv/v");
  cr_assert_str_eq(policy->language, "de");
  cr_assert(policy->wants_pin);
  cr_assert_not(policy->wants_challenge);
  cr_assert_null(c->policies[0].language);
  config_free(c);
}

Test(config_call, a_digit_may_be_asked_for) {
  struct config *c = good(ONLY(.factor = phone(PBX, FROM), .policy = POLICY("challenge: digit")));
  cr_assert(c->policies[1].wants_challenge);
  cr_assert_not(c->policies[1].wants_pin);
  config_free(c);
}

Test(config_call, a_pin_is_challenge_enough) {
  fails_alone(ONLY(.factor = phone(PBX, FROM), .policy = POLICY("pin: required, challenge: digit")),
              "7:67: `challenge` has no use: a PIN is asked for already\n");
}

Test(config_call, a_fraud_code_is_shorter_than_a_pin) {
  fails_alone(
      ONLY(.factor = phone(PBX, FROM ", fraud_code: 9999"), .policy = POLICY("pin: required")),
      "7:46: `pin: required` needs a `fraud_code` of less than 4 digits in the factor "
      "`phone`: a longer one may be a PIN\n");
}

Test(config_call, a_policy_that_does_not_call_has_no_use_for_its_keys) {
  static const char *const keys[][2] = {
      {"prompts", "x"}, {"language", "de"}, {"pin", "required"}, {"challenge", "digit"}};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    char policy[128], wanted[128];
    snprintf(policy, sizeof policy, "  p: {primary: local, factors: [robot], %s: %s}", keys[i][0],
             keys[i][1]);
    snprintf(wanted, sizeof wanted,
             "7:41: `%s` has no use: no factor of this policy is of the type `call`\n", keys[i][0]);
    fails_alone(ONLY(.policy = policy), wanted);
    diag.errors = 0;
  }
}

/* ---- numbers of a directory ---- */

static struct config *directory_and(const char *search, const char *policy, const char *more) {
  char primary[1024];
  snprintf(
      primary, sizeof primary,
      "  corp: {type: ldap, servers: [{url: \"ldaps://dc1\"}], bind: \"{user}@corp\", ca_file: "
      "%s, search: {base: x, %s}}",
      ca_file, search);
  return ONLY(.factor = phone(PBX, FROM), .primary = primary, .policy = policy, .more = more);
}

static struct config *directory(const char *search, const char *policy) {
  return directory_and(search, policy, NULL);
}

#define CORP_CALLS "  p: {primary: corp, factors: [robot, phone]}"

Test(config_call, a_number_that_its_user_may_change_is_not_called) {
  fails_alone(directory("number_attribute: mobile", CORP_CALLS),
              "the policy `p` would call the number in `mobile`, which a thief of a password may "
              "change to his own: add `number_is_trusted: true` where users cannot write it\n");
  diag.errors = 0;
  config_free(good(directory("number_attribute: mobile", NULL)));
  config_free(good(directory_and("number_attribute: mobile", CORP_CALLS,
                                 "store: {type: sqlite, path: users.db}")));
}

Test(config_call, who_trusts_a_number_is_warned) {
  warns(directory("number_attribute: mobile, number_is_trusted: true", CORP_CALLS),
        "warning: whoever may write this attribute can have calls for this user come to his own "
        "phone\n");
}

Test(config_call, trust_in_no_number_has_no_use) {
  fails_alone(directory("number_is_trusted: yes", NULL),
              "`number_is_trusted` has no use without `number_attribute`\n");
}
