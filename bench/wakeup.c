#include "wakeup.h"

#include "values.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void on_readable(uv_poll_t *poll, int status, int events) {
  struct wakeup *wakeup = poll->data;
  uint64_t times;
  (void)status;
  (void)events;
  if (read(wakeup->fd, &times, sizeof times) != sizeof times) return; /* set anew meanwhile */
  wakeup->at_ns = 0;
  wakeup->on_wakeup(wakeup->user);
}

int wakeup_init(struct wakeup *wakeup, uv_loop_t *loop, void (*on_wakeup)(void *user), void *user) {
  *wakeup = (struct wakeup){.on_wakeup = on_wakeup, .user = user};
  wakeup->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (wakeup->fd < 0) return uv_translate_sys_error(errno);
  int error = uv_poll_init(loop, &wakeup->poll, wakeup->fd);
  if (error) {
    close(wakeup->fd);
    return error;
  }
  wakeup->poll.data = wakeup;
  return uv_poll_start(&wakeup->poll, UV_READABLE, on_readable);
}

void wakeup_set(struct wakeup *wakeup, uint64_t at_ns) {
  struct itimerspec spec = {0};
  if (at_ns == UINT64_MAX) at_ns = 0;
  if (at_ns == wakeup->at_ns) return;
  wakeup->at_ns = at_ns;
  spec.it_value.tv_sec = (time_t)(at_ns / NS_PER_S);
  spec.it_value.tv_nsec = (long)(at_ns % NS_PER_S);
  (void)timerfd_settime(wakeup->fd, TFD_TIMER_ABSTIME, &spec, NULL); /* cannot fail with these */
}

static void on_closed(uv_handle_t *handle) {
  struct wakeup *wakeup = handle->data;
  close(wakeup->fd);
}

void wakeup_close(struct wakeup *wakeup) {
  if (wakeup->poll.loop) uv_close((uv_handle_t *)&wakeup->poll, on_closed);
}
