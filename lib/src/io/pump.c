#include "pump.h"

#include "../core/core.h"
#include "../core/mem.h"
#include "forwarder.h"
#include "udp.h"

#define SOCKETS_MAX 64u
#define FLUSH_MS 1000u /* how long the end of draining waits for a full system buffer */
#define DROPS_LOOK_MS 1000u
#define FLUSH_LOOK_MS 10u /* and how often it looks */

struct pump {
  uv_loop_t *loop;
  radmfa_engine *engine;
  struct forwarder *forwarder;
  radmfa_allocator allocator;
  bool reuse_port;
  uint32_t receive_buffer_size;
  struct udp *sockets[SOCKETS_MAX];
  uint16_t n_sockets;
  uv_timer_t timer;
  uv_async_t async;   /* another thread left something in the inbox */
  unsigned n_handles; /* that are not closed yet */
  void (*drained)(void *user);
  void *drained_user;
  uint64_t look_for_drops_ms;
  uint64_t drain_flush_ms; /* when what the system does not take is given up; 0: not yet known */
  void (*closed)(void *user);
  void *closed_user;
};

static uint64_t now_ms(void) {
  return uv_hrtime() / 1000000;
}

/* ---- the pump ---- */

static void perform(struct pump *pump, const radmfa_operation *operation) {
  switch (operation->type) {
    case RADMFA_OPERATION_CHECK:
      operation->primary->start(operation->backend, &operation->request);
      return;
    case RADMFA_OPERATION_START_FACTOR:
      operation->factor->start(operation->backend, &operation->request);
      return;
    case RADMFA_OPERATION_CANCEL_PRIMARY:
      if (operation->primary->cancel)
        operation->primary->cancel(operation->backend, operation->login_id);
      return;
    case RADMFA_OPERATION_CANCEL_FACTOR:
      if (operation->factor->cancel)
        operation->factor->cancel(operation->backend, operation->login_id);
      return;
    case RADMFA_OPERATION_FORWARD: radmfa__forwarder_ask(pump->forwarder, operation); return;
    case RADMFA_OPERATION_CANCEL_FORWARD:
      radmfa__forwarder_cancel(pump->forwarder, operation->login_id);
      return;
    case RADMFA_OPERATION_SEND:
      radmfa__udp_send(pump->sockets[operation->socket], operation->bytes, &operation->peer,
                       operation->local.ip);
      return;
  }
}

static void on_timer(uv_timer_t *timer);

static void set_timer(struct pump *pump) {
  uint64_t due_ms = radmfa_engine_next_due(pump->engine), loop_ms = uv_now(pump->loop);
  if (due_ms == UINT64_MAX)
    (void)uv_timer_stop(&pump->timer);
  else
    (void)uv_timer_start(&pump->timer, on_timer, due_ms > loop_ms ? due_ms - loop_ms : 0, 0);
}

/* The last replies may still wait for the system to take them. */
static bool is_flushed(struct pump *pump) {
  uint32_t waiting = 0;
  for (uint16_t i = 0; i < pump->n_sockets; i++) waiting += radmfa__udp_waiting(pump->sockets[i]);
  if (!waiting) return true;
  if (!pump->drain_flush_ms) pump->drain_flush_ms = now_ms() + FLUSH_MS;
  if (now_ms() >= pump->drain_flush_ms) return true;
  (void)uv_timer_start(&pump->timer, on_timer, FLUSH_LOOK_MS, 0);
  return false;
}

static void tell_drained(struct pump *pump) {
  radmfa_engine_stats stats;
  void (*drained)(void *) = pump->drained;
  if (!drained) return;
  radmfa_engine_stats_get(pump->engine, &stats);
  if (stats.pending || !is_flushed(pump)) return;
  pump->drained = NULL;
  drained(pump->drained_user);
}

/* Until nothing more comes of what came in. Sends are flushed before the engine gets its next
 * input: until then it lends the bytes. */
static void run(struct pump *pump) {
  radmfa_operation operation;
  do {
    while (radmfa_engine_next(pump->engine, &operation)) perform(pump, &operation);
    for (uint16_t i = 0; i < pump->n_sockets; i++) radmfa__udp_flush(pump->sockets[i]);
  } while (radmfa_engine_inbox(pump->engine, now_ms()));
  set_timer(pump);
  tell_drained(pump);
}

/* Once a second, where there is traffic. */
static void look_for_drops(struct pump *pump, uint64_t now) {
  if (now < pump->look_for_drops_ms) return;
  pump->look_for_drops_ms = now + DROPS_LOOK_MS;
  for (uint16_t i = 0; i < pump->n_sockets; i++) {
    uint32_t dropped = radmfa__udp_dropped(pump->sockets[i]);
    radmfa_address local;
    if (!dropped) continue;
    radmfa__udp_bound(pump->sockets[i], &local);
    radmfa_engine_lost(pump->engine, &local, dropped, now);
  }
}

static void on_receive(const radmfa_datagram *datagrams, size_t n, void *user) {
  struct pump *pump = user;
  uint64_t now = now_ms();
  radmfa_engine_datagrams(pump->engine, datagrams, n, now);
  run(pump);
  look_for_drops(pump, now);
}

static void on_timer(uv_timer_t *timer) {
  struct pump *pump = timer->data;
  radmfa_engine_clock(pump->engine, now_ms());
  run(pump);
}

