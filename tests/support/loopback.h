/* loopback.h: a loop, a UDP peer on loopback, and waiting for something with an end. */
#ifndef RADMFA_TEST_LOOPBACK_H
#define RADMFA_TEST_LOOPBACK_H

#include <radmfa/packet.h>
#include <uv.h>

struct loopback {
  uv_loop_t loop;
  uv_timer_t limit;
  int fd; /* the peer's socket */
};

void loopback_open(struct loopback *loopback);
/* Also checks that nothing is left on the loop. */
void loopback_close(struct loopback *loopback);

/* Runs the loop until `done` says true; fails the test after 30 s. */
void loopback_run_until(struct loopback *loopback, bool (*done)(void *user), void *user);
/* The same for what does not wake the loop: it turns without waiting. */
void loopback_turn_until(struct loopback *loopback, bool (*done)(void *user), void *user);
/* Runs the loop once, without waiting. */
void loopback_run_once(struct loopback *loopback);

void loopback_send(struct loopback *loopback, radmfa_span bytes, const radmfa_address *to);
/* What came back to the peer, or 0 octets when there is nothing yet. */
size_t loopback_receive(struct loopback *loopback, uint8_t *bytes, size_t size);
/* Runs the loop until a datagram comes back to the peer; its length. */
size_t loopback_wait(struct loopback *loopback, uint8_t *bytes, size_t size);

radmfa_address loopback_address(const char *text);

#endif
