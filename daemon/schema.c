/* schema.c: the table of keys. Its order is that of messages; what is to be built later stands here
 * too, so that its keys are told from typing errors. radmfad.yaml(5) documents each of them. */
#include "schema.h"

#include "config.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define FIELD(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define ARRAY(type, member) FIELD(type, member), .count_offset = offsetof(type, n_##member)
#define ROWS(name) .rows = name##_rows, .n_rows = COUNT_OF(name##_rows)
#define NAMED(type) .size = sizeof(type), .name_offset = offsetof(type, name)
#define TYPED(name) .type = &name##_rows[0]
#define WORD(text, number) \
  { .word = (text), .value = (number) }
#define WARNED(text, number, why) \
  { .word = (text), .value = (number), .warning = (why) }
#define END \
  { .word = NULL }
#define LATER(name) \
  { .key = (name), .later = true }
#define LATER_FOR(type, name) \
  { .key = (name), .only_for = (type), .later = true }
#define LATER_WORD(name) \
  { .word = (name), .later = true }

/* clang-format off */

static const struct schema_word booleans[] = {
  WORD("true", true), WORD("false", false), WORD("on", true), WORD("off", false), WORD("yes", true), WORD("no", false), END,
};

#define NO_TLS_WARNING "passwords of users go to this server in clear: anybody on the way can read them"

static const struct schema_word insecure_plain_words[] = {
  WARNED("true", true, NO_TLS_WARNING), WARNED("on", true, NO_TLS_WARNING), WARNED("yes", true, NO_TLS_WARNING),
  WORD("false", false), WORD("off", false), WORD("no", false), END,
};

static const struct schema_word off_words[] = {WORD("off", 0), END};

#define NUMBER_WARNING "whoever may write this attribute can have calls for this user come to his own phone"
#define REDIRECT_WARNING "a trunk that redirects a call sends it to any number, at your cost (toll fraud)"

static const struct schema_word workers_words[] = {WORD("auto", 0), END}; /* config.c knows what 0 is */

static const struct schema_word message_authenticator_words[] = {
  WORD("require", RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE),
  WORD("auto", RADMFA_MESSAGE_AUTHENTICATOR_AUTO),
  WARNED("off", RADMFA_MESSAGE_AUTHENTICATOR_OFF,
         "without Message-Authenticator a request can be forged on its way (Blast-RADIUS, CVE-2024-3596)"),
  END,
};

static const struct schema_word server_message_authenticator_words[] = {
  WORD("require", RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE),
  WORD("auto", RADMFA_MESSAGE_AUTHENTICATOR_AUTO),
  WARNED("off", RADMFA_MESSAGE_AUTHENTICATOR_OFF,
         "without Message-Authenticator a server's Accept can be forged on its way (Blast-RADIUS, CVE-2024-3596)"),
  END,
};

static const struct schema_word strategies[] = {
  WORD("failover", RADMFA_STRATEGY_FAILOVER), WORD("round_robin", RADMFA_STRATEGY_ROUND_ROBIN),
  WORD("least_outstanding", RADMFA_STRATEGY_LEAST_OUTSTANDING), END,
};

static const struct schema_word failover_words[] = {WORD("never", 0), END};

static const struct schema_word unenrolled_words[] = {
  WORD("reject", false),
  WARNED("accept", true,
         "users without a factor are let in on their password alone"),
  END,
};

static const struct schema_word on_unavailable_words[] = {
  WORD("silent", RADMFA_UNAVAILABLE_SILENT),
  WORD("reject", RADMFA_UNAVAILABLE_REJECT),
  WARNED("accept", RADMFA_UNAVAILABLE_ACCEPT,
         "while the factor is unavailable users are let in on their password alone"),
  END,
};

static const struct schema_word primary_types[] = {
  WORD("file", CONFIG_PRIMARY_FILE), WORD("radius", CONFIG_PRIMARY_RADIUS), WORD("ldap", CONFIG_PRIMARY_LDAP), END,
};

static const struct schema_word factor_types[] = {
  WORD("simulated", CONFIG_FACTOR_SIMULATED), WORD("call", CONFIG_FACTOR_CALL), WORD("totp", CONFIG_FACTOR_TOTP), LATER_WORD("webhook"), END,
};

