/* radmfad.yaml: what it may say, what comes of it, and where each mistake is found. */
#include "config_text.h"
#include "schema.h"

#include <sys/stat.h>
#include <unistd.h>

TestSuite(config, .init = start_diag, .fini = end_diag);

Test(config, what_is_left_out_has_its_default) {
  struct config *c = good(ONLY(.more = ""));
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  cr_assert_geq(c->workers, 1);
  cr_assert_eq(c->clients[0].message_authenticator, RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE);
  cr_assert_eq(c->clients[0].timeout_ms, 50000);
  cr_assert_eq(c->clients[0].answer_before_ms, 0);
  cr_assert_eq(c->clients[0].pending_max, 1000000);
  cr_assert_not(c->policies[0].accept_unenrolled);
  cr_assert(c->policies[0].join);
  cr_assert_eq(c->policies[0].reuse_approval_ms, 0);
  cr_assert_eq(c->policies[0].on_unavailable, RADMFA_UNAVAILABLE_SILENT);
  cr_assert_eq(c->policies[0].reject_delay_ms, 1000);
  cr_assert_eq(c->policies[0].min_call_ms, 10000);
  cr_assert_eq(c->factors[0].after.max_ms, 0);
  cr_assert_eq(c->log_format, LOG_FORMAT_TEXT);
  cr_assert_eq(c->log_level, LOG_LEVEL_INFO);
  cr_assert_eq(c->pending_max, 1000000);
  cr_assert_eq(c->kept_replies_max, 1000000);
  cr_assert_eq(c->receive_buffer, 4u << 20);
  config_free(c);
}

Test(config, what_is_written_is_taken) {
  struct config *c = good(
      ONLY(.listen = "{udp: \"127.0.0.1:1812\"}, {udp: \"[::1]:1645\"}",
           .client =
               CLIENT("message_authenticator: auto, timeout: 20s, answer_before: 2s, pending: 7"),
           .policy = "  p: {primary: far, factors: [phone, robot], unenrolled: reject, join: off, "
                     "reuse_approval: 10s, on_unavailable: reject, reject_delay: 0, min_call: 5s}",
           .primary = "  far: {type: file, path: /srv/u.yaml}",
           .factor = "  phone: {type: simulated, answer: no_answer, after: 300ms..5s}",
           .more = "log: {format: json, level: debug}\nworkers: 256\nlimits: {pending: 5, "
                   "kept_replies: 3, receive_buffer: 16MiB}"));
  cr_assert_eq(c->n_listens, 2);
  cr_assert_eq(c->listens[1].address.port, 1645);
  cr_assert_eq(c->workers, 256);
  const struct config_client *client = &c->clients[1];
  cr_assert_str_eq(client->name, "b");
  cr_assert_eq(client->prefixes[0].bits, 128);
  cr_assert_eq(client->message_authenticator, RADMFA_MESSAGE_AUTHENTICATOR_AUTO);
  cr_assert_eq(client->timeout_ms, 20000);
  cr_assert_eq(client->answer_before_ms, 2000);
  cr_assert_eq(client->pending_max, 7);
  cr_assert_eq(client->policy, 0);
  const struct config_policy *policy = &c->policies[1];
  cr_assert_str_eq(policy->name, "p");
  cr_assert_eq(policy->primary, 1);
  cr_assert_eq(policy->n_factors, 2);
  cr_assert_eq(policy->factors[0], 1);
  cr_assert_eq(policy->factors[1], 0);
  cr_assert_not(policy->join);
  cr_assert_eq(policy->reuse_approval_ms, 10000);
  cr_assert_eq(policy->on_unavailable, RADMFA_UNAVAILABLE_REJECT);
  cr_assert_eq(policy->reject_delay_ms, 0);
  cr_assert_eq(policy->min_call_ms, 5000);
  cr_assert_str_eq(c->primaries[1].path, "/srv/u.yaml");
  cr_assert_eq(c->factors[1].answer, RADMFA_FACTOR_NO_ANSWER);
  cr_assert_eq(c->factors[1].after.min_ms, 300);
  cr_assert_eq(c->factors[1].after.max_ms, 5000);
  cr_assert_eq(c->log_format, LOG_FORMAT_JSON);
  cr_assert_eq(c->log_level, LOG_LEVEL_DEBUG);
  cr_assert_eq(c->pending_max, 5);
  cr_assert_eq(c->kept_replies_max, 3);
  cr_assert_eq(c->receive_buffer, 16u << 20);
  config_free(c);
}

