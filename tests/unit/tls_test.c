/* Streams, from the name to the end, against a server on loopback: stream.c and tls.c. */
#include <radmfa/stream.h>

#include "heap.h"
#include "loopback.h"
#include "tls_server.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BIG 8000000u /* more than the system takes at once (tcp_wmem) */
#define DAY_SEC 86400L

static time_t ahead_sec;

/* Stands in for the C library's, in OpenSSL too: certificates expire without a wait. */
RADMFA_API time_t time(time_t *out_now) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  now.tv_sec += ahead_sec;
  if (out_now) *out_now = now.tv_sec;
  return now.tv_sec;
}

/* The same for names: "localhost" is ::1 and 127.0.0.1, also where no /etc/hosts says so. */
RADMFA_API int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                           struct addrinfo **out_list) {
  int (*resolve)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  void *found = dlsym(RTLD_NEXT, "getaddrinfo");
  memcpy(&resolve, &found, sizeof resolve);
  bool is_loopback = node && strcmp(node, "localhost") == 0;
  return resolve(is_loopback ? NULL : node, service || !is_loopback ? service : "0", hints,
                 out_list);
}

/* What a stream told, and how its user behaves. */
struct stage {
  struct loopback loopback;
  struct identity ca, identity;
  radmfa_tls_context *context;
  struct tls_server server;
  radmfa_stream *stream;
  radmfa_stream_options options;

  unsigned n_connected, n_data, n_drained, n_closed;
  char version[16], subject[64];
  radmfa_address peer;
  int64_t not_after_sec;
  bool is_resumed;
  uint8_t heard[BIG];
  size_t n_heard;
  int error;
  char detail[256];

  const char *closes_in; /* the callback that closes the stream */
  size_t starts_tls_at;  /* octets that have come; 0: never */
  int start_tls_error;   /* what it said */
  size_t leaves_unread;  /* in `data`, of those octets */
  bool consumes_nothing;
  size_t n_to_say, n_said;
};

static void close_in(struct stage *stage, const char *callback) {
  if (stage->closes_in && strcmp(stage->closes_in, callback) == 0)
    radmfa_stream_close(stage->stream);
}

static uint8_t pattern(size_t i) {
  return (uint8_t)(i * 7 / 5);
}

static void say_more(struct stage *stage) {
  static uint8_t bytes[10000];
  while (stage->n_said < stage->n_to_say) {
    size_t n_left = stage->n_to_say - stage->n_said;
    size_t len = n_left < sizeof bytes ? n_left : sizeof bytes;
    for (size_t i = 0; i < len; i++) bytes[i] = pattern(stage->n_said + i);
    if (radmfa_stream_write(stage->stream, (radmfa_span){bytes, len})) return;
    stage->n_said += len;
  }
}

static void on_connected(const radmfa_stream_info *info, void *user) {
  struct stage *stage = user;
  stage->n_connected++;
  stage->version[0] = stage->subject[0] = '\0';
  if (info->tls_version) {
    strncpy(stage->version, info->tls_version, sizeof stage->version - 1);
    strncpy(stage->subject, info->certificate_subject, sizeof stage->subject - 1);
  }
  stage->peer = info->peer;
  stage->not_after_sec = info->certificate_not_after_sec;
  stage->is_resumed = info->is_resumed;
  close_in(stage, "connected");
  say_more(stage);
}

static void on_data(radmfa_span bytes, void *user) {
  struct stage *stage = user;
  size_t len = bytes.len - (stage->leaves_unread < bytes.len ? stage->leaves_unread : bytes.len);
  stage->n_data++;
  if (stage->consumes_nothing) return;
  cr_assert_leq(stage->n_heard + len, BIG);
  if (len) memcpy(stage->heard + stage->n_heard, bytes.ptr, len);
  stage->n_heard += len;
  radmfa_stream_consume(stage->stream, len);
  close_in(stage, "data");
  if (stage->starts_tls_at && bytes.len >= stage->starts_tls_at) {
    stage->starts_tls_at = 0;
    stage->start_tls_error = radmfa_stream_start_tls(stage->stream);
  }
}

static void on_drained(void *user) {
  struct stage *stage = user;
  stage->n_drained++;
  say_more(stage);
  close_in(stage, "drained");
}

