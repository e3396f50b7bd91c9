#include "answer.h"

#include "requests.h"
#include "unsigned.h"

static struct secret secret;
static struct answer_options options;

static void set_up(void) {
  open_secret(&secret);
  options = (struct answer_options){.message_authenticator = true};
  set_patterns(&options.users, &options.passwords);
}

static void tear_down(void) {
  secret_close(&secret);
}

TestSuite(answer, .init = set_up, .fini = tear_down);

/* A request with the given attributes behind User-Name and the hidden password. */
static struct octets request_with(const char *user, const char *password, uint8_t type,
                                  const char *value) {
  static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = "0123456789abcde";
  struct octets request;
  radmfa_builder builder;
  radmfa_span bytes = {0};
  radmfa_build_request(&builder, request.bytes, sizeof request.bytes, RADMFA_ACCESS_REQUEST, 1,
                       authenticator);
  radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, radmfa_text(user));
  radmfa_build_user_password(&builder, secret.shared, radmfa_text(password));
  if (type) radmfa_build_attr(&builder, type, radmfa_text(value));
  cr_assert_eq(radmfa_build_finish(&builder, secret.shared, &bytes), 0);
  request.len = bytes.len;
  return request;
}

static uint8_t code_for(const struct octets *request, bool *out_bad_password) {
  radmfa_packet packet = parsed(request);
  return answer_code(&options, &packet, secret.shared, out_bad_password);
}

static struct octets answer_to(const struct octets *request, uint8_t code) {
  radmfa_packet packet = parsed(request);
  struct octets reply;
  reply.len = answer_build(&options, &packet, code, &secret, reply.bytes);
  cr_assert_gt(reply.len, 0);
  return reply;
}

static void expect_checked(const char *user, const char *password, bool is_right) {
  struct octets request = request_with(user, password, 0, NULL);
  bool bad = is_right;
  options.verdict = VERDICT_CHECK;
  cr_assert_eq(code_for(&request, &bad), is_right ? RADMFA_ACCESS_ACCEPT : RADMFA_ACCESS_REJECT,
               "%s %s", user, password);
  cr_assert_eq(bad, !is_right);
}

Test(answer, a_password_must_be_that_of_its_user) {
  expect_checked("user000007", "pass000007", true);
  expect_checked("user000007", "pass000008", false);
  expect_checked("user000007", "", false);
  expect_checked("alice", "pass000007", false);
}

Test(answer, who_does_not_check_has_no_bad_passwords) {
  struct octets request = request_with("alice", "whatever", 0, NULL);
  bool bad = true;
  cr_assert_eq(code_for(&request, &bad), RADMFA_ACCESS_ACCEPT);
  cr_assert_not(bad);
  options.verdict = VERDICT_REJECT;
  cr_assert_eq(code_for(&request, &bad), RADMFA_ACCESS_REJECT);
}

Test(answer, a_challenge_carries_state_and_is_followed_by_an_accept) {
  struct octets first = request_with("alice", "x", 0, NULL);
  struct octets second = request_with("alice", "x", RADMFA_ATTR_STATE, "s");
  radmfa_span state = {0};
  bool bad;
  options.verdict = VERDICT_CHALLENGE;
  cr_assert_eq(code_for(&first, &bad), RADMFA_ACCESS_CHALLENGE);
  struct octets reply = answer_to(&first, RADMFA_ACCESS_CHALLENGE);
  radmfa_packet packet = parsed(&reply);
  cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_STATE, &state));
  cr_assert_eq(code_for(&second, &bad), RADMFA_ACCESS_ACCEPT);
}

static int verified(const struct octets *reply, const struct octets *request, bool required) {
  radmfa_packet packet = parsed(reply), asked = parsed(request);
  return radmfa_verify_reply(&packet, radmfa_packet_authenticator(&asked), secret.shared, required);
}

Test(answer, it_is_signed_first) {
  struct octets request = request_with("alice", "x", 0, NULL);
  struct octets reply = answer_to(&request, RADMFA_ACCESS_REJECT);
  radmfa_packet packet = parsed(&reply);
  cr_assert_eq(verified(&reply, &request, true), 0);
  cr_assert(message_authenticator_is_first(&packet));
}

Test(answer, without_message_authenticator_its_response_authenticator_is_right) {
  struct octets request = request_with("alice", "x", RADMFA_ATTR_PROXY_STATE, "one");
  options.message_authenticator = false;
  cr_assert(read_attribute("Class=gold", &options.attributes));
  struct octets reply = answer_to(&request, RADMFA_ACCESS_ACCEPT);
  radmfa_packet packet = parsed(&reply);
  cr_assert_eq(packet.message_authenticator_at, 0);
  cr_assert_eq(reply.len, RADMFA_HEADER_SIZE + 6 + 5);
  cr_assert_eq(verified(&reply, &request, false), 0);
}

static void expect_attribute(const struct octets *reply, uint8_t type, const char *value) {
  radmfa_packet packet = parsed(reply);
  radmfa_span found = {0};
  cr_assert(radmfa_packet_find(&packet, type, &found), "no %u", type);
  cr_assert(radmfa_span_equal(found, radmfa_text(value)));
}

Test(answer, an_accept_has_the_attributes_asked_for) {
  struct octets request = request_with("alice", "x", RADMFA_ATTR_PROXY_STATE, "one");
  cr_assert(read_attribute("reply-message=Hello, you", &options.attributes));
  cr_assert(read_attribute("25=0x676f6c64", &options.attributes));
  struct octets reply = answer_to(&request, RADMFA_ACCESS_ACCEPT);
  expect_attribute(&reply, RADMFA_ATTR_REPLY_MESSAGE, "Hello, you");
  expect_attribute(&reply, RADMFA_ATTR_CLASS, "gold");
  expect_attribute(&reply, RADMFA_ATTR_PROXY_STATE, "one");
}

Test(answer, a_reject_has_none_of_them) {
  struct octets request = request_with("alice", "x", 0, NULL);
  cr_assert(read_attribute("Class=gold", &options.attributes));
  struct octets reply = answer_to(&request, RADMFA_ACCESS_REJECT);
  cr_assert_eq(reply.len, RADMFA_HEADER_SIZE + 18);
}

Test(answer, attributes_that_cannot_be_are_refused) {
  const char *const texts[] = {"",       "Class", "=gold",
                               "Foo=1",  "0=x",   "256=x",
                               "80=x",   "33=x",  "Message-Authenticator=x",
                               "State=x"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_attribute(texts[i], &options.attributes), "%s was taken", texts[i]);
  cr_assert_eq(options.attributes.len, 0);
}

Test(answer, an_attribute_of_254_octets_is_refused) {
  char text[6 + RADMFA_ATTR_VALUE_SIZE_MAX + 2] = "Class=";
  memset(text + 6, 'x', RADMFA_ATTR_VALUE_SIZE_MAX + 1);
  cr_assert_not(read_attribute(text, &options.attributes));
  text[6 + RADMFA_ATTR_VALUE_SIZE_MAX] = 0;
  cr_assert(read_attribute(text, &options.attributes));
}