Test(config, elements_know_their_places) {
  struct config *c = good(ONLY(.client = CLIENT("")));
  cr_assert_eq(c->clients[1].at.line, 4);
  cr_assert_eq(c->clients[1].at.column, 5);
  cr_assert_str_eq(c->clients[1].at.file, "etc/c.yaml");
  config_free(c);
}

Test(config, kept_replies_are_as_many_as_pending) {
  struct config *c = good(ONLY(.more = "limits: {pending: 77}"));
  cr_assert_eq(c->kept_replies_max, 77);
  config_free(c);
}

Test(config, a_relative_path_begins_in_the_folder_of_the_configuration) {
  struct config *c = good(ONLY(.more = ""));
  cr_assert_str_eq(c->primaries[0].path, "etc/users.yaml");
  config_free(c);
}

Test(config, several_addresses_may_stand_in_a_list) {
  struct config *c = good(ONLY(.client = "  - {name: b, addresses: [192.0.2.1, \"2001:db8::/32\"], "
                                         "secret_env: S, policy: lab}"));
  cr_assert_eq(c->clients[1].n_prefixes, 2);
  cr_assert_eq(c->clients[1].prefixes[1].bits, 32);
  config_free(c);
}

Test(config, an_unknown_key_is_found_and_the_known_ones_are_named) {
  fails_alone(
      ONLY(.more = "colour: blue"),
      "etc/c.yaml:14:1: unknown key `colour` in this file, whose keys are: listen, workers, "
      "clients, policies, primaries, factors, log, limits, "
      "store, control, portal\n");
}

Test(config, a_mistyped_key_gets_a_proposal) {
  fails_alone(ONLY(.client = CLIENT("timout: 5s")), "etc/c.yaml:4:65: unknown key `timout`");
  says("; did you mean `timeout`?");
}

Test(config, a_mistyped_form_of_a_secret_gets_a_proposal) {
  fails(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, secret_fil: S, policy: lab}"),
        "did you mean `secret_file`?");
}

Test(config, keys_of_later_issues_say_that_they_are_not_built_yet) {
  const char *const keys[] = {"metrics"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    char more[64], wanted[64];
    snprintf(more, sizeof more, "%s: {a: 1}", keys[i]);
    snprintf(wanted, sizeof wanted, "etc/c.yaml:14:1: `%s` is not built yet\n", keys[i]);
    fails(ONLY(.more = more), wanted);
  }
}

Test(config, types_of_later_issues_say_so_and_nothing_else) {
  fails_alone(ONLY(.factor = "  code: {type: webhook, digits: 8}"),
              "etc/c.yaml:13:16: type `webhook` is not built yet\n");
}

Test(config, passcodes_need_a_store) {
  fails_alone(ONLY(.factor = "  code: {type: totp}"),
              "etc/c.yaml:13:9: factor `code` needs `store`, where the secrets of authenticator "
              "apps are kept\n");
}

Test(config, a_key_of_another_type_is_found_and_its_types_are_named) {
  fails_alone(ONLY(.primary = "  corp: {type: file, path: x, ca_file: y}"),
              "etc/c.yaml:10:31: `ca_file` is for `type: ldap`\n");
  fails(ONLY(.primary = "  corp: {type: file, path: x, timeout: 3s}"),
        "10:31: `timeout` is for `type: radius, ldap`\n");
  fails(ONLY(.factor = "  b: {type: simulated, answer: deny, trunks: []}"),
        "13:38: `trunks` is for `type: call`\n");
}

Test(config, keys_of_other_types_are_not_proposed) {
  fails_alone(ONLY(.primary = "  corp: {type: file, path: x, bindd: y}"),
              "unknown key `bindd` in a primary, whose keys are: type, path\n");
}

Test(config, without_a_type_nothing_else_is_asked_for) {
  fails_alone(ONLY(.primary = "  corp: {path: x, ca_file: y}"), "10:9: a primary needs `type`\n");
  diag.errors = 0;
  fails_alone(ONLY(.factor = "  b: {}"), "13:6: a factor needs `type`\n");
}

Test(config, a_type_needs_its_own_keys) {
  fails_alone(ONLY(.primary = "  corp: {type: file}"), "10:9: a primary needs `path`\n");
  diag.errors = 0;
  fails_alone(ONLY(.factor = "  b: {type: simulated}"), "13:6: a factor needs `answer`\n");
}