static void on_closed(int error, const char *detail, void *user) {
  struct stage *stage = user;
  stage->n_closed++;
  stage->error = error;
  strncpy(stage->detail, detail, sizeof stage->detail - 1);
}

/* ---- the stage ---- */

static radmfa_tls_context *trust(const struct identity *ca) {
  radmfa_tls_context *context;
  char *pem = identity_pem(ca);
  cr_assert_eq(radmfa_tls_context_new(radmfa_text(pem), NULL, &context), 0);
  free(pem);
  return context;
}

static struct stage *open_stage(const char *alternative_name, long valid_sec,
                                struct tls_server_options server) {
  struct stage *stage = calloc(1, sizeof *stage);
  signal(SIGPIPE, SIG_IGN);
  loopback_open(&stage->loopback);
  stage->ca = identity_new(NULL, NULL, DAY_SEC);
  stage->identity = identity_new(&stage->ca, alternative_name, valid_sec);
  stage->context = trust(&stage->ca);
  server.identity = &stage->identity;
  tls_server_open(&stage->server, &stage->loopback.loop, &server);
  radmfa_stream_options_init(&stage->options);
  stage->options.host = "127.0.0.1";
  stage->options.port = stage->server.port;
  stage->options.server_name = "dc1.example";
  return stage;
}

static struct stage *open_good(struct tls_server_options server) {
  return open_stage("DNS:dc1.example", DAY_SEC, server);
}

static void go(struct stage *stage) {
  radmfa_stream_callbacks callbacks = {on_connected, on_data, on_drained, on_closed};
  stage->n_connected = stage->n_closed = 0;
  cr_assert_eq(radmfa_stream_connect(&stage->loopback.loop, stage->context, &stage->options,
                                     &callbacks, stage, &stage->stream),
               0);
  cr_assert_eq(stage->n_connected + stage->n_closed, 0, "a callback before connect returned");
}

static bool is_closed(void *user) {
  return ((struct stage *)user)->n_closed > 0;
}

static bool is_connected(void *user) {
  return ((struct stage *)user)->n_connected > 0 || is_closed(user);
}

static bool is_secure(void *user) {
  return ((struct stage *)user)->version[0] || is_closed(user);
}

static bool has_tried_tls(void *user) {
  return ((struct stage *)user)->starts_tls_at == 0 || is_closed(user);
}

static bool has_heard_all(void *user) {
  struct stage *stage = user;
  return (stage->n_heard == stage->n_to_say && stage->n_said == stage->n_to_say) || is_closed(user);
}

static void run_until(struct stage *stage, bool (*done)(void *user)) {
  loopback_run_until(&stage->loopback, done, stage);
}

static int result(struct stage *stage) {
  go(stage);
  run_until(stage, is_closed);
  return stage->error;
}

static void close_stream(struct stage *stage) {
  if (!stage->n_closed) radmfa_stream_close(stage->stream);
  run_until(stage, is_closed);
}

static void close_stage(struct stage *stage) {
  if (stage->stream) close_stream(stage);
  tls_server_close(&stage->server);
  loopback_close(&stage->loopback);
  cr_assert_leq(stage->n_closed, 1);
  radmfa_tls_context_unref(stage->context);
  identity_free(&stage->identity);
  identity_free(&stage->ca);
  free(stage);
}

/* ---- certificates and names ---- */

Test(tls, a_good_certificate_connects_and_is_told) {
  struct stage *stage = open_good((struct tls_server_options){0});
  go(stage);
  run_until(stage, is_connected);
  cr_assert_eq(stage->n_closed, 0, "%s", stage->detail);
  cr_assert_str_eq(stage->version, "TLSv1.3");
  cr_assert_str_eq(stage->subject, "CN=Test Server");
  cr_assert_eq(stage->peer.port, stage->server.port);
  cr_assert_lt(labs(stage->not_after_sec - (time(NULL) + DAY_SEC)), 60);
  close_stream(stage);
  cr_assert_eq(stage->error, RADMFA_E_CANCELLED);
  close_stage(stage);
}

