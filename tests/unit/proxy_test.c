/* proxy.c and pump.c: the engine on a real loop, with backends on its thread and on another. */
#include "loopback.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <radmfa/auth.h>
#include <radmfa/error.h>
#include <radmfa/proxy.h>

/* A proxy with a primary that says yes at once and a factor that a thread of its own answers. */
struct stage {
  struct loopback loopback;
  radmfa_join_table *join_table;
  radmfa_ruleset *ruleset;
  radmfa_proxy *proxy;
  radmfa_secret *secret;
  radmfa_address bound;
  pthread_t thread;
  uint64_t called; /* the login whose phone rings */
  int calls, cancels, drained, closed, released;
  bool answers;
};

static void start_primary(void *backend, const radmfa_request *request) {
  struct stage *stage = backend;
  radmfa_primary_answer yes = {.verdict = RADMFA_PRIMARY_ACCEPT};
  cr_assert_eq(radmfa_answer_primary(stage->join_table, request->login_id, &yes), 0);
}

static void *press_pound(void *arg) {
  struct stage *stage = arg;
  cr_assert_eq(radmfa_answer_factor(stage->join_table, stage->called, RADMFA_FACTOR_APPROVED), 0);
  return NULL;
}

static void start_factor(void *backend, const radmfa_request *request) {
  struct stage *stage = backend;
  stage->calls++;
  stage->called = request->login_id;
  if (stage->answers) cr_assert_eq(pthread_create(&stage->thread, NULL, press_pound, stage), 0);
}

static void cancel_factor(void *backend, uint64_t login_id) {
  struct stage *stage = backend;
  cr_assert_eq(login_id, stage->called);
  stage->cancels++;
}

static const radmfa_primary primary = {.methods = RADMFA_METHOD_PAP, .start = start_primary};
static const radmfa_factor factor = {.start = start_factor, .cancel = cancel_factor};

static void count(void *user) {
  ++*(int *)user;
}

static void make_ruleset(struct stage *stage) {
  radmfa_policy_options policy;
  radmfa_client_options client;
  radmfa_prefix prefix;
  radmfa_factor_options phone = {"phone", &factor, stage};
  radmfa_policy_options_init(&policy);
  radmfa_client_options_init(&client);
  cr_assert_eq(radmfa_prefix_parse("127.0.0.0/8", &prefix), 0);
  policy.name = "lab";
  policy.primary = &primary;
  policy.primary_backend = stage;
  policy.factors = &phone;
  policy.n_factors = 1;
  client.name = "loopback";
  client.prefixes = &prefix;
  client.n_prefixes = 1;
  client.secret = radmfa_text("testing123");
  client.timeout_ms = 2000;
  client.policy = "lab";
  cr_assert_eq(radmfa_ruleset_new(NULL, &stage->ruleset), 0);
  cr_assert_eq(radmfa_ruleset_add_policy(stage->ruleset, &policy), 0);
  cr_assert_eq(radmfa_ruleset_add_client(stage->ruleset, &client), 0);
  radmfa_ruleset_on_release(stage->ruleset, count, &stage->released);
}

static void open_stage(struct stage *stage, bool answers) {
  static const uint8_t key[16] = {5};
  radmfa_proxy_options options;
  radmfa_address address = loopback_address("127.0.0.1:0");
  *stage = (struct stage){.answers = answers};
  loopback_open(&stage->loopback);
  cr_assert_eq(radmfa_secret_new(radmfa_text("testing123"), NULL, &stage->secret), 0);
  cr_assert_eq(radmfa_join_table_new(key, NULL, &stage->join_table), 0);
  make_ruleset(stage);
  radmfa_proxy_options_init(&options);
  options.join_table = stage->join_table;
  options.ruleset = stage->ruleset;
  cr_assert_eq(radmfa_proxy_new(&stage->loopback.loop, &options, &stage->proxy), 0);
  cr_assert_eq(radmfa_proxy_listen(stage->proxy, &address, &stage->bound), 0);
}