/* `only_for` is a word of its section's type: else nobody could ever write the key. */
static void check_types(const struct schema_section *section) {
  for (size_t i = 0; i < section->n_rows; i++) {
    const struct schema_row *row = &section->rows[i];
    if (row->section) check_types(row->section);
    if (!row->only_for) continue;
    const struct schema_word *word = section->type->words;
    while (word->word && strcmp(word->word, row->only_for) != 0) word++;
    cr_assert_not_null(word->word, "`%s` is for type `%s`", row->key, row->only_for);
  }
}

Test(config, each_key_is_for_a_type_that_there_is) {
  check_types(&schema_root);
}

Test(config, a_wrong_word_is_found_and_the_right_ones_are_named) {
  fails_alone(ONLY(.client = CLIENT("message_authenticator: requir")),
              "etc/c.yaml:4:88: `message_authenticator` must be one of: require, auto, off, not "
              "`requir`; did you mean `require`?\n");
}

Test(config, types_not_built_are_not_proposed) {
  fails_alone(ONLY(.primary = "  corp: {type: files}"),
              "must be one of: file, radius, ldap, not `files`");
}

Test(config, a_bad_duration_is_found) {
  fails_alone(
      ONLY(.factor = "  b: {type: simulated, answer: deny, after: 3 parsecs}"),
      "etc/c.yaml:13:45: `after` must be a duration with its unit (ms, s, m, h), or a range "
      "(1s..5s), in 0..180s, not `3 parsecs`\n");
}

Test(config, a_duration_outside_of_its_range_is_found) {
  fails(ONLY(.client = CLIENT("timeout: 1999ms")),
        "`timeout` must be a duration with its unit (ms, s, m, h) in 2s..180s, not `1999ms`");
  fails(ONLY(.client = CLIENT("timeout: 181s")), "not `181s`");
  fails(ONLY(.policy = "  p: {primary: local, factors: [robot], reject_delay: 61s}"), "not `61s`");
}

Test(config, a_range_is_no_duration) {
  fails_alone(ONLY(.client = CLIENT("timeout: 3s..5s")), "4:74: `timeout` must be a duration");
}

Test(config, answer_before_is_at_most_a_tenth_of_timeout) {
  fails_alone(ONLY(.client = CLIENT("timeout: 20s, answer_before: 2001ms")),
              "4:94: `answer_before` must be at most a tenth of timeout, 2000ms");
}

Test(config, counts_are_whole_numbers_in_a_range) {
  const char *const counts[] = {"0",    "-1",       "1M",          "1.5",
                                "0x10", "10000001", "99999999999", "\" 1\""};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    char client[256];
    snprintf(client, sizeof client, CLIENT("pending: %s"), counts[i]);
    fails_alone(ONLY(.client = client), "`pending` must be a whole number in 1..10000000, not `");
    diag.errors = 0;
  }
}

Test(config, workers_are_auto_or_a_number) {
  fails_alone(ONLY(.more = "workers: 257"),
              "14:10: `workers` must be a whole number in 1..256 or auto, not `257`");
}

Test(config, a_missing_key_is_reported_at_its_mapping) {
  fails_alone(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, secret_env: S}"),
              "etc/c.yaml:4:5: a client needs `policy`\n");
}

Test(config, a_client_needs_a_secret) {
  fails_alone(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, policy: lab}"),
              "4:5: a client needs `secret_file` (or its form with _env)");
}

Test(config, factors_must_be_named_even_if_there_are_none) {
  fails_alone(ONLY(.policy = "  p: {primary: local}"), "7:6: a policy needs `factors`");
}

Test(config, all_that_is_missing_at_the_top_is_told_at_once) {
  fails(load_text("log: {}\n"), "etc/c.yaml:1:1: this file needs `listen`\n");
  says("needs `clients`");
  says("needs `policies`");
  says("needs `primaries`");
  cr_assert_eq(diag.errors, 4);
}

Test(config, lists_that_must_not_be_empty_are_not) {
  fails_alone(ONLY(.client = "  - {name: b, addresses: [], secret_env: S, policy: lab}"),
              "4:26: `addresses` needs at least one");
}

