#include "worker.h"

#include "thread.h"

#include <radmfa/error.h>
#include <stdlib.h>

#define AGAIN_MS 500u

struct worker {
  struct worker_options options;
  uv_loop_t loop;
  uv_async_t async; /* there is an order */
  uv_timer_t again; /* one that could not be carried out is tried again */
  radmfa_proxy *proxy;
  pthread_t thread;
  bool has_thread;

  pthread_mutex_t lock; /* of the orders */
  radmfa_ruleset *ruleset;
  uint32_t pending_max, kept_replies_max;
  bool drain, stop;
  struct worker_task *first_task, **last_task;
  bool is_behind; /* the ruleset at work is not the latest */
  bool has_stopped;
};

/* What somebody wants to have done there. */
struct worker_task {
  struct worker_task *next;
  void (*run)(radmfa_proxy *proxy, void *arg);
  void *arg;
};

struct orders {
  struct worker_task *tasks;
  radmfa_ruleset *ruleset;
  uint32_t pending_max, kept_replies_max;
  bool drain, stop;
};

static struct orders take_orders(struct worker *worker) {
  pthread_mutex_lock(&worker->lock);
  struct orders orders = {worker->first_task,       worker->ruleset, worker->pending_max,
                          worker->kept_replies_max, worker->drain,   worker->stop};
  worker->first_task = NULL;
  worker->last_task = &worker->first_task;
  worker->ruleset = NULL;
  worker->drain = worker->stop = false;
  pthread_mutex_unlock(&worker->lock);
  return orders;
}

static void close_handles(struct worker *worker) {
  uv_close((uv_handle_t *)&worker->async, NULL);
  uv_close((uv_handle_t *)&worker->again, NULL);
}

static void stop(struct worker *worker) {
  if (worker->has_stopped) return;
  worker->has_stopped = true;
  radmfa_proxy_close(worker->proxy, NULL, NULL);
  close_handles(worker);
}

/* Takes the reference over: it becomes an order again, unless there is a newer one. */
static void put_back(struct worker *worker, radmfa_ruleset *ruleset) {
  pthread_mutex_lock(&worker->lock);
  bool is_latest = !worker->ruleset;
  if (is_latest) worker->ruleset = ruleset;
  pthread_mutex_unlock(&worker->lock);
  if (!is_latest) radmfa_ruleset_unref(ruleset);
}

static void tell_behind(struct worker *worker, int error) {
  bool was_behind = worker->is_behind;
  worker->is_behind = error != 0;
  if (worker->is_behind != was_behind)
    worker->options.behind(worker->options.number, error, worker->options.user);
}

static void on_again(uv_timer_t *timer) {
  struct worker *worker = timer->data;
  (void)uv_async_send(&worker->async);
}

static void set_ruleset(struct worker *worker, const struct orders *orders) {
  int error = radmfa_proxy_set_ruleset(worker->proxy, orders->ruleset);
  if (error) {
    put_back(worker, orders->ruleset);
    (void)uv_timer_start(&worker->again, on_again, AGAIN_MS, 0);
  } else {
    radmfa_proxy_set_limits(worker->proxy, orders->pending_max, orders->kept_replies_max);
    radmfa_ruleset_unref(orders->ruleset);
  }
  tell_behind(worker, error);
}

static void run_tasks(struct worker *worker, struct worker_task *task) {
  for (struct worker_task *next; task; task = next) {
    next = task->next;
    task->run(worker->proxy, task->arg);
    free(task);
  }
}

static void on_orders(uv_async_t *async) {
  struct worker *worker = async->data;
  struct orders orders = take_orders(worker);
  run_tasks(worker, orders.tasks);
  if (orders.ruleset) set_ruleset(worker, &orders);
  if (orders.drain)
    radmfa_proxy_drain(worker->proxy, worker->options.drained, worker->options.user);
  if (orders.stop) stop(worker);
}

static void *run(void *arg) {
  struct worker *worker = arg;
  (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
  return NULL;
}

/* Where it fails, what it has put into the loop goes with the loop's next turn. */
static int start_proxy(struct worker *worker) {
  int error = uv_async_init(&worker->loop, &worker->async, on_orders);
  if (error) return error;
  (void)uv_timer_init(&worker->loop, &worker->again);
  worker->async.data = worker->again.data = worker;
  error = radmfa_proxy_new(&worker->loop, &worker->options.proxy, &worker->proxy);
  if (error) close_handles(worker);
  return error;
}

int worker_new(const struct worker_options *options, struct worker **out_worker) {
  struct worker *worker = calloc(1, sizeof *worker);
  if (!worker) return RADMFA_E_NO_MEMORY;
  worker->options = *options;
  (void)pthread_mutex_init(&worker->lock, NULL);
  worker->last_task = &worker->first_task;
  int error = uv_loop_init(&worker->loop);
  if (error) {
    free(worker);
    return error;
  }
  error = start_proxy(worker);
  if (error) {
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&worker->loop);
    free(worker);
    return error;
  }
  *out_worker = worker;
  return 0;
}

int worker_listen(struct worker *worker, const radmfa_address *address, radmfa_address *out_bound) {
  return radmfa_proxy_listen(worker->proxy, address, out_bound);
}

uint32_t worker_receive_buffer(const struct worker *worker) {
  return radmfa_proxy_receive_buffer(worker->proxy);
}

bool worker_start(struct worker *worker) {
  worker->has_thread = thread_start(&worker->thread, worker->options.name, run, worker);
  return worker->has_thread;
}

void worker_set_ruleset(struct worker *worker, radmfa_ruleset *ruleset, uint32_t pending_max,
                        uint32_t kept_replies_max) {
  pthread_mutex_lock(&worker->lock);
  radmfa_ruleset *unread = worker->ruleset;
  worker->ruleset = radmfa_ruleset_ref(ruleset);
  worker->pending_max = pending_max;
  worker->kept_replies_max = kept_replies_max;
  pthread_mutex_unlock(&worker->lock);
  radmfa_ruleset_unref(unread);
  (void)uv_async_send(&worker->async);
}

void worker_drain(struct worker *worker) {
  pthread_mutex_lock(&worker->lock);
  worker->drain = true;
  pthread_mutex_unlock(&worker->lock);
  (void)uv_async_send(&worker->async);
}

bool worker_run(struct worker *worker, void (*what)(radmfa_proxy *proxy, void *arg), void *arg) {
  struct worker_task *task = malloc(sizeof *task);
  if (!task) return false;
  *task = (struct worker_task){.run = what, .arg = arg};
  pthread_mutex_lock(&worker->lock);
  *worker->last_task = task;
  worker->last_task = &task->next;
  pthread_mutex_unlock(&worker->lock);
  (void)uv_async_send(&worker->async);
  return true;
}

void worker_stop(struct worker *worker) {
  pthread_mutex_lock(&worker->lock);
  worker->stop = true;
  pthread_mutex_unlock(&worker->lock);
  (void)uv_async_send(&worker->async);
}

void worker_free(struct worker *worker) {
  if (!worker) return;
  if (worker->has_thread) {
    worker_stop(worker);
    pthread_join(worker->thread, NULL);
  } else {
    stop(worker);
    (void)uv_run(&worker->loop, UV_RUN_DEFAULT);
  }
  (void)uv_loop_close(&worker->loop);
  radmfa_ruleset_unref(worker->ruleset);
  pthread_mutex_destroy(&worker->lock);
  free(worker);
}
