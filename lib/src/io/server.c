#include <radmfa/server.h>

#include "../core/core.h"
#include "../core/mem.h"
#include "pump.h"

#define POLICY "server"
#define RECEIVE_BUFFER_SIZE (4u << 20)

/* A server is a pump whose only primary is the program's callback, and whose policy wants no
 * factor. */
struct radmfa_server {
  uv_loop_t *loop;
  /* NULL until the first radmfa_server_listen: until then clients can be added */
  struct pump *pump;
  radmfa_server_options options;
  radmfa_allocator allocator;
  radmfa_ruleset *ruleset;
  radmfa_join_table *join_table;
  uv_timer_t no_pump; /* a server that never listened closes from the loop too */
  void (*closed)(void *user);
  void *closed_user;
};

static void start(void *backend, const radmfa_request *request) {
  radmfa_server *server = backend;
  server->options.on_request(server, request, server->options.user);
}

/* It passes on whatever the program says, at once, and gets every method to see. */
static const radmfa_primary callback_primary = {.methods = RADMFA_METHOD_PAP | RADMFA_METHOD_CHAP |
                                                           RADMFA_METHOD_MSCHAP | RADMFA_METHOD_EAP,
                                                .is_upstream = true,
                                                .start = start};

void radmfa_server_options_init(radmfa_server_options *options) {
  *options = (radmfa_server_options){
      .size = sizeof *options, .pending_max = 1000000, .kept_replies_max = 1000000};
}

static int server_init(radmfa_server *server) {
  radmfa_policy_options policy;
  uint8_t random_key[16];
  radmfa_policy_options_init(&policy);
  policy.name = POLICY;
  policy.primary = &callback_primary;
  policy.primary_backend = server;
  TRY(uv_random(NULL, NULL, random_key, sizeof random_key, 0, NULL));
  TRY(radmfa_ruleset_new(&server->allocator, &server->ruleset));
  TRY(radmfa_ruleset_add_policy(server->ruleset, &policy));
  return radmfa_join_table_new(random_key, &server->allocator, &server->join_table);
}

static void server_free(radmfa_server *server) {
  radmfa_allocator allocator = server->allocator;
  radmfa_ruleset_unref(server->ruleset);
  radmfa_join_table_unref(server->join_table);
  radmfa__free(&allocator, server, sizeof *server);
}

int radmfa_server_new(uv_loop_t *loop, const radmfa_server_options *given,
                      radmfa_server **out_server) {
  radmfa_server_options options;
  radmfa_server_options_init(&options);
  OPTIONS_COPY(&options, given);
  if (!options.on_request) return RADMFA_E_INVALID;
  radmfa_allocator allocator =
      radmfa__allocator(options.allocator.alloc_fn ? &options.allocator : NULL);
  radmfa_server *server = radmfa__alloc(&allocator, sizeof *server);
  if (!server) return RADMFA_E_NO_MEMORY;
  server->loop = loop;
  server->options = options;
  server->allocator = allocator;
  int error = server_init(server);
  if (error) {
    server_free(server);
    return error;
  }
  *out_server = server;
  return 0;
}

int radmfa_server_add_client(radmfa_server *server, const radmfa_client_options *given) {
  radmfa_client_options options;
  radmfa_client_options_init(&options);
  OPTIONS_COPY(&options, given);
  options.policy = POLICY;
  return server->pump ? RADMFA_E_BUSY : radmfa_ruleset_add_client(server->ruleset, &options);
}

static int pump_new(radmfa_server *server) {
  struct pump_options pump = {.receive_buffer_size = RECEIVE_BUFFER_SIZE};
  radmfa_engine_options_init(&pump.engine);
  pump.engine.join_table = server->join_table;
  pump.engine.ruleset = server->ruleset;
  pump.engine.pending_max = server->options.pending_max;
  pump.engine.kept_replies_max = server->options.kept_replies_max;
  pump.engine.on_notice = server->options.on_notice;
  pump.engine.notice_user = server->options.user;
  pump.engine.allocator = server->allocator;
  return radmfa__pump_new(server->loop, &pump, &server->pump);
}

int radmfa_server_listen(radmfa_server *server, const radmfa_address *address,
                         radmfa_address *out_bound) {
  if (!server->pump) TRY(pump_new(server));
  return radmfa__pump_listen(server->pump, address, out_bound);
}

int radmfa_server_reply(radmfa_server *server, uint64_t login_id, radmfa_code code,
                        radmfa_span attributes) {
  radmfa_primary_answer answer = {.attributes = attributes};
  switch (code) {
    case RADMFA_ACCESS_ACCEPT: answer.verdict = RADMFA_PRIMARY_ACCEPT; break;
    case RADMFA_ACCESS_REJECT: answer.verdict = RADMFA_PRIMARY_REJECT; break;
    case RADMFA_ACCESS_CHALLENGE: answer.verdict = RADMFA_PRIMARY_CHALLENGE; break;
    default: return RADMFA_E_INVALID;
  }
  return radmfa_answer_primary(server->join_table, login_id, &answer);
}

void radmfa_server_stats_get(const radmfa_server *server, radmfa_engine_stats *out_stats) {
  *out_stats = (radmfa_engine_stats){0};
  if (server->pump) radmfa_engine_stats_get(radmfa__pump_engine(server->pump), out_stats);
}

static void on_pump_closed(void *user) {
  radmfa_server *server = user;
  void (*closed)(void *) = server->closed;
  void *closed_user = server->closed_user;
  server_free(server);
  if (closed) closed(closed_user);
}

static void on_timer_closed(uv_handle_t *timer) {
  on_pump_closed(timer->data);
}

void radmfa_server_close(radmfa_server *server, void (*closed)(void *user), void *user) {
  if (!server) return;
  server->closed = closed;
  server->closed_user = user;
  if (server->pump) {
    radmfa__pump_close(server->pump, on_pump_closed, server);
    return;
  }
  (void)uv_timer_init(server->loop, &server->no_pump);
  server->no_pump.data = server;
  uv_close((uv_handle_t *)&server->no_pump, on_timer_closed);
}