/* Of the socket that is connected to the server. */
static void read_keep_alive(uv_handle_t *handle, void *user) {
  const struct stage *stage = user;
  struct sockaddr_in peer;
  int fd, is_on, idle_sec, peer_len = sizeof peer;
  socklen_t len = sizeof is_on;
  if (handle->type != UV_TCP || uv_fileno(handle, &fd) ||
      uv_tcp_getpeername((uv_tcp_t *)handle, (struct sockaddr *)&peer, &peer_len) ||
      ntohs(peer.sin_port) != stage->server.port)
    return;
  cr_assert_eq(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &is_on, &len), 0);
  cr_assert_eq(getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_sec, &len), 0);
  cr_assert(is_on);
  cr_assert_eq(idle_sec, 60);
  ((struct stage *)user)->n_heard = 1;
}

Test(tls, a_quiet_stream_is_kept_alive) {
  struct stage *stage = open_good((struct tls_server_options){0});
  go(stage);
  run_until(stage, is_connected);
  stage->n_heard = 0;
  uv_walk(&stage->loopback.loop, read_keep_alive, stage);
  cr_assert_eq(stage->n_heard, 1);
  close_stage(stage);
}

Test(tls, a_certificate_for_another_name_is_refused) {
  struct stage *stage = open_stage("DNS:dc2.example", DAY_SEC, (struct tls_server_options){0});
  cr_assert_eq(result(stage), RADMFA_E_NAME);
  cr_assert_eq(stage->n_connected, 0);
  close_stage(stage);
}

Test(tls, an_expired_certificate_is_refused) {
  struct stage *stage = open_stage("DNS:dc1.example", -60, (struct tls_server_options){0});
  cr_assert_eq(result(stage), RADMFA_E_CERTIFICATE);
  cr_assert(strstr(stage->detail, "expired"), "%s", stage->detail);
  close_stage(stage);
}

Test(tls, a_certificate_of_an_unknown_authority_is_refused) {
  struct stage *stage = open_good((struct tls_server_options){0});
  struct identity other = identity_new(NULL, NULL, DAY_SEC);
  radmfa_tls_context_unref(stage->context);
  stage->context = trust(&other);
  cr_assert_eq(result(stage), RADMFA_E_CERTIFICATE);
  identity_free(&other);
  close_stage(stage);
}

Test(tls, an_authority_below_the_root_may_be_trusted_alone) {
  struct stage *stage = open_good((struct tls_server_options){0});
  struct identity below = identity_new(&stage->ca, NULL, DAY_SEC);
  struct identity server = identity_new(&below, "DNS:dc1.example", DAY_SEC);
  SSL_CTX_use_certificate(stage->server.context, server.certificate);
  SSL_CTX_use_PrivateKey(stage->server.context, server.key);
  radmfa_tls_context_unref(stage->context);
  stage->context = trust(&below);
  go(stage);
  run_until(stage, is_connected);
  cr_assert_eq(stage->n_closed, 0, "%s", stage->detail);
  identity_free(&server);
  identity_free(&below);
  close_stage(stage);
}

Test(tls, an_address_may_be_the_name) {
  struct stage *stage = open_stage("IP:127.0.0.1", DAY_SEC, (struct tls_server_options){0});
  stage->options.server_name = NULL;
  go(stage);
  run_until(stage, is_connected);
  cr_assert_eq(stage->n_closed, 0, "%s", stage->detail);
  close_stage(stage);
}

Test(tls, an_address_that_the_certificate_lacks_is_refused) {
  struct stage *stage = open_stage("IP:127.0.0.2", DAY_SEC, (struct tls_server_options){0});
  stage->options.server_name = NULL;
  cr_assert_eq(result(stage), RADMFA_E_NAME);
  close_stage(stage);
}

Test(tls, an_address_written_as_a_dns_name_is_not_an_address) {
  struct stage *stage = open_stage("DNS:127.0.0.1", DAY_SEC, (struct tls_server_options){0});
  stage->options.server_name = NULL;
  cr_assert_eq(result(stage), RADMFA_E_NAME);
  close_stage(stage);
}

Test(tls, a_host_is_resolved_and_is_the_name_that_must_be_certified) {
  struct stage *stage = open_stage("DNS:localhost", DAY_SEC, (struct tls_server_options){0});
  stage->options.host = "localhost"; /* ::1, too, where nobody listens */
  stage->options.server_name = NULL;
  go(stage);
  run_until(stage, is_connected);
  cr_assert_eq(stage->n_closed, 0, "%s", stage->detail);
  close_stage(stage);
}

