#include "loopback.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT_MS 30000u /* valgrind on a busy machine */

radmfa_address loopback_address(const char *text) {
  radmfa_address address;
  cr_assert_eq(radmfa_address_parse(text, &address), 0);
  return address;
}

void loopback_open(struct loopback *loopback) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  cr_assert_eq(uv_loop_init(&loopback->loop), 0);
  cr_assert_eq(uv_timer_init(&loopback->loop, &loopback->limit), 0);
  loopback->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(loopback->fd, (struct sockaddr *)&any, sizeof any), 0);
}

void loopback_close(struct loopback *loopback) {
  uv_close((uv_handle_t *)&loopback->limit, NULL);
  uv_run(&loopback->loop, UV_RUN_DEFAULT);
  cr_assert_eq(uv_loop_close(&loopback->loop), 0, "a handle is left on the loop");
  close(loopback->fd);
}

static void on_limit(uv_timer_t *timer) {
  (void)timer;
  cr_assert_fail("what the test waits for did not come within 30 s");
}

void loopback_run_until(struct loopback *loopback, bool (*done)(void *user), void *user) {
  uv_timer_start(&loopback->limit, on_limit, LIMIT_MS, 0);
  while (!done(user)) uv_run(&loopback->loop, UV_RUN_ONCE);
  uv_timer_stop(&loopback->limit);
}

void loopback_turn_until(struct loopback *loopback, bool (*done)(void *user), void *user) {
  uv_timer_start(&loopback->limit, on_limit, LIMIT_MS, 0);
  while (!done(user)) uv_run(&loopback->loop, UV_RUN_NOWAIT);
  uv_timer_stop(&loopback->limit);
}

void loopback_run_once(struct loopback *loopback) {
  uv_run(&loopback->loop, UV_RUN_NOWAIT);
}

void loopback_send(struct loopback *loopback, radmfa_span bytes, const radmfa_address *to) {
  struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(to->port)};
  memcpy(&peer.sin_addr, to->ip + 12, 4);
  cr_assert_eq(sendto(loopback->fd, bytes.ptr, bytes.len, 0, (struct sockaddr *)&peer, sizeof peer),
               (ssize_t)bytes.len);
}

size_t loopback_receive(struct loopback *loopback, uint8_t *bytes, size_t size) {
  ssize_t n = recv(loopback->fd, bytes, size, MSG_DONTWAIT);
  return n > 0 ? (size_t)n : 0;
}

struct wait {
  struct loopback *loopback;
  uint8_t *bytes;
  size_t size, len;
};

static bool has_datagram(void *user) {
  struct wait *wait = user;
  wait->len = loopback_receive(wait->loopback, wait->bytes, wait->size);
  return wait->len > 0;
}

/* The peer's socket is not on the loop: each turn of the loop looks again. A reply is sent within
 * the turn that makes it. */
size_t loopback_wait(struct loopback *loopback, uint8_t *bytes, size_t size) {
  struct wait wait = {loopback, bytes, size, 0};
  loopback_run_until(loopback, has_datagram, &wait);
  return wait.len;
}
