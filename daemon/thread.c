/* thread.c: threads without signals, their numbers, and waits by the monotonic clock. */
#include "thread.h"

#include <signal.h>
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

/* ---- numbers ---- */

#define NUMBERS_MAX 1023u

static pthread_mutex_t numbers_lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_taken[NUMBERS_MAX]; /* under the lock */
static pthread_once_t numbers_once = PTHREAD_ONCE_INIT;
static pthread_key_t own_number; /* + 1, as a pointer */

static void give_back(void *value) {
  size_t number = (size_t)(uintptr_t)value - 1;
  pthread_mutex_lock(&numbers_lock);
  if (number < NUMBERS_MAX) is_taken[number] = false;
  pthread_mutex_unlock(&numbers_lock);
}

static void make_key(void) {
  (void)pthread_key_create(&own_number, give_back); /* the process has a dozen of 1024 */
}

static size_t take_number(void) {
  size_t number = 0;
  pthread_mutex_lock(&numbers_lock);
  while (number < NUMBERS_MAX && is_taken[number]) number++;
  if (number < NUMBERS_MAX) is_taken[number] = true;
  pthread_mutex_unlock(&numbers_lock);
  return number;
}

/* The key only tells when the thread ends. */
static unsigned begin_number(void) {
  size_t number = take_number();
  (void)pthread_once(&numbers_once, make_key);
  (void)pthread_setspecific(own_number, (void *)(uintptr_t)(number + 1));
  return (unsigned)number;
}

unsigned thread_number(void) {
  static _Thread_local unsigned number; /* + 1; 0: none yet */
  if (!number) number = begin_number() + 1;
  return number - 1;
}

uint64_t thread_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
