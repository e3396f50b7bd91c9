#include "instant.h"

#include "memory.h"

#include <stdlib.h>

struct instant {
  radmfa_join_table *table;
  radmfa_ruleset *rules;
  radmfa_engine *engine;
};

static void check_start(void *backend, const radmfa_request *request) {
  const struct instant *instant = backend;
  const radmfa_primary_answer yes = {.verdict = RADMFA_PRIMARY_ACCEPT};
  (void)radmfa_answer_primary(instant->table, request->login_id, &yes);
}

static void approve_start(void *backend, const radmfa_request *request) {
  const struct instant *instant = backend;
  (void)radmfa_answer_factor(instant->table, request->login_id, RADMFA_FACTOR_APPROVED);
}

static const radmfa_primary check = {.methods = RADMFA_METHOD_PAP, .start = check_start};
static const radmfa_factor approve = {.start = approve_start};

static int add_rules(struct instant *instant, radmfa_span secret) {
  radmfa_policy_options policy;
  radmfa_client_options client;
  radmfa_policy_options_init(&policy);
  radmfa_client_options_init(&client);
  policy.name = client.policy = client.name = "instant";
  policy.primary = &check;
  policy.primary_backend = instant;
  policy.factors = &(radmfa_factor_options){"yes", &approve, instant};
  client.prefixes = &(radmfa_prefix){.bits = 0}; /* everywhere */
  policy.n_factors = client.n_prefixes = 1;
  client.secret = secret;
  int error = radmfa_ruleset_add_policy(instant->rules, &policy);
  return error ? error : radmfa_ruleset_add_client(instant->rules, &client);
}

struct instant *instant_new(radmfa_span secret) {
  static const uint8_t key[16] = "nothing to hide";
  struct instant *instant = memory_new(sizeof *instant);
  radmfa_engine_options options;
  int error = radmfa_join_table_new(key, NULL, &instant->table);
  if (!error) error = radmfa_ruleset_new(NULL, &instant->rules);
  if (!error) error = add_rules(instant, secret);
  radmfa_engine_options_init(&options);
  options.join_table = instant->table;
  options.ruleset = instant->rules;
  if (!error) error = radmfa_engine_new(&options, &instant->engine);
  if (!error) return instant;
  instant_free(instant);
  return NULL;
}

void instant_free(struct instant *instant) {
  radmfa_engine_free(instant->engine);
  radmfa_ruleset_unref(instant->rules);
  radmfa_join_table_unref(instant->table);
  free(instant);
}

static uint64_t perform(const radmfa_operation *operation) {
  switch (operation->type) {
    case RADMFA_OPERATION_CHECK:
      operation->primary->start(operation->backend, &operation->request);
      return 0;
    case RADMFA_OPERATION_START_FACTOR:
      operation->factor->start(operation->backend, &operation->request);
      return 0;
    case RADMFA_OPERATION_SEND: return 1;
    case RADMFA_OPERATION_CANCEL_PRIMARY:
    case RADMFA_OPERATION_FORWARD:
    case RADMFA_OPERATION_CANCEL_FORWARD:
    case RADMFA_OPERATION_CANCEL_FACTOR:
    default: return 0;
  }
}

static uint64_t perform_all(radmfa_engine *engine, uint64_t now_ms) {
  radmfa_operation operation;
  uint64_t replies = 0;
  do {
    while (radmfa_engine_next(engine, &operation)) replies += perform(&operation);
  } while (radmfa_engine_inbox(engine, now_ms));
  if (radmfa_engine_next_due(engine) <= now_ms) radmfa_engine_clock(engine, now_ms);
  return replies;
}

uint64_t instant_take(struct instant *instant, const radmfa_datagram *datagrams, size_t n,
                      uint64_t now_ms) {
  radmfa_engine_datagrams(instant->engine, datagrams, n, now_ms);
  return perform_all(instant->engine, now_ms);
}

uint64_t instant_take_each(struct instant *instant, const radmfa_datagram *datagrams, size_t n,
                           uint64_t now_ms) {
  for (size_t i = 0; i < n; i++) radmfa_engine_datagram(instant->engine, &datagrams[i], now_ms);
  return perform_all(instant->engine, now_ms);
}
