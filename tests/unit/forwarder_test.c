/* forwarder.c: a proxy that hands its logins on; the test is both the client and the upstream. */
#include "loopback.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <radmfa/auth.h>
#include <radmfa/client.h>
#include <radmfa/error.h>
#include <radmfa/proxy.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENT_SECRET "of the client"
#define HOME_SECRET "of the server"

static struct loopback loopback;
static radmfa_join_table *join_table;
static radmfa_proxy *proxy;
static radmfa_address bound;
static radmfa_secret *client_secret, *home_secret;
static int home;
static radmfa_address home_address;
static uint8_t bytes[RADMFA_PACKET_SIZE_MAX];
static radmfa_packet packet;
static struct sockaddr_in from;

static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = {4, 5, 6};

static void open_home(void) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof any;
  home = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(home, (struct sockaddr *)&any, sizeof any), 0);
  cr_assert_eq(getsockname(home, (struct sockaddr *)&any, &len), 0);
  home_address = loopback_address("127.0.0.1");
  home_address.port = ntohs(any.sin_port);
}

static radmfa_upstream *new_upstream(void) {
  radmfa_upstream *upstream;
  radmfa_upstream_options options;
  radmfa_upstream_server_options server;
  radmfa_upstream_options_init(&options);
  radmfa_upstream_server_options_init(&server);
  options.name = server.name = "home";
  server.address = home_address;
  server.secret = radmfa_text(HOME_SECRET);
  cr_assert_eq(radmfa_upstream_new(&options, &upstream), 0);
  cr_assert_eq(radmfa_upstream_add_server(upstream, &server), 0);
  return upstream;
}

/* The ruleset alone holds the upstream. */
static radmfa_ruleset *new_ruleset_with(const radmfa_policy_options *hooks) {
  radmfa_ruleset *ruleset;
  radmfa_policy_options policy;
  radmfa_client_options client;
  radmfa_policy_options_init(&policy);
  radmfa_client_options_init(&client);
  policy.upstream_password = hooks->upstream_password;
  policy.upstream_answer = hooks->upstream_answer;
  policy.name = client.policy = client.name = "lab";
  policy.upstream = new_upstream();
  client.prefixes = &(radmfa_prefix){.bits = 0};
  client.n_prefixes = 1;
  client.secret = radmfa_text(CLIENT_SECRET);
  cr_assert_eq(radmfa_ruleset_new(NULL, &ruleset), 0);
  cr_assert_eq(radmfa_ruleset_add_policy(ruleset, &policy), 0);
  cr_assert_eq(radmfa_ruleset_add_client(ruleset, &client), 0);
  radmfa_upstream_unref(policy.upstream);
  return ruleset;
}

static radmfa_ruleset *new_ruleset(void) {
  return new_ruleset_with(&(radmfa_policy_options){0});
}

static void fresh(void) {
  static const uint8_t key[16] = {5};
  radmfa_proxy_options options;
  radmfa_address address = loopback_address("127.0.0.1:0");
  loopback_open(&loopback);
  open_home();
  cr_assert_eq(radmfa_secret_new(radmfa_text(CLIENT_SECRET), NULL, &client_secret), 0);
  cr_assert_eq(radmfa_secret_new(radmfa_text(HOME_SECRET), NULL, &home_secret), 0);
  cr_assert_eq(radmfa_join_table_new(key, NULL, &join_table), 0);
  radmfa_proxy_options_init(&options);
  options.join_table = join_table;
  options.ruleset = new_ruleset();
  cr_assert_eq(radmfa_proxy_new(&loopback.loop, &options, &proxy), 0);
  cr_assert_eq(radmfa_proxy_listen(proxy, &address, &bound), 0);
  radmfa_ruleset_unref(options.ruleset);
}

static void done(void) {
  radmfa_proxy_close(proxy, NULL, NULL);
  radmfa_join_table_unref(join_table);
  loopback_close(&loopback);
  close(home);
  radmfa_secret_free(client_secret);
  radmfa_secret_free(home_secret);
}

TestSuite(forwarder, .init = fresh, .fini = done);

static void send_login(uint8_t first_of_authenticator) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX], own[RADMFA_AUTHENTICATOR_SIZE];
  radmfa_builder builder;
  radmfa_span request;
  memcpy(own, authenticator, sizeof own);
  own[0] = first_of_authenticator;
  radmfa_build_request(&builder, buffer, sizeof buffer, RADMFA_ACCESS_REQUEST, 9, own);
  radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, radmfa_text("alice"));
  radmfa_build_user_password(&builder, client_secret, radmfa_text("right horse"));
  radmfa_build_attr(&builder, RADMFA_ATTR_PROXY_STATE, radmfa_text("one"));
  cr_assert_eq(radmfa_build_finish(&builder, client_secret, &request), 0);
  loopback_send(&loopback, request, &bound);
}

static bool has_arrived(void *user) {
  socklen_t len = sizeof from;
  (void)user;
  ssize_t n = recvfrom(home, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &len);
  return n > 0 && !radmfa_packet_parse((radmfa_span){bytes, (size_t)n}, &packet);
}

