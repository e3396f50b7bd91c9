#include "core/clients.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <string.h>

static struct heap heap;
static radmfa_allocator allocator;
static radmfa_ruleset *ruleset;

static void start(void *backend, const radmfa_request *request) {
  (void)backend;
  (void)request;
}

static const radmfa_primary primary = {.methods = RADMFA_METHOD_PAP, .start = start};
static const radmfa_factor factor = {.start = start};

static int add_policy(const char *name) {
  radmfa_policy_options options;
  radmfa_policy_options_init(&options);
  options.name = name;
  options.primary = &primary;
  return radmfa_ruleset_add_policy(ruleset, &options);
}

static radmfa_client_options client_options(const char *name) {
  radmfa_client_options options;
  radmfa_client_options_init(&options);
  options.name = name;
  options.secret = radmfa_text("secret");
  options.policy = "main";
  return options;
}

static int add_client(const char *name, const char *network) {
  radmfa_client_options options = client_options(name);
  radmfa_prefix prefix;
  cr_assert_eq(radmfa_prefix_parse(network, &prefix), 0);
  options.prefixes = &prefix;
  options.n_prefixes = 1;
  return radmfa_ruleset_add_client(ruleset, &options);
}

static struct client *client_of(const char *address) {
  radmfa_address parsed;
  cr_assert_eq(radmfa_address_parse(address, &parsed), 0);
  return radmfa__clients_find(ruleset, parsed.ip);
}

static const char *name_of(const char *address) {
  const struct client *client = client_of(address);
  return client ? client->name : "none";
}

static void fresh(void) {
  allocator = heap_allocator(&heap);
  cr_assert_eq(radmfa_ruleset_new(&allocator, &ruleset), 0);
  cr_assert_eq(add_policy("main"), 0);
}

