#include "io/pump.h"

#include "loopback.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>

static void stay_silent(void *backend, const radmfa_request *request) {
  (void)backend;
  (void)request;
}

static const radmfa_primary silent = {.methods = RADMFA_METHOD_PAP, .start = stay_silent};

static void fill(struct pump_options *options) {
  static const uint8_t key[16];
  radmfa_policy_options policy;
  radmfa_policy_options_init(&policy);
  policy.name = "silent";
  policy.primary = &silent;
  *options = (struct pump_options){0};
  radmfa_engine_options_init(&options->engine);
  cr_assert_eq(radmfa_join_table_new(key, NULL, &options->engine.join_table), 0);
  cr_assert_eq(radmfa_ruleset_new(NULL, &options->engine.ruleset), 0);
  cr_assert_eq(radmfa_ruleset_add_policy(options->engine.ruleset, &policy), 0);
}

static void clear(struct pump_options *options) {
  radmfa_ruleset_unref(options->engine.ruleset);
  radmfa_join_table_unref(options->engine.join_table);
}

Test(pump, needs_a_ruleset_and_a_join_table) {
  struct loopback loopback;
  struct pump *pump;
  struct pump_options options = {0};
  radmfa_engine_options_init(&options.engine);
  loopback_open(&loopback);
  cr_assert_eq(radmfa__pump_new(&loopback.loop, &options, &pump), RADMFA_E_INVALID);
  loopback_close(&loopback);
}

Test(pump, listens_on_64_sockets_and_no_more) {
  struct loopback loopback;
  struct pump *pump;
  struct pump_options options;
  radmfa_address any = loopback_address("127.0.0.1:0"), bound;
  loopback_open(&loopback);
  fill(&options);
  cr_assert_eq(radmfa__pump_new(&loopback.loop, &options, &pump), 0);
  for (int i = 0; i < 64; i++) cr_assert_eq(radmfa__pump_listen(pump, &any, &bound), 0);
  cr_assert_eq(radmfa__pump_listen(pump, &any, &bound), RADMFA_E_TOO_BIG);
  radmfa__pump_close(pump, NULL, NULL);
  clear(&options);
  loopback_close(&loopback);
}

Test(pump, counts_what_is_no_radius_and_stays_silent) {
  struct loopback loopback;
  struct pump *pump;
  struct pump_options options;
  radmfa_address any = loopback_address("127.0.0.1:0"), bound;
  radmfa_engine_stats stats = {0};
  uint8_t reply[64];
  loopback_open(&loopback);
  fill(&options);
  cr_assert_eq(radmfa__pump_new(&loopback.loop, &options, &pump), 0);
  cr_assert_eq(radmfa__pump_listen(pump, &any, &bound), 0);
  loopback_send(&loopback, radmfa_text("GET / HTTP/1.1"), &bound);
  while (!stats.datagrams) {
    uv_run(&loopback.loop, UV_RUN_ONCE);
    radmfa_engine_stats_get(radmfa__pump_engine(pump), &stats);
  }
  cr_assert_eq(stats.drops[RADMFA_DROP_UNKNOWN_CLIENT], 1);
  cr_assert_eq(loopback_receive(&loopback, reply, sizeof reply), 0);
  radmfa__pump_close(pump, NULL, NULL);
  clear(&options);
  loopback_close(&loopback);
}
