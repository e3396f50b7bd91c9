#include "core/crypto.h"
#include "heap.h"
#include "io/ask.h"
#include "loopback.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <radmfa/auth.h>
#include <radmfa/client.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOMES 2u

/* A server to ask, without a program behind it: the test reads and writes its socket. */
struct home {
  int fd;
  radmfa_address address;
  radmfa_secret *secret;
};

/* What came in at a home. */
struct request {
  uint8_t bytes[RADMFA_PACKET_SIZE_MAX];
  radmfa_packet packet;
  struct sockaddr_in from;
};

/* How a request ended. */
struct end {
  unsigned n;
  int error;
  uint8_t code;
  char server[16];
  uint8_t attributes[256];
  size_t len;
  radmfa_client **close;
};

static struct loopback loopback;
static struct heap heap;
static struct home homes[HOMES];
static radmfa_upstream_options options;
static radmfa_upstream_server_options servers[HOMES];
static radmfa_upstream *upstream;
static radmfa_client *client;
static struct end end;
static struct request request;

static const uint8_t long_attributes[250] = {RADMFA_ATTR_REPLY_MESSAGE, sizeof long_attributes};
static const char *const secrets[HOMES] = {"first secret", "another secret"};

/* Where it was before, if it was. */
static void open_home(struct home *home) {
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_port = htons(home->address.port),
                           .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof at;
  home->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(home->fd, (struct sockaddr *)&at, sizeof at), 0);
  cr_assert_eq(getsockname(home->fd, (struct sockaddr *)&at, &len), 0);
  home->address = loopback_address("127.0.0.1");
  home->address.port = ntohs(at.sin_port);
}

static void fresh(void) {
  static const char *const names[HOMES] = {"one", "two"};
  loopback_open(&loopback);
  client = NULL;
  upstream = NULL;
  end = (struct end){0};
  radmfa_upstream_options_init(&options);
  options.name = "homes";
  options.allocator = heap_allocator(&heap);
  for (size_t i = 0; i < HOMES; i++) {
    open_home(&homes[i]);
    cr_assert_eq(radmfa_secret_new(radmfa_text(secrets[i]), NULL, &homes[i].secret), 0);
    radmfa_upstream_server_options_init(&servers[i]);
    servers[i].name = names[i];
    servers[i].address = homes[i].address;
    servers[i].secret = radmfa_text(secrets[i]);
  }
}

static void open_client(size_t n_servers) {
  cr_assert_eq(radmfa_upstream_new(&options, &upstream), 0);
  for (size_t i = 0; i < n_servers; i++)
    cr_assert_eq(radmfa_upstream_add_server(upstream, &servers[i]), 0);
  cr_assert_eq(radmfa_client_new(&loopback.loop, upstream, &client), 0);
}

static void close_home(struct home *home) {
  if (home->fd >= 0) close(home->fd);
  home->fd = -1;
}

/* Nothing is outstanding then, and nothing is left in memory. */
static void close_client(void) {
  radmfa_client_close(client, NULL, NULL);
  uv_run(&loopback.loop, UV_RUN_DEFAULT);
  for (size_t i = 0; upstream && i < HOMES; i++) cr_assert_eq(upstream->health[i].outstanding, 0);
  radmfa_upstream_unref(upstream);
  client = NULL;
  upstream = NULL;
  cr_assert_eq(heap.blocks, 0);
}

static void done(void) {
  close_client();
  loopback_close(&loopback);
  for (size_t i = 0; i < HOMES; i++) {
    close_home(&homes[i]);
    radmfa_secret_free(homes[i].secret);
  }
}

TestSuite(client, .init = fresh, .fini = done);

static void on_response(int error, const radmfa_response *response, void *user) {
  struct end *ended = user;
  ended->n++;
  ended->error = error;
  if (response) {
    ended->code = response->packet.code;
    ended->len = response->attributes.len;
    memcpy(ended->attributes, response->attributes.ptr, response->attributes.len);
    (void)snprintf(ended->server, sizeof ended->server, "%s", response->server);
  }
  if (!ended->close) return;
  radmfa_client_close(*ended->close, NULL, NULL);
  *ended->close = NULL;
}