Test(config, a_server_listens_somewhere) {
  fails_alone(ONLY(.listen = ""), "1:9: `listen` needs at least one");
}

Test(config, a_wrong_kind_of_value_is_named) {
  fails(ONLY(.more = "log: json"), "14:6: `log` must be a mapping, not a single value");
  fails(ONLY(.client = CLIENT("timeout: [1s]")), "`timeout` must be a single value, not a list");
  fails(ONLY(.policy = "  p: {primary: local, factors: robot}"), "`factors` must be a list, not");
  fails(load_text("clients: {a: b}"), "1:10: `clients` must be a list, not a mapping");
  fails(load_text("- a"), "1:1: must be a mapping, not a list");
}

Test(config, an_empty_value_is_found) {
  fails_alone(ONLY(.client = CLIENT("timeout: ")), "`timeout` is empty");
}

Test(config, a_reference_to_nothing_is_found_where_it_stands) {
  fails_alone(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, secret_env: S, policy: lba}"),
              "etc/c.yaml:4:60: no `lba` in policies: lab; did you mean `lab`?\n");
}

Test(config, a_policy_names_a_primary_and_factors_that_exist) {
  fails(ONLY(.policy = "  p: {primary: nobody, factors: [robot, phone]}"),
        "7:16: no `nobody` in primaries: local\n");
  says("7:41: no `phone` in factors: robot\n");
}

Test(config, a_factor_is_named_once) {
  fails_alone(ONLY(.policy = "  p: {primary: local, factors: [robot, robot]}"),
              "7:40: `robot` is named twice");
}

Test(config, a_policy_takes_eight_factors) {
  fails(ONLY(.policy = "  p: {primary: local, factors: [a, b, c, d, e, f, g, h, i]}"),
        "7:57: `factors` takes at most 8");
}

Test(config, two_clients_of_one_name_are_found) {
  fails_alone(ONLY(.client = "  - {name: lab, addresses: 192.0.2.1, secret_env: S, policy: lab}"),
              "4:12: the same stands in `name` in line 3 already");
}

Test(config, the_same_network_twice_is_found_at_the_second) {
  fails_alone(
      ONLY(.client =
               "  - {name: b, addresses: [192.0.2.1, 10.0.0.0/8], secret_env: S, policy: lab}"),
      "4:38: the same stands in `addresses` in line 3 already");
}

Test(config, a_network_inside_of_another_is_fine) {
  config_free(
      good(ONLY(.client = "  - {name: b, addresses: 10.0.0.0/9, secret_env: S, policy: lab}")));
}

Test(config, the_same_listener_twice_is_found) {
  fails_alone(ONLY(.listen = "{udp: \"127.0.0.1:1812\"}, {udp: \"127.0.0.1:1812\"}"),
              "1:41: the same stands in `udp` in line 1 already");
}

Test(config, a_listener_needs_a_port) {
  fails_alone(ONLY(.listen = "{udp: 127.0.0.1}"), "1:16: `udp` must be an address with a port");
}

Test(config, a_network_has_no_host_bits) {
  fails_alone(ONLY(.client = "  - {name: b, addresses: 192.0.2.1/24, secret_env: S, policy: lab}"),
              "4:26: `addresses` must be an address or a network whose host bits are 0");
}

Test(config, a_name_has_at_most_63_octets) {
  char client[256];
  snprintf(client, sizeof client,
           "  - {name: %064d, addresses: 192.0.2.1, secret_env: S, policy: lab}", 0);
  fails_alone(ONLY(.client = client), "4:12: a name has at most 63 octets");
}

Test(config, a_name_without_text_or_with_nul_is_refused) {
  fails(ONLY(.policy = "  \"\": {primary: local, factors: [robot]}"), "7:3: `name` is empty");
  fails(ONLY(.policy = "  \"a\\0b\": {primary: local, factors: [robot]}"), "must not hold a NUL");
}

Test(config, an_inline_secret_is_warned_about) {
  warns(ONLY(.client =
                 "  - {name: b, addresses: 192.0.2.1, secret: \"sixteen octets !\", policy: lab}"),
        "etc/c.yaml:4:45: warning: a secret in the configuration itself; `secret_file` is safer");
}

Test(config, a_short_secret_is_warned_about_and_never_shown) {
  struct config *c =
      good(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, secret: hunter2, policy: lab}"));
  says("warning: a secret of less than 16 octets");
  cr_assert(!strstr(messages, "hunter2"));
  cr_assert_eq(c->clients[1].secret.len, 7);
  cr_assert(!memcmp(c->clients[1].secret.bytes, "hunter2", 7));
  config_free(c);
}

