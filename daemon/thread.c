/* thread.c: threads without signals, and waits by the monotonic clock. */
#include "thread.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>

bool thread_start(pthread_t *out_thread, const char *name, void *(*run)(void *), void *arg) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); /* a thread inherits the mask */
  bool started = pthread_create(out_thread, NULL, run, arg) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (started) pthread_setname_np(*out_thread, name);
  return started;
}

bool thread_wait_init(pthread_cond_t *cond) {
  pthread_condattr_t attr;
  if (pthread_condattr_init(&attr) != 0) return false;
  bool ok =
      pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 && pthread_cond_init(cond, &attr) == 0;
  pthread_condattr_destroy(&attr);
  return ok;
}

void thread_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until_ms) {
  if (until_ms == UINT64_MAX) {
    pthread_cond_wait(cond, mutex);
    return;
  }
  struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                           .tv_nsec = (long)(until_ms % 1000) * 1000000};
  pthread_cond_timedwait(cond, mutex, &until);
}

unsigned thread_number(void) {
  static atomic_uint n_threads;
  static _Thread_local unsigned number; /* + 1; 0: none yet */
  if (!number) number = atomic_fetch_add_explicit(&n_threads, 1, memory_order_relaxed) + 1;
  return number - 1;
}

uint64_t thread_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