/* User-Name alice, User-Password secret in clear, then more. */
static uint64_t ask(const char *more, size_t more_len, struct end *ended) {
  uint8_t attributes[256] = "\x01\x07"
                            "alice"
                            "\x02\x08"
                            "secret";
  uint64_t id = 0;
  memcpy(attributes + 15, more, more_len);
  radmfa_query query = {{attributes, 15 + more_len}, radmfa_text("nas")};
  cr_assert_eq(radmfa_client_ask(client, &query, on_response, ended, &id), 0);
  cr_assert_neq(id, 0);
  return id;
}

struct arrival {
  struct home *home;
  struct request *request;
};

static bool has_arrived(void *user) {
  struct arrival *arrival = user;
  socklen_t len = sizeof arrival->request->from;
  ssize_t n = recvfrom(arrival->home->fd, arrival->request->bytes, RADMFA_PACKET_SIZE_MAX, 0,
                       (struct sockaddr *)&arrival->request->from, &len);
  if (n <= 0) return false;
  cr_assert_eq(radmfa_packet_parse((radmfa_span){arrival->request->bytes, (size_t)n},
                                   &arrival->request->packet),
               0);
  return true;
}

/* Waits for what comes to that home: it must be genuine. */
static void take_request(size_t home) {
  struct arrival arrival = {&homes[home], &request};
  loopback_turn_until(&loopback, has_arrived, &arrival);
  cr_assert_eq(radmfa_verify_request(&request.packet, homes[home].secret, true), 0);
  cr_assert_eq(request.packet.message_authenticator_at, RADMFA_HEADER_SIZE + 2);
}

/* Its packet points into itself. */
static void copy_request(struct request *to, const struct request *from) {
  *to = *from;
  to->packet.bytes = to->bytes;
}

static void send_reply(size_t home, const radmfa_secret *secret, uint8_t code, const char *state) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_build_reply(&builder, buffer, sizeof buffer, code, &request.packet);
  radmfa_build_attr(&builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("hello"));
  if (state) radmfa_build_attr(&builder, RADMFA_ATTR_STATE, radmfa_text(state));
  cr_assert_eq(radmfa_build_finish(&builder, secret, &bytes), 0);
  cr_assert_eq(sendto(homes[home].fd, bytes.ptr, bytes.len, 0, (struct sockaddr *)&request.from,
                      sizeof request.from),
               (ssize_t)bytes.len);
}

static void reply(size_t home, uint8_t code) {
  send_reply(home, homes[home].secret, code, NULL);
}

static bool has_ended(void *user) {
  return ((struct end *)user)->n > 0;
}

static void wait_for_end(void) {
  loopback_run_until(&loopback, has_ended, &end);
  cr_assert_eq(end.n, 1);
}

static radmfa_client_stats stats(void) {
  radmfa_client_stats now;
  radmfa_client_stats_get(client, &now);
  return now;
}

static bool one_dropped(void *user) {
  return stats().dropped[*(radmfa_upstream_event *)user] > 0;
}

static void wait_for_drop(radmfa_upstream_event event) {
  loopback_run_until(&loopback, one_dropped, &event);
}

Test(client, a_request_is_hidden_and_signed_for_its_server_and_answered_once) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len;
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  cr_assert_eq(radmfa_reveal_password(&request.packet, homes[0].secret, password, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){password, len}, radmfa_text("secret")));
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_eq(end.error, 0);
  cr_assert_eq(end.code, RADMFA_ACCESS_ACCEPT);
  cr_assert_str_eq(end.server, "one");
  cr_assert(
      radmfa_span_equal((radmfa_span){end.attributes, end.len}, radmfa_text("\x12\x07hello")));
  cr_assert_eq(stats().pending, 0);
}

static void keep_span(int error, const radmfa_response *response, void *user) {
  on_response(error, response, &end);
  *(radmfa_span *)user = response->attributes;
}

