#include "ask.h"

#include "../core/core.h"
#include "../core/forward.h"
#include "../core/mem.h"

#define HAS_GOT_IT_MS 1000u /* a refusal this late is not of the request's first transmission */
#define PROBE_NAS_IDENTIFIER "radmfa"

static struct channel *channel_of(radmfa_client *client, const struct ask *ask) {
  return client->lines[ask->server].channel;
}

/* ---- signing ---- */

void radmfa__ask_sign_all(radmfa_client *client) {
  struct unsigned_packet packets[SIGN_AT_ONCE];
  for (unsigned i = 0; i < client->n_unsigned; i++) {
    const struct ask *ask = client->unsigned_asks[i];
    packets[i] = (struct unsigned_packet){ask->bytes, ask->len, ask_server(client, ask)->secret};
  }
  radmfa__sign_requests(packets, client->n_unsigned);
  client->n_unsigned = 0;
}

static void sign_later(radmfa_client *client, struct ask *ask) {
  if (client->n_unsigned == SIGN_AT_ONCE) radmfa__ask_sign_all(client);
  client->unsigned_asks[client->n_unsigned++] = ask;
}

/* Its octets go. */
static void do_not_sign(radmfa_client *client, const struct ask *ask) {
  for (unsigned i = 0; i < client->n_unsigned; i++)
    if (client->unsigned_asks[i] == ask)
      client->unsigned_asks[i--] = client->unsigned_asks[--client->n_unsigned];
}

/* ---- the end of a request ---- */

static enum probe_result probe_result(int error) {
  if (!error) return PROBE_ANSWERED;
  return error == RADMFA_E_CANCELLED ? PROBE_CANCELLED : PROBE_UNANSWERED;
}

static void tell_of_login(radmfa_client *client, const struct ask *ask, int error) {
  radmfa_upstream *upstream = client->upstream;
  switch (error) {
    case 0: radmfa__upstream_replied(upstream, ask->server, ask->placed_ms, client->now_ms); return;
    case RADMFA_E_TIMED_OUT:
      radmfa__upstream_gave_up(upstream, ask->server, ask->placed_ms, client->now_ms);
      return;
    case RADMFA_E_CANCELLED:
      radmfa__upstream_withdrawn(upstream, ask->server, client->now_ms);
      return;
    default: radmfa__upstream_cancelled(upstream, ask->server);
  }
}

static void tell_upstream(radmfa_client *client, const struct ask *ask, int error) {
  radmfa_upstream *upstream = client->upstream;
  if (ask->kind == ASK_LOGIN)
    tell_of_login(client, ask, error);
  else if (ask->kind == ASK_HEALTH_PROBE)
    radmfa__upstream_probed(upstream, ask->server, probe_result(error), client->now_ms);
  else if (!error)
    radmfa__upstream_heard(upstream, ask->server, ask->placed_ms, client->now_ms);
  if (error || ask->kind != ASK_LOGIN) radmfa__client_watch_probe(client, ask->server);
}

static void ask_free(radmfa_client *client, struct ask *ask) {
  do_not_sign(client, ask);
  radmfa_wipe(ask->bytes, ask->len);
  if (ask->bytes != ask->room) radmfa__free(&client->allocator, ask->bytes, ask->size);
  client->stats.pending -= ask->kind == ASK_LOGIN;
  radmfa__pool_give(&client->asks, ask);
}

static int why_no_answer(const struct ask *ask) {
  if (ask->was_forged) return RADMFA_E_FORGED;
  return ask->was_unsigned ? RADMFA_E_NO_MESSAGE_AUTHENTICATOR : RADMFA_E_TIMED_OUT;
}

static void count_end(radmfa_client *client, int error) {
  client->stats.responses += !error;
  client->stats.timeouts += error == RADMFA_E_TIMED_OUT;
  client->stats.unreachable += error == RADMFA_E_UNREACHABLE;
}

/* As the caller's last statement: the callback may close the client. */
void radmfa__ask_finish(radmfa_client *client, struct ask *ask, int error,
                        const radmfa_response *response) {
  radmfa_response_cb responded = ask->responded;
  void *user = ask->user;
  tell_upstream(client, ask, error);
  if (ask->kind == ASK_LOGIN) count_end(client, error);
  if (ask->kind == ASK_PROBE && error == RADMFA_E_TIMED_OUT) error = why_no_answer(ask);
  radmfa__deadline_remove(&ask->due);
  radmfa__channel_take_back(channel_of(client, ask), ask->bytes);
  radmfa__channel_give(channel_of(client, ask), ask->socket, ask->packet_id, client->now_ms);
  ask_free(client, ask);
  if (responded) responded(error, response, user);
}

/* ---- packets ---- */

