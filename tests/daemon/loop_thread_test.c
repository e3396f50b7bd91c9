#include "loop_thread.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

/* ---- names that take until the test lets them go ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_looking_up, may_end;

/* Stands in for the C library's. */
RADMFA_API int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                           struct addrinfo **out_list) {
  (void)node;
  (void)service;
  (void)hints;
  (void)out_list;
  pthread_mutex_lock(&lock);
  is_looking_up = true;
  pthread_cond_broadcast(&changed);
  while (!may_end) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return EAI_FAIL;
}

static void wait_until_looking_up(void) {
  pthread_mutex_lock(&lock);
  while (!is_looking_up) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static void let_go(void) {
  pthread_mutex_lock(&lock);
  may_end = true;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

/* No file is opened for it while a loop closes its own. */
static unsigned count_threads(DIR *tasks) {
  unsigned n = 0;
  rewinddir(tasks);
  for (struct dirent *task; (task = readdir(tasks));) n += task->d_name[0] != '.';
  return n;
}

/* ---- a thread with one handle ---- */

struct stage {
  struct loop_thread *thread;
  uv_async_t end;
  uv_getaddrinfo_t lookup;
  unsigned n_ended;
};

static void on_end(uv_async_t *async) {
  struct stage *stage = async->data;
  stage->n_ended++;
  uv_close((uv_handle_t *)async, NULL);
  loop_thread_stop(stage->thread);
}

static void on_resolved(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found) {
  (void)status;
  uv_freeaddrinfo(found);
  free(lookup->data);
}

static struct stage *open_stage(void) {
  struct stage *stage = calloc(1, sizeof *stage);
  cr_assert_eq(loop_thread_new(&stage->thread), 0);
  cr_assert_eq(uv_async_init(loop_thread_loop(stage->thread), &stage->end, on_end), 0);
  stage->end.data = stage->lookup.data = stage;
  return stage;
}

Test(loop_thread, it_ends_when_its_handles_are_closed) {
  struct stage *stage = open_stage();
  cr_assert(loop_thread_start(stage->thread, "looper"));
  uv_async_send(&stage->end);
  loop_thread_leave(stage->thread);
  cr_assert_eq(stage->n_ended, 1);
  free(stage);
}

Test(loop_thread, it_may_be_left_before_it_was_started) {
  struct stage *stage = open_stage();
  uv_close((uv_handle_t *)&stage->end, NULL);
  loop_thread_leave(stage->thread);
  free(stage);
}

Test(loop_thread, a_name_that_is_looked_up_holds_nobody_up) {
  DIR *tasks = opendir("/proc/self/task");
  struct stage *stage = open_stage();
  cr_assert_eq(uv_getaddrinfo(loop_thread_loop(stage->thread), &stage->lookup, on_resolved,
                              "dc1.example", NULL, NULL),
               0);
  cr_assert(loop_thread_start(stage->thread, "looper"));
  wait_until_looking_up();
  uv_async_send(&stage->end);
  loop_thread_leave(stage->thread);
  cr_assert_not(may_end);
  unsigned n_threads = count_threads(tasks);
  let_go();
  while (count_threads(tasks) == n_threads) sched_yield();
  closedir(tasks);
}

static void *let_go_soon(void *user) {
  wait_until_looking_up();
  let_go();
  return user;
}

static void on_resolved_here(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found) {
  (void)status;
  uv_freeaddrinfo(found);
  ((struct stage *)lookup->data)->n_ended++;
}

Test(loop_thread, without_a_thread_a_name_that_is_looked_up_is_waited_for) {
  struct stage *stage = open_stage();
  pthread_t other;
  cr_assert_eq(uv_getaddrinfo(loop_thread_loop(stage->thread), &stage->lookup, on_resolved_here,
                              "dc1.example", NULL, NULL),
               0);
  cr_assert_eq(pthread_create(&other, NULL, let_go_soon, NULL), 0);
  uv_close((uv_handle_t *)&stage->end, NULL);
  loop_thread_stop(stage->thread);
  loop_thread_leave(stage->thread);
  cr_assert_eq(stage->n_ended, 1);
  pthread_join(other, NULL);
  free(stage);
}
