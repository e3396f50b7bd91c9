/* admit.c: a genuine request that is no retransmission becomes a login, or joins one, or is
 * refused early. */
#include "auth.h"
#include "engine.h"
#include "mem.h"
#include "reply.h"
#include "request.h"

#include "core.h"

/* ---- records ---- */

/* Room for the request and for the smallest reply to it, which therefore never fails for want of
 * memory. */
static bool make_room(radmfa_engine *engine, struct login *login, const radmfa_packet *packet) {
  size_t size = radmfa__reply_size_min(packet);
  if (size < packet->length) size = packet->length;
  if (size > RADMFA_PACKET_SIZE_MAX) size = RADMFA_PACKET_SIZE_MAX;
  login->bytes = login->room;
  login->size = INLINE_SIZE;
  if (size > INLINE_SIZE) {
    login->bytes = radmfa__alloc(&engine->allocator, size);
    if (!login->bytes) return false;
    login->size = (uint16_t)size;
  }
  memcpy(login->bytes, packet->bytes, packet->length);
  login->len = packet->length;
  login_keep_packet(login, packet);
  return true;
}

static struct login *record_new(radmfa_engine *engine, const struct arrival *arrival) {
  const radmfa_datagram *datagram = arrival->datagram;
  const radmfa_packet *packet = &arrival->packet;
  struct login *login = radmfa__pool_take(&engine->logins);
  if (!login) return NULL;
  memset((char *)login + sizeof login->id, 0, offsetof(struct login, room) - sizeof login->id);
  if (!make_room(engine, login, packet)) {
    radmfa__pool_give(&engine->logins, login);
    return NULL;
  }
  login->peer = datagram->peer;
  memcpy(login->ip, datagram->local.ip, sizeof login->ip);
  login->socket = datagram->socket;
  login->engine = engine->number;
  login->packet_id = packet->id;
  login->is_signed = packet->message_authenticator_at != 0;
  login->arrived_ms = engine->now_ms;
  login->client = arrival->client;
  radmfa__deadline_init(&login->due);
  return login;
}

/* A reply that is sent once and not kept. `login` is in no table. */
static void answer_once(radmfa_engine *engine, struct login *login, radmfa_verdict verdict) {
  const radmfa_secret *secret = login->client->secret;
  radmfa_span reply;
  login->state = RADMFA_STATE_DONE;
  login->verdict = (uint8_t)verdict;
  login->is_dead = true;
  int error = radmfa__reply_build(login, engine->reply, &reply);
  login->client = NULL;
  if (error || reply.len > login->size) { /* Proxy-State beyond all measure */
    engine->stats.drops[RADMFA_DROP_TOO_BIG]++;
    radmfa__engine_discard(engine, login);
    return;
  }
  memcpy(login->bytes, reply.ptr, reply.len);
  login->len = (uint16_t)reply.len;
  radmfa__engine_send(engine, login, secret);
}

/* It goes no further. */
static void drop(radmfa_engine *engine, const struct arrival *arrival, radmfa_drop why) {
  radmfa__engine_drop(engine, arrival->datagram, arrival->client, why);
}

void radmfa__engine_answer_status(radmfa_engine *engine, const struct arrival *arrival) {
  if (engine->is_draining) {
    drop(engine, arrival, RADMFA_DROP_DRAINING);
    return;
  }
  struct login *login = record_new(engine, arrival);
  if (!login) {
    drop(engine, arrival, RADMFA_DROP_NO_MEMORY);
    return;
  }
  engine->stats.status_server++;
  /* RFC 5997 4.2: Access-Accept on the authentication port */
  answer_once(engine, login, RADMFA_VERDICT_ACCEPT);
}

/* ---- limits ---- */

static bool within_limits(radmfa_engine *engine, struct client *client) {
  if (!radmfa__count_up(&client->pending, client->pending_max)) return false;
  if (radmfa__quota_take(&engine->pending)) return true;
  radmfa__count_down(&client->pending);
  return false;
}

void radmfa__engine_refuse_early(radmfa_engine *engine, const struct arrival *arrival,
                                 radmfa_drop why) {
  const struct policy *policy = arrival->client->policy;
  drop(engine, arrival, why);
  if (why == RADMFA_DROP_LIMIT && policy->on_unavailable == RADMFA_UNAVAILABLE_SILENT) return;
  struct login *login = record_new(engine, arrival);
  if (login) answer_once(engine, login, RADMFA_VERDICT_REJECT);
}