static void close_stage(struct stage *stage) {
  radmfa_proxy_close(stage->proxy, count, &stage->closed);
  radmfa_ruleset_unref(stage->ruleset);
  radmfa_join_table_unref(stage->join_table);
  loopback_close(&stage->loopback);
  radmfa_secret_free(stage->secret);
  cr_assert_eq(stage->closed, 1);
  cr_assert_eq(stage->released, 1);
}

static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = {4, 5, 6};

static void send_login(struct stage *stage) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_build_request(&builder, buffer, sizeof buffer, RADMFA_ACCESS_REQUEST, 9, authenticator);
  radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, radmfa_text("alice"));
  radmfa_build_user_password(&builder, stage->secret, radmfa_text("right horse"));
  cr_assert_eq(radmfa_build_finish(&builder, stage->secret, &bytes), 0);
  loopback_send(&stage->loopback, bytes, &stage->bound);
}

static uint8_t wait_for_verdict(struct stage *stage) {
  uint8_t bytes[256];
  radmfa_packet reply;
  size_t len = loopback_wait(&stage->loopback, bytes, sizeof bytes);
  cr_assert_eq(radmfa_packet_parse((radmfa_span){bytes, len}, &reply), 0);
  cr_assert_eq(radmfa_verify_reply(&reply, authenticator, stage->secret, true), 0);
  return reply.code;
}

static bool is_ringing(void *user) {
  return ((struct stage *)user)->calls > 0;
}

static bool is_drained(void *user) {
  return ((struct stage *)user)->drained > 0;
}

Test(proxy, an_answer_from_another_thread_wakes_the_loop) {
  struct stage stage;
  open_stage(&stage, true);
  send_login(&stage);
  cr_assert_eq(wait_for_verdict(&stage), RADMFA_ACCESS_ACCEPT);
  pthread_join(stage.thread, NULL);
  cr_assert_eq(stage.cancels, 0);
  close_stage(&stage);
}

Test(proxy, the_deadline_ends_the_call_and_rejects) {
  struct stage stage;
  open_stage(&stage, false);
  send_login(&stage);
  cr_assert_eq(wait_for_verdict(&stage), RADMFA_ACCESS_REJECT);
  cr_assert_eq(stage.calls, 1);
  cr_assert_eq(stage.cancels, 1);
  close_stage(&stage);
}

Test(proxy, draining_with_nothing_pending_ends_from_the_loop) {
  struct stage stage;
  open_stage(&stage, false);
  radmfa_proxy_drain(stage.proxy, count, &stage.drained);
  cr_assert_eq(stage.drained, 0);
  loopback_run_until(&stage.loopback, is_drained, &stage);
  close_stage(&stage);
}

Test(proxy, draining_waits_for_the_pending_login) {
  struct stage stage;
  open_stage(&stage, false);
  send_login(&stage);
  loopback_run_until(&stage.loopback, is_ringing, &stage);
  radmfa_proxy_drain(stage.proxy, count, &stage.drained);
  loopback_run_once(&stage.loopback);
  cr_assert_eq(stage.drained, 0);
  cr_assert_eq(radmfa_answer_factor(stage.join_table, stage.called, RADMFA_FACTOR_DENIED), 0);
  loopback_run_until(&stage.loopback, is_drained, &stage);
  cr_assert_eq(wait_for_verdict(&stage), RADMFA_ACCESS_REJECT);
  close_stage(&stage);
}

Test(proxy, closing_with_a_login_pending_leaves_nothing_behind_and_a_late_answer_finds_nobody) {
  struct stage stage;
  open_stage(&stage, false);
  send_login(&stage);
  loopback_run_until(&stage.loopback, is_ringing, &stage);
  radmfa_proxy_close(stage.proxy, count, &stage.closed);
  cr_assert_eq(radmfa_answer_factor(stage.join_table, stage.called, RADMFA_FACTOR_APPROVED),
               RADMFA_E_NOT_FOUND);
  stage.proxy = NULL;
  loopback_run_once(&stage.loopback);
  close_stage(&stage);
}