Test(client, what_was_opened_for_a_response_does_not_stay_in_memory) {
  static const uint8_t wiped[7];
  radmfa_query query = {{0}, radmfa_text("nas")};
  radmfa_span attributes;
  uint64_t id;
  open_client(1);
  cr_assert_eq(radmfa_client_ask(client, &query, keep_span, &attributes, &id), 0);
  take_request(0);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert(
      radmfa_span_equal((radmfa_span){end.attributes, end.len}, radmfa_text("\x12\x07hello")));
  cr_assert(radmfa_span_equal(attributes, (radmfa_span){wiped, sizeof wiped}));
}

Test(client, a_forged_reply_is_counted_and_ignored) {
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  send_reply(0, homes[1].secret, RADMFA_ACCESS_ACCEPT, NULL);
  wait_for_drop(RADMFA_UPSTREAM_EVENT_FORGED);
  cr_assert_eq(end.n, 0);
  reply(0, RADMFA_ACCESS_REJECT);
  wait_for_end();
  cr_assert_eq(end.code, RADMFA_ACCESS_REJECT);
}

Test(client, a_second_reply_is_late) {
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  reply(0, RADMFA_ACCESS_REJECT);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  wait_for_drop(RADMFA_UPSTREAM_EVENT_LATE);
  cr_assert_eq(end.n, 1);
  cr_assert_eq(end.code, RADMFA_ACCESS_REJECT);
}

/* Each request gets a forged reply, a right one, and that once more. */
Test(client, replies_that_come_together_are_each_judged_alone) {
  enum { MANY = 40 };
  static struct request requests[MANY];
  static struct end ends[MANY];
  open_client(1);
  for (unsigned i = 0; i < MANY; i++) (void)ask("", 0, &ends[i]);
  for (unsigned i = 0; i < MANY; i++) {
    take_request(0);
    copy_request(&requests[i], &request);
  }
  for (unsigned i = 0; i < MANY; i++) {
    copy_request(&request, &requests[i]);
    send_reply(0, homes[1].secret, RADMFA_ACCESS_REJECT, NULL);
    reply(0, RADMFA_ACCESS_ACCEPT);
    reply(0, RADMFA_ACCESS_ACCEPT);
  }
  loopback_run_until(&loopback, has_ended, &ends[MANY - 1]);
  wait_for_drop(RADMFA_UPSTREAM_EVENT_LATE);
  for (unsigned i = 0; i < MANY; i++) {
    cr_assert_eq(ends[i].n, 1);
    cr_assert_eq(ends[i].code, RADMFA_ACCESS_ACCEPT);
  }
  cr_assert_eq(stats().dropped[RADMFA_UPSTREAM_EVENT_FORGED], MANY);
}

Test(client, a_reply_with_a_code_that_is_no_answer_is_ignored) {
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  reply(0, 5); /* Accounting-Response */
  wait_for_drop(RADMFA_UPSTREAM_EVENT_CODE);
  cr_assert_eq(end.n, 0);
}

Test(client, whatever_verifies_is_a_sign_of_life) {
  options.probe_user = radmfa_text("probe");
  open_client(2);
  (void)ask("", 0, &end);
  take_request(0);
  reply(0, 5);
  wait_for_drop(RADMFA_UPSTREAM_EVENT_CODE);
  cr_assert_gt(upstream->health[0].quiet_since_ms, 0);
  cr_assert_eq(radmfa_client_probe(client, 1, 1000, on_response, &end), 0);
  take_request(1);
  reply(1, RADMFA_ACCESS_REJECT);
  wait_for_end();
  cr_assert_gt(upstream->health[1].quiet_since_ms, 0);
}

Test(client, once_a_server_signed_it_has_to) {
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  static struct end second;
  (void)ask("", 0, &second);
  take_request(0);
  uint8_t bare[RADMFA_HEADER_SIZE] = {RADMFA_ACCESS_ACCEPT, request.packet.id, 0, 20};
  cr_assert_eq(sendto(homes[0].fd, bare, sizeof bare, 0, (struct sockaddr *)&request.from,
                      sizeof request.from),
               (ssize_t)sizeof bare);
  wait_for_drop(RADMFA_UPSTREAM_EVENT_FORGED);
  cr_assert_eq(second.n, 0);
}

