#include "requests.h"

static struct secret secret;
static struct request_options options;
static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = "fifteen octets.";

static void set_up(void) {
  open_secret(&secret);
  options = (struct request_options){.message_authenticator = true};
  set_patterns(&options.users, &options.passwords);
}

static void tear_down(void) {
  secret_close(&secret);
}

TestSuite(bench_request, .init = set_up, .fini = tear_down);

static struct octets build(uint64_t login) {
  struct octets request;
  request.len = request_build(&options, login, 7, authenticator, secret.shared, request.bytes);
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

Test(bench_request, users_come_again_after_their_count) {
  options.user_count = 10;
  struct octets request = build(42);
  expect_user(&request, "user000002", "pass000002");
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
