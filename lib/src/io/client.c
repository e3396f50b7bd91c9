/* client.c: a client's life, its loop, and what comes in. */
#include <radmfa/client.h>

#include "../core/auth.h"
#include "../core/core.h"
#include "../core/forward.h"
#include "../core/mem.h"
#include "../core/wire.h"
#include "ask.h"

#define TIDY_MS 10000u /* how often idle sockets, and probes nobody sends, are looked for */

static void on_timer(uv_timer_t *timer);
static void on_prepare(uv_prepare_t *prepare);

static void read_clock(radmfa_client *client) {
  client->now_ms = uv_hrtime() / 1000000;
}

/* A keyed hash of a counter: nobody who lacks the key can tell it from chance, or predict it (RFC
 * 2865 3), and no two are the same. */
radmfa_hash128 radmfa__client_random(radmfa_client *client) {
  uint64_t n = ++client->n_random;
  return radmfa__hash128(client->key, &n, sizeof n);
}

/* ---- time ---- */

static void set_timer(radmfa_client *client) {
  uint64_t due_ms = radmfa__deadlines_next(&client->deadlines), loop_ms = uv_now(client->loop);
  if (client->is_closing) return;
  if (due_ms == UINT64_MAX)
    (void)uv_timer_stop(&client->timer);
  else
    (void)uv_timer_start(&client->timer, on_timer, due_ms > loop_ms ? due_ms - loop_ms : 0, 0);
}

void radmfa__client_set_due(radmfa_client *client, struct deadline *deadline, uint64_t due_ms) {
  radmfa__deadline_remove(deadline);
  radmfa__deadline_add(&client->deadlines, deadline, due_ms);
}

void radmfa__client_watch_probe(radmfa_client *client, size_t server) {
  uint64_t due_ms = radmfa__upstream_probe_due(client->upstream, server);
  struct deadline *due = &client->lines[server].probe_due;
  radmfa__deadline_remove(due);
  if (due_ms != UINT64_MAX) radmfa__deadline_add(&client->deadlines, due, due_ms);
}

void radmfa__client_send_soon(radmfa_client *client) {
  if (!uv_is_active((uv_handle_t *)&client->prepare))
    (void)uv_prepare_start(&client->prepare, on_prepare);
}

/* ---- in ---- */

static bool find_state(radmfa_span attributes, radmfa_span *out_state) {
  for (radmfa_attr attr; take_attr(&attributes, &attr);) {
    if (attr.type != RADMFA_ATTR_STATE) continue;
    *out_state = attr.value;
    return true;
  }
  return false;
}

/* What has not been sent is not what was refused. */
static struct ask *refused_ask(const struct line *line, uint16_t socket, uint8_t packet_id) {
  struct ask *ask = radmfa__channel_owner(line->channel, socket, packet_id);
  return ask && !radmfa__channel_holds(line->channel, ask->bytes) ? ask : NULL;
}

static void on_refused(void *user, uint16_t socket) {
  struct line *line = user;
  radmfa_client *client = line->client;
  read_clock(client);
  radmfa__upstream_refused(client->upstream, line->server, client->now_ms);
  for (unsigned id = 0; id < 256 && !client->is_closing; id++) {
    struct ask *ask = refused_ask(line, socket, (uint8_t)id);
    if (ask) radmfa__ask_take_refusal(client, ask);
  }
  if (client->is_closing) return;
  radmfa__client_watch_probe(client, line->server);
  set_timer(client);
}

static void drop(radmfa_client *client, size_t server, radmfa_upstream_event event) {
  client->stats.dropped[event]++;
  radmfa__upstream_tell(client->upstream, server, event, 0);
}

static bool is_answer(uint8_t code) {
  return code == RADMFA_ACCESS_ACCEPT || code == RADMFA_ACCESS_REJECT ||
         code == RADMFA_ACCESS_CHALLENGE;
}