static void on_async(uv_async_t *async) {
  run(async->data);
}

static void wake(void *user) {
  struct pump *pump = user;
  (void)uv_async_send(&pump->async);
}

/* ---- life ---- */

static void free_pump(struct pump *pump) {
  radmfa_allocator allocator = pump->allocator;
  radmfa__free(&allocator, pump, sizeof *pump);
}

static void one_closed(struct pump *pump) {
  if (--pump->n_handles) return;
  void (*closed)(void *) = pump->closed;
  void *user = pump->closed_user;
  free_pump(pump);
  if (closed) closed(user);
}

static void on_part_closed(void *user) {
  one_closed(user);
}

static void on_handle_closed(uv_handle_t *handle) {
  one_closed(handle->data);
}

static int engine_new(struct pump *pump, const radmfa_engine_options *given) {
  radmfa_engine_options options = *given;
  int error = uv_random(NULL, NULL, options.random_key, sizeof options.random_key, 0, NULL);
  options.wake = wake;
  options.wake_user = pump;
  if (!error) error = radmfa_engine_new(&options, &pump->engine);
  radmfa_wipe(options.random_key, sizeof options.random_key);
  return error;
}

static void nothing_closed(void *user) {
  (void)user;
}

/* What can fail, in order; what was made is unmade. */
static int pump_init(struct pump *pump, const struct pump_options *options) {
  struct forwarder_options forwarder = {
      .loop = pump->loop, .join_table = options->engine.join_table, .allocator = &pump->allocator};
  TRY(engine_new(pump, &options->engine));
  int error = radmfa__forwarder_new(&forwarder, &pump->forwarder);
  if (!error) {
    error = uv_async_init(pump->loop, &pump->async, on_async);
    if (error) radmfa__forwarder_close(pump->forwarder, nothing_closed, NULL);
  }
  if (error) radmfa_engine_free(pump->engine);
  return error;
}

int radmfa__pump_new(uv_loop_t *loop, const struct pump_options *options, struct pump **out_pump) {
  radmfa_allocator allocator =
      radmfa__allocator(options->engine.allocator.alloc_fn ? &options->engine.allocator : NULL);
  struct pump *pump = radmfa__alloc(&allocator, sizeof *pump);
  if (!pump) return RADMFA_E_NO_MEMORY;
  pump->loop = loop;
  pump->allocator = allocator;
  pump->reuse_port = options->reuse_port;
  pump->receive_buffer_size = options->receive_buffer_size;
  pump->timer.data = pump->async.data = pump;
  int error = pump_init(pump, options);
  if (error) {
    free_pump(pump);
    return error;
  }
  (void)uv_timer_init(loop, &pump->timer); /* cannot fail */
  pump->n_handles = 3;                     /* timer, async, forwarder */
  *out_pump = pump;
  return 0;
}

int radmfa__pump_listen(struct pump *pump, const radmfa_address *address,
                        radmfa_address *out_bound) {
  if (pump->n_sockets == SOCKETS_MAX) return RADMFA_E_TOO_BIG;
  struct udp_options options = {.address = *address,
                                .reuse_port = pump->reuse_port,
                                .receive_buffer_size = pump->receive_buffer_size,
                                .number = pump->n_sockets,
                                .allocator = pump->allocator,
                                .on_receive = on_receive,
                                .user = pump};
  int error = radmfa__udp_open(pump->loop, &options, &pump->sockets[pump->n_sockets]);
  if (error) return error;
  if (out_bound) radmfa__udp_bound(pump->sockets[pump->n_sockets], out_bound);
  pump->n_sockets++;
  pump->n_handles++;
  return 0;
}

int radmfa__pump_set_ruleset(struct pump *pump, radmfa_ruleset *ruleset) {
  TRY(radmfa_engine_set_ruleset(pump->engine, ruleset));
  radmfa__forwarder_new_ruleset(pump->forwarder);
  return 0;
}

uint32_t radmfa__pump_receive_buffer(const struct pump *pump) {
  uint32_t least = UINT32_MAX;
  for (uint16_t i = 0; i < pump->n_sockets; i++) {
    uint32_t size = radmfa__udp_receive_buffer(pump->sockets[i]);
    if (size < least) least = size;
  }
  return least;
}

radmfa_engine *radmfa__pump_engine(struct pump *pump) {
  return pump->engine;
}

void radmfa__pump_drain(struct pump *pump, void (*drained)(void *user), void *user) {
  radmfa_engine_drain(pump->engine);
  pump->drained = drained;
  pump->drained_user = user;
  /* the answer comes from the loop, also when nothing is pending */
  (void)uv_async_send(&pump->async);
}

void radmfa__pump_close(struct pump *pump, void (*closed)(void *user), void *user) {
  pump->closed = closed;
  pump->closed_user = user;
  radmfa_engine_free(pump->engine); /* from here on nobody wakes us */
  pump->engine = NULL;
  for (uint16_t i = 0; i < pump->n_sockets; i++)
    radmfa__udp_close(pump->sockets[i], on_part_closed, pump);
  radmfa__forwarder_close(pump->forwarder, on_part_closed, pump);
  (void)uv_timer_stop(&pump->timer);
  uv_close((uv_handle_t *)&pump->timer, on_handle_closed);
  uv_close((uv_handle_t *)&pump->async, on_handle_closed);
}
