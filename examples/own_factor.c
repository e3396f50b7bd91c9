/* own_factor: a RADIUS server with a second factor of its own: a telephone with one line, whose
 * owner says yes after two seconds. Everybody's password is "right".
 *   own_factor [ADDRESS:PORT [SECRET]]   Ctrl-C ends it; accept_all.c says how to try it. */
#include <radmfa/error.h>
#include <radmfa/proxy.h>
#include <signal.h>
#include <stdio.h>

struct phone {
  radmfa_join_table *table; /* where answers go */
  uv_timer_t owner;
  uint64_t login_id; /* for which it rings */
};

static void on_owner(uv_timer_t *owner) {
  struct phone *phone = owner->data;
  radmfa_answer_factor(phone->table, phone->login_id, RADMFA_FACTOR_APPROVED);
}

static void phone_start(void *backend, const radmfa_request *request) {
  struct phone *phone = backend;
  if (uv_is_active((uv_handle_t *)&phone->owner)) {
    radmfa_answer_factor(phone->table, request->login_id, RADMFA_FACTOR_BUSY);
  } else {
    fputs("the phone rings\n", stderr);
    phone->login_id = request->login_id;
    uv_timer_start(&phone->owner, on_owner, 2000, 0);
  }
}

static void phone_cancel(void *backend, uint64_t login_id) { /* nobody waits any more */
  struct phone *phone = backend;
  if (login_id == phone->login_id) uv_timer_stop(&phone->owner);
}

static void check_start(void *backend, const radmfa_request *request) {
  struct phone *phone = backend;
  bool good = radmfa_span_equal(request->password, radmfa_text("right")); /* better: a hash */
  radmfa_primary_answer answer = {.reason = RADMFA_REASON_WRONG_PASSWORD};
  answer.verdict = good ? RADMFA_PRIMARY_ACCEPT : RADMFA_PRIMARY_REJECT;
  radmfa_answer_primary(phone->table, request->login_id, &answer);
}

static const radmfa_factor phone_factor = {.start = phone_start, .cancel = phone_cancel};
static const radmfa_primary check = {.methods = RADMFA_METHOD_PAP, .start = check_start};

static int add_rules(radmfa_ruleset *rules, struct phone *phone, const char *secret) {
  radmfa_policy_options policy;
  radmfa_client_options client;
  radmfa_policy_options_init(&policy);
  radmfa_client_options_init(&client);
  policy.name = client.policy = client.name = "own";
  policy.primary = &check;
  policy.primary_backend = phone;
  policy.factors = &(radmfa_factor_options){"phone", &phone_factor, phone};
  client.prefixes = &(radmfa_prefix){.bits = 0}; /* everywhere */
  policy.n_factors = client.n_prefixes = 1;
  client.secret = radmfa_text(secret);
  int error = radmfa_ruleset_add_policy(rules, &policy);
  return error ? error : radmfa_ruleset_add_client(rules, &client);
}

static void on_signal(uv_signal_t *ctrl_c, int number) {
  if (number == SIGINT) uv_stop(ctrl_c->loop);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  struct phone phone = {.owner.data = &phone};
  uv_signal_t ctrl_c;
  radmfa_ruleset *rules = NULL;
  radmfa_proxy *proxy = NULL;
  radmfa_proxy_options options;
  radmfa_address address;
  uint8_t key[16];
  radmfa_proxy_options_init(&options);
  if (uv_timer_init(loop, &phone.owner) || uv_signal_init(loop, &ctrl_c)) return 1;
  int error = uv_random(NULL, NULL, key, sizeof key, 0, NULL);
  if (!error) error = radmfa_join_table_new(key, NULL, &phone.table);
  if (!error) error = radmfa_ruleset_new(NULL, &rules);
  if (!error) error = add_rules(rules, &phone, argc > 2 ? argv[2] : "testing123");
  options.join_table = phone.table;
  options.ruleset = rules;
  if (!error) error = radmfa_proxy_new(loop, &options, &proxy);
  if (!error) error = radmfa_address_parse(argc > 1 ? argv[1] : "127.0.0.1:1812", &address);
  if (!error) error = radmfa_proxy_listen(proxy, &address, &address);
  if (!error) error = uv_signal_start(&ctrl_c, on_signal, SIGINT);
  if (!error) fprintf(stderr, "listens on port %u\n", address.port);
  if (error) fprintf(stderr, "%s\n", error > -10000 ? uv_strerror(error) : radmfa_strerror(error));
  if (!error) uv_run(loop, UV_RUN_DEFAULT);
  radmfa_proxy_close(proxy, NULL, NULL);
  uv_close((uv_handle_t *)&phone.owner, NULL);
  uv_close((uv_handle_t *)&ctrl_c, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  radmfa_ruleset_unref(rules);
  radmfa_join_table_unref(phone.table);
  return uv_loop_close(loop) || error ? 1 : 0;
}
