#include "../support/world.h"

#include <criterion/criterion.h>

Test(admit, a_large_request_is_held_and_answered_like_any_other) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  int alice =
      world_send(&w, access_request("alice", "right", .filler = 3900, .proxy_state = "a,b,c"));
  world_answer_factor(&w, alice, RADMFA_FACTOR_APPROVED);
  cr_assert_eq(world_code(&w, alice), RADMFA_ACCESS_ACCEPT);
  world_end(&w);
}

Test(admit, whom_a_limit_refuses_is_counted_and_keeps_no_memory) {
  struct world_options options;
  world_options_init(&options);
  options.client.pending_max = 1;
  options.policy.on_unavailable = RADMFA_UNAVAILABLE_REJECT;
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  world_send(&w, access_request("alice", "right"));
  size_t blocks = world_heap(&w)->blocks;
  for (uint8_t i = 1; i < 200; i++)
    world_send(&w, access_request("bob", "right", .id = i, .filler = 500));
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_LIMIT], 199);
  cr_assert_eq(world_replies(&w), 199);
  cr_assert_eq(world_stats(&w, 0).kept, 0);
  cr_assert_leq(world_heap(&w)->blocks,
                blocks + 1); /* the last one sent goes when the engine is called again */
  world_end(&w);
}

Test(admit, status_server_is_answered_at_the_limit) {
  struct world_options options;
  world_options_init(&options);
  options.engine.pending_max = 1;
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  world_send(&w, access_request("alice", "right", .id = 1));
  world_send(&w, access_request("bob", "right", .id = 2));
  int status = world_send(&w, access_request(NULL, NULL, .id = 3, .code = RADMFA_STATUS_SERVER));
  cr_assert_eq(world_code(&w, status), RADMFA_ACCESS_ACCEPT);
  cr_assert_eq(world_stats(&w, 0).status_server, 1);
  world_end(&w);
}

Test(admit, a_request_of_two_methods_is_malformed) {
  struct world w = world_with_user("alice", FACTOR_CALL);
  radmfa_secret *secret;
  uint8_t buffer[256];
  static const uint8_t authenticator[16] = {1}, chap[17] = {1};
  radmfa_builder b;
  radmfa_span bytes;
  cr_assert_eq(radmfa_secret_new(radmfa_text("as in the AD Connector's form"), NULL, &secret), 0);
  radmfa_build_request(&b, buffer, sizeof buffer, RADMFA_ACCESS_REQUEST, 1, authenticator);
  radmfa_build_attr(&b, RADMFA_ATTR_USER_NAME, radmfa_text("alice"));
  radmfa_build_user_password(&b, secret, radmfa_text("right"));
  radmfa_build_attr(&b, RADMFA_ATTR_CHAP_PASSWORD, (radmfa_span){chap, sizeof chap});
  cr_assert_eq(radmfa_build_finish(&b, secret, &bytes), 0);
  world_send_bytes(&w, bytes, "10.0.1.23:4000");
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_MALFORMED], 1);
  cr_assert_eq(world_checks(&w), 0);
  radmfa_secret_free(secret);
  world_end(&w);
}

Test(admit, a_malformed_password_never_reaches_a_primary_as_an_empty_one) {
  struct world_options options;
  world_options_init(&options);
  options.policy.join = false;
  struct world w = world_new(&options);
  world_send(&w, access_request("alice", .password_octets = 5));
  cr_assert_eq(world_checks(&w), 0);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_MALFORMED], 1);
  world_end(&w);
}

/* Without Message-Authenticator a request has room for more Proxy-State than its reply, which has
 * one. */
Test(admit, a_refusal_that_does_not_fit_is_dropped_and_counted) {
  static uint8_t bytes[RADMFA_PACKET_SIZE_MAX] = {RADMFA_ACCESS_REQUEST, 9, 0x10, 0x00};
  struct world_options options;
  world_options_init(&options);
  options.client.pending_max = 1;
  options.client.message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_OFF;
  options.policy.on_unavailable = RADMFA_UNAVAILABLE_REJECT;
  struct world w = world_new(&options);
  world_add_user(&w, "alice", "right");
  for (size_t at = RADMFA_HEADER_SIZE; at < sizeof bytes; at += bytes[at + 1]) {
    bytes[at] = RADMFA_ATTR_PROXY_STATE;
    bytes[at + 1] = sizeof bytes - at >= 255 ? 250 : (uint8_t)(sizeof bytes - at);
  }
  world_send(&w, access_request("alice", "right"));
  world_send_bytes(&w, (radmfa_span){bytes, sizeof bytes}, "10.0.1.23:4000");
  cr_assert_eq(world_replies(&w), 0);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_LIMIT], 1);
  cr_assert_eq(world_stats(&w, 0).drops[RADMFA_DROP_TOO_BIG], 1);
  world_end(&w);
}
