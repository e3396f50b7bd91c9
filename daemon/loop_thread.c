/* loop_thread.c: a look-up that outlives everything needs the loop to tell that it has ended. */
#include "loop_thread.h"

#include "thread.h"

#include <radmfa/error.h>
#include <stdlib.h>

struct loop_thread {
  uv_loop_t loop;
  pthread_t thread;
  bool has_thread;
  pthread_mutex_t lock; /* all below */
  pthread_cond_t changed;
  bool is_closed;   /* no handle is left on the loop */
  bool has_lookups; /* but something is */
  bool is_left;
};

int loop_thread_new(struct loop_thread **out_thread) {
  struct loop_thread *thread = calloc(1, sizeof *thread);
  if (!thread) return RADMFA_E_NO_MEMORY;
  int error = uv_loop_init(&thread->loop);
  if (error) {
    free(thread);
    return error;
  }
  (void)pthread_mutex_init(&thread->lock, NULL);
  (void)pthread_cond_init(&thread->changed, NULL);
  *out_thread = thread;
  return 0;
}

uv_loop_t *loop_thread_loop(struct loop_thread *thread) {
  return &thread->loop;
}

static void destroy(struct loop_thread *thread) {
  (void)uv_loop_close(&thread->loop);
  pthread_cond_destroy(&thread->changed);
  pthread_mutex_destroy(&thread->lock);
  free(thread);
}

/* ---- in the thread ---- */

static void note_handle(uv_handle_t *handle, void *user) {
  (void)handle;
  *(bool *)user = true;
}

static bool has_handles(uv_loop_t *loop) {
  bool found = false;
  uv_walk(loop, note_handle, &found);
  return found;
}

static void run_until_closed(uv_loop_t *loop) {
  (void)uv_run(loop, UV_RUN_DEFAULT);
  while (has_handles(loop)) (void)uv_run(loop, UV_RUN_ONCE);
}

/* Whether the loop must go on, and nobody waits for it. */
static bool tell_closed(struct loop_thread *thread) {
  pthread_mutex_lock(&thread->lock);
  thread->is_closed = true;
  thread->has_lookups = uv_loop_alive(&thread->loop);
  bool goes_on = thread->has_lookups;
  pthread_cond_broadcast(&thread->changed);
  while (goes_on && !thread->is_left) pthread_cond_wait(&thread->changed, &thread->lock);
  pthread_mutex_unlock(&thread->lock);
  return goes_on;
}

static void *run(void *arg) {
  struct loop_thread *thread = arg;
  run_until_closed(&thread->loop);
  if (!tell_closed(thread)) return NULL;
  (void)uv_run(&thread->loop, UV_RUN_DEFAULT);
  destroy(thread);
  return NULL;
}

bool loop_thread_start(struct loop_thread *thread, const char *name) {
  thread->has_thread = thread_start(&thread->thread, name, run, thread);
  return thread->has_thread;
}

void loop_thread_stop(struct loop_thread *thread) {
  uv_stop(&thread->loop);
}

/* ---- its owner ---- */

/* Whether the thread goes on alone; then it is not ours any more. */
static bool wait_until_closed(struct loop_thread *thread) {
  pthread_t id = thread->thread;
  pthread_mutex_lock(&thread->lock);
  while (!thread->is_closed) pthread_cond_wait(&thread->changed, &thread->lock);
  bool goes_on = thread->has_lookups;
  thread->is_left = true;
  if (goes_on) pthread_detach(id);
  pthread_cond_broadcast(&thread->changed);
  pthread_mutex_unlock(&thread->lock);
  if (!goes_on) pthread_join(id, NULL);
  return goes_on;
}

/* Nobody else is there to wait for the look-ups. */
static void run_to_the_end(uv_loop_t *loop) {
  run_until_closed(loop);
  (void)uv_run(loop, UV_RUN_DEFAULT);
}

void loop_thread_leave(struct loop_thread *thread) {
  if (!thread) return;
  if (!thread->has_thread)
    run_to_the_end(&thread->loop);
  else if (wait_until_closed(thread))
    return;
  destroy(thread);
}