static const struct schema_word answers[] = {
  WORD("approve", RADMFA_FACTOR_APPROVED), WORD("deny", RADMFA_FACTOR_DENIED),
  WORD("busy", RADMFA_FACTOR_BUSY),        WORD("no_answer", RADMFA_FACTOR_NO_ANSWER),
  WORD("fraud", RADMFA_FACTOR_FRAUD),      WORD("unavailable", RADMFA_FACTOR_UNAVAILABLE),
  END,
};

static const struct schema_word log_formats[] = {WORD("text", LOG_FORMAT_TEXT), WORD("json", LOG_FORMAT_JSON), END};

static const struct schema_word log_levels[] = {
  WORD("error", LOG_LEVEL_ERROR), WORD("warning", LOG_LEVEL_WARNING), WORD("info", LOG_LEVEL_INFO), WORD("debug", LOG_LEVEL_DEBUG),
  END,
};

static const struct schema_word others_words[] = {
  WORD("require", STANDING_REQUIRE),
  WARNED("exempt", STANDING_EXEMPT,
         "users in none of these groups are let in on their password alone"),
  WORD("refuse", STANDING_REFUSE), END,
};

static const struct schema_word number_is_trusted_words[] = {
  WARNED("true", true, NUMBER_WARNING), WARNED("on", true, NUMBER_WARNING), WARNED("yes", true, NUMBER_WARNING),
  WORD("false", false), WORD("off", false), WORD("no", false), END,
};

static const struct schema_word follow_redirects_words[] = {
  WARNED("true", true, REDIRECT_WARNING), WARNED("on", true, REDIRECT_WARNING), WARNED("yes", true, REDIRECT_WARNING),
  WORD("false", false), WORD("off", false), WORD("no", false), END,
};

static const struct schema_word pin_words[] = {WORD("off", false), WORD("required", true), END};
static const struct schema_word challenge_words[] = {WORD("off", false), WORD("digit", true), END};
static const struct schema_word srtp_words[] = {WORD("off", false), WORD("required", true), END};
static const struct schema_word extension_words[] = {WORD("dtmf", false), WORD("uri", true), END};

static const struct schema_word store_types[] = {WORD("sqlite", CONFIG_STORE_SQLITE), END};

#define OPEN_WARNING "whoever knows the password of a user without a factor can enrol a phone of his own for him"

static const struct schema_word enrolments[] = {
  WORD("invite", CONFIG_ENROL_INVITE), WORD("directory_number", CONFIG_ENROL_DIRECTORY_NUMBER),
  WORD("networks", CONFIG_ENROL_NETWORKS), WARNED("open", CONFIG_ENROL_OPEN, OPEN_WARNING), END,
};

#define LANGUAGE_RANGE "1..15" /* PROMPT_LANGUAGE_SIZE */

static const struct schema_row listen_rows[] = {
  {"udp", SCHEMA_ADDRESS, FIELD(struct config_listen, address), .required = true},
};

static const struct schema_row client_rows[] = {
  {"name", SCHEMA_NAME, FIELD(struct config_client, name), .required = true},
  {"addresses", SCHEMA_PREFIXES, ARRAY(struct config_client, prefixes), .required = true},
  {"secret", SCHEMA_SECRET, FIELD(struct config_client, secret), .required = true},
  {"message_authenticator", SCHEMA_WORD, FIELD(struct config_client, message_authenticator),
   .words = message_authenticator_words, .standard = "require"},
  {"timeout", SCHEMA_DURATION, FIELD(struct config_client, timeout_ms), .range = "2s..180s", .standard = "50s"},
  {"answer_before", SCHEMA_DURATION, FIELD(struct config_client, answer_before_ms), .range = "1ms..18s"},
  {"pending", SCHEMA_COUNT, FIELD(struct config_client, pending_max), .range = "1..10000000"},
  {"policy", SCHEMA_REFERENCE, FIELD(struct config_client, policy), .refers_to = "policies", .required = true},
};

