/* thread.h: the daemon's own threads and the clock they wait by. */
#ifndef RADMFAD_THREAD_H
#define RADMFAD_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* thread_start starts a thread that takes no signals: they are for the main thread, and a closed
 * pipe shall be an error, no death. `name` has at most 15 octets. False when there is no thread to
 * be had. */
bool thread_start(pthread_t *out_thread, const char *name, void *(*run)(void *), void *arg);

/* thread_wait_init makes a condition variable for thread_wait_until. */
bool thread_wait_init(pthread_cond_t *cond);
/* thread_wait_until waits for `cond`, at most until the clock of thread_now_ms says `until_ms`;
 * UINT64_MAX: for as long as it takes. May return early. */
void thread_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t until_ms);

/* thread_number is another number for each thread of the process that asks, counted from 0. The
 * least that is free: one that ends gives its number back. Beyond 1023 threads at a time have the
 * number 1023. */
unsigned thread_number(void);

uint64_t thread_now_ms(void); /* CLOCK_MONOTONIC */

#endif
