#include "loopback.h"

#include <criterion/criterion.h>
#include <radmfa/auth.h>
#include <radmfa/error.h>
#include <radmfa/server.h>
#include <string.h>

struct seen {
  size_t n;
  uint64_t id;
  char user[64];
  char password[64];
  bool answers_at_once;
};

static void copy(radmfa_span from, char out[64]) {
  memcpy(out, from.ptr, from.len);
  out[from.len] = 0;
}

static void on_request(radmfa_server *server, const radmfa_request *request, void *user) {
  struct seen *seen = user;
  seen->n++;
  seen->id = request->login_id;
  copy(request->user, seen->user);
  copy(request->password, seen->password);
  if (!seen->answers_at_once) return;
  cr_assert_eq(
      radmfa_server_reply(server, request->login_id, RADMFA_ACCESS_ACCEPT, (radmfa_span){0}), 0);
}

static radmfa_secret *new_secret(void) {
  radmfa_secret *secret;
  cr_assert_eq(radmfa_secret_new(radmfa_text("testing123"), NULL, &secret), 0);
  return secret;
}

static radmfa_server *open_server(struct loopback *loopback, struct seen *seen,
                                  radmfa_address *out_bound) {
  radmfa_server *server;
  radmfa_server_options options;
  radmfa_client_options client;
  radmfa_prefix prefix;
  radmfa_address address = loopback_address("127.0.0.1:0");
  radmfa_server_options_init(&options);
  radmfa_client_options_init(&client);
  options.on_request = on_request;
  options.user = seen;
  cr_assert_eq(radmfa_prefix_parse("127.0.0.0/8", &prefix), 0);
  client.name = "loopback";
  client.prefixes = &prefix;
  client.n_prefixes = 1;
  client.secret = radmfa_text("testing123");
  cr_assert_eq(radmfa_server_new(&loopback->loop, &options, &server), 0);
  cr_assert_eq(radmfa_server_add_client(server, &client), 0);
  cr_assert_eq(radmfa_server_listen(server, &address, out_bound), 0);
  return server;
}

static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = {1, 2, 3};

static radmfa_span access_request(uint8_t *buffer, const radmfa_secret *secret) {
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_build_request(&builder, buffer, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST, 9,
                       authenticator);
  radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, radmfa_text("alice"));
  radmfa_build_user_password(&builder, secret, radmfa_text("right horse"));
  radmfa_build_attr(&builder, RADMFA_ATTR_PROXY_STATE, radmfa_text("one"));
  cr_assert_eq(radmfa_build_finish(&builder, secret, &bytes), 0);
  return bytes;
}

static radmfa_packet genuine(const uint8_t *bytes, size_t len, const radmfa_secret *secret) {
  radmfa_packet reply;
  cr_assert_eq(radmfa_packet_parse((radmfa_span){bytes, len}, &reply), 0);
  cr_assert_eq(radmfa_verify_reply(&reply, authenticator, secret, true), 0);
  return reply;
}

static bool has_request(void *user) {
  return ((struct seen *)user)->n > 0;
}

Test(server, answers_inside_the_callback_and_keeps_the_reply) {
  struct loopback loopback;
  struct seen seen = {.answers_at_once = true};
  radmfa_address bound;
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX], first[256], second[256];
  radmfa_secret *secret = new_secret();
  loopback_open(&loopback);
  radmfa_server *server = open_server(&loopback, &seen, &bound);
  radmfa_span request = access_request(buffer, secret);
  loopback_send(&loopback, request, &bound);
  size_t len = loopback_wait(&loopback, first, sizeof first);
  loopback_send(&loopback, request, &bound);
  cr_assert_eq(loopback_wait(&loopback, second, sizeof second), len);
  cr_assert_eq(genuine(first, len, secret).code, RADMFA_ACCESS_ACCEPT);
  cr_assert_arr_eq(first, second, len);
  cr_assert_eq(seen.n, 1);
  cr_assert_str_eq(seen.user, "alice");
  cr_assert_str_eq(seen.password, "right horse");
  radmfa_server_close(server, NULL, NULL);
  loopback_close(&loopback);
  radmfa_secret_free(secret);
}

Test(server, answers_later_with_attributes_and_the_requests_proxy_state) {
  static const uint8_t message[] = {RADMFA_ATTR_REPLY_MESSAGE, 4, 'n', 'o'};
  struct loopback loopback;
  struct seen seen = {0};
  radmfa_address bound;
  radmfa_span value;
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX], bytes[256];
  radmfa_secret *secret = new_secret();
  loopback_open(&loopback);
  radmfa_server *server = open_server(&loopback, &seen, &bound);
  loopback_send(&loopback, access_request(buffer, secret), &bound);
  loopback_run_until(&loopback, has_request, &seen);
  radmfa_span attributes = {message, sizeof message};
  cr_assert_eq(radmfa_server_reply(server, seen.id, RADMFA_ACCESS_REJECT, attributes), 0);
  radmfa_packet reply = genuine(bytes, loopback_wait(&loopback, bytes, sizeof bytes), secret);
  cr_assert_eq(reply.code, RADMFA_ACCESS_REJECT);
  cr_assert(radmfa_packet_find(&reply, RADMFA_ATTR_REPLY_MESSAGE, &value));
  cr_assert(radmfa_packet_find(&reply, RADMFA_ATTR_PROXY_STATE, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("one")));
  radmfa_server_close(server, NULL, NULL);
  loopback_close(&loopback);
  radmfa_secret_free(secret);
}

Test(server, an_answer_to_nobody_is_dropped_and_a_code_that_is_no_answer_is_an_error) {
  struct loopback loopback;
  struct seen seen = {0};
  radmfa_address bound;
  loopback_open(&loopback);
  radmfa_server *server = open_server(&loopback, &seen, &bound);
  cr_assert_eq(radmfa_server_reply(server, 77, RADMFA_ACCESS_ACCEPT, (radmfa_span){0}), 0);
  cr_assert_eq(radmfa_server_reply(server, 77, RADMFA_ACCESS_REQUEST, (radmfa_span){0}),
               RADMFA_E_INVALID);
  loopback_run_once(&loopback);
  radmfa_server_close(server, NULL, NULL);
  loopback_close(&loopback);
}

Test(server, clients_are_added_before_it_listens) {
  struct loopback loopback;
  struct seen seen = {0};
  radmfa_address bound;
  radmfa_client_options client;
  radmfa_client_options_init(&client);
  loopback_open(&loopback);
  radmfa_server *server = open_server(&loopback, &seen, &bound);
  cr_assert_eq(radmfa_server_add_client(server, &client), RADMFA_E_BUSY);
  radmfa_server_close(server, NULL, NULL);
  loopback_close(&loopback);
}

static void count(void *user) {
  ++*(int *)user;
}

Test(server, one_that_never_listened_closes_from_the_loop) {
  struct loopback loopback;
  radmfa_server *server;
  radmfa_server_options options;
  int closed = 0;
  radmfa_server_options_init(&options);
  options.on_request = on_request;
  loopback_open(&loopback);
  cr_assert_eq(radmfa_server_new(&loopback.loop, &options, &server), 0);
  radmfa_server_close(server, count, &closed);
  cr_assert_eq(closed, 0);
  loopback_run_once(&loopback);
  cr_assert_eq(closed, 1);
  loopback_close(&loopback);
}
