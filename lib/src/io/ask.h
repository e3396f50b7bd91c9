/* ask.h: the inside of a client, shared by client.c (its life, the loop, what comes in) and
 * ask.c (one request, from its first transmission to its end). */
#ifndef RADMFA_IO_ASK_H
#define RADMFA_IO_ASK_H

#include "../core/deadline.h"
#include "../core/pool.h"
#include "../core/retry.h"
#include "../core/sign.h"
#include "../core/upstream.h"
#include "channel.h"

#include <radmfa/client.h>

#define INLINE_SIZE 136u /* an AD Connector's request, forwarded, fits; else one allocation */

enum ask_kind {
  ASK_LOGIN,
  ASK_HEALTH_PROBE, /* of our own, to see whether the server is alive */
  ASK_PROBE,        /* radmfa_client_probe */
};

struct ask {
  struct pool_slot id;
  uint8_t packet_id;
  uint8_t server;
  uint16_t socket;
  uint16_t refused; /* a bit for each server: since it was sent last */
  uint16_t asked;   /* and for each that has not answered: it is not asked a second time */
  uint8_t kind;     /* enum ask_kind */
  bool was_sent_again;
  bool was_forged;   /* something came that does not verify */
  bool was_unsigned; /* or that verifies, and lacks the Message-Authenticator it needs */
  bool has_partner;  /* its server alone knows what it is about */
  struct deadline due;
  struct retry retry;
  uint64_t first_sent_ms;
  uint64_t placed_ms; /* first sent to this server */
  uint64_t scope;     /* whose conversation */
  radmfa_response_cb responded;
  void *user;
  uint8_t *bytes; /* `room` or allocated */
  uint16_t len, size;
  uint8_t room[INLINE_SIZE];
};

/* What a client has of one server. */
struct line {
  radmfa_client *client;
  size_t server;
  struct channel *channel;
  struct deadline probe_due;
};

struct radmfa_client {
  uv_loop_t *loop;
  radmfa_upstream *upstream;
  radmfa_allocator allocator;
  struct channel_slab *slab;
  struct line lines[RADMFA_SERVERS_MAX];
  struct pool asks;
  struct deadlines deadlines;
  struct deadline tidy_due;
  struct retry_timing timing;
  radmfa_hash_key key;
  uint64_t n_random;
  uv_timer_t timer;
  uv_prepare_t prepare; /* sends what was gathered, before the loop waits */
  uint64_t now_ms;
  struct ask *unsigned_asks[SIGN_AT_ONCE]; /* built; signed together before they are sent */
  unsigned n_unsigned;
  unsigned n_open; /* handles and channels that are not closed yet */
  bool is_closing;
  void (*closed)(void *user);
  void *closed_user;
  radmfa_client_stats stats;
  uint8_t packet[RADMFA_PACKET_SIZE_MAX];     /* being built */
  uint8_t attributes[RADMFA_PACKET_SIZE_MAX]; /* of the response */
};

/* client.c */
void radmfa__client_set_due(radmfa_client *client, struct deadline *deadline, uint64_t due_ms);
void radmfa__client_watch_probe(radmfa_client *client, size_t server);
/* What was gathered is sent before the loop waits. */
void radmfa__client_send_soon(radmfa_client *client);
radmfa_hash128 radmfa__client_random(radmfa_client *client);

/* ask.c */

/* A request at that server, with an identifier and nothing to send yet; then one of the two builds
 * it. Errors (RADMFA_E_NO_MEMORY, or why there is no socket to be had) leave nothing behind but, in
 * a build, the request: take it back. */
RADMFA_MUST_USE int radmfa__ask_new(radmfa_client *client, size_t server, enum ask_kind kind,
                                    struct ask **out_ask);
RADMFA_MUST_USE int radmfa__ask_build_login(radmfa_client *client, struct ask *ask,
                                            radmfa_span attributes);
RADMFA_MUST_USE int radmfa__ask_build_probe(radmfa_client *client, struct ask *ask);
void radmfa__ask_take_back(radmfa_client *client, struct ask *ask);

/* Sends it; a login again and again until its time is over, a probe once. */
void radmfa__ask_begin(radmfa_client *client, struct ask *ask);
void radmfa__ask_begin_probe(radmfa_client *client, struct ask *ask, uint32_t timeout_ms);

/* Signs what was built: it is about to be sent. */
void radmfa__ask_sign_all(radmfa_client *client);

/* Its time has come, or its server refused it. As the caller's last statement, so the next: a
 * callback may close the client. */
void radmfa__ask_take_due(radmfa_client *client, struct ask *ask);
void radmfa__ask_take_refusal(radmfa_client *client, struct ask *ask);
void radmfa__ask_finish(radmfa_client *client, struct ask *ask, int error,
                        const radmfa_response *response);

static inline const struct server *ask_server(const radmfa_client *client, const struct ask *ask) {
  return &client->upstream->servers[ask->server];
}

#endif
