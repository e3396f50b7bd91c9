#include "requests.h"

#include <radmfa/error.h>

static struct secret secret;
static struct users users;
static struct request_options options;
static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = "fifteen octets.";

static void set_up(void) {
  open_secret(&secret);
  options = (struct request_options){.message_authenticator = true};
  open_users(&users);
}

static void tear_down(void) {
  secret_close(&secret);
}

TestSuite(bench_request, .init = set_up, .fini = tear_down);

static struct octets build(uint64_t login) {
  struct octets request;
  struct user user;
  users_get(&users, login, &user);
  request.len =
      request_build(&options, &user, login, 7, authenticator, secret.shared, request.bytes);
  return request;
}

static void expect_user(const struct octets *request, const char *name, const char *password) {
  radmfa_packet packet = parsed(request);
  radmfa_span user = {0};
  uint8_t revealed[RADMFA_PASSWORD_SIZE_MAX];
  size_t len = 0;
  cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_USER_NAME, &user));
  cr_assert(radmfa_span_equal(user, radmfa_text(name)));
  cr_assert_eq(radmfa_reveal_password(&packet, secret.shared, revealed, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){revealed, len}, radmfa_text(password)));
}

Test(bench_request, each_login_is_another_user_with_his_password) {
  struct octets request = build(42);
  expect_user(&request, "user000042", "pass000042");
}

Test(bench_request, it_is_signed_and_names_its_nas) {
  struct octets request = build(1);
  radmfa_packet packet = parsed(&request);
  radmfa_span nas = {0};
  cr_assert_eq(radmfa_verify_request(&packet, secret.shared, true), 0);
  cr_assert_eq(packet.id, 7);
  cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_NAS_IDENTIFIER, &nas));
}

Test(bench_request, built_again_it_has_the_same_octets) {
  struct octets first = build(5), again = build(5);
  cr_assert(radmfa_span_equal(span_of(&first), span_of(&again)));
}

Test(bench_request, unsigned_it_is_whole_all_the_same) {
  options.message_authenticator = false;
  struct octets request = build(3);
  radmfa_packet packet = parsed(&request);
  cr_assert_eq(packet.message_authenticator_at, 0);
  cr_assert_eq(packet.length, request.len);
  expect_user(&request, "user000003", "pass000003");
}

Test(bench_request, with_chap_the_password_is_proven_and_not_sent) {
  options.method = REQUEST_CHAP;
  struct octets request = build(3);
  radmfa_packet packet = parsed(&request);
  radmfa_span value;
  cr_assert_not(radmfa_packet_find(&packet, RADMFA_ATTR_USER_PASSWORD, &value));
  cr_assert_eq(radmfa_verify_chap(&packet, radmfa_text("pass000003")), 0);
  cr_assert_eq(radmfa_verify_chap(&packet, radmfa_text("pass000004")), RADMFA_E_FORGED);
}

static bool is_back(const struct octets *request, uint64_t login) {
  struct octets reply = reply_to(&secret, request, RADMFA_ACCESS_ACCEPT);
  radmfa_packet packet = parsed(&reply);
  return request_proxy_state_is_back(&packet, login);
}

Test(bench_request, its_proxy_state_is_known_again_in_its_own_reply_only) {
  options.proxy_state = true;
  struct octets request = build(70000), other = build(70001);
  cr_assert(is_back(&request, 70000));
  cr_assert_not(is_back(&other, 70000));
  options.proxy_state = false;
  struct octets without = build(70000);
  cr_assert_not(is_back(&without, 70000));
}