static void take_request(void) {
  loopback_turn_until(&loopback, has_arrived, NULL);
  cr_assert_eq(radmfa_verify_request(&packet, home_secret, true), 0);
}

static void reply(uint8_t code) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span answer;
  radmfa_build_reply(&builder, buffer, sizeof buffer, code, &packet);
  radmfa_build_attr(&builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("hello"));
  cr_assert_eq(radmfa_build_finish(&builder, home_secret, &answer), 0);
  cr_assert_eq(sendto(home, answer.ptr, answer.len, 0, (struct sockaddr *)&from, sizeof from),
               (ssize_t)answer.len);
}

/* What the client hears at last, verified. */
static radmfa_packet wait_for_reply(uint8_t buffer[RADMFA_PACKET_SIZE_MAX]) {
  radmfa_packet answer;
  size_t len = loopback_wait(&loopback, buffer, RADMFA_PACKET_SIZE_MAX);
  cr_assert_eq(radmfa_packet_parse((radmfa_span){buffer, len}, &answer), 0);
  cr_assert_eq(radmfa_verify_reply(&answer, authenticator, client_secret, true), 0);
  return answer;
}

Test(forwarder, a_login_goes_up_and_its_verdict_comes_down) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX], password[RADMFA_PASSWORD_SIZE_MAX];
  radmfa_span value;
  size_t len;
  send_login(4);
  take_request();
  cr_assert_eq(radmfa_reveal_password(&packet, home_secret, password, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){password, len}, radmfa_text("right horse")));
  reply(RADMFA_ACCESS_ACCEPT);
  radmfa_packet answer = wait_for_reply(buffer);
  cr_assert_eq(answer.code, RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(answer.id, 9);
  cr_assert(radmfa_packet_find(&answer, RADMFA_ATTR_REPLY_MESSAGE, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("hello")));
  cr_assert(radmfa_packet_find(&answer, RADMFA_ATTR_PROXY_STATE, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("one")));
}

Test(forwarder, a_reject_is_passed_on_at_once_and_as_it_is) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  send_login(4);
  take_request();
  reply(RADMFA_ACCESS_REJECT);
  cr_assert_eq(wait_for_reply(buffer).code, RADMFA_ACCESS_REJECT);
}

Test(forwarder, a_login_that_is_superseded_is_not_waited_for) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  send_login(3);
  take_request();
  radmfa_packet first = packet;
  uint8_t first_bytes[RADMFA_PACKET_SIZE_MAX];
  memcpy(first_bytes, bytes, packet.length);
  send_login(4);
  take_request();
  reply(RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(wait_for_reply(buffer).code, RADMFA_ACCESS_ACCEPT);
  first.bytes = first_bytes;
  packet = first;
  reply(RADMFA_ACCESS_REJECT);
  for (int i = 0; i < 20; i++) loopback_run_once(&loopback);
  cr_assert_eq(loopback_receive(&loopback, buffer, sizeof buffer), 0);
}

Test(forwarder, a_reload_lets_what_is_under_way_end_where_it_began) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  send_login(4);
  take_request();
  radmfa_ruleset *ruleset = new_ruleset();
  cr_assert_eq(radmfa_proxy_set_ruleset(proxy, ruleset), 0);
  radmfa_ruleset_unref(ruleset);
  reply(RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(wait_for_reply(buffer).code, RADMFA_ACCESS_ACCEPT);
}

static char answered_of[16];

/* Says no where the upstream said yes. */
static int contradict(void *user, uint64_t login_id, radmfa_span typed_user,
                      const radmfa_primary_answer *answer) {
  (void)user;
  radmfa_primary_answer blocked = {.verdict = RADMFA_PRIMARY_REJECT,
                                   .reason = RADMFA_REASON_BLOCKED};
  cr_assert_eq(answer->verdict, RADMFA_PRIMARY_ACCEPT);
  memcpy(answered_of, typed_user.ptr, typed_user.len);
  return radmfa_answer_primary(join_table, login_id, &blocked);
}

static size_t first_word(void *user, const radmfa_request *request) {
  (void)user;
  const uint8_t *space = memchr(request->password.ptr, ' ', request->password.len);
  return (size_t)(space - request->password.ptr);
}

static void begin_with(const radmfa_policy_options *hooks) {
  radmfa_ruleset *ruleset = new_ruleset_with(hooks);
  cr_assert_eq(radmfa_proxy_set_ruleset(proxy, ruleset), 0);
  radmfa_ruleset_unref(ruleset);
  send_login(4);
  take_request();
}

Test(forwarder, who_hears_an_answer_before_the_engine_may_give_another) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  begin_with(&(radmfa_policy_options){.upstream_answer = contradict});
  reply(RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(wait_for_reply(buffer).code, RADMFA_ACCESS_REJECT);
  cr_assert_str_eq(answered_of, "alice");
}

Test(forwarder, what_stands_behind_a_password_is_not_sent_on) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX], password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len;
  begin_with(&(radmfa_policy_options){.upstream_password = first_word});
  cr_assert_eq(radmfa_reveal_password(&packet, home_secret, password, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){password, len}, radmfa_text("right")));
  reply(RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(wait_for_reply(buffer).code, RADMFA_ACCESS_ACCEPT);
}