Test(client, the_same_octets_are_sent_again) {
  uint8_t first[RADMFA_PACKET_SIZE_MAX];
  options.retransmit_ms = 5;
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  uint16_t length = request.packet.length, port = request.from.sin_port;
  memcpy(first, request.bytes, length);
  for (int i = 0; i < 3; i++) {
    take_request(0);
    cr_assert_eq(request.from.sin_port, port);
    cr_assert(radmfa_span_equal((radmfa_span){first, length},
                                (radmfa_span){request.bytes, request.packet.length}));
  }
  cr_assert_geq(stats().retransmissions, 3);
}

Test(client, without_an_answer_it_is_given_up) {
  options.timeout_ms = 1000;
  open_client(1);
  (void)ask("", 0, &end);
  wait_for_end();
  cr_assert_eq(end.error, RADMFA_E_TIMED_OUT);
  cr_assert_eq(stats().timeouts, 1);
}

Test(client, where_nobody_listens_the_next_server_is_asked) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len;
  close_home(&homes[0]);
  open_client(2);
  (void)ask("\x21\x05one", 5, &end);
  take_request(1);
  cr_assert_eq(radmfa_reveal_password(&request.packet, homes[1].secret, password, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){password, len}, radmfa_text("secret")));
  cr_assert_neq(request.packet.proxy_state_at, 0);
  reply(1, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_str_eq(end.server, "two");
  cr_assert_eq(stats().failovers, 1);
}

Test(client, where_nobody_listens_at_all_the_request_ends_at_once) {
  close_home(&homes[0]);
  close_home(&homes[1]);
  open_client(2);
  (void)ask("", 0, &end);
  wait_for_end();
  cr_assert_eq(end.error, RADMFA_E_UNREACHABLE);
}

static void on_refused(int error, const radmfa_response *response, void *user) {
  (void)response;
  cr_assert_eq(error, RADMFA_E_UNREACHABLE);
  open_home(&homes[0]);
  (void)ask("", 0, user);
}

Test(client, a_request_from_the_callback_of_a_refused_one_is_not_refused_with_it) {
  radmfa_query query = {{0}, radmfa_text("nas")};
  uint64_t id;
  close_home(&homes[0]);
  open_client(1);
  cr_assert_eq(radmfa_client_ask(client, &query, on_refused, &end, &id), 0);
  take_request(0);
  cr_assert_eq(end.n, 0);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_eq(end.error, 0);
}

Test(client, a_refusal_that_is_older_than_a_request_does_not_send_it_elsewhere) {
  static struct end earlier;
  close_home(&homes[0]);
  open_client(2);
  (void)ask("", 0, &earlier);
  radmfa__channel_flush(client->lines[0].channel);
  open_home(&homes[0]);
  (void)ask("", 0, &end);
  take_request(0);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_str_eq(end.server, "one");
  cr_assert_lt(recv(homes[1].fd, request.bytes, 1, MSG_DONTWAIT), 0);
}

Test(client, a_request_that_was_cancelled_before_it_was_sent_is_never_sent) {
  struct end cancelled = {0};
  open_client(1);
  uint64_t id = ask("\x1f\x03x", 3, &cancelled);
  (void)ask("", 0, &end);
  radmfa_client_cancel(client, id);
  take_request(0);
  cr_assert_not(
      radmfa_packet_find(&request.packet, RADMFA_ATTR_CALLING_STATION_ID, &(radmfa_span){0}));
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
}

Test(client, a_request_that_is_due_before_it_was_sent_is_sent_once) {
  open_client(1);
  uint64_t id = ask("", 0, &end);
  radmfa__ask_take_due(client, radmfa__pool_find(&client->asks, id));
  take_request(0);
  loopback_run_once(&loopback);
  cr_assert_lt(recv(homes[0].fd, request.bytes, 1, MSG_DONTWAIT), 0);
}