/* Nothing of a reply is believed before this. */
static bool verify(radmfa_client *client, struct ask *ask, const struct auth_reply_check *check) {
  const radmfa_packet *reply = check->reply;
  int error = radmfa__judge_reply(check, radmfa__upstream_must_sign(client->upstream, ask->server));
  if (error == RADMFA_E_FORGED) {
    ask->was_forged = true;
    drop(client, ask->server, RADMFA_UPSTREAM_EVENT_FORGED);
  } else if (error) {
    ask->was_unsigned = true;
    drop(client, ask->server, RADMFA_UPSTREAM_EVENT_NO_MESSAGE_AUTHENTICATOR);
  } else if (reply->message_authenticator_at) {
    radmfa__upstream_has_signed(client->upstream, ask->server);
  }
  return !error;
}

static void remember(radmfa_client *client, const struct ask *ask,
                     const radmfa_response *response) {
  radmfa_span state;
  if (response->packet.code == RADMFA_ACCESS_CHALLENGE && find_state(response->attributes, &state))
    radmfa__upstream_remember(client->upstream, ask->scope, state, ask->server, client->now_ms);
}

/* It verified, so its server is there. */
static void drop_reply(radmfa_client *client, const struct ask *ask, radmfa_upstream_event event) {
  radmfa__upstream_heard(client->upstream, ask->server, ask->placed_ms, client->now_ms);
  drop(client, ask->server, event);
}

static void take_reply(radmfa_client *client, struct ask *ask,
                       const struct auth_reply_check *check) {
  const radmfa_packet *reply = check->reply;
  radmfa_response response = {.packet = *reply, .server = ask_server(client, ask)->name};
  size_t len = 0;
  if (!verify(client, ask, check)) return;
  if (!is_answer(reply->code)) {
    drop_reply(client, ask, RADMFA_UPSTREAM_EVENT_CODE);
    return;
  }
  int error = radmfa__forward_reply(reply, ask->bytes + 4, ask_server(client, ask)->secret,
                                    client->attributes, &len);
  if (error && ask->kind == ASK_LOGIN) { /* the same would come again */
    drop_reply(client, ask, RADMFA_UPSTREAM_EVENT_MALFORMED);
    radmfa__ask_finish(client, ask, error, NULL);
    return;
  }
  response.attributes = (radmfa_span){client->attributes, len};
  remember(client, ask, &response);
  radmfa__ask_finish(client, ask, 0, &response);
  /* keys in clear; the client is there still: when it is closed, the loop frees it */
  radmfa_wipe(client->attributes, len);
}

/* Replies on their way in: checked together, then taken one by one. */
struct arrivals {
  size_t n;
  radmfa_packet replies[AUTH_AT_ONCE];
  struct ask *asks[AUTH_AT_ONCE];
  uint8_t authenticators[AUTH_AT_ONCE][RADMFA_AUTHENTICATOR_SIZE];
  struct auth_reply_check checks[AUTH_AT_ONCE];
};

static void look_at(struct line *line, uint16_t socket, radmfa_span bytes,
                    struct arrivals *arrivals) {
  radmfa_client *client = line->client;
  radmfa_packet *reply = &arrivals->replies[arrivals->n];
  if (radmfa_packet_parse(bytes, reply)) {
    drop(client, line->server, RADMFA_UPSTREAM_EVENT_MALFORMED);
    return;
  }
  struct ask *ask = radmfa__channel_owner(line->channel, socket, reply->id);
  if (!ask) {
    drop(client, line->server, RADMFA_UPSTREAM_EVENT_LATE);
    return;
  }
  uint8_t *authenticator = arrivals->authenticators[arrivals->n];
  memcpy(authenticator, ask->bytes + 4, RADMFA_AUTHENTICATOR_SIZE);
  arrivals->asks[arrivals->n] = ask;
  arrivals->checks[arrivals->n++] =
      (struct auth_reply_check){.reply = reply,
                                .request_authenticator = authenticator,
                                .secret = ask_server(client, ask)->secret};
}