/* ---- admission ---- */

static struct login *admit(radmfa_engine *engine, const struct arrival *arrival) {
  struct client *client = arrival->client;
  struct login *login = record_new(engine, arrival);
  if (!login) {
    radmfa__quota_give(&engine->pending);
    radmfa__count_down(&client->pending);
    return NULL;
  }
  engine->stats.pending++;
  login->epoch = engine->epoch;
  login->epoch->logins++;
  login->reason = RADMFA_REASON_NONE;
  radmfa__deadline_add(&engine->deadlines, &login->due, login->arrived_ms + client->wait_ms);
  radmfa__dedup_add(&engine->dedup, login, arrival->hash);
  return login;
}

static int reveal(const struct arrival *arrival, struct revealed *out) {
  const radmfa_packet *packet = &arrival->packet;
  const radmfa_secret *secret = arrival->client->secret;
  if (!arrival->has_pad) return radmfa_reveal_password(packet, secret, out->password, &out->len);
  return radmfa__reveal_by_pad(packet, secret, arrival->pad, out->password, &out->len);
}

static void find_key(radmfa_engine *engine, struct login *login, const struct arrival *arrival) {
  const struct client *client = login->client;
  const radmfa_packet *packet = &arrival->packet;
  struct revealed spare, *revealed = radmfa__engine_revealed(engine, login, &spare);
  if (reveal(arrival, revealed)) return; /* its length was checked */
  login->key =
      radmfa__join_hash_pap(radmfa__join_key(engine->join), client->name, client->policy->name,
                            packet, (radmfa_span){revealed->password, revealed->len});
  if (revealed == &spare) radmfa_wipe(spare.password, spare.len);
  login->name = radmfa__name_hash(radmfa__join_key(engine->join), radmfa__request_user(packet));
}

/* Refused without asking anyone, or joined to a login under way, or begun. */
static void begin(radmfa_engine *engine, struct login *login, const radmfa_packet *packet) {
  const struct policy *policy = login->client->policy;
  bool by_pap = login->method == RADMFA_METHOD_PAP;
  if (!(policy->primary->methods & login->method) &&
      !(policy->primary->is_upstream && !login->method))
    radmfa__engine_refuse(engine, login, RADMFA_REASON_METHOD);
  else if (!radmfa__request_user(packet).len && !policy->primary->is_upstream)
    radmfa__engine_refuse(engine, login, RADMFA_REASON_UNKNOWN_USER);
  else if (by_pap && policy->join && radmfa__join_enter(engine->join, login))
    radmfa__engine_step(engine, login, RADMFA_EVENT_JOIN);
  else
    radmfa__engine_step(engine, login, RADMFA_EVENT_START);
}

/* While draining only what joins a pending login is served: it is no new login. False: it is
 * gone. */
static bool begin_draining(radmfa_engine *engine, struct login *login,
                           const struct arrival *arrival) {
  if (login->method == RADMFA_METHOD_PAP && login->client->policy->join &&
      radmfa__join_follow(engine->join, login)) {
    radmfa__engine_step(engine, login, RADMFA_EVENT_JOIN);
    return true;
  }
  radmfa__engine_release(engine, login);
  radmfa__engine_discard(engine, login);
  drop(engine, arrival, RADMFA_DROP_DRAINING);
  return false;
}

void radmfa__engine_admit(radmfa_engine *engine, const struct arrival *arrival) {
  const radmfa_packet *packet = &arrival->packet;
  struct client *client = arrival->client;
  radmfa_method method;
  if (!radmfa__request_method(packet, &method)) {
    drop(engine, arrival, RADMFA_DROP_MALFORMED);
    return;
  }
  if (!within_limits(engine, client)) {
    radmfa__engine_refuse_early(engine, arrival, RADMFA_DROP_LIMIT);
    return;
  }
  struct login *login = admit(engine, arrival);
  if (!login) {
    drop(engine, arrival, RADMFA_DROP_NO_MEMORY);
    return;
  }
  login->method = (uint8_t)method;
  if (method == RADMFA_METHOD_PAP && policy_wants_key(client->policy))
    find_key(engine, login, arrival);
  if (!engine->is_draining)
    begin(engine, login, packet);
  else if (!begin_draining(engine, login, arrival))
    return;
  /* by another method it joins when its primary has said yes: what it would join lives till then */
  if (method == RADMFA_METHOD_PAP)
    radmfa__engine_supersede_rivals(engine, login, RIVALS_OF_OTHER_KEYS);
}