Test(tls, tls_1_2_is_good_and_tls_1_1_is_refused) {
  struct stage *stage = open_good((struct tls_server_options){.version_max = TLS1_2_VERSION});
  go(stage);
  run_until(stage, is_connected);
  cr_assert_str_eq(stage->version, "TLSv1.2", "%s", stage->detail);
  close_stage(stage);
  stage = open_good((struct tls_server_options){.version_max = TLS1_1_VERSION});
  cr_assert_eq(result(stage), RADMFA_E_TLS);
  close_stage(stage);
}

Test(tls, what_is_no_list_of_certificates_makes_no_context) {
  radmfa_tls_context *context = NULL;
  struct identity ca = identity_new(NULL, NULL, DAY_SEC);
  char *pem = identity_pem(&ca);
  cr_assert_eq(radmfa_tls_context_new(radmfa_text(""), NULL, &context), RADMFA_E_CERTIFICATE);
  cr_assert_eq(radmfa_tls_context_new(radmfa_text("text"), NULL, &context), RADMFA_E_CERTIFICATE);
  pem[60] = '!';
  cr_assert_eq(radmfa_tls_context_new(radmfa_text(pem), NULL, &context), RADMFA_E_CERTIFICATE);
  cr_assert_null(context);
  free(pem);
  identity_free(&ca);
}

/* ---- sessions ---- */

static void connect_again(struct stage *stage) {
  stage->n_to_say = 1; /* an answer brings the session's ticket with it */
  stage->n_said = stage->n_heard = 0;
  go(stage);
  run_until(stage, has_heard_all);
  close_stream(stage);
}

static void check_resumption(int version) {
  struct stage *stage =
      open_good((struct tls_server_options){.version_max = version, .is_echo = true});
  connect_again(stage);
  cr_assert_not(stage->is_resumed);
  connect_again(stage);
  cr_assert(stage->is_resumed);
  cr_assert_str_eq(stage->subject, "CN=Test Server");
  close_stage(stage);
}

Test(tls, the_next_stream_to_a_server_resumes_the_session) {
  check_resumption(0);
  check_resumption(TLS1_2_VERSION);
}

Test(tls, a_session_is_not_resumed_under_another_name) {
  struct stage *stage = open_good((struct tls_server_options){.is_echo = true});
  connect_again(stage);
  stage->options.server_name = "dc2.example";
  cr_assert_eq(result(stage), RADMFA_E_NAME);
  close_stage(stage);
}

Test(tls, a_session_ends_with_its_certificate) {
  struct stage *stage =
      open_stage("DNS:dc1.example", 600, (struct tls_server_options){.is_echo = true});
  connect_again(stage);
  ahead_sec = 601;
  cr_assert_eq(result(stage), RADMFA_E_CERTIFICATE);
  close_stage(stage);
}

/* ---- StartTLS ---- */

static struct stage *open_plain(const char *agrees) {
  struct stage *stage = open_good((struct tls_server_options){
      .is_plain = true, .starts_tls_after = 5, .agrees = radmfa_text(agrees)});
  stage->options.tls = RADMFA_STREAM_TLS_LATER;
  stage->n_to_say = 5;
  return stage;
}

Test(tls, a_plain_stream_goes_over_to_tls) {
  struct stage *stage = open_plain("yes");
  stage->starts_tls_at = 3;
  go(stage);
  run_until(stage, is_connected);
  cr_assert_str_eq(stage->version, "");
  run_until(stage, is_secure);
  cr_assert_eq(stage->n_closed, 0, "%s", stage->detail);
  cr_assert_eq(stage->n_connected, 2);
  cr_assert_arr_eq(stage->heard, "yes", 3);
  cr_assert_eq(radmfa_stream_start_tls(stage->stream), RADMFA_E_INVALID);
  close_stage(stage);
}