static const struct schema_row policy_rows[] = {
  {"primary", SCHEMA_REFERENCE, FIELD(struct config_policy, primary), .refers_to = "primaries", .required = true},
  {"factors", SCHEMA_REFERENCES, ARRAY(struct config_policy, factors), .refers_to = "factors", .required = true},
  {"unenrolled", SCHEMA_WORD, FIELD(struct config_policy, accept_unenrolled),
   .words = unenrolled_words, .standard = "reject"},
  {"join", SCHEMA_WORD, FIELD(struct config_policy, join), .words = booleans, .standard = "true"},
  {"reuse_approval", SCHEMA_DURATION, FIELD(struct config_policy, reuse_approval_ms),
   .range = "0..5m", .standard = "0"},
  {"on_unavailable", SCHEMA_WORD, FIELD(struct config_policy, on_unavailable),
   .words = on_unavailable_words, .standard = "silent"},
  {"reject_delay", SCHEMA_DURATION, FIELD(struct config_policy, reject_delay_ms),
   .range = "0..60s", .standard = "1s"},
  {"min_call", SCHEMA_DURATION, FIELD(struct config_policy, min_call_ms), .range = "0..180s", .standard = "10s"},
  {"prompts", SCHEMA_PATH, FIELD(struct config_policy, prompts)},
  {"language", SCHEMA_TEXT, FIELD(struct config_policy, language), .range = LANGUAGE_RANGE},
  {"pin", SCHEMA_WORD, FIELD(struct config_policy, wants_pin), .words = pin_words, .standard = "off"},
  {"challenge", SCHEMA_WORD, FIELD(struct config_policy, wants_challenge), .words = challenge_words, .standard = "off"},
};

static const struct schema_row server_rows[] = {
  {"name", SCHEMA_NAME, FIELD(struct config_server, name)},
  {"address", SCHEMA_ADDRESS, FIELD(struct config_server, address), .standard_port = 1812, .required = true},
  {"secret", SCHEMA_SECRET, FIELD(struct config_server, secret), .required = true},
  {"message_authenticator", SCHEMA_WORD, FIELD(struct config_server, message_authenticator),
   .words = server_message_authenticator_words, .standard = "auto"},
  {"status_server", SCHEMA_WORD, FIELD(struct config_server, status_server), .words = booleans, .standard = "off"},
};

static const struct schema_row probe_rows[] = {
  {"user", SCHEMA_TEXT, FIELD(struct config_primary, radius.probe_user), .required = true},
  {"password", SCHEMA_PASSWORD, FIELD(struct config_primary, radius.probe_password), .required = true},
};

static const struct schema_section server_section = {"a server", ROWS(server), .size = sizeof(struct config_server)};
static const struct schema_section probe_section = {"`probe`", ROWS(probe)};

static const struct schema_row ldap_server_rows[] = {
  {"url", SCHEMA_LDAP_URL, FIELD(struct config_ldap_server, url), .required = true},
  {"starttls", SCHEMA_WORD, FIELD(struct config_ldap_server, start_tls), .words = booleans, .standard = "off"},
  {"server_name", SCHEMA_TEXT, FIELD(struct config_ldap_server, server_name)},
  {"insecure_plain", SCHEMA_WORD, FIELD(struct config_ldap_server, insecure_plain),
   .words = insecure_plain_words, .standard = "off"},
  {"name", SCHEMA_NAME, FIELD(struct config_ldap_server, name)},
};