Test(config, a_secret_under_the_wrong_key_is_not_shown) {
  fails(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, secret_env: hunter2, policy: lab}"),
        "4:49: `secret_env`: is not set");
  fails(ONLY(.client = "  - {name: b, addresses: 192.0.2.1, secret_file: hunter2, policy: lab}"),
        "4:50: `secret_file`: No such file or directory");
  cr_assert(!strstr(messages, "hunter2"));
}

Test(config, two_secrets_for_one_client_are_refused) {
  fails_alone(
      ONLY(.client =
               "  - {name: b, addresses: 192.0.2.1, secret_env: S, secret_file: x, policy: lab}"),
      "4:52: `secret_env` and `secret_file` say the same thing: only one may be given");
}

Test(config, a_secret_file_is_read_beside_the_configuration) {
  char folder[] = "/tmp/radmfa-config-XXXXXX", name[64], secret[64];
  cr_assert_not_null(mkdtemp(folder));
  snprintf(name, sizeof name, "%s/c.yaml", folder);
  snprintf(secret, sizeof secret, "%s/s", folder);
  FILE *file = fopen(secret, "w");
  fputs("another secret of some length\n", file);
  fclose(file);
  chmod(secret, 0644);
  load(
      (struct parts){.client = "  - {name: b, addresses: 192.0.2.1, secret_file: s, policy: lab}"});
  diag.errors = 0;
  struct config *c = good(config_load_text(name, text, strlen(text), &diag));
  fflush(diag.out);
  cr_assert_eq(c->clients[1].secret.len, 29);
  says("c.yaml:4:50: warning: every user of this machine may read that file");
  config_free(c);
  unlink(secret);
  rmdir(folder);
}

Test(config, an_environment_secret_survives_a_reload) {
  config_free(good(ONLY(.more = "")));
  cr_assert_null(getenv("S"));
  struct config *c = good(load_text(text));
  cr_assert_eq(c->clients[0].secret.len, 16);
  config_free(c);
}

Test(config, message_authenticator_off_is_warned_about) {
  warns(ONLY(.client = CLIENT("message_authenticator: off")),
        "4:88: warning: without Message-Auth");
}

Test(config, unenrolled_accept_is_warned_about) {
  warns(ONLY(.policy = "  p: {primary: local, factors: [robot], unenrolled: accept}"),
        "7:53: warning: users without a factor");
}

#define NPS "  nps: {type: radius, servers: [{address: 10.0.0.1, secret_env: S}]}"

Test(config, whom_a_radius_server_let_in_under_another_name_is_no_unenrolled_one) {
  fails(ONLY(.policy = "  p: {primary: nps, factors: [robot], unenrolled: accept}", .primary = NPS),
        "7:51: `unenrolled: accept` is not for the primary `nps`");
}

Test(config, on_unavailable_accept_is_warned_about) {
  warns(ONLY(.policy = "  p: {primary: local, factors: [robot], on_unavailable: accept}"),
        "7:57: warning: while the factor is unavailable");
}

Test(config, a_policy_without_factors_is_warned_about) {
  warns(ONLY(.policy = "  p: {primary: local, factors: []}"), "7:32: warning: a policy without");
}

/* ---- upstream RADIUS servers ---- */

#define UPSTREAM(rest) "  up: {type: radius, servers: [{address: 10.0.3.4, secret_env: S}]" rest "}"
#define SERVERS(list) "  up: {type: radius, servers: [" list "]}"

static const struct config_radius *upstream_of(const struct config *c) {
  cr_assert_eq(c->primaries[1].type, CONFIG_PRIMARY_RADIUS);
  return &c->primaries[1].radius;
}

Test(config, what_is_left_out_of_an_upstream_has_its_default) {
  struct config *c = good(ONLY(.primary = UPSTREAM("")));
  const struct config_radius *up = upstream_of(c);
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  cr_assert_eq(up->strategy, RADMFA_STRATEGY_FAILOVER);
  cr_assert_eq(up->timeout_ms, 55000);
  cr_assert_eq(up->retransmit_ms, 2000);
  cr_assert_eq(up->retransmit_max_ms, 16000);
  cr_assert_eq(up->failover_ms, 0);
  cr_assert_eq(up->pending_max, 1000000);
  cr_assert_eq(up->source.port, 0);
  cr_assert_null(up->probe_user);
  cr_assert_null(up->probe_password.bytes);
  config_free(c);
}

