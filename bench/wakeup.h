/* wakeup.h: wakes a loop at a nanosecond of uv_hrtime's clock. A uv_timer_t knows whole
 * milliseconds only, which would be most of the latency of a quick server. */
#ifndef RADMFA_BENCH_WAKEUP_H
#define RADMFA_BENCH_WAKEUP_H

#include <stdint.h>
#include <uv.h>

struct wakeup {
  uv_poll_t poll;
  int fd;
  uint64_t at_ns; /* what it is set to; 0: to nothing */
  void (*on_wakeup)(void *user);
  void *user;
};

/* Returns 0 or a libuv error. */
int wakeup_init(struct wakeup *wakeup, uv_loop_t *loop, void (*on_wakeup)(void *user), void *user);
/* UINT64_MAX: never; the past: at once. */
void wakeup_set(struct wakeup *wakeup, uint64_t at_ns);
/* The memory is the loop's until it has run on. One that was never set up is left alone. */
void wakeup_close(struct wakeup *wakeup);

#endif
