/* sip_relay_test.c: who may use the relay. The trunk is a port that the test listens on; how far a
 * handshake would come does not matter here. */
#include "factor/sip_relay.h"

#include "tls_server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#define DAY_SEC 86400L
#define PATIENCE_MS 20000
#define STEP_MS 10

static uv_loop_t loop;
static struct sip_relay *relay;
static radmfa_tls_context *trust;
static int trunk;

static struct sockaddr_in loopback(uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static uint16_t open_trunk(void) {
  struct sockaddr_in own = loopback(0);
  socklen_t len = sizeof own;
  trunk = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  cr_assert_eq(bind(trunk, (struct sockaddr *)&own, sizeof own), 0);
  cr_assert_eq(listen(trunk, 8), 0);
  cr_assert_eq(getsockname(trunk, (struct sockaddr *)&own, &len), 0);
  return ntohs(own.sin_port);
}

static void open_relay(void) {
  struct identity ca = identity_new(NULL, NULL, DAY_SEC);
  struct sip_target target = {.transport = SIP_TLS, .host = "127.0.0.1", .port = open_trunk()};
  char *pem = identity_pem(&ca);
  cr_assert_eq(radmfa_tls_context_new(radmfa_text(pem), NULL, &trust), 0);
  free(pem);
  identity_free(&ca);
  cr_assert_eq(uv_loop_init(&loop), 0);
  cr_assert_eq(sip_relay_new(&loop, trust, &target, &relay), 0);
}

static void close_relay(void) {
  sip_relay_close(relay);
  cr_assert_eq(uv_run(&loop, UV_RUN_DEFAULT), 0);
  cr_assert_eq(uv_loop_close(&loop), 0);
  radmfa_tls_context_unref(trust);
  close(trunk);
}

static int connect_to_relay(void) {
  struct sockaddr_in to = loopback(sip_relay_port(relay));
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? fd : -1;
}

/* Whether something can be read, or accepted, in time; the relay works meanwhile. */
static bool comes(int fd, int wait_ms) {
  struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
  for (; wait_ms > 0; wait_ms -= STEP_MS) {
    (void)uv_run(&loop, UV_RUN_NOWAIT);
    if (poll(&poll_fd, 1, STEP_MS) == 1) return true;
  }
  return false;
}

Test(sip_relay, our_own_connection_goes_on_to_the_trunk) {
  open_relay();
  int fd = connect_to_relay();
  cr_assert(comes(trunk, PATIENCE_MS));
  close(fd);
  close_relay();
}

/* As many as the relay has places for, so that none would be left for us. */
Test(sip_relay, another_process_is_refused_and_takes_no_place) {
  open_relay();
  int done[2];
  cr_assert_eq(pipe(done), 0);
  pid_t other = fork();
  cr_assert_geq(other, 0);
  if (!other) {
    char octet;
    int fds[20];
    for (int i = 0; i < 20; i++) fds[i] = connect_to_relay();
    for (int i = 0; i < 20; i++)
      if (fds[i] < 0 || read(fds[i], &octet, 1) != 0) _exit(1);
    _exit(write(done[1], "", 1) == 1 ? 0 : 1);
  }
  close(done[1]);
  cr_assert(comes(done[0], PATIENCE_MS));
  int status, fd = connect_to_relay();
  cr_assert_eq(waitpid(other, &status, 0), other);
  cr_assert_eq(status, 0);
  cr_assert(comes(trunk, PATIENCE_MS));
  int first = accept(trunk, NULL, NULL);
  cr_assert_not(comes(trunk, 100));
  close(first);
  close(fd);
  close(done[0]);
  close_relay();
}