static int store(radmfa_client *client, struct ask *ask, radmfa_span packet) {
  uint8_t *bytes = ask->room;
  if (packet.len > sizeof ask->room) {
    bytes = radmfa__alloc(&client->allocator, packet.len);
    if (!bytes) return RADMFA_E_NO_MEMORY;
  }
  if (ask->len) radmfa_wipe(ask->bytes, ask->len);
  if (ask->bytes && ask->bytes != ask->room)
    radmfa__free(&client->allocator, ask->bytes, ask->size);
  memcpy(bytes, packet.ptr, packet.len);
  ask->bytes = bytes;
  ask->len = (uint16_t)packet.len;
  ask->size = (uint16_t)(bytes == ask->room ? sizeof ask->room : packet.len);
  return 0;
}

static void begin_packet(radmfa_client *client, const struct ask *ask, radmfa_builder *builder,
                         uint8_t code) {
  radmfa_hash128 authenticator = radmfa__client_random(client);
  radmfa_build_request(builder, client->packet, sizeof client->packet, code, ask->packet_id,
                       (const uint8_t *)&authenticator);
}

static int end_packet(radmfa_client *client, struct ask *ask, radmfa_builder *builder) {
  radmfa_span packet;
  TRY(radmfa__build_end(builder, &packet));
  TRY(store(client, ask, packet));
  do_not_sign(client, ask); /* where it has moved before it was sent: a second time */
  sign_later(client, ask);
  return 0;
}

int radmfa__ask_build_login(radmfa_client *client, struct ask *ask, radmfa_span attributes) {
  radmfa_builder builder;
  begin_packet(client, ask, &builder, RADMFA_ACCESS_REQUEST);
  radmfa__forward_build(&builder, ask_server(client, ask)->secret, attributes);
  return end_packet(client, ask, &builder);
}

/* For another server what was built for this one: the password is opened and hidden again. */
static int rebuild_login(radmfa_client *client, struct ask *ask, const radmfa_secret *old) {
  radmfa_builder builder;
  radmfa_packet sent;
  TRY(radmfa_packet_parse((radmfa_span){ask->bytes, ask->len}, &sent));
  begin_packet(client, ask, &builder, RADMFA_ACCESS_REQUEST);
  radmfa__forward_rebuild(&builder, ask_server(client, ask)->secret, &sent, old);
  return end_packet(client, ask, &builder);
}

/* RFC 5997 3; or a login, which has to say who asks (RFC 2865 4.1). */
int radmfa__ask_build_probe(radmfa_client *client, struct ask *ask) {
  const radmfa_upstream_options *options = &client->upstream->options;
  const struct server *server = ask_server(client, ask);
  radmfa_builder builder;
  begin_packet(client, ask, &builder,
               server->status_server ? RADMFA_STATUS_SERVER : RADMFA_ACCESS_REQUEST);
  radmfa_build_attr(&builder, RADMFA_ATTR_NAS_IDENTIFIER, radmfa_text(PROBE_NAS_IDENTIFIER));
  if (!server->status_server) {
    radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, options->probe_user);
    radmfa_build_user_password(&builder, server->secret, options->probe_password);
  }
  return end_packet(client, ask, &builder);
}

/* ---- out ---- */

static void send_ask(radmfa_client *client, struct ask *ask) {
  radmfa__channel_send(channel_of(client, ask), ask->socket, (radmfa_span){ask->bytes, ask->len});
  radmfa__client_send_soon(client);
}

/* An identifier at the server. */
static int place(radmfa_client *client, struct ask *ask, size_t server) {
  uint16_t socket;
  uint8_t packet_id;
  int error =
      radmfa__channel_take(client->lines[server].channel, ask, client->now_ms, &socket, &packet_id);
  if (error) {
    client->stats.dropped[RADMFA_UPSTREAM_EVENT_NO_SOCKET]++;
    radmfa__upstream_tell(client->upstream, server, RADMFA_UPSTREAM_EVENT_NO_SOCKET, 0);
    return error;
  }
  ask->server = (uint8_t)server;
  ask->socket = socket;
  ask->packet_id = packet_id;
  ask->placed_ms = client->now_ms;
  return 0;
}

/* A request at its server, with nothing to send yet. */
int radmfa__ask_new(radmfa_client *client, size_t server, enum ask_kind kind,
                    struct ask **out_ask) {
  struct ask *ask = radmfa__pool_take(&client->asks);
  if (!ask) return RADMFA_E_NO_MEMORY;
  memset((char *)ask + sizeof ask->id, 0, offsetof(struct ask, room) - sizeof ask->id);
  int error = place(client, ask, server);
  if (error) {
    radmfa__pool_give(&client->asks, ask);
    return error;
  }
  ask->kind = (uint8_t)kind;
  ask->bytes = ask->room;
  ask->size = sizeof ask->room;
  ask->first_sent_ms = client->now_ms;
  radmfa__deadline_init(&ask->due);
  client->stats.pending += kind == ASK_LOGIN;
  *out_ask = ask;
  return 0;
}

/* It could not be built: nobody hears of it. */
void radmfa__ask_take_back(radmfa_client *client, struct ask *ask) {
  radmfa__channel_give(channel_of(client, ask), ask->socket, ask->packet_id, client->now_ms);
  ask_free(client, ask);
}

