#include "radius.h"

#include "../memory.h"

#include <radmfa/client.h>
#include <radmfa/error.h>

#include <sodium.h>

#define TRY_MS 4000u /* how long --check waits for an answer */

static int add_server(radmfa_upstream *upstream, const struct radius_options *options, size_t at) {
  const struct radius_server *from = &options->servers[at];
  radmfa_upstream_server_options server;
  radmfa_upstream_server_options_init(&server);
  server.name = from->name;
  server.address = from->address;
  server.source = options->source;
  server.secret = from->secret;
  server.message_authenticator = from->message_authenticator;
  server.status_server = from->status_server;
  return radmfa_upstream_add_server(upstream, &server);
}

static radmfa_upstream_options upstream_options(const struct radius_options *from) {
  radmfa_upstream_options options;
  radmfa_upstream_options_init(&options);
  options.name = from->name;
  options.strategy = from->strategy;
  options.timeout_ms = from->timeout_ms;
  options.retransmit_ms = from->retransmit_ms;
  options.retransmit_max_ms = from->retransmit_max_ms;
  options.failover_ms = from->failover_ms;
  options.pending_max = from->pending_max;
  options.probe_user = from->probe_user;
  options.probe_password = from->probe_password;
  options.on_notice = from->on_notice;
  options.notice_user = from->notice_user;
  options.allocator = memory_allocator;
  randombytes_buf(options.random_key, sizeof options.random_key);
  return options;
}

int radius_upstream_new(const struct radius_options *from, radmfa_upstream **out_upstream) {
  radmfa_upstream_options options = upstream_options(from);
  radmfa_upstream *upstream = NULL;
  int error = radmfa_upstream_new(&options, &upstream);
  for (size_t i = 0; !error && i < from->n_servers; i++) error = add_server(upstream, from, i);
  sodium_memzero(&options, sizeof options);
  if (error)
    radmfa_upstream_unref(upstream);
  else
    *out_upstream = upstream;
  return error;
}

/* ---- trying ---- */

struct trial {
  radmfa_client *client;
  struct radius_trial *result;
  size_t *n_open; /* trials without an end so far, all of them */
  uint64_t began_ns;
};

static void end_trial(struct trial *trial, int error) {
  trial->result->error = error;
  trial->result->took_ms = (uint32_t)((uv_hrtime() - trial->began_ns) / 1000000);
  if (!--*trial->n_open) radmfa_client_close(trial->client, NULL, NULL);
}

static void on_response(int error, const radmfa_response *response, void *user) {
  struct trial *trial = user;
  if (response) trial->result->is_signed = response->packet.message_authenticator_at != 0;
  end_trial(trial, error);
}

static int try_on(uv_loop_t *loop, radmfa_upstream *upstream, size_t n_servers,
                  struct radius_trial *out_trials) {
  struct trial trials[RADMFA_SERVERS_MAX];
  radmfa_client *client;
  size_t n_open = n_servers;
  int error = radmfa_client_new(loop, upstream, &client);
  if (error) return error;
  for (size_t i = 0; i < n_servers; i++) {
    trials[i] = (struct trial){client, &out_trials[i], &n_open, uv_hrtime()};
    error = radmfa_client_probe(client, i, TRY_MS, on_response, &trials[i]);
    if (error) end_trial(&trials[i], error);
  }
  (void)uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}

void radius_try(radmfa_upstream *upstream, size_t n_servers, struct radius_trial *out_trials) {
  uv_loop_t loop;
  int error = uv_loop_init(&loop);
  if (!error) {
    error = try_on(&loop, upstream, n_servers, out_trials);
    (void)uv_loop_close(&loop);
  }
  for (size_t i = 0; error && i < n_servers; i++) out_trials[i].error = error;
}