/* One that was taken may have ended another's request, or all of them. */
static void take_all(struct line *line, uint16_t socket, struct arrivals *arrivals) {
  radmfa_client *client = line->client;
  radmfa__check_replies(arrivals->checks, arrivals->n);
  for (size_t i = 0; i < arrivals->n && !client->is_closing; i++) {
    const radmfa_packet *reply = &arrivals->replies[i];
    struct ask *ask = radmfa__channel_owner(line->channel, socket, reply->id);
    if (ask && ask == arrivals->asks[i])
      take_reply(client, ask, &arrivals->checks[i]);
    else
      drop(client, line->server, RADMFA_UPSTREAM_EVENT_LATE);
  }
}

static void on_received(void *user, uint16_t socket, const radmfa_span *datagrams, size_t n) {
  struct line *line = user;
  struct arrivals arrivals;
  read_clock(line->client);
  for (size_t at = 0; at < n && !line->client->is_closing;) {
    arrivals.n = 0;
    while (at < n && arrivals.n < AUTH_AT_ONCE) look_at(line, socket, datagrams[at++], &arrivals);
    take_all(line, socket, &arrivals);
  }
}

static void on_sending(void *user) {
  const struct line *line = user;
  radmfa__ask_sign_all(line->client);
}

/* ---- probes ---- */

static int probe_new(radmfa_client *client, size_t server, enum ask_kind kind,
                     struct ask **out_ask) {
  struct ask *ask;
  TRY(radmfa__ask_new(client, server, kind, &ask));
  int error = radmfa__ask_build_probe(client, ask);
  if (error)
    radmfa__ask_take_back(client, ask);
  else
    *out_ask = ask;
  return error;
}

static void send_health_probe(radmfa_client *client, size_t server) {
  struct ask *ask;
  uint32_t random_bits = (uint32_t)radmfa__client_random(client).a;
  if (!radmfa__upstream_take_probe(client->upstream, server, client->now_ms, random_bits)) return;
  if (!probe_new(client, server, ASK_HEALTH_PROBE, &ask))
    radmfa__ask_begin_probe(client, ask, HEALTH_PROBE_TIMEOUT_MS);
  else
    radmfa__upstream_probed(client->upstream, server, PROBE_CANCELLED, client->now_ms);
}

int radmfa_client_probe(radmfa_client *client, size_t server, uint32_t timeout_ms,
                        radmfa_response_cb responded, void *user) {
  struct ask *ask;
  if (client->is_closing) return RADMFA_E_CANCELLED;
  if (server >= client->upstream->n_servers ||
      !radmfa__upstream_can_probe(client->upstream, server))
    return RADMFA_E_NOT_FOUND;
  read_clock(client);
  TRY(probe_new(client, server, ASK_PROBE, &ask));
  ask->responded = responded;
  ask->user = user;
  radmfa__ask_begin_probe(client, ask, timeout_ms);
  set_timer(client);
  return 0;
}

/* ---- requests ---- */

/* `server` counts it as sent already. */
static int login_at(radmfa_client *client, size_t server, struct ask **out_ask) {
  if (server == SERVER_NONE) return RADMFA_E_UNREACHABLE;
  int error = radmfa__ask_new(client, server, ASK_LOGIN, out_ask);
  if (!error) return 0;
  radmfa__upstream_cancelled(client->upstream, server);
  return error == RADMFA_E_NO_MEMORY ? error : RADMFA_E_UNREACHABLE;
}

/* At the first server that is chosen and can have a socket. */
static int login_anywhere(radmfa_client *client, struct ask **out_ask) {
  size_t server;
  for (uint32_t tried = 0;; tried |= 1u << server) {
    server = radmfa__upstream_choose(client->upstream, tried, client->now_ms);
    int error = login_at(client, server, out_ask);
    if (error != RADMFA_E_UNREACHABLE || server == SERVER_NONE) return error;
  }
}

static int login_new(radmfa_client *client, const radmfa_query *query, struct ask **out_ask) {
  uint64_t scope = radmfa__upstream_scope(client->upstream, query->conversation);
  radmfa_span state;
  size_t partner;
  bool has_partner =
      find_state(query->attributes, &state) &&
      radmfa__upstream_partner(client->upstream, scope, state, client->now_ms, &partner);
  if (has_partner)
    TRY(login_at(client, partner, out_ask));
  else
    TRY(login_anywhere(client, out_ask));
  (*out_ask)->scope = scope;
  (*out_ask)->has_partner = has_partner;
  return 0;
}

