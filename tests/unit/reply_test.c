#include "core/reply.h"
#include "core/sign.h"

#include "../support/traffic.h"
#include "core/wire.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>

static radmfa_secret *secret;
static struct sent sent;
static struct policy policy;
static struct client client;
static radmfa_primary primary;
static struct login login;
static uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
static radmfa_allocator allocator;

static void *allocate(size_t size, void *user) {
  (void)user;
  return calloc(1, size);
}

static void give_back(void *memory, size_t size, void *user) {
  (void)size;
  (void)user;
  free(memory);
}

static void fresh(void) {
  allocator = (radmfa_allocator){allocate, give_back, NULL};
  cr_assert_eq(radmfa_secret_new(radmfa_text("secret"), NULL, &secret), 0);
  policy.primary = &primary;
  policy.n_factors = 1;
  client.secret = secret;
  client.policy = &policy;
}

static void done(void) {
  radmfa__blob_unref(&allocator, login.blob);
  free(sent.bytes);
  radmfa_secret_free(secret);
}

TestSuite(reply, .init = fresh, .fini = done);

/* The reply's attributes as text; it is checked as the client would. */
static const char *reply_to(struct request request, radmfa_verdict verdict,
                            radmfa_primary_verdict said, const char *attributes) {
  static char text[256];
  radmfa_span reply;
  radmfa_packet packet;
  free(sent.bytes);
  sent = traffic_build(&request, secret);
  cr_assert_eq(radmfa_packet_parse((radmfa_span){sent.bytes, sent.len}, &packet), 0);
  login.bytes = sent.bytes;
  login.len = (uint16_t)sent.len;
  login_keep_packet(&login, &packet);
  login.client = &client;
  login.verdict = (uint8_t)verdict;
  login.primary_said = (uint8_t)said;
  radmfa__blob_unref(&allocator, login.blob);
  login.blob =
      attributes ? radmfa__blob_new(&allocator, radmfa_text(attributes), (radmfa_span){0}) : NULL;
  cr_assert_eq(radmfa__reply_build(&login, buffer, &reply), 0);
  radmfa__sign_reply(&(struct unsigned_packet){buffer, reply.len, secret});
  const char *fault = traffic_fault(reply, &sent, secret);
  cr_assert_null(fault, "%s", fault);
  traffic_attributes(reply, text, sizeof text);
  return text;
}

#define MESSAGE "\x12\x07hello" /* Reply-Message */
#define CLASS "\x19\x07staff"

Test(reply, an_accept_has_what_the_primary_said) {
  const char *text = reply_to(access_request("alice", "x", .proxy_state = "p,q"),
                              RADMFA_VERDICT_ACCEPT, RADMFA_PRIMARY_ACCEPT, MESSAGE CLASS);
  cr_assert_str_eq(text, " 18=hello 25=staff");
}

Test(reply, a_reject_has_only_the_message_of_the_primarys_no) {
  const char *text = reply_to(access_request("alice", "x"), RADMFA_VERDICT_REJECT,
                              RADMFA_PRIMARY_REJECT, CLASS MESSAGE CLASS);
  cr_assert_str_eq(text, " 18=hello");
}

Test(reply, a_reject_after_the_primarys_yes_has_nothing_of_it) {
  const char *text = reply_to(access_request("alice", "x"), RADMFA_VERDICT_REJECT,
                              RADMFA_PRIMARY_ACCEPT, MESSAGE CLASS);
  cr_assert_str_eq(text, "");
}

Test(reply, a_plain_proxys_reject_goes_on_as_it_is) {
  policy.n_factors = 0;
  primary.is_upstream = true;
  const char *text = reply_to(access_request("alice", "x"), RADMFA_VERDICT_REJECT,
                              RADMFA_PRIMARY_REJECT, MESSAGE CLASS);
  cr_assert_str_eq(text, " 18=hello 25=staff");
}

Test(reply, a_challenge_has_what_the_primary_asks) {
  const char *text = reply_to(access_request("alice", "x"), RADMFA_VERDICT_CHALLENGE,
                              RADMFA_PRIMARY_CHALLENGE, MESSAGE);
  cr_assert_str_eq(text, " 18=hello");
  cr_assert_eq(buffer[0], RADMFA_ACCESS_CHALLENGE);
}

/* RFC 2868 3.5: for the authenticator of its own request */
Test(reply, what_is_hidden_is_hidden_for_each_client_that_gets_it) {
  for (uint8_t fresh = 0; fresh < 2; fresh++) {
    uint8_t opened[RADMFA_SALTED_PLAIN_SIZE_MAX];
    size_t len = 0;
    radmfa_packet reply;
    radmfa_span password, tag;
    (void)reply_to(access_request("alice", "x", .fresh = fresh), RADMFA_VERDICT_ACCEPT,
                   RADMFA_PRIMARY_ACCEPT, "\x45\x09\x01secret");
    cr_assert_eq(radmfa_packet_parse((radmfa_span){buffer, sizeof buffer}, &reply), 0);
    cr_assert(radmfa_packet_find(&reply, RADMFA_ATTR_TUNNEL_PASSWORD, &password));
    cr_assert(take(&password, 1, &tag) && tag.ptr[0] == 1);
    cr_assert_eq(radmfa_reveal_salted(password, secret, sent.bytes + 4, opened, &len), 0);
    cr_assert(radmfa_span_equal((radmfa_span){opened, len}, radmfa_text("secret")));
  }
}

Test(reply, a_plain_proxys_reject_hides_as_well) {
  policy.n_factors = 0;
  primary.is_upstream = true;
  const char *text = reply_to(access_request("alice", "x"), RADMFA_VERDICT_REJECT,
                              RADMFA_PRIMARY_REJECT, "\x45\x09\x01secret");
  cr_assert_null(strstr(text, "secret"));
}

Test(reply, a_rejected_eap_login_gets_eap_failure_once) {
  struct request eap = access_request("alice", .method = RADMFA_METHOD_EAP);
  cr_assert_str_eq(reply_to(eap, RADMFA_VERDICT_REJECT, RADMFA_PRIMARY_ACCEPT, MESSAGE),
                   " 79=04090004");
  cr_assert_str_eq(
      reply_to(eap, RADMFA_VERDICT_REJECT, RADMFA_PRIMARY_REJECT, "\x4f\x06\x04\x07zz"),
      " 79=0407zz");
}

Test(reply, its_smallest_size_is_enough_for_every_reject) {
  struct request requests[] = {
      access_request("alice", "x"), access_request("alice", "x", .proxy_state = "one,two,three"),
      access_request("alice", .method = RADMFA_METHOD_EAP, .proxy_state = "one")};
  for (size_t i = 0; i < 3; i++) {
    radmfa_packet packet;
    radmfa_span reply;
    (void)reply_to(requests[i], RADMFA_VERDICT_REJECT, RADMFA_PRIMARY_ACCEPT, NULL);
    cr_assert_eq(radmfa_packet_parse((radmfa_span){sent.bytes, sent.len}, &packet), 0);
    cr_assert_eq(radmfa__reply_build(&login, buffer, &reply), 0);
    cr_assert_leq(reply.len, radmfa__reply_size_min(&packet));
  }
}