Test(client, where_a_server_can_have_no_socket_the_next_one_is_asked) {
  servers[0].source = loopback_address("192.0.2.1"); /* nobody's: RFC 5737 */
  open_client(2);
  (void)ask("", 0, &end);
  take_request(1);
  reply(1, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_eq(stats().dropped[RADMFA_UPSTREAM_EVENT_NO_SOCKET], 1);
}

static bool has_moved_or_ended(void *user) {
  return end.n || has_arrived(user);
}

/* One that is too long for its record, refused by one server and answered by the next. */
static int refused_and_answered(void) {
  struct arrival arrival = {&homes[1], &request};
  radmfa_query query = {{long_attributes, sizeof long_attributes}, {0}};
  uint64_t id;
  int error = radmfa_client_ask(client, &query, on_response, &end, &id);
  if (error) return error;
  loopback_turn_until(&loopback, has_moved_or_ended, &arrival);
  if (end.n) return end.error;
  send_reply(1, homes[1].secret, RADMFA_ACCESS_CHALLENGE, "abc");
  wait_for_end();
  return 0;
}

Test(client, where_memory_fails_a_refused_request_has_no_answer_but_never_times_out) {
  close_home(&homes[0]);
  heap.failed = true;
  for (size_t n = 1; heap.failed; n++) {
    open_client(2);
    end = (struct end){0};
    heap.failed = false;
    heap.fail_at = heap.count + n;
    int error = refused_and_answered();
    cr_assert(!error || error == RADMFA_E_NO_MEMORY || error == RADMFA_E_UNREACHABLE, "%zu", n);
    cr_assert_eq(upstream->health[1].state, HEALTH_ALIVE);
    if (heap.failed) close_client();
  }
}

/* The loop was held up, so its failover is due before it was sent. */
Test(client, where_memory_fails_a_request_that_cannot_move_is_signed_all_the_same) {
  static const char more[200] = {RADMFA_ATTR_CALLING_STATION_ID, (char)sizeof more};
  options.failover_ms = 300;
  heap.failed = true;
  for (size_t n = 1; heap.failed; n++) {
    open_client(2);
    end = (struct end){0};
    struct ask *asked = radmfa__pool_find(&client->asks, ask(more, sizeof more, &end));
    client->now_ms += options.failover_ms;
    heap.failed = false;
    heap.fail_at = heap.count + n;
    radmfa__ask_take_due(client, asked);
    cr_assert_eq(end.n, 0);
    take_request(asked->server);
    if (heap.failed) close_client();
  }
}

Test(client, a_request_that_was_received_is_not_sent_elsewhere) {
  options.retransmit_ms = 5;
  open_client(2);
  (void)ask("", 0, &end);
  for (int i = 0; i < 4; i++) take_request(0);
  cr_assert_lt(recv(homes[1].fd, request.bytes, 1, MSG_DONTWAIT), 0);
  cr_assert_eq(stats().failovers, 0);
}

Test(client, where_the_configuration_says_so_it_is_after_a_while) {
  options.retransmit_ms = 5;
  options.failover_ms = 300;
  open_client(2);
  (void)ask("", 0, &end);
  take_request(0);
  for (int i = 0; i < 5; i++) take_request(1); /* and stays there */
  cr_assert_eq(stats().failovers, 1);
  reply(1, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_str_eq(end.server, "two");
}

Test(client, a_server_that_went_away_gives_its_requests_to_the_next) {
  options.retransmit_ms = 5;
  open_client(2);
  (void)ask("", 0, &end);
  take_request(0);
  close_home(&homes[0]);
  take_request(1);
  reply(1, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_eq(end.error, 0);
}

Test(client, the_next_request_of_a_conversation_goes_to_the_server_that_gave_the_state) {
  options.strategy = RADMFA_STRATEGY_ROUND_ROBIN;
  open_client(2);
  (void)ask("", 0, &end);
  take_request(0);
  send_reply(0, homes[0].secret, RADMFA_ACCESS_CHALLENGE, "abc");
  wait_for_end();
  for (int i = 0; i < 3; i++) {
    struct end next = {0};
    (void)ask("\x18\x05"
              "abc",
              5, &next);
    take_request(0);
    reply(0, RADMFA_ACCESS_REJECT);
    loopback_run_until(&loopback, has_ended, &next);
  }
}

Test(client, a_state_that_no_server_is_known_to_have_given_is_no_servers_alone) {
  close_home(&homes[0]);
  open_client(2);
  (void)ask("\x18\x05"
            "abc",
            5, &end);
  take_request(1);
  reply(1, RADMFA_ACCESS_REJECT);
  wait_for_end();
  cr_assert_str_eq(end.server, "two");
}

Test(client, hundreds_at_once_have_sockets_enough_and_names_of_their_own) {
  static bool used[65536][256];
  static struct end ends[1000];
  open_client(1);
  for (size_t i = 0; i < 1000; i++) (void)ask("", 0, &ends[i]);
  cr_assert_eq(stats().pending, 1000);
  cr_assert_eq(stats().sockets, 4);
  for (size_t i = 0; i < 1000; i++) {
    take_request(0);
    bool *name = &used[request.from.sin_port][request.packet.id];
    cr_assert_not(*name);
    *name = true;
    reply(0, RADMFA_ACCESS_ACCEPT);
  }
  for (size_t i = 0; i < 1000; i++) loopback_run_until(&loopback, has_ended, &ends[i]);
  cr_assert_eq(stats().pending, 0);
  cr_assert_eq(stats().responses, 1000);
}

Test(client, an_answer_that_is_not_wanted_any_more_is_late) {
  open_client(1);
  uint64_t id = ask("", 0, &end);
  take_request(0);
  radmfa_client_cancel(client, id);
  cr_assert_eq(end.n, 1);
  cr_assert_eq(end.error, RADMFA_E_CANCELLED);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_drop(RADMFA_UPSTREAM_EVENT_LATE);
  cr_assert_eq(end.n, 1);
}

Test(client, a_callback_may_close_the_client) {
  static struct end other;
  end.close = &client;
  open_client(1);
  (void)ask("", 0, &other);
  take_request(0);
  (void)ask("", 0, &end);
  take_request(0);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_eq(other.error, RADMFA_E_CANCELLED);
  cr_assert_null(client);
}

Test(client, what_cannot_be_sent_is_refused_and_leaves_nothing_behind) {
  static const uint8_t broken[] = {1, 9, 1}, signature[18] = {80, 18};
  radmfa_query queries[] = {{{broken, 3}, {0}}, {{signature, 18}, {0}}};
  uint64_t id;
  options.pending_max = 1;
  open_client(1);
  cr_assert_eq(radmfa_client_ask(client, &queries[0], on_response, &end, &id), RADMFA_E_MALFORMED);
  cr_assert_eq(radmfa_client_ask(client, &queries[1], on_response, &end, &id), RADMFA_E_INVALID);
  cr_assert_eq(stats().pending, 0);
  (void)ask("", 0, &end);
  cr_assert_eq(radmfa_client_ask(client, &queries[0], on_response, &end, &id), RADMFA_E_BUSY);
}

Test(client, a_probe_is_a_status_server_where_the_server_knows_it) {
  servers[0].status_server = true;
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 4000, on_response, &end), 0);
  take_request(0);
  cr_assert_eq(request.packet.code, RADMFA_STATUS_SERVER);
  reply(0, RADMFA_ACCESS_ACCEPT);
  wait_for_end();
  cr_assert_eq(end.error, 0);
}

Test(client, a_probe_is_a_login_of_the_probe_user_where_it_does_not) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len;
  options.probe_user = radmfa_text("probe");
  options.probe_password = radmfa_text("nobody's");
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 4000, on_response, &end), 0);
  take_request(0);
  cr_assert_eq(radmfa_reveal_password(&request.packet, homes[0].secret, password, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){password, len}, radmfa_text("nobody's")));
  reply(0, RADMFA_ACCESS_REJECT);
  wait_for_end();
  cr_assert_eq(end.error, 0);
}