Test(tls, octets_behind_the_answer_are_refused_before_the_handshake) {
  struct stage *stage = open_plain("yes, and more");
  stage->starts_tls_at = 13;
  stage->leaves_unread = 10;
  go(stage);
  run_until(stage, has_tried_tls);
  cr_assert_eq(stage->start_tls_error, RADMFA_E_INJECTED);
  cr_assert_eq(stage->n_connected, 1);
  close_stage(stage);
}

Test(tls, octets_that_come_during_the_handshake_are_refused_by_tls) {
  struct stage *stage = open_plain("injected later");
  go(stage);
  run_until(stage, is_connected);
  cr_assert_eq(radmfa_stream_start_tls(stage->stream), 0); /* before the answer is here */
  run_until(stage, is_closed);
  cr_assert_eq(stage->error, RADMFA_E_TLS);
  cr_assert_eq(stage->n_data, 0);
  close_stage(stage);
}

Test(tls, the_certificate_counts_after_start_tls_too) {
  struct stage *stage = open_plain("yes");
  stage->starts_tls_at = 3;
  stage->options.server_name = "dc2.example";
  cr_assert_eq(result(stage), RADMFA_E_NAME);
  cr_assert_eq(stage->n_connected, 1);
  close_stage(stage);
}

Test(tls, a_stream_that_is_never_tls_does_not_start_it) {
  struct stage *stage = open_plain("yes");
  stage->options.tls = RADMFA_STREAM_TLS_NEVER;
  stage->starts_tls_at = 3;
  go(stage);
  run_until(stage, has_tried_tls);
  cr_assert_eq(stage->start_tls_error, RADMFA_E_INVALID);
  close_stage(stage);
}

/* ---- octets ---- */

static size_t n_as_said(const struct stage *stage) {
  size_t n = 0;
  while (n < stage->n_heard && stage->heard[n] == pattern(n)) n++;
  return n;
}

static void check_echo(struct stage *stage) {
  stage->n_to_say = BIG;
  go(stage);
  run_until(stage, has_heard_all);
  cr_assert_eq(n_as_said(stage), BIG);
  cr_assert_gt(stage->n_drained, 0);
  cr_assert_gt(stage->n_data, 10);
  close_stage(stage);
}

Test(tls, eight_million_octets_go_there_and_come_back) {
  check_echo(open_good((struct tls_server_options){.is_echo = true}));
}

Test(tls, eight_million_plain_octets_go_there_and_come_back) {
  struct stage *stage = open_good((struct tls_server_options){.is_echo = true, .is_plain = true});
  stage->options.tls = RADMFA_STREAM_TLS_NEVER;
  check_echo(stage);
}

static bool has_all_unread(void *user) {
  struct stage *stage = user;
  return stage->n_data >= 3 || is_closed(user);
}

Test(tls, what_is_not_consumed_comes_again_with_what_follows) {
  struct stage *stage = open_good((struct tls_server_options){.is_echo = true});
  stage->n_to_say = 25000; /* three pieces */
  stage->consumes_nothing = true;
  go(stage);
  run_until(stage, has_all_unread);
  stage->consumes_nothing = false;
  stage->n_to_say++;
  say_more(stage);
  run_until(stage, has_heard_all);
  cr_assert_eq(n_as_said(stage), 25001);
  close_stage(stage);
}

Test(tls, more_than_may_be_unread_ends_the_stream) {
  struct stage *stage = open_good((struct tls_server_options){.is_echo = true});
  stage->n_to_say = 70000;
  stage->consumes_nothing = true;
  cr_assert_eq(result(stage), RADMFA_E_TOO_BIG);
  close_stage(stage);
}

Test(tls, nothing_is_written_before_the_stream_is_up_or_after_its_end) {
  struct stage *stage = open_good((struct tls_server_options){0});
  static uint8_t long_bytes[RADMFA_STREAM_QUEUE_MAX + 1];
  radmfa_span too_long = {long_bytes, sizeof long_bytes};
  go(stage);
  cr_assert_eq(radmfa_stream_write(stage->stream, radmfa_text("x")), RADMFA_E_BUSY);
  cr_assert_eq(radmfa_stream_write(stage->stream, too_long), RADMFA_E_TOO_BIG);
  radmfa_stream_close(stage->stream);
  cr_assert_eq(radmfa_stream_write(stage->stream, radmfa_text("x")), RADMFA_E_CANCELLED);
  cr_assert_eq(radmfa_stream_start_tls(stage->stream), RADMFA_E_CANCELLED);
  close_stage(stage);
}

