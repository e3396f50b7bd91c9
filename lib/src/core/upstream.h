/* upstream.h: the inside of an upstream: its servers, and what its clients, one for each loop,
 * share of them: who is alive, who gave which State. */
#ifndef RADMFA_CORE_UPSTREAM_H
#define RADMFA_CORE_UPSTREAM_H

#include "choose.h"
#include "conversations.h"

#include <radmfa/auth.h>
#include <radmfa/upstream.h>

#include <pthread.h>
#include <stdatomic.h>

#define SERVER_NONE SIZE_MAX

struct server {
  char name[RADMFA_NAME_SIZE_MAX + 1];
  radmfa_address address;
  radmfa_address source;
  radmfa_secret *secret;
  radmfa_message_authenticator message_authenticator;
  bool status_server;
  atomic_bool signs; /* it has sent a valid Message-Authenticator */
};

struct radmfa_upstream {
  radmfa_allocator allocator;
  atomic_uint references;
  char name[RADMFA_NAME_SIZE_MAX + 1];
  radmfa_upstream_options options; /* the probe's spans point to `probe` */
  uint8_t probe[RADMFA_ATTR_VALUE_SIZE_MAX + RADMFA_PASSWORD_SIZE_MAX];
  struct server servers[RADMFA_SERVERS_MAX];
  size_t n_servers;
  radmfa_hash_key key;

  pthread_mutex_t lock; /* of what follows */
  struct health health[RADMFA_SERVERS_MAX];
  uint32_t turn;
  struct conversations conversations;
};

/* Everything below: any thread. What changes is told to on_notice, outside the lock. */

/* The server for a request, SERVER_NONE where there is none that is alive and not in `tried` (a
 * bit for each). It counts as sent. */
size_t radmfa__upstream_choose(radmfa_upstream *upstream, uint32_t tried, uint64_t now_ms);

/* Conversations: whose State it is, as a hash; the server that gave it, to which the next request
 * with it goes. radmfa__upstream_partner: false where nobody is known to have given it; else that
 * server, which counts as sent, or SERVER_NONE while it is dead: the others do not know it. */
uint64_t radmfa__upstream_scope(const radmfa_upstream *upstream, radmfa_span name);
bool radmfa__upstream_partner(radmfa_upstream *upstream, uint64_t scope, radmfa_span state,
                              uint64_t now_ms, size_t *out_server);
void radmfa__upstream_remember(radmfa_upstream *upstream, uint64_t scope, radmfa_span state,
                               size_t server, uint64_t now_ms);

/* What has become of a request that was sent at sent_ms. */
void radmfa__upstream_replied(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                              uint64_t now_ms);
void radmfa__upstream_unanswered(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                                 uint64_t now_ms);
void radmfa__upstream_gave_up(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                              uint64_t now_ms);
/* its answer is not wanted any more */
void radmfa__upstream_withdrawn(radmfa_upstream *upstream, size_t server, uint64_t now_ms);
/* or it went on to another server, or could not be sent */
void radmfa__upstream_cancelled(radmfa_upstream *upstream, size_t server);
void radmfa__upstream_refused(radmfa_upstream *upstream, size_t server, uint64_t now_ms);
/* Something valid came that ends no request. */
void radmfa__upstream_heard(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                            uint64_t now_ms);

/* Probes. When one is due, UINT64_MAX: never; whether this client is the one to send it; what came
 * of it. */
uint64_t radmfa__upstream_probe_due(radmfa_upstream *upstream, size_t server);
bool radmfa__upstream_take_probe(radmfa_upstream *upstream, size_t server, uint64_t now_ms,
                                 uint32_t random_bits);
enum probe_result { PROBE_ANSWERED, PROBE_UNANSWERED, PROBE_CANCELLED };
void radmfa__upstream_probed(radmfa_upstream *upstream, size_t server, enum probe_result result,
                             uint64_t now_ms);
bool radmfa__upstream_can_probe(const radmfa_upstream *upstream, size_t server);

/* Is Message-Authenticator needed in that server's replies? One that has it was verified. */
bool radmfa__upstream_must_sign(const radmfa_upstream *upstream, size_t server);
void radmfa__upstream_has_signed(radmfa_upstream *upstream, size_t server);

void radmfa__upstream_tell(const radmfa_upstream *upstream, size_t server,
                           radmfa_upstream_event event, uint32_t outstanding);

#endif