Test(client, a_probe_tells_a_wrong_secret_from_silence) {
  options.probe_user = radmfa_text("probe");
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 1000, on_response, &end), 0);
  take_request(0);
  send_reply(0, homes[1].secret, RADMFA_ACCESS_REJECT, NULL);
  wait_for_end();
  cr_assert_eq(end.error, RADMFA_E_FORGED);
}

static void probe_again(int error, const radmfa_response *response, void *user) {
  (void)error;
  (void)response;
  *(int *)user = radmfa_client_probe(client, 0, 1000, on_response, &end);
}

Test(client, a_server_may_be_found_dead_when_an_answer_is_not_wanted_any_more) {
  static struct end ends[3];
  uint64_t id = 0;
  open_client(1);
  for (size_t i = 0; i < 3; i++) id = ask("", 0, &ends[i]);
  upstream->health[0].waiting_since_ms -= options.timeout_ms;
  radmfa_client_cancel(client, id);
  cr_assert_eq(upstream->health[0].state, HEALTH_DEAD);
}

/* And has gone since: nothing told this client. */
Test(client, a_server_that_another_client_found_dead_is_probed) {
  options.probe_user = radmfa_text("probe");
  open_client(2);
  upstream->health[0].state = HEALTH_DEAD;
  radmfa__client_set_due(client, &client->tidy_due, 1);
  (void)ask("", 0, &end);
  take_request(1);
  take_request(0);
  cr_assert_eq(stats().probes, 1);
}

