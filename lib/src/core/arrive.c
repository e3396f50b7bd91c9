/* arrive.c: datagrams that came together: whose they are, whether they are genuine, whether they
 * are known. What takes its time for each (memory, MD5) is done for all of them at once. */
#include "auth.h"
#include "engine.h"
#include "forward.h"
#include "lanes.h"

#include "core.h"

static bool knows_signer(radmfa_engine *engine, const uint8_t ip[16]) {
  const uint8_t *cached = engine->signers[radmfa__hash64(engine->key, ip, 16) % SIGNERS];
  return radmfa_span_equal((radmfa_span){cached, 16}, (radmfa_span){ip, 16}) ||
         radmfa__join_knows(engine->join, ip);
}

static void learn_signer(radmfa_engine *engine, const uint8_t ip[16]) {
  uint8_t *cached = engine->signers[radmfa__hash64(engine->key, ip, 16) % SIGNERS];
  if (radmfa_span_equal((radmfa_span){cached, 16}, (radmfa_span){ip, 16})) return;
  memcpy(cached, ip, 16);
  radmfa__join_learn(engine->join, ip);
}

/* Blast-RADIUS (CVE-2024-3596): nothing else of a request is believed, or even looked at, before
 * this. */
static int judge(radmfa_engine *engine, const struct arrival *arrival) {
  const radmfa_packet *packet = &arrival->packet;
  const struct client *client = arrival->client;
  const uint8_t *ip = arrival->datagram->peer.ip;
  bool is_signed = packet->message_authenticator_at != 0;
  bool learns = client->message_authenticator == RADMFA_MESSAGE_AUTHENTICATOR_AUTO;
  bool required = client->message_authenticator == RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE;
  if (learns && !is_signed) required = packet->proxy_state_at || knows_signer(engine, ip);
  TRY(radmfa__judge_request(packet, arrival->matches, required));
  if (learns && is_signed) learn_signer(engine, ip);
  return 0;
}

static void take_retransmission(radmfa_engine *engine, struct login *login,
                                const radmfa_datagram *datagram) {
  if (!login->is_kept || !login->len) {
    engine->stats.retransmissions_absorbed++;
    return;
  }
  engine->stats.replies_resent++;
  memcpy(login->ip, datagram->local.ip, sizeof login->ip);
  radmfa__engine_queue(engine, login, TODO_SEND);
}

static void take_request(radmfa_engine *engine, const struct arrival *arrival) {
  const radmfa_packet *packet = &arrival->packet;
  struct login *login =
      radmfa__dedup_find(&engine->dedup, arrival->datagram, packet, arrival->hash);
  if (login)
    take_retransmission(engine, login, arrival->datagram);
  else if (radmfa__forward_is_loop(packet, radmfa__join_mark(engine->join)))
    radmfa__engine_refuse_early(engine, arrival, RADMFA_DROP_LOOP);
  else
    radmfa__engine_admit(engine, arrival);
}

static void take_packet(radmfa_engine *engine, const struct arrival *arrival) {
  int error = judge(engine, arrival);
  if (error)
    radmfa__engine_drop(engine, arrival->datagram, arrival->client,
                        error == RADMFA_E_FORGED ? RADMFA_DROP_FORGED
                                                 : RADMFA_DROP_NO_MESSAGE_AUTHENTICATOR);
  else if (arrival->packet.code == RADMFA_STATUS_SERVER)
    radmfa__engine_answer_status(engine, arrival);
  else
    take_request(engine, arrival);
}

/* ---- all of them ---- */

static void look_at(radmfa_engine *engine, const radmfa_datagram *datagram,
                    struct arrival *arrival) {
  struct client *client = radmfa__clients_find(engine->epoch->ruleset, datagram->peer.ip);
  radmfa_packet *packet = &arrival->packet;
  arrival->datagram = datagram;
  arrival->client = NULL;
  arrival->matches = arrival->has_pad = false;
  if (!client) {
    radmfa__engine_drop(engine, datagram, NULL, RADMFA_DROP_UNKNOWN_CLIENT);
  } else if (datagram->truncated) {
    radmfa__engine_drop(engine, datagram, client, RADMFA_DROP_TRUNCATED);
  } else if (radmfa_packet_parse(datagram->bytes, packet)) {
    radmfa__engine_drop(engine, datagram, client, RADMFA_DROP_MALFORMED);
  } else if (packet->code != RADMFA_ACCESS_REQUEST && packet->code != RADMFA_STATUS_SERVER) {
    radmfa__engine_drop(engine, datagram, client, RADMFA_DROP_CODE);
  } else {
    arrival->client = client;
    arrival->hash = radmfa__dedup_hash(&engine->dedup, datagram, packet);
    radmfa__dedup_prefetch(&engine->dedup, arrival->hash);
  }
}

_Static_assert(ARRIVE_AT_ONCE <= AUTH_AT_ONCE, "all are checked at once");

static void check_all(struct arrival *arrivals, size_t n) {
  struct auth_check checks[ARRIVE_AT_ONCE];
  struct arrival *checked[ARRIVE_AT_ONCE];
  size_t n_checks = 0;
  for (size_t i = 0; i < n; i++) {
    struct arrival *arrival = &arrivals[i];
    if (!arrival->client || !arrival->packet.message_authenticator_at) continue;
    checks[n_checks] =
        (struct auth_check){.request = &arrival->packet, .secret = arrival->client->secret};
    checked[n_checks++] = arrival;
  }
  radmfa__check_requests(checks, n_checks);
  for (size_t i = 0; i < n_checks; i++) checked[i]->matches = checks[i].matches;
}

/* A password is opened for the key that a login is joined by. */
static bool wants_pad(const struct arrival *arrival) {
  const struct client *client = arrival->client;
  return client && arrival->packet.user_password_at && policy_wants_key(client->policy) &&
         (arrival->matches || !arrival->packet.message_authenticator_at);
}

static void compute_pads(struct arrival *arrivals, size_t n) {
  struct auth_pad pads[ARRIVE_AT_ONCE];
  struct arrival *padded[ARRIVE_AT_ONCE];
  size_t n_pads = 0;
  for (size_t i = 0; i < n; i++) {
    struct arrival *arrival = &arrivals[i];
    if (!wants_pad(arrival)) continue;
    pads[n_pads].request = &arrival->packet;
    pads[n_pads].secret = arrival->client->secret;
    padded[n_pads++] = arrival;
  }
  if (n_pads < LANES_WORTH) return; /* of retransmissions they would be of no use */
  radmfa__compute_pads(pads, n_pads);
  for (size_t i = 0; i < n_pads; i++) {
    padded[i]->has_pad = true;
    memcpy(padded[i]->pad, pads[i].pad, sizeof pads[i].pad);
    radmfa_wipe(pads[i].pad, sizeof pads[i].pad);
  }
}

void radmfa__engine_arrive(radmfa_engine *engine, const radmfa_datagram *datagrams, size_t n) {
  struct arrival arrivals[ARRIVE_AT_ONCE];
  for (size_t i = 0; i < n; i++) look_at(engine, &datagrams[i], &arrivals[i]);
  check_all(arrivals, n);
  compute_pads(arrivals, n);
  for (size_t i = 0; i < n; i++) {
    if (arrivals[i].client) take_packet(engine, &arrivals[i]);
    radmfa_wipe(arrivals[i].pad, sizeof arrivals[i].pad);
  }
}
