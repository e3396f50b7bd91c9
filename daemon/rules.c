/* rules.c: values that must differ, and values that bound each other. */
#include "rules.h"

#include "call_rules.h"
#include "enrolment_rules.h"
#include "ldap_rules.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS_MAX 256

static int compare_places(struct place a, struct place b) {
  if (a.line != b.line) return a.line < b.line ? -1 : 1;
  return a.column < b.column ? -1 : a.column > b.column;
}

static int compare_values(const struct unique *a, const struct unique *b) {
  if (a->row != b->row) return (uintptr_t)a->row < (uintptr_t)b->row ? -1 : 1;
  if (a->list != b->list) return (uintptr_t)a->list < (uintptr_t)b->list ? -1 : 1;
  if (a->len != b->len) return a->len < b->len ? -1 : 1;
  return memcmp(a->bytes, b->bytes, a->len);
}

static int compare_uniques(const void *left, const void *right) {
  const struct unique *a = *(const struct unique *const *)left;
  const struct unique *b = *(const struct unique *const *)right;
  int order = compare_values(a, b);
  return order ? order : compare_places(a->at, b->at);
}

static void check_uniques(struct reader *r) {
  struct place at = r->root->at;
  const struct unique **sorted = new_array(r, at, r->n_uniques, sizeof *sorted);
  if (!sorted) return;
  size_t count = 0;
  for (const struct unique *unique = r->uniques; unique; unique = unique->next)
    sorted[count++] = unique;
  qsort(sorted, count, sizeof *sorted, compare_uniques);
  for (size_t i = 1; i < count; i++) {
    if (compare_values(sorted[i - 1], sorted[i]) != 0) continue;
    diag_error(r->diag, sorted[i]->at, "the same stands in `%s` in line %u already",
               sorted[i]->row->key, sorted[i - 1]->at.line);
  }
}

/* design.md section 5: answer_before is at most a tenth of timeout. */
static void check_answer_before(struct reader *r) {
  const struct yaml_node *clients = yaml_find(r->root, "clients");
  const struct yaml_node *one = r->config->n_clients ? clients->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    const struct config_client *client = &r->config->clients[i];
    const struct yaml_node *value = yaml_find(one, "answer_before");
    if (!value || client->answer_before_ms <= client->timeout_ms / 10) continue;
    diag_error(r->diag, value->at, "`answer_before` must be at most a tenth of timeout, %ums",
               client->timeout_ms / 10);
  }
}

static bool is_proxy(const struct config *config, const struct config_policy *policy) {
  return policy->primary < config->n_primaries &&
         config->primaries[policy->primary].type == CONFIG_PRIMARY_RADIUS;
}

static void warn_of_no_factors(struct reader *r) {
  const struct yaml_node *policies = yaml_find(r->root, "policies");
  const struct yaml_node *one = r->config->n_policies ? policies->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    const struct yaml_node *factors = yaml_find(one, "factors");
    if (!factors || factors->kind != YAML_SEQUENCE || factors->count) continue;
    diag_warn(r->diag, factors->at, "a policy without factors %s",
              is_proxy(r->config, &r->config->policies[i])
                  ? "is a plain proxy: the upstream decides alone"
                  : "lets users in on their password alone");
  }
}

/* ---- upstream servers ---- */

/* What was not read is 0, and was told: it contradicts nothing. */
static void check_times(struct reader *r, const struct yaml_node *primary,
                        const struct config_radius *radius) {
  const struct yaml_node *most = yaml_find(primary, "retransmit_max");
  const struct yaml_node *failover = yaml_find(primary, "failover_after");
  if (most && radius->retransmit_max_ms && radius->retransmit_max_ms < radius->retransmit_ms)
    diag_error(r->diag, most->at, "`retransmit_max` must be at least retransmit, %ums",
               radius->retransmit_ms);
  if (failover && radius->timeout_ms && radius->failover_ms >= radius->timeout_ms)
    diag_error(r->diag, failover->at, "`failover_after` must be less than timeout, %ums",
               radius->timeout_ms);
}

static bool is_any(const radmfa_address *address) {
  static const uint8_t any[sizeof address->ip];
  return !memcmp(address->ip, any, sizeof any);
}

static void check_source(struct reader *r, const struct yaml_node *primary,
                         const struct config_radius *radius) {
  const struct yaml_node *source = yaml_find(primary, "source");
  if (!source || is_any(&radius->source)) return;
  for (size_t i = 0; i < radius->n_servers; i++) {
    const struct config_server *server = &radius->servers[i];
    if (!server->address.port || is_ipv4(&server->address) == is_ipv4(&radius->source)) continue;
    diag_error(r->diag, source->at,
               "`source` cannot reach the server in line %u: one is IPv4, the other IPv6",
               server->at.line);
  }
}

static void check_upstreams(struct reader *r) {
  const struct yaml_node *primaries = yaml_find(r->root, "primaries");
  const struct yaml_node *one = r->config->n_primaries ? primaries->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    check_times(r, one, &r->config->primaries[i].radius);
    check_source(r, one, &r->config->primaries[i].radius);
  }
}

static void check_passcodes(struct reader *r) {
  const struct config *config = r->config;
  for (size_t i = 0; i < config->n_factors; i++)
    if (config->factors[i].type == CONFIG_FACTOR_TOTP && !config->store_path)
      diag_error(r->diag, config->factors[i].at,
                 "factor `%s` needs `store`, where the secrets of authenticator apps are kept",
                 config->factors[i].name);
}

/* ---- defaults ---- */

#define RETRANSMIT_MAX_MS 16000u

static void name_server(struct reader *r, struct config_server *server) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_address_format(&server->address, text);
  server->name = arena_copy(&r->config->memory, text, strlen(text));
  if (!server->name) diag_error(r->diag, server->at, "out of memory");
}

static void resolve_upstream(struct reader *r, struct config_radius *radius) {
  uint32_t retransmit_ms = radius->retransmit_ms;
  if (!radius->retransmit_max_ms)
    radius->retransmit_max_ms =
        retransmit_ms > RETRANSMIT_MAX_MS ? retransmit_ms : RETRANSMIT_MAX_MS;
  if (!radius->pending_max) radius->pending_max = r->config->pending_max;
  for (size_t i = 0; i < radius->n_servers; i++)
    if (!radius->servers[i].name) name_server(r, &radius->servers[i]);
}

static unsigned count_cores(void) {
  cpu_set_t set;
  int cores = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
  return cores > WORKERS_MAX ? WORKERS_MAX : (unsigned)cores;
}

static void resolve_standards(struct reader *r) {
  struct config *config = r->config;
  if (!config->workers) config->workers = count_cores();
  if (!config->kept_replies_max) config->kept_replies_max = config->pending_max;
  for (size_t i = 0; i < config->n_clients; i++)
    if (!config->clients[i].pending_max) config->clients[i].pending_max = config->pending_max;
  for (size_t i = 0; i < config->n_primaries; i++)
    if (config->primaries[i].type == CONFIG_PRIMARY_RADIUS)
      resolve_upstream(r, &config->primaries[i].radius);
}

void rules_check(struct reader *r) {
  check_uniques(r);
  check_answer_before(r);
  warn_of_no_factors(r);
  check_upstreams(r);
  ldap_rules_check(r);
  call_rules_check(r);
  enrolment_rules_check(r);
  check_passcodes(r);
  resolve_standards(r);
}