static void begin_retries(radmfa_client *client, struct ask *ask) {
  uint64_t due_ms, give_up_ms = ask->retry.give_up_at_ms;
  bool again = radmfa__retry_begin(&ask->retry, &client->timing, client->now_ms,
                                   (uint32_t)radmfa__client_random(client).a, &due_ms);
  if (give_up_ms)
    ask->retry.give_up_at_ms = give_up_ms; /* it has moved: its time does not begin anew */
  if (!again || due_ms > ask->retry.give_up_at_ms) due_ms = ask->retry.give_up_at_ms;
  radmfa__client_set_due(client, &ask->due, due_ms);
}

void radmfa__ask_begin(radmfa_client *client, struct ask *ask) {
  begin_retries(client, ask);
  send_ask(client, ask);
}

static bool place_elsewhere(radmfa_client *client, struct ask *ask) {
  uint32_t tried = ask->refused | ask->asked | 1u << ask->server;
  size_t server;
  while ((server = radmfa__upstream_choose(client->upstream, tried, client->now_ms)) !=
         SERVER_NONE) {
    if (!place(client, ask, server)) return true;
    radmfa__upstream_cancelled(client->upstream, server);
    tried |= 1u << server;
  }
  return false;
}

static void leave(radmfa_client *client, const struct ask *ask) {
  radmfa__channel_give(channel_of(client, ask), ask->socket, ask->packet_id, client->now_ms);
  radmfa__upstream_cancelled(client->upstream, ask->server);
}

/* To another server that is alive, if there is one. */
static bool move(radmfa_client *client, struct ask *ask) {
  const struct ask from = *ask;
  if (ask->has_partner || !place_elsewhere(client, ask)) return false;
  radmfa__channel_take_back(channel_of(client, &from), ask->bytes);
  if (rebuild_login(client, ask, ask_server(client, &from)->secret)) { /* no memory: it stays */
    leave(client, ask);
    ask->server = from.server;
    ask->socket = from.socket;
    ask->packet_id = from.packet_id;
    ask->placed_ms = from.placed_ms;
    return false;
  }
  leave(client, &from);
  client->stats.failovers++;
  radmfa__ask_begin(client, ask);
  return true;
}

static void give_up(radmfa_client *client, struct ask *ask) {
  radmfa__ask_finish(client, ask, RADMFA_E_TIMED_OUT, NULL);
}

static bool is_failover_due(const radmfa_client *client, const struct ask *ask) {
  uint32_t failover_ms = client->upstream->options.failover_ms;
  return failover_ms && client->now_ms - ask->placed_ms >= failover_ms;
}

/* No answer so far: once more the same octets (RFC 5080 2.2.1), or the next server. */
static void send_again(radmfa_client *client, struct ask *ask) {
  uint64_t due_ms;
  radmfa__upstream_unanswered(client->upstream, ask->server, ask->placed_ms, client->now_ms);
  radmfa__client_watch_probe(client, ask->server);
  ask->was_sent_again = true;
  ask->refused = 0;
  if (is_failover_due(client, ask)) {
    ask->asked |= (uint16_t)(1u << ask->server);
    if (move(client, ask)) return;
  }
  client->stats.retransmissions++;
  if (!radmfa__retry_next(&ask->retry, &client->timing, client->now_ms,
                          (uint32_t)radmfa__client_random(client).a, &due_ms) ||
      due_ms > ask->retry.give_up_at_ms)
    due_ms = ask->retry.give_up_at_ms;
  radmfa__client_set_due(client, &ask->due, due_ms);
  if (!radmfa__channel_holds(channel_of(client, ask), ask->bytes)) send_ask(client, ask);
}

void radmfa__ask_take_due(radmfa_client *client, struct ask *ask) {
  if (ask->kind != ASK_LOGIN || client->now_ms >= ask->retry.give_up_at_ms)
    give_up(client, ask);
  else
    send_again(client, ask);
}

/* Nobody listens at the server. It never got what was sent for the first time just now; what it got
 * before will have no answer from it. */
void radmfa__ask_take_refusal(radmfa_client *client, struct ask *ask) {
  bool has_got_it = ask->was_sent_again || client->now_ms - ask->first_sent_ms >= HAS_GOT_IT_MS;
  ask->refused |= (uint16_t)(1u << ask->server);
  if (ask->kind != ASK_LOGIN)
    radmfa__ask_finish(client, ask, RADMFA_E_UNREACHABLE, NULL);
  else if (!move(client, ask) && !has_got_it)
    radmfa__ask_finish(client, ask, RADMFA_E_UNREACHABLE, NULL);
}

void radmfa__ask_begin_probe(radmfa_client *client, struct ask *ask, uint32_t timeout_ms) {
  client->stats.probes++;
  radmfa__client_set_due(client, &ask->due, client->now_ms + timeout_ms);
  send_ask(client, ask);
}