Test(config, what_is_left_out_of_a_server_has_its_default) {
  struct config *c = good(ONLY(.primary = UPSTREAM("")));
  const struct config_radius *up = upstream_of(c);
  cr_assert_eq(up->n_servers, 1);
  cr_assert_eq(up->servers[0].address.port, 1812);
  cr_assert_str_eq(up->servers[0].name, "10.0.3.4:1812");
  cr_assert_eq(up->servers[0].secret.len, 16);
  cr_assert_eq(up->servers[0].message_authenticator, RADMFA_MESSAGE_AUTHENTICATOR_AUTO);
  cr_assert_not(up->servers[0].status_server);
  config_free(c);
}

Test(config, what_is_written_of_an_upstream_is_taken) {
  struct config *c = good(
      ONLY(.primary = UPSTREAM(", timeout: 5s, strategy: round_robin, source: 10.0.3.1, retransmit:"
                               " 100ms, retransmit_max: 1s, failover_after: 3s, pending: 7, probe:"
                               " {user: nobody, password_env: S}")));
  const struct config_radius *up = upstream_of(c);
  cr_assert_eq(up->strategy, RADMFA_STRATEGY_ROUND_ROBIN);
  cr_assert_eq(up->timeout_ms, 5000);
  cr_assert_eq(up->source.ip[15], 1);
  cr_assert_eq(up->retransmit_ms, 100);
  cr_assert_eq(up->retransmit_max_ms, 1000);
  cr_assert_eq(up->failover_ms, 3000);
  cr_assert_eq(up->pending_max, 7);
  cr_assert_str_eq(up->probe_user, "nobody");
  cr_assert_eq(up->probe_password.len, 16);
  config_free(c);
}

Test(config, what_is_written_of_servers_is_taken_in_their_order) {
  struct config *c =
      good(ONLY(.primary = SERVERS("{address: \"[2001:db8::4]:1645\", secret_env: S, name: nps, "
                                   "message_authenticator: require, status_server: on}, "
                                   "{address: \"2001:db8::5\", secret_env: S}")));
  const struct config_server *servers = upstream_of(c)->servers;
  cr_assert_eq(upstream_of(c)->n_servers, 2);
  cr_assert_str_eq(servers[0].name, "nps");
  cr_assert_eq(servers[0].address.port, 1645);
  cr_assert_eq(servers[0].message_authenticator, RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE);
  cr_assert(servers[0].status_server);
  cr_assert_eq(servers[1].at.line, 10);
  cr_assert_str_eq(servers[1].name, "[2001:db8::5]:1812");
  config_free(c);
}

Test(config, a_long_retransmission_time_raises_the_greatest_one) {
  struct config *c = good(ONLY(.primary = UPSTREAM(", retransmit: 20s, failover_after: never")));
  cr_assert_eq(upstream_of(c)->retransmit_max_ms, 20000);
  cr_assert_eq(upstream_of(c)->failover_ms, 0);
  config_free(c);
}

Test(config, an_upstream_waits_as_many_as_all_may) {
  struct config *c = good(ONLY(.primary = UPSTREAM(""), .more = "limits: {pending: 77}"));
  cr_assert_eq(upstream_of(c)->pending_max, 77);
  config_free(c);
}

Test(config, an_upstream_needs_servers) {
  fails_alone(ONLY(.primary = "  up: {type: radius}"), "10:7: a primary needs `servers`\n");
  diag.errors = 0;
  fails_alone(ONLY(.primary = SERVERS("")), "10:31: `servers` needs at least one\n");
}

Test(config, a_server_needs_an_address_and_a_secret) {
  fails(ONLY(.primary = SERVERS("{name: a}")), "10:32: a server needs `address`\n");
  says("10:32: a server needs `secret_file` (or its form with _env)\n");
  cr_assert_eq(diag.errors, 2);
}