int radmfa_client_ask(radmfa_client *client, const radmfa_query *query,
                      radmfa_response_cb responded, void *user, uint64_t *out_id) {
  struct ask *ask;
  if (client->is_closing) return RADMFA_E_CANCELLED;
  if (client->stats.pending >= client->upstream->options.pending_max) return RADMFA_E_BUSY;
  read_clock(client);
  TRY(login_new(client, query, &ask));
  int error = radmfa__ask_build_login(client, ask, query->attributes);
  if (error) {
    radmfa__upstream_cancelled(client->upstream, ask->server);
    radmfa__ask_take_back(client, ask);
    return error;
  }
  ask->responded = responded;
  ask->user = user;
  client->stats.requests++;
  radmfa__ask_begin(client, ask);
  set_timer(client);
  *out_id = radmfa__pool_number(ask);
  return 0;
}

void radmfa_client_cancel(radmfa_client *client, uint64_t id) {
  struct ask *ask = radmfa__pool_find(&client->asks, id);
  read_clock(client);
  if (ask) radmfa__ask_finish(client, ask, RADMFA_E_CANCELLED, NULL);
}

void radmfa_client_stats_get(const radmfa_client *client, radmfa_client_stats *out_stats) {
  *out_stats = client->stats;
  for (size_t i = 0; i < client->upstream->n_servers; i++)
    out_stats->sockets += radmfa__channel_sockets(client->lines[i].channel);
}

/* ---- the loop ---- */

/* A client that probes a dead server may be closed, and the others send it nothing that would tell
 * them. */
static void tidy(radmfa_client *client) {
  for (size_t i = 0; i < client->upstream->n_servers; i++) {
    radmfa__channel_tidy(client->lines[i].channel, client->now_ms);
    radmfa__client_watch_probe(client, i);
  }
  radmfa__client_set_due(client, &client->tidy_due, client->now_ms + TIDY_MS);
}

static struct line *line_due(radmfa_client *client, const struct deadline *due) {
  for (size_t i = 0; i < client->upstream->n_servers; i++)
    if (&client->lines[i].probe_due == due) return &client->lines[i];
  return NULL;
}

static void take_deadline(radmfa_client *client, struct deadline *due) {
  struct line *line = line_due(client, due);
  if (due == &client->tidy_due) {
    tidy(client);
  } else if (line) {
    send_health_probe(client, line->server);
    radmfa__client_watch_probe(client, line->server);
  } else {
    radmfa__ask_take_due(client, CONTAINER(struct ask, due, due));
  }
}

static void on_timer(uv_timer_t *timer) {
  radmfa_client *client = timer->data;
  struct deadline *due;
  read_clock(client);
  while (!client->is_closing && (due = radmfa__deadlines_pop(&client->deadlines, client->now_ms)))
    take_deadline(client, due);
  set_timer(client);
}

static void on_prepare(uv_prepare_t *prepare) {
  radmfa_client *client = prepare->data;
  (void)uv_prepare_stop(prepare);
  for (size_t i = 0; i < client->upstream->n_servers; i++)
    radmfa__channel_flush(client->lines[i].channel);
}

/* ---- life ---- */

static void free_client(radmfa_client *client) {
  radmfa_allocator allocator = client->allocator;
  radmfa_upstream *upstream = client->upstream;
  radmfa__pool_cleanup(&client->asks);
  radmfa__channel_slab_free(&allocator, client->slab);
  radmfa_wipe(client, sizeof *client);
  radmfa__free(&allocator, client, sizeof *client);
  radmfa_upstream_unref(upstream);
}

static void one_closed(void *user) {
  radmfa_client *client = user;
  if (--client->n_open) return;
  void (*closed)(void *) = client->closed;
  void *closed_user = client->closed_user;
  free_client(client);
  if (closed) closed(closed_user);
}

static void on_handle_closed(uv_handle_t *handle) {
  one_closed(handle->data);
}