#define SEARCH_FIELD(member) FIELD(struct config_primary, ldap.search.member)
#define GROUPS(member) \
  SEARCH_FIELD(groups.member), .count_offset = offsetof(struct config_primary, ldap.search.groups.n_##member)

static const struct schema_row groups_rows[] = {
  {"refuse", SCHEMA_ENTRIES, GROUPS(refuse), .range = "1..32"},
  {"require", SCHEMA_ENTRIES, GROUPS(require), .range = "1..32"},
  {"exempt", SCHEMA_ENTRIES, GROUPS(exempt), .range = "1..32"},
  {"administrators", SCHEMA_ENTRIES, GROUPS(administrators), .range = "1..32"},
  {"others", SCHEMA_WORD, SEARCH_FIELD(groups.others), .words = others_words, .standard = "require"},
  {"nested", SCHEMA_WORD, SEARCH_FIELD(groups.nested), .words = booleans, .standard = "true"},
};

static const struct schema_section groups_section = {"`groups`", ROWS(groups)};

static const struct schema_row search_rows[] = {
  {"base", SCHEMA_TEXT, SEARCH_FIELD(base), .range = "1..1000"},
  {"filter", SCHEMA_TEXT, SEARCH_FIELD(filter), .range = "1..1000"},
  {"list_filter", SCHEMA_TEXT, SEARCH_FIELD(list_filter), .range = "1..1000"},
  {"identity", SCHEMA_TEXT, SEARCH_FIELD(identity), .range = "1..63", .standard = "objectGUID"},
  {"user", SCHEMA_TEXT, SEARCH_FIELD(user), .range = "1..1000"},
  {"password", SCHEMA_PASSWORD, SEARCH_FIELD(password)},
  {"groups", SCHEMA_SECTION, .section = &groups_section},
  {"cache", SCHEMA_DURATION, SEARCH_FIELD(cache_ms), .range = "0..24h", .standard = "5m"},
  {"number_attribute", SCHEMA_TEXT, SEARCH_FIELD(number_attribute), .range = "1..63"},
  {"country_code", SCHEMA_TEXT, SEARCH_FIELD(country_code), .range = "1..4"},
  {"number_is_trusted", SCHEMA_WORD, SEARCH_FIELD(number_is_trusted),
   .words = number_is_trusted_words, .standard = "off"},
};

static const struct schema_section ldap_server_section = {
  "a server", ROWS(ldap_server), .size = sizeof(struct config_ldap_server)};
static const struct schema_section search_section = {"`search`", ROWS(search)};

#define LDAP_FIELD(member) FIELD(struct config_primary, ldap.member), .only_for = "ldap"
#define RADIUS_FIELD(member) FIELD(struct config_primary, radius.member), .only_for = "radius"

static const struct schema_row primary_rows[] = {
  {"type", SCHEMA_WORD, FIELD(struct config_primary, type), .words = primary_types, .required = true},
  {"path", SCHEMA_PATH, FIELD(struct config_primary, path), .only_for = "file", .required = true},
  {"servers", SCHEMA_LIST, RADIUS_FIELD(servers), .count_offset = offsetof(struct config_primary, radius.n_servers),
   .section = &server_section, .range = "1..16", .required = true},
  {"strategy", SCHEMA_WORD, RADIUS_FIELD(strategy), .words = strategies, .standard = "failover"},
  {"source", SCHEMA_IP, RADIUS_FIELD(source)},
  {"timeout", SCHEMA_DURATION, RADIUS_FIELD(timeout_ms), .range = "1s..180s", .standard = "55s"},
  {"retransmit", SCHEMA_DURATION, RADIUS_FIELD(retransmit_ms), .range = "100ms..60s", .standard = "2s"},
  {"retransmit_max", SCHEMA_DURATION, RADIUS_FIELD(retransmit_max_ms), .range = "100ms..180s"},
  {"failover_after", SCHEMA_DURATION, RADIUS_FIELD(failover_ms),
   .range = "100ms..180s", .words = failover_words, .standard = "never"},
  {"pending", SCHEMA_COUNT, RADIUS_FIELD(pending_max), .range = "1..10000000"},
  {"probe", SCHEMA_SECTION, .only_for = "radius", .section = &probe_section},
  {"servers", SCHEMA_LIST, LDAP_FIELD(servers), .count_offset = offsetof(struct config_primary, ldap.n_servers),
   .section = &ldap_server_section, .range = "1..16", .required = true},
  {"ca_file", SCHEMA_TRUST, LDAP_FIELD(trust)},
  {"bind", SCHEMA_TEXT, LDAP_FIELD(bind), .range = "1..256", .required = true},
  {"domains", SCHEMA_DOMAINS, LDAP_FIELD(domains), .count_offset = offsetof(struct config_primary, ldap.n_domains)},
  {"search", SCHEMA_SECTION, .only_for = "ldap", .section = &search_section},
  {"connections", SCHEMA_COUNT, LDAP_FIELD(connections), .range = "1..256", .standard = "4"},
  {"connect_timeout", SCHEMA_DURATION, LDAP_FIELD(connect_timeout_ms), .range = "100ms..60s", .standard = "5s"},
  {"timeout", SCHEMA_DURATION, LDAP_FIELD(timeout_ms), .range = "500ms..60s", .standard = "5s"},
  {"max_failures", SCHEMA_RATE, LDAP_FIELD(max_failures), .words = off_words, .standard = "3/30m"},
};

static const struct schema_row trunk_rows[] = {
  {"name", SCHEMA_NAME, FIELD(struct config_trunk, name)},
  {"uri", SCHEMA_SIP_URI, FIELD(struct config_trunk, uri), .required = true},
  {"proxy", SCHEMA_SIP_URI, FIELD(struct config_trunk, proxy)},
  {"user", SCHEMA_TEXT, FIELD(struct config_trunk, user)},
  {"password", SCHEMA_PASSWORD, FIELD(struct config_trunk, password)},
  {"register", SCHEMA_WORD, FIELD(struct config_trunk, registers), .words = booleans, .standard = "off"},
  {"srtp", SCHEMA_WORD, FIELD(struct config_trunk, needs_srtp), .words = srtp_words, .standard = "off"},
};

static const struct schema_section trunk_section = {"a trunk", ROWS(trunk), .size = sizeof(struct config_trunk)};

#define CALL_FIELD(member) FIELD(struct config_factor, call.member), .only_for = "call"
#define CALL_COUNT(member) .count_offset = offsetof(struct config_factor, call.n_##member)

static const struct schema_row factor_rows[] = {
  {"type", SCHEMA_WORD, FIELD(struct config_factor, type), .words = factor_types, .required = true},
  {"answer", SCHEMA_WORD, FIELD(struct config_factor, answer), .only_for = "simulated",
   .words = answers, .required = true},
  {"after", SCHEMA_DURATION_RANGE, FIELD(struct config_factor, after), .only_for = "simulated",
   .range = "0..180s", .standard = "0"},
  {"trunks", SCHEMA_LIST, CALL_FIELD(trunks), CALL_COUNT(trunks), .section = &trunk_section, .range = "1..16",
   .required = true},
  {"from", SCHEMA_NUMBER, CALL_FIELD(from), .required = true},
  {"display_name", SCHEMA_TEXT, CALL_FIELD(display_name), .range = "1..64"},
  {"asserted_identity", SCHEMA_WORD, CALL_FIELD(asserts_identity), .words = booleans, .standard = "off"},
  {"local", SCHEMA_IP, CALL_FIELD(local)},
  {"ca_file", SCHEMA_TRUST_PATH, CALL_FIELD(ca_file)},
  {"follow_redirects", SCHEMA_WORD, CALL_FIELD(follows_redirects), .words = follow_redirects_words, .standard = "off"},
  {"rtp_ports", SCHEMA_PORTS, CALL_FIELD(ports), .standard = "16384..32766"},
  {"allowed_prefixes", SCHEMA_NUMBER_PREFIXES, CALL_FIELD(allowed_prefixes), CALL_COUNT(allowed_prefixes)},
  {"denied_prefixes", SCHEMA_NUMBER_PREFIXES, CALL_FIELD(denied_prefixes), CALL_COUNT(denied_prefixes)},
  {"ring_timeout", SCHEMA_DURATION, CALL_FIELD(ring_timeout_ms), .range = "5s..120s", .standard = "30s"},
  {"talk_timeout", SCHEMA_DURATION, CALL_FIELD(talk_timeout_ms), .range = "10s..180s", .standard = "60s"},
  {"fraud_code", SCHEMA_DIGITS, CALL_FIELD(fraud_code), .range = "1..8", .words = off_words, .standard = "0"},
  {"prompts", SCHEMA_PATH, CALL_FIELD(prompts)},
  {"language", SCHEMA_TEXT, CALL_FIELD(language), .range = LANGUAGE_RANGE, .standard = "en"},
  {"extension", SCHEMA_WORD, CALL_FIELD(extension_in_uri), .words = extension_words, .standard = "dtmf"},
  {"window", SCHEMA_COUNT, FIELD(struct config_factor, totp_window), .only_for = "totp",
   .range = "0..2", .standard = "1"},
  LATER_FOR("webhook", "url"),
};

static const struct schema_row log_rows[] = {
  {"format", SCHEMA_WORD, FIELD(struct config, log_format), .words = log_formats, .standard = "text"},
  {"level", SCHEMA_WORD, FIELD(struct config, log_level), .words = log_levels, .standard = "info"},
};

static const struct schema_row limits_rows[] = {
  {"pending", SCHEMA_COUNT, FIELD(struct config, pending_max), .range = "1..10000000", .standard = "1000000"},
  {"kept_replies", SCHEMA_COUNT, FIELD(struct config, kept_replies_max), .range = "1..10000000"},
  {"receive_buffer", SCHEMA_SIZE, FIELD(struct config, receive_buffer), .range = "64KiB..1GiB", .standard = "4MiB"},
  {"calls", SCHEMA_COUNT, FIELD(struct config, calls.calls), .range = "1..100000", .standard = "200"},
  {"calls_per_second", SCHEMA_COUNT, FIELD(struct config, calls.calls_per_second), .range = "1..1000", .standard = "5"},
  {"calls_per_day", SCHEMA_COUNT, FIELD(struct config, calls.calls_per_day),
   .range = "1..10000000", .words = off_words, .standard = "off"},
  {"per_user", SCHEMA_RATE, FIELD(struct config, calls.per_user), .words = off_words, .standard = "5/10m"},
  {"per_number", SCHEMA_RATE, FIELD(struct config, calls.per_number), .words = off_words, .standard = "5/10m"},
};

static const struct schema_row store_rows[] = {
  {"type", SCHEMA_WORD, FIELD(struct config, store_type), .words = store_types, .required = true},
  {"path", SCHEMA_PATH, FIELD(struct config, store_path), .required = true},
  {"history", SCHEMA_DAYS, FIELD(struct config, history_days), .range = "1d..3650d", .words = off_words,
   .standard = "90d"},
};

static const struct schema_row control_rows[] = {
  {"path", SCHEMA_PATH, FIELD(struct config, control_path), .standard = "/run/radmfad/control"},
  {"group", SCHEMA_TEXT, FIELD(struct config, control_group), .range = "1..32", .standard = "radmfa"},
};

#define PORTAL_FIELD(member) FIELD(struct config, portal.member)
#define PORTAL_ARRAY(member) PORTAL_FIELD(member), .count_offset = offsetof(struct config, portal.n_##member)

static const struct schema_row portal_rows[] = {
  {"path", SCHEMA_PATH, PORTAL_FIELD(path), .standard = "/run/radmfad/portal"},
  {"group", SCHEMA_TEXT, PORTAL_FIELD(group), .range = "1..32", .standard = "radmfa-portal"},
  {"policy", SCHEMA_REFERENCE, PORTAL_FIELD(policy), .refers_to = "policies", .required = true},
  {"enrolment", SCHEMA_WORD, PORTAL_FIELD(enrolment), .words = enrolments, .standard = "invite"},
  {"networks", SCHEMA_PREFIXES, PORTAL_ARRAY(networks)},
  {"administrators", SCHEMA_USERS, PORTAL_ARRAY(administrators)},
  {"session", SCHEMA_DURATION, PORTAL_FIELD(session_ms), .range = "1m..2h", .standard = "15m"},
  {"issuer", SCHEMA_TEXT, PORTAL_FIELD(issuer), .range = "1..64", .standard = "radmfa"},
};

static const struct schema_section listen_section = {"a listener", ROWS(listen), .size = sizeof(struct config_listen)};
static const struct schema_section client_section = {"a client", ROWS(client), .size = sizeof(struct config_client)};
static const struct schema_section policy_section = {"a policy", ROWS(policy), NAMED(struct config_policy)};
static const struct schema_section primary_section = {
  "a primary", ROWS(primary), NAMED(struct config_primary), TYPED(primary)};
static const struct schema_section factor_section = {
  "a factor", ROWS(factor), NAMED(struct config_factor), TYPED(factor)};
static const struct schema_section log_section = {"`log`", ROWS(log)};
static const struct schema_section store_section = {"`store`", ROWS(store)};
static const struct schema_section control_section = {"`control`", ROWS(control)};
static const struct schema_section portal_section = {"`portal`", ROWS(portal)};
static const struct schema_section limits_section = {"`limits`", ROWS(limits)};

static const struct schema_row root_rows[] = {
  {"listen", SCHEMA_LIST, ARRAY(struct config, listens), .section = &listen_section, .required = true},
  {"workers", SCHEMA_COUNT, FIELD(struct config, workers),
   .range = "1..256", .words = workers_words, .standard = "auto"},
  {"clients", SCHEMA_LIST, ARRAY(struct config, clients), .section = &client_section, .required = true},
  {"policies", SCHEMA_MAP, ARRAY(struct config, policies), .section = &policy_section, .required = true},
  {"primaries", SCHEMA_MAP, ARRAY(struct config, primaries), .section = &primary_section, .required = true},
  {"factors", SCHEMA_MAP, ARRAY(struct config, factors), .section = &factor_section},
  {"log", SCHEMA_SECTION, .section = &log_section, .standard = "{}"},
  {"limits", SCHEMA_SECTION, .section = &limits_section, .standard = "{}"},
  {"store", SCHEMA_SECTION, .section = &store_section},
  {"control", SCHEMA_SECTION, .section = &control_section},
  {"portal", SCHEMA_SECTION, .section = &portal_section},
  LATER("metrics"),
};

/* clang-format on */

const struct schema_section schema_root = {"this file", ROWS(root)};