Test(config, an_upstream_takes_sixteen_servers) {
  char list[2048] = "", primary[2200];
  for (size_t n = 1; n <= 17; n++) {
    size_t len = strlen(list);
    snprintf(list + len, sizeof list - len, "%s{address: 10.0.3.%zu, secret_env: S}",
             n > 1 ? ", " : "", n);
    snprintf(primary, sizeof primary, SERVERS("%s"), list);
    if (n == 16) config_free(good(ONLY(.primary = primary)));
  }
  fails_alone(ONLY(.primary = primary), "10:31: `servers` takes at most 16\n");
}

Test(config, an_upstream_names_each_server_once) {
  fails_alone(ONLY(.primary = SERVERS("{address: 10.0.3.4, secret_env: S}, "
                                      "{address: \"10.0.3.4:1812\", secret_env: S}")),
              "10:78: the same stands in `address` in line 10 already\n");
  diag.errors = 0;
  fails_alone(ONLY(.primary = SERVERS("{address: 10.0.3.4, secret_env: S, name: a}, "
                                      "{address: 10.0.3.5, secret_env: S, name: a}")),
              "the same stands in `name` in line 10 already\n");
}

Test(config, two_upstreams_may_have_the_same_server) {
  config_free(good(ONLY(.primary = UPSTREAM("") "\n  b: {type: radius, servers: [{address: "
                                                "10.0.3.4, secret_env: S}]}")));
}

Test(config, a_server_is_an_address) {
  static const char *const addresses[] = {"nps.corp.example", "\"10.0.3.4:0\"", "\"10.0.3.4:\"",
                                          "\"[::1]:0\"", "10.0.3.256"};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    char primary[128];
    snprintf(primary, sizeof primary, SERVERS("{address: %s, secret_env: S}"), addresses[i]);
    fails_alone(ONLY(.primary = primary),
                "10:42: `address` must be an address, perhaps with a port, as 10.0.3.4 or "
                "[2001:db8::4]:1812, not `");
    diag.errors = 0;
  }
}

Test(config, a_source_has_no_port) {
  fails_alone(ONLY(.primary = UPSTREAM(", source: \"10.0.3.1:1812\"")),
              "10:77: `source` must be an address without a port, as 10.0.3.1 or 2001:db8::1, not "
              "`10.0.3.1:1812`\n");
}

Test(config, a_source_is_of_the_servers_family) {
  fails_alone(ONLY(.primary = UPSTREAM(", source: \"2001:db8::1\"")),
              "10:77: `source` cannot reach the server in line 10: one is IPv4, the other IPv6\n");
}

Test(config, times_of_an_upstream_bound_each_other) {
  fails_alone(ONLY(.primary = UPSTREAM(", retransmit: 3s, retransmit_max: 2s")),
              "10:101: `retransmit_max` must be at least retransmit, 3000ms\n");
  diag.errors = 0;
  fails_alone(ONLY(.primary = UPSTREAM(", timeout: 3s, failover_after: 3s")),
              "10:98: `failover_after` must be less than timeout, 3000ms\n");
}

Test(config, times_of_an_upstream_have_their_ranges) {
  fails(ONLY(.primary = UPSTREAM(", timeout: 999ms")), "in 1s..180s, not `999ms`");
  fails(ONLY(.primary = UPSTREAM(", retransmit: 99ms")), "in 100ms..60s, not `99ms`");
  fails(ONLY(.primary = UPSTREAM(", failover_after: soon")),
        "(ms, s, m, h) in 100ms..180s or never, not `soon`");
}

Test(config, a_probe_is_a_user_with_a_password) {
  fails(ONLY(.primary = UPSTREAM(", probe: {}")), "10:76: `probe` needs `user`\n");
  says("10:76: `probe` needs `password_file` (or its form with _env)\n");
  cr_assert_eq(diag.errors, 2);
}

Test(config, a_probe_fits_into_a_request) {
  char primary[600];
  snprintf(primary, sizeof primary, UPSTREAM(", probe: {user: %0254d, password: %0129d}"), 0, 0);
  fails(ONLY(.primary = primary), "10:83: `user` has at most 253 octets\n");
  says("10:349: `password`: is longer than 128 octets\n");
}

Test(config, a_short_password_of_a_probe_is_fine) {
  warns(ONLY(.primary = UPSTREAM(", probe: {user: nobody, password: x}")),
        "warning: a secret in the configuration itself; `password_file` is safer");
}

Test(config, a_server_whose_replies_need_no_signature_is_warned_about) {
  warns(ONLY(.primary = SERVERS("{address: 10.0.3.4, secret_env: S, message_authenticator: off}")),
        "10:90: warning: without Message-Authenticator a server's Accept can be forged");
}