static void done(void) {
  radmfa_ruleset_unref(ruleset);
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(clients, .init = fresh, .fini = done);

Test(clients, the_longest_prefix_wins_whatever_the_order) {
  cr_assert_eq(add_client("net", "10.0.0.0/8"), 0);
  cr_assert_eq(add_client("host", "10.1.2.3"), 0);
  cr_assert_eq(add_client("subnet", "10.1.2.0/24"), 0);
  cr_assert_eq(add_client("all", "::/0"), 0);
  cr_assert_str_eq(name_of("10.1.2.3"), "host");
  cr_assert_str_eq(name_of("10.1.2.4"), "subnet");
  cr_assert_str_eq(name_of("10.1.3.4"), "net");
  cr_assert_str_eq(name_of("11.1.2.3"), "all");
  cr_assert_str_eq(name_of("2001:db8::1"), "all");
}

Test(clients, a_prefix_need_not_end_at_an_octet) {
  cr_assert_eq(add_client("odd", "192.168.64.0/18"), 0);
  cr_assert_str_eq(name_of("192.168.127.255"), "odd");
  cr_assert_str_eq(name_of("192.168.128.0"), "none");
  cr_assert_str_eq(name_of("192.168.63.255"), "none");
}

Test(clients, names_and_networks_are_unique) {
  cr_assert_eq(add_client("a", "10.0.0.0/8"), 0);
  cr_assert_eq(add_client("a", "10.0.0.0/9"), RADMFA_E_EXISTS);
  cr_assert_eq(add_client("b", "10.0.0.0/8"), RADMFA_E_EXISTS);
  cr_assert_eq(add_policy("main"), RADMFA_E_EXISTS);
  cr_assert_str_eq(name_of("10.0.0.1"), "a");
}

Test(clients, a_client_that_was_refused_leaves_nothing) {
  radmfa_client_options options = client_options("b");
  radmfa_prefix prefixes[2];
  cr_assert_eq(add_client("a", "10.0.0.1"), 0);
  cr_assert_eq(radmfa_prefix_parse("10.0.0.2", &prefixes[0]), 0);
  cr_assert_eq(radmfa_prefix_parse("10.0.0.1", &prefixes[1]), 0);
  options.prefixes = prefixes;
  options.n_prefixes = 2;
  cr_assert_eq(radmfa_ruleset_add_client(ruleset, &options), RADMFA_E_EXISTS);
  cr_assert_null(client_of("10.0.0.2"));
}

static int add_with(radmfa_client_options options) {
  static radmfa_prefix prefix = {.bits = 128};
  options.prefixes = &prefix;
  options.n_prefixes = 1;
  return radmfa_ruleset_add_client(ruleset, &options);
}

Test(clients, values_out_of_range_are_refused) {
  radmfa_client_options options = client_options("a");
  options.timeout_ms = 1999;
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
  options.timeout_ms = 180001;
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
  options = client_options("a");
  options.secret.len = 0;
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
  options = client_options("a");
  options.pending_max = 0;
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
  options = client_options("");
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
  options = client_options("0123456789012345678901234567890123456789012345678901234567890123");
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
  options = client_options("a");
  options.policy = "lba";
  cr_assert_eq(add_with(options), RADMFA_E_NOT_FOUND);
  options.policy = NULL;
  cr_assert_eq(add_with(options), RADMFA_E_INVALID);
}

Test(clients, one_without_networks_is_refused) {
  radmfa_client_options options = client_options("a");
  cr_assert_eq(radmfa_ruleset_add_client(ruleset, &options), RADMFA_E_INVALID);
}

static uint32_t wait_of(uint32_t timeout_ms, uint32_t answer_before_ms) {
  radmfa_client_options options = client_options("a");
  options.timeout_ms = timeout_ms;
  options.answer_before_ms = answer_before_ms;
  cr_assert_eq(add_with(options), 0);
  uint32_t wait_ms = client_of("::")->wait_ms;
  done();
  fresh();
  return wait_ms;
}

Test(clients, a_login_ends_before_its_client_gives_up) {
  cr_assert_eq(wait_of(50000, 0), 49000);
  cr_assert_eq(wait_of(5000, 0), 4500);
  cr_assert_eq(wait_of(2000, 0), 1800);
  cr_assert_eq(wait_of(50000, 3000), 47000);
  cr_assert_eq(wait_of(180000, 0), 179000);
}

Test(clients, a_policy_has_a_primary_and_at_most_eight_factors) {
  radmfa_factor_options factors[9];
  radmfa_policy_options options;
  for (size_t i = 0; i < 9; i++) factors[i] = (radmfa_factor_options){"phone", &factor, NULL};
  radmfa_policy_options_init(&options);
  options.name = "second";
  cr_assert_eq(radmfa_ruleset_add_policy(ruleset, &options), RADMFA_E_INVALID);
  options.primary = &primary;
  options.factors = factors;
  options.n_factors = 9;
  cr_assert_eq(radmfa_ruleset_add_policy(ruleset, &options), RADMFA_E_INVALID);
  options.n_factors = 8;
  cr_assert_eq(radmfa_ruleset_add_policy(ruleset, &options), 0);
}

Test(clients, defaults_are_those_of_the_header) {
  radmfa_policy_options policy;
  radmfa_policy_options_init(&policy);
  cr_assert(policy.join);
  cr_assert_not(policy.accept_unenrolled);
  cr_assert_eq(policy.on_unavailable, RADMFA_UNAVAILABLE_SILENT);
  cr_assert_eq(policy.reject_delay_ms, 1000);
  cr_assert_eq(policy.min_call_ms, 10000);
  cr_assert_eq(policy.reuse_approval_ms, 0);
  radmfa_client_options client = client_options("a");
  cr_assert_eq(client.message_authenticator, RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE);
  cr_assert_eq(client.timeout_ms, 50000);
  cr_assert_eq(client.pending_max, UINT32_MAX);
}

/* An older program's struct ends before what was added later: that keeps its default. */
Test(clients, options_of_an_older_program_are_understood) {
  radmfa_policy_options policy;
  radmfa_policy_options_init(&policy);
  policy.size = offsetof(radmfa_policy_options, min_call_ms);
  policy.name = "old";
  policy.primary = &primary;
  policy.min_call_ms = 1; /* lies behind its struct */
  cr_assert_eq(radmfa_ruleset_add_policy(ruleset, &policy), 0);
  radmfa_client_options client = client_options("a");
  radmfa_prefix prefix = {.bits = 128};
  client.policy = "old";
  client.prefixes = &prefix;
  client.n_prefixes = 1;
  cr_assert_eq(radmfa_ruleset_add_client(ruleset, &client), 0);
  cr_assert_eq(client_of("::")->policy->min_call_ms, 10000);
}

static void count_release(void *user) {
  ++*(unsigned *)user;
}

Test(clients, release_is_told_once_with_the_last_reference) {
  unsigned released = 0;
  radmfa_ruleset *other;
  cr_assert_eq(radmfa_ruleset_new(&allocator, &other), 0);
  radmfa_ruleset_on_release(other, count_release, &released);
  cr_assert_eq(radmfa_ruleset_ref(other), other);
  radmfa_ruleset_unref(other);
  cr_assert_eq(released, 0);
  radmfa_ruleset_unref(other);
  cr_assert_eq(released, 1);
  radmfa_ruleset_unref(NULL);
}