/* ---- ends ---- */

Test(tls, a_server_that_ends_in_order_is_no_error) {
  struct stage *stage = open_good((struct tls_server_options){.is_echo = true, .closes_after = 3});
  stage->n_to_say = 3;
  cr_assert_eq(result(stage), 0);
  cr_assert_eq(stage->n_heard, 3);
  close_stage(stage);
}

Test(tls, an_end_without_close_notify_is_told_apart) {
  struct stage *stage = open_good((struct tls_server_options){.closes_after = 3, .cuts_off = true});
  stage->n_to_say = 3;
  cr_assert_eq(result(stage), UV_EOF);
  close_stage(stage);
}

Test(tls, a_silent_server_is_given_up) {
  struct stage *stage = open_good((struct tls_server_options){.is_silent = true});
  stage->options.handshake_timeout_ms = 20;
  cr_assert_eq(result(stage), RADMFA_E_TIMED_OUT);
  cr_assert(strstr(stage->detail, "handshake"));
  close_stage(stage);
}

/* Where the queue of a listener is full, Linux answers nobody. */
static uint16_t silent_port(int fds[4]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof address;
  for (int i = 0; i < 4; i++) fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(fds[0], (struct sockaddr *)&address, len), 0);
  cr_assert_eq(listen(fds[0], 0), 0);
  cr_assert_eq(getsockname(fds[0], (struct sockaddr *)&address, &len), 0);
  for (int i = 1; i < 4; i++) (void)connect(fds[i], (struct sockaddr *)&address, len);
  return ntohs(address.sin_port);
}

Test(tls, a_host_that_does_not_answer_is_given_up) {
  struct stage *stage = open_good((struct tls_server_options){0});
  int fds[4];
  stage->options.port = silent_port(fds);
  stage->options.connect_timeout_ms = 20;
  cr_assert_eq(result(stage), RADMFA_E_TIMED_OUT);
  cr_assert(strstr(stage->detail, "127.0.0.1"), "%s", stage->detail);
  for (int i = 0; i < 4; i++) close(fds[i]);
  close_stage(stage);
}

Test(tls, a_refused_connection_says_who_refused_it) {
  struct stage *stage = open_good((struct tls_server_options){0});
  stage->options.host = "127.0.0.2"; /* the server listens on 127.0.0.1 */
  cr_assert_eq(result(stage), UV_ECONNREFUSED);
  cr_assert(strstr(stage->detail, "127.0.0.2"), "%s", stage->detail);
  close_stage(stage);
}

Test(tls, a_name_that_cannot_be_one_is_not_resolved) {
  struct stage *stage = open_good((struct tls_server_options){0});
  stage->options.host = "a-label-of-more-than-sixty-three-octets-is-in-no-name-that-dns-can-carry";
  cr_assert_lt(result(stage), 0);
  cr_assert_neq(stage->detail[0], '\0');
  close_stage(stage);
}

static void check_close_after(struct stage *stage, unsigned n_turns) {
  go(stage);
  for (unsigned i = 0; i < n_turns; i++) loopback_run_once(&stage->loopback);
  radmfa_stream_close(stage->stream);
  radmfa_stream_close(stage->stream);
  cr_assert_eq(stage->n_closed, 0, "a callback before close returned");
  run_until(stage, is_closed);
  cr_assert_eq(stage->error, RADMFA_E_CANCELLED);
}

Test(tls, a_stream_can_be_closed_at_any_time) {
  struct stage *stage = open_good((struct tls_server_options){0});
  for (unsigned n_turns = 0; n_turns < 12; n_turns++) check_close_after(stage, n_turns);
  stage->options.host = "localhost";
  for (unsigned n_turns = 0; n_turns < 3; n_turns++) check_close_after(stage, n_turns);
  stage->stream = NULL;
  close_stage(stage);
}

static void check_close_in(const char *callback, size_t n_to_say) {
  struct stage *stage = open_good((struct tls_server_options){.is_echo = true});
  stage->closes_in = callback;
  stage->n_to_say = n_to_say;
  cr_assert_eq(result(stage), RADMFA_E_CANCELLED);
  close_stage(stage);
}