Test(config, a_policy_without_factors_before_an_upstream_is_a_plain_proxy) {
  warns(ONLY(.policy = "  p: {primary: up, factors: []}", .primary = UPSTREAM("")),
        "7:29: warning: a policy without factors is a plain proxy: the upstream decides alone\n");
}

Test(config, keys_of_a_file_are_not_an_upstreams) {
  fails_alone(ONLY(.primary = UPSTREAM(", path: users.yaml")),
              "10:69: `path` is for `type: file`\n");
}

Test(config, truth_has_three_spellings) {
  const char *const words[] = {"true", "on", "yes", "false", "off", "no"};
  for (size_t i = 0; i < 6; i++) {
    char policy[128];
    snprintf(policy, sizeof policy, "  p: {primary: local, factors: [robot], join: %s}", words[i]);
    struct config *c = good(ONLY(.policy = policy));
    cr_assert_eq(c->policies[1].join, i < 3, "%s", words[i]);
    config_free(c);
  }
}

Test(config, what_is_no_yaml_is_found) {
  fails_alone(load_text("a: [1\n b: }{"), "etc/c.yaml:2:");
}

Test(config, a_file_that_is_not_there_is_named) {
  cr_assert_null(config_load("/nonexistent/c.yaml", &diag));
  fflush(diag.out);
  says("/nonexistent/c.yaml: cannot be opened: No such file or directory");
}

Test(config, thousands_of_clients_are_read) {
  enum { COUNT = 5000 };
  char *whole;
  size_t len;
  FILE *out = open_memstream(&whole, &len);
  config_free(good(ONLY(.more = "")));
  fputs("listen: [{udp: \"127.0.0.1:1\"}]\nclients:\n", out);
  for (int i = 0; i < COUNT; i++)
    fprintf(out, "  - {name: c%d, addresses: 192.0.%d.%d, secret_env: S, policy: lab}\n", i,
            i / 250, i % 250);
  fputs(strstr(text, "policies:"), out);
  fclose(out);
  struct config *c = good(load_text(whole));
  cr_assert_eq(c->n_clients, COUNT);
  config_free(c);
  free(whole);
}

Test(config, the_example_is_right) {
  const char *source = getenv("SOURCE_DIR");
  char path[4096];
  snprintf(path, sizeof path, "%s/daemon/radmfad.yaml.example", source ? source : ".");
  setenv("RADMFA_AD_CONNECTOR_SECRET", "sixteen octets !", 1);
  struct config *c = config_load(path, &diag);
  fflush(diag.out);
  good(c);
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  config_free(c);
}

/* What stands in the example behind "#  " is configuration, commented out. */
Test(config, what_the_example_proposes_is_right_too) {
  char path[4096], line[256], folder[] = "/tmp/radmfa-config-XXXXXX";
  const char *source = getenv("SOURCE_DIR");
  snprintf(path, sizeof path, "%s/daemon/radmfad.yaml.example", source ? source : ".");
  FILE *file = fopen(path, "r");
  cr_assert_not_null(file);
  size_t len = 0;
  while (fgets(line, sizeof line, file))
    len += (size_t)snprintf(text + len, sizeof text - len, "%s", line + !strncmp(line, "#  ", 3));
  fclose(file);
  cr_assert_lt(len, sizeof text);
  setenv("RADMFA_AD_CONNECTOR_SECRET", "sixteen octets !", 1);
  setenv("RADMFA_NPS_SECRET", "sixteen octets !", 1);
  setenv("RADMFA_PROBE_PASSWORD", "x", 1);
  setenv("RADMFA_TRUNK_PASSWORD", "x", 1);
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/corp-ca.pem", folder);
  write_certificate(path);
  snprintf(line, sizeof line, "%s/c.yaml", folder);
  struct config *c = config_load_text(line, text, strlen(text), &diag);
  unlink(path);
  rmdir(folder);
  fflush(diag.out);
  good(c);
  cr_assert_eq(diag.warnings, 0, "%s", messages);
  cr_assert_eq(upstream_of(c)->n_servers, 2);
  cr_assert_eq(c->primaries[2].ldap.n_servers, 2);
  cr_assert_str_eq(c->factors[1].call.trunks[0].uri, "sip:pbx.corp.example;transport=tls");
  config_free(c);
}