static int open_line(radmfa_client *client, size_t at) {
  const struct server *server = &client->upstream->servers[at];
  struct line *line = &client->lines[at];
  struct channel_options options = {.loop = client->loop,
                                    .address = server->address,
                                    .source = server->source,
                                    .allocator = &client->allocator,
                                    .slab = client->slab,
                                    .received = on_received,
                                    .sending = on_sending,
                                    .refused = on_refused,
                                    .user = line};
  line->client = client;
  line->server = at;
  radmfa__deadline_init(&line->probe_due);
  return radmfa__channel_new(&options, &line->channel);
}

static void nothing_closed(void *user) {
  (void)user;
}

/* What can fail, in order; what was made is unmade. */
static int open_lines(radmfa_client *client) {
  TRY(radmfa__channel_slab_new(&client->allocator, &client->slab));
  for (size_t i = 0; i < client->upstream->n_servers; i++) {
    int error = open_line(client, i);
    if (!error) continue;
    while (i > 0) radmfa__channel_close(client->lines[--i].channel, nothing_closed, NULL);
    radmfa__channel_slab_free(&client->allocator, client->slab);
    return error;
  }
  return 0;
}

static void set_timing(radmfa_client *client) {
  const radmfa_upstream_options *options = &client->upstream->options;
  client->timing = (struct retry_timing){.first_ms = options->retransmit_ms,
                                         .longest_ms = options->retransmit_max_ms,
                                         .retransmissions_max = options->retransmits_max,
                                         .give_up_after_ms = options->timeout_ms};
}

static int seed(radmfa_client *client) {
  uint8_t bytes[16];
  TRY(uv_random(NULL, NULL, bytes, sizeof bytes, 0, NULL));
  client->key = radmfa__hash_key(bytes);
  radmfa_wipe(bytes, sizeof bytes);
  return 0;
}

static int client_init(radmfa_client *client) {
  TRY(seed(client));
  TRY(open_lines(client));
  set_timing(client);
  read_clock(client);
  radmfa__pool_init(&client->asks, &client->allocator, sizeof(struct ask), 1);
  radmfa__deadlines_init(&client->deadlines, client->now_ms);
  radmfa__deadline_init(&client->tidy_due);
  (void)uv_timer_init(client->loop, &client->timer); /* cannot fail, so the next */
  (void)uv_prepare_init(client->loop, &client->prepare);
  client->timer.data = client->prepare.data = client;
  client->n_open = 2 + (unsigned)client->upstream->n_servers;
  radmfa__client_set_due(client, &client->tidy_due, client->now_ms + TIDY_MS);
  for (size_t i = 0; i < client->upstream->n_servers; i++) radmfa__client_watch_probe(client, i);
  set_timer(client);
  return 0;
}

int radmfa_client_new(uv_loop_t *loop, radmfa_upstream *upstream, radmfa_client **out_client) {
  if (!upstream->n_servers) return RADMFA_E_INVALID;
  radmfa_client *client = radmfa__alloc(&upstream->allocator, sizeof *client);
  if (!client) return RADMFA_E_NO_MEMORY;
  client->loop = loop;
  client->allocator = upstream->allocator;
  client->upstream = upstream;
  int error = client_init(client);
  if (error) {
    radmfa__free(&upstream->allocator, client, sizeof *client);
    return error;
  }
  radmfa_upstream_ref(upstream);
  *out_client = client;
  return 0;
}

void radmfa_client_close(radmfa_client *client, void (*closed)(void *user), void *user) {
  struct ask *ask;
  if (!client || client->is_closing) return;
  client->is_closing = true;
  client->closed = closed;
  client->closed_user = user;
  read_clock(client);
  for (uint32_t slot = 0; (ask = radmfa__pool_each(&client->asks, &slot));)
    radmfa__ask_finish(client, ask, RADMFA_E_CANCELLED, NULL);
  (void)uv_timer_stop(&client->timer);
  (void)uv_prepare_stop(&client->prepare);
  uv_close((uv_handle_t *)&client->timer, on_handle_closed);
  uv_close((uv_handle_t *)&client->prepare, on_handle_closed);
  for (size_t i = 0; i < client->upstream->n_servers; i++)
    radmfa__channel_close(client->lines[i].channel, one_closed, client);
}
