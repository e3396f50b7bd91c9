/* proxy: hands every login on to another RADIUS server.
 *   proxy ADDRESS:PORT SECRET UPSTREAM:PORT UPSTREAM-SECRET   Ctrl-C ends it. */
#include <radmfa/client.h>
#include <radmfa/error.h>
#include <radmfa/proxy.h>
#include <signal.h>
#include <stdio.h>

static int add_upstream(const char *address, const char *secret, radmfa_upstream **out_upstream) {
  radmfa_upstream_options options;
  radmfa_upstream_server_options server;
  radmfa_upstream_options_init(&options);
  radmfa_upstream_server_options_init(&server);
  options.name = server.name = "upstream";
  server.secret = radmfa_text(secret);
  int error = uv_random(NULL, NULL, options.random_key, sizeof options.random_key, 0, NULL);
  if (!error) error = radmfa_address_parse(address, &server.address);
  if (!error) error = radmfa_upstream_new(&options, out_upstream);
  return error ? error : radmfa_upstream_add_server(*out_upstream, &server);
}

static int add_rules(radmfa_ruleset *rules, radmfa_upstream *upstream, const char *secret) {
  radmfa_policy_options policy;
  radmfa_client_options client;
  radmfa_policy_options_init(&policy); /* without factors: a plain proxy */
  radmfa_client_options_init(&client);
  policy.name = client.policy = client.name = "proxy";
  policy.upstream = upstream;
  client.prefixes = &(radmfa_prefix){.bits = 0}; /* everywhere */
  client.n_prefixes = 1;
  client.secret = radmfa_text(secret);
  int error = radmfa_ruleset_add_policy(rules, &policy);
  return error ? error : radmfa_ruleset_add_client(rules, &client);
}

static void on_signal(uv_signal_t *ctrl_c, int number) {
  if (number == SIGINT) uv_stop(ctrl_c->loop);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  uv_signal_t ctrl_c;
  radmfa_join_table *table = NULL;
  radmfa_ruleset *rules = NULL;
  radmfa_upstream *upstream = NULL;
  radmfa_proxy *proxy = NULL;
  radmfa_proxy_options options;
  radmfa_address address;
  uint8_t key[16];
  radmfa_proxy_options_init(&options);
  if (argc != 5 || uv_signal_init(loop, &ctrl_c)) return 2;
  int error = uv_random(NULL, NULL, key, sizeof key, 0, NULL);
  if (!error) error = radmfa_join_table_new(key, NULL, &table);
  if (!error) error = radmfa_ruleset_new(NULL, &rules);
  if (!error) error = add_upstream(argv[3], argv[4], &upstream);
  if (!error) error = add_rules(rules, upstream, argv[2]);
  options.join_table = table;
  options.ruleset = rules;
  if (!error) error = radmfa_proxy_new(loop, &options, &proxy);
  if (!error) error = radmfa_address_parse(argv[1], &address);
  if (!error) error = radmfa_proxy_listen(proxy, &address, &address);
  if (!error) error = uv_signal_start(&ctrl_c, on_signal, SIGINT);
  if (!error) fprintf(stderr, "listens on port %u\n", address.port);
  if (error) fprintf(stderr, "%s\n", error > -10000 ? uv_strerror(error) : radmfa_strerror(error));
  if (!error) uv_run(loop, UV_RUN_DEFAULT);
  radmfa_proxy_close(proxy, NULL, NULL);
  uv_close((uv_handle_t *)&ctrl_c, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  radmfa_ruleset_unref(rules);
  radmfa_upstream_unref(upstream);
  radmfa_join_table_unref(table);
  return uv_loop_close(loop) || error ? 1 : 0;
}