Test(tls, each_callback_may_close_the_stream) {
  check_close_in("connected", 10);
  check_close_in("data", 10);
  check_close_in("drained", BIG);
}

Test(tls, options_that_make_no_sense_are_refused) {
  struct stage *stage = open_good((struct tls_server_options){0});
  radmfa_stream_callbacks callbacks = {on_connected, on_data, NULL, on_closed};
  uv_loop_t *loop = &stage->loopback.loop;
  radmfa_stream *stream = NULL;
  radmfa_stream_options no_host = stage->options, no_port = stage->options;
  no_host.host = "";
  no_port.port = 0;
  cr_assert_eq(radmfa_stream_connect(loop, stage->context, &no_host, &callbacks, stage, &stream),
               RADMFA_E_INVALID);
  cr_assert_eq(radmfa_stream_connect(loop, stage->context, &no_port, &callbacks, stage, &stream),
               RADMFA_E_INVALID);
  cr_assert_eq(radmfa_stream_connect(loop, NULL, &stage->options, &callbacks, stage, &stream),
               RADMFA_E_INVALID);
  cr_assert_null(stream);
  close_stage(stage);
}

/* ---- memory ---- */

static bool has_ended_or_heard(void *user) {
  return is_closed(user) || has_heard_all(user);
}

/* True when no allocation was made to fail. */
static bool works_but_for(struct stage *stage, size_t fail_at) {
  struct heap heap = {.fail_at = fail_at};
  radmfa_stream_callbacks callbacks = {on_connected, on_data, on_drained, on_closed};
  stage->options.allocator = heap_allocator(&heap);
  stage->n_closed = 0;
  stage->n_said = stage->n_heard = 0;
  int error = radmfa_stream_connect(&stage->loopback.loop, stage->context, &stage->options,
                                    &callbacks, stage, &stage->stream);
  if (!error) run_until(stage, has_ended_or_heard);
  if (!error && heap.failed) cr_assert_eq(stage->error, RADMFA_E_NO_MEMORY);
  if (!error) close_stream(stage);
  cr_assert_eq(heap.blocks, 0);
  return !heap.failed;
}

Test(tls, each_allocation_that_fails_ends_the_stream_and_leaks_nothing) {
  struct stage *stage =
      open_stage("DNS:localhost", DAY_SEC, (struct tls_server_options){.is_echo = true});
  stage->options.host = stage->options.server_name = "localhost";
  stage->n_to_say = 5;
  size_t fail_at = 1;
  while (!works_but_for(stage, fail_at)) fail_at++;
  cr_assert_geq(fail_at, 5); /* stream, lookup, two flights of the handshake, what is said */
  stage->stream = NULL;
  close_stage(stage);
}

#define PASSWORD "correct horse battery staple"

static void *zeroed(size_t size, void *user) {
  (void)user;
  return calloc(1, size);
}

static void look_and_free(void *memory, size_t size, void *user) {
  unsigned *n_found = user;
  if (memory && memmem(memory, size, PASSWORD, strlen(PASSWORD))) ++*n_found;
  free(memory);
}

static unsigned n_left_behind(radmfa_stream_tls tls) {
  struct stage *stage = open_good(
      (struct tls_server_options){.is_echo = true, .is_plain = tls == RADMFA_STREAM_TLS_NEVER});
  unsigned n_found = 0;
  stage->options.tls = tls;
  stage->options.allocator = (radmfa_allocator){zeroed, look_and_free, &n_found};
  go(stage);
  run_until(stage, is_connected);
  cr_assert_eq(radmfa_stream_write(stage->stream, radmfa_text(PASSWORD)), 0);
  stage->n_to_say = stage->n_said = strlen(PASSWORD);
  run_until(stage, has_heard_all);
  cr_assert_arr_eq(stage->heard, PASSWORD, strlen(PASSWORD));
  close_stage(stage);
  return n_found;
}

Test(tls, what_was_said_is_not_left_in_memory) {
  cr_assert_eq(n_left_behind(RADMFA_STREAM_TLS_NOW), 0);
  cr_assert_eq(n_left_behind(RADMFA_STREAM_TLS_NEVER), 0);
}
