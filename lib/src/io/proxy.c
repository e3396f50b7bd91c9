#include <radmfa/proxy.h>

#include "../core/core.h"
#include "../core/mem.h"
#include "pump.h"
#include "udp.h"

#define RECEIVE_BUFFER_SIZE (4u << 20)

struct radmfa_proxy {
  struct pump *pump;
  radmfa_allocator allocator;
  void (*closed)(void *user);
  void *closed_user;
};

void radmfa_proxy_options_init(radmfa_proxy_options *options) {
  *options = (radmfa_proxy_options){.size = sizeof *options,
                                    .pending_max = 1000000,
                                    .kept_replies_max = 1000000,
                                    .receive_buffer_size = RECEIVE_BUFFER_SIZE};
}

static struct pump_options pump_options(const radmfa_proxy_options *options) {
  struct pump_options pump = {.reuse_port = options->reuse_port,
                              .receive_buffer_size = options->receive_buffer_size};
  radmfa_engine_options_init(&pump.engine);
  pump.engine.join_table = options->join_table;
  pump.engine.ruleset = options->ruleset;
  pump.engine.pending_max = options->pending_max;
  pump.engine.kept_replies_max = options->kept_replies_max;
  pump.engine.on_notice = options->on_notice;
  pump.engine.notice_user = options->notice_user;
  pump.engine.allocator = options->allocator;
  return pump;
}

int radmfa_proxy_new(uv_loop_t *loop, const radmfa_proxy_options *given, radmfa_proxy **out_proxy) {
  radmfa_proxy_options options;
  radmfa_proxy_options_init(&options);
  OPTIONS_COPY(&options, given);
  radmfa_allocator allocator =
      radmfa__allocator(options.allocator.alloc_fn ? &options.allocator : NULL);
  radmfa_proxy *proxy = radmfa__alloc(&allocator, sizeof *proxy);
  if (!proxy) return RADMFA_E_NO_MEMORY;
  proxy->allocator = allocator;
  struct pump_options pump = pump_options(&options);
  int error = radmfa__pump_new(loop, &pump, &proxy->pump);
  if (error) {
    radmfa__free(&allocator, proxy, sizeof *proxy);
    return error;
  }
  *out_proxy = proxy;
  return 0;
}

int radmfa_proxy_listen(radmfa_proxy *proxy, const radmfa_address *address,
                        radmfa_address *out_bound) {
  return radmfa__pump_listen(proxy->pump, address, out_bound);
}

uint32_t radmfa_proxy_receive_buffer(const radmfa_proxy *proxy) {
  return radmfa__pump_receive_buffer(proxy->pump);
}

int radmfa_proxy_probe(const radmfa_address *address) {
  return radmfa__udp_probe(address);
}

int radmfa_proxy_set_ruleset(radmfa_proxy *proxy, radmfa_ruleset *ruleset) {
  return radmfa__pump_set_ruleset(proxy->pump, ruleset);
}

void radmfa_proxy_set_limits(radmfa_proxy *proxy, uint32_t pending_max, uint32_t kept_replies_max) {
  radmfa_engine_set_limits(radmfa__pump_engine(proxy->pump), pending_max, kept_replies_max);
}

void radmfa_proxy_stats_get(const radmfa_proxy *proxy, radmfa_engine_stats *out_stats) {
  radmfa_engine_stats_get(radmfa__pump_engine(proxy->pump), out_stats);
}

size_t radmfa_proxy_pending(const radmfa_proxy *proxy, uint32_t *inout_place,
                            radmfa_pending *out_logins, size_t max) {
  return radmfa_engine_pending(radmfa__pump_engine(proxy->pump), inout_place, out_logins, max);
}

bool radmfa_proxy_is_pending(const radmfa_proxy *proxy, uint64_t login_id) {
  return radmfa_engine_is_pending(radmfa__pump_engine(proxy->pump), login_id);
}

void radmfa_proxy_drain(radmfa_proxy *proxy, void (*drained)(void *user), void *user) {
  radmfa__pump_drain(proxy->pump, drained, user);
}

static void on_pump_closed(void *user) {
  radmfa_proxy *proxy = user;
  radmfa_allocator allocator = proxy->allocator;
  void (*closed)(void *) = proxy->closed;
  void *closed_user = proxy->closed_user;
  radmfa__free(&allocator, proxy, sizeof *proxy);
  if (closed) closed(closed_user);
}

void radmfa_proxy_close(radmfa_proxy *proxy, void (*closed)(void *user), void *user) {
  if (!proxy) return;
  proxy->closed = closed;
  proxy->closed_user = user;
  radmfa__pump_close(proxy->pump, on_pump_closed, proxy);
}