Test(client, a_client_that_is_being_closed_takes_no_probe) {
  int error = 0;
  options.probe_user = radmfa_text("probe");
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 1000, probe_again, &error), 0);
  close_client();
  cr_assert_eq(error, RADMFA_E_CANCELLED);
  cr_assert_eq(end.n, 0);
}

Test(client, a_probe_takes_no_request_its_place) {
  options.probe_user = radmfa_text("probe");
  options.pending_max = 1;
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 1000, on_response, &end), 0);
  cr_assert_eq(stats().pending, 0);
  (void)ask("", 0, &end);
  cr_assert_eq(stats().pending, 1);
}

/* Whose Response Authenticator is right. */
static void send_unsigned_reply(size_t home) {
  uint8_t bare[RADMFA_HEADER_SIZE] = {RADMFA_ACCESS_REJECT, request.packet.id, 0, sizeof bare};
  const radmfa_span whole = {bare, sizeof bare};
  memcpy(bare + 4, radmfa_packet_authenticator(&request.packet), RADMFA_AUTHENTICATOR_SIZE);
  radmfa__md5_secret_last(homes[home].secret, &whole, 1, bare + 4);
  cr_assert_eq(sendto(homes[home].fd, bare, sizeof bare, 0, (struct sockaddr *)&request.from,
                      sizeof request.from),
               (ssize_t)sizeof bare);
}

Test(client, a_probe_tells_an_unsigned_reply_from_a_wrong_secret) {
  options.probe_user = radmfa_text("probe");
  servers[0].message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE;
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 1000, on_response, &end), 0);
  take_request(0);
  send_unsigned_reply(0);
  wait_for_end();
  cr_assert_eq(end.error, RADMFA_E_NO_MESSAGE_AUTHENTICATOR);
}

Test(client, a_probe_that_can_have_no_socket_says_why) {
  options.probe_user = radmfa_text("probe");
  servers[0].source = loopback_address("192.0.2.1");
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 1000, on_response, &end), UV_EADDRNOTAVAIL);
}

Test(client, without_a_way_to_ask_there_is_no_probe) {
  open_client(1);
  cr_assert_eq(radmfa_client_probe(client, 0, 50, on_response, &end), RADMFA_E_NOT_FOUND);
  cr_assert_eq(radmfa_client_probe(client, 7, 50, on_response, &end), RADMFA_E_NOT_FOUND);
}

Test(client, an_answer_that_cannot_be_opened_ends_the_request) {
  static const uint8_t broken[] = {69, 6, 1, 0x80, 1, 1}; /* Tunnel-Password of no whole block */
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span bytes;
  open_client(1);
  (void)ask("", 0, &end);
  take_request(0);
  radmfa_build_reply(&builder, buffer, sizeof buffer, RADMFA_ACCESS_ACCEPT, &request.packet);
  radmfa_build_attrs(&builder, (radmfa_span){broken, sizeof broken});
  cr_assert_eq(radmfa_build_finish(&builder, homes[0].secret, &bytes), 0);
  cr_assert_eq(sendto(homes[0].fd, bytes.ptr, bytes.len, 0, (struct sockaddr *)&request.from,
                      sizeof request.from),
               (ssize_t)bytes.len);
  wait_for_end();
  cr_assert_eq(end.error, RADMFA_E_MALFORMED);
  cr_assert_eq(stats().dropped[RADMFA_UPSTREAM_EVENT_MALFORMED], 1);
}
