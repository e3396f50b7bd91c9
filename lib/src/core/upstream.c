#include "upstream.h"

#include "clients.h"
#include "mem.h"

#include "core.h"

#define TIMEOUT_MIN_MS 1000u
#define TIMEOUT_MAX_MS 180000u

void radmfa_upstream_options_init(radmfa_upstream_options *options) {
  *options = (radmfa_upstream_options){.size = sizeof *options,
                                       .timeout_ms = 55000,
                                       .retransmit_ms = 2000,
                                       .retransmit_max_ms = 16000,
                                       .pending_max = 1000000};
}

void radmfa_upstream_server_options_init(radmfa_upstream_server_options *options) {
  *options = (radmfa_upstream_server_options){
      .size = sizeof *options, .message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_AUTO};
}

static const char *const event_names[] = {
#define EVENT_WORD(name, word) word,
    RADMFA_UPSTREAM_EVENT_MAP(EVENT_WORD)};

const char *radmfa_upstream_event_name(radmfa_upstream_event event) {
  return event_names[event];
}

/* ---- life ---- */

static radmfa_span copy_probe(uint8_t *to, radmfa_span from) {
  if (from.len) memcpy(to, from.ptr, from.len);
  return (radmfa_span){to, from.len};
}

static bool is_valid(const radmfa_upstream_options *options) {
  return options->timeout_ms >= TIMEOUT_MIN_MS && options->timeout_ms <= TIMEOUT_MAX_MS &&
         options->retransmit_ms > 0 && options->retransmit_max_ms >= options->retransmit_ms &&
         options->pending_max > 0 && options->strategy <= RADMFA_STRATEGY_LEAST_OUTSTANDING &&
         options->probe_user.len <= RADMFA_ATTR_VALUE_SIZE_MAX &&
         options->probe_password.len <= RADMFA_PASSWORD_SIZE_MAX;
}

static int fill(radmfa_upstream *upstream, const radmfa_upstream_options *options) {
  if (!is_valid(options) || !radmfa__name_copy(options->name, upstream->name))
    return RADMFA_E_INVALID;
  upstream->options = *options;
  upstream->options.probe_user = copy_probe(upstream->probe, options->probe_user);
  upstream->options.probe_password =
      copy_probe(upstream->probe + options->probe_user.len, options->probe_password);
  upstream->key = radmfa__hash_key(options->random_key);
  atomic_init(&upstream->references, 1);
  TRY(radmfa__conversations_init(&upstream->conversations, &upstream->allocator));
  if (!pthread_mutex_init(&upstream->lock, NULL)) return 0;
  radmfa__conversations_cleanup(&upstream->conversations);
  return RADMFA_E_NO_MEMORY; /* never on Linux */
}

int radmfa_upstream_new(const radmfa_upstream_options *given, radmfa_upstream **out_upstream) {
  radmfa_upstream_options options;
  radmfa_upstream_options_init(&options);
  OPTIONS_COPY(&options, given);
  radmfa_allocator allocator =
      radmfa__allocator(options.allocator.alloc_fn ? &options.allocator : NULL);
  radmfa_upstream *upstream = radmfa__alloc(&allocator, sizeof *upstream);
  if (!upstream) return RADMFA_E_NO_MEMORY;
  upstream->allocator = allocator;
  int error = fill(upstream, &options);
  if (error) {
    radmfa_wipe(upstream, sizeof *upstream);
    radmfa__free(&allocator, upstream, sizeof *upstream);
    return error;
  }
  *out_upstream = upstream;
  return 0;
}

/* IPv4-mapped (RFC 4291 2.5.5.2). */
static bool is_ipv4(const radmfa_address *address) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
  return radmfa_span_equal((radmfa_span){address->ip, sizeof mapped},
                           (radmfa_span){mapped, sizeof mapped});
}

static bool can_leave_from(const radmfa_address *source, const radmfa_address *address) {
  static const uint8_t any[sizeof source->ip];
  bool is_any =
      radmfa_span_equal((radmfa_span){source->ip, sizeof any}, (radmfa_span){any, sizeof any});
  return is_any || is_ipv4(source) == is_ipv4(address);
}

int radmfa_upstream_add_server(radmfa_upstream *upstream,
                               const radmfa_upstream_server_options *given) {
  radmfa_upstream_server_options options;
  radmfa_upstream_server_options_init(&options);
  OPTIONS_COPY(&options, given);
  if (upstream->n_servers == RADMFA_SERVERS_MAX) return RADMFA_E_TOO_BIG;
  struct server *server = &upstream->servers[upstream->n_servers];
  if (!radmfa__name_copy(options.name, server->name) || !options.address.port ||
      !can_leave_from(&options.source, &options.address))
    return RADMFA_E_INVALID;
  TRY(radmfa_secret_new(options.secret, &upstream->allocator, &server->secret));
  server->address = options.address;
  server->source = options.source;
  server->message_authenticator = options.message_authenticator;
  server->status_server = options.status_server;
  atomic_init(&server->signs, false);
  size_t at = upstream->n_servers++;
  radmfa__health_init(&upstream->health[at], radmfa__upstream_can_probe(upstream, at));
  return 0;
}

radmfa_upstream *radmfa_upstream_ref(radmfa_upstream *upstream) {
  atomic_fetch_add_explicit(&upstream->references, 1, memory_order_relaxed);
  return upstream;
}

void radmfa_upstream_unref(radmfa_upstream *upstream) {
  if (!upstream || atomic_fetch_sub_explicit(&upstream->references, 1, memory_order_acq_rel) > 1)
    return;
  radmfa_allocator allocator = upstream->allocator;
  for (size_t i = 0; i < upstream->n_servers; i++) radmfa_secret_free(upstream->servers[i].secret);
  radmfa__conversations_cleanup(&upstream->conversations);
  pthread_mutex_destroy(&upstream->lock);
  radmfa_wipe(upstream, sizeof *upstream);
  radmfa__free(&allocator, upstream, sizeof *upstream);
}

/* ---- telling ---- */

void radmfa__upstream_tell(const radmfa_upstream *upstream, size_t server,
                           radmfa_upstream_event event, uint32_t outstanding) {
  const struct server *about = &upstream->servers[server];
  if (!upstream->options.on_notice) return;
  radmfa_upstream_notice notice = {.event = event,
                                   .upstream = upstream->name,
                                   .server = about->name,
                                   .address = about->address,
                                   .outstanding = outstanding};
  upstream->options.on_notice(&notice, upstream->options.notice_user);
}

/* Ends what began with the lock taken. */
static void unlock_and_tell(radmfa_upstream *upstream, size_t server, enum health_change change) {
  uint32_t outstanding = upstream->health[server].outstanding;
  pthread_mutex_unlock(&upstream->lock);
  if (change == HEALTH_UNCHANGED) return;
  radmfa__upstream_tell(upstream, server,
                        change == HEALTH_DIED ? RADMFA_UPSTREAM_EVENT_DEAD
                                              : RADMFA_UPSTREAM_EVENT_ALIVE,
                        outstanding);
}

/* ---- requests ---- */

size_t radmfa__upstream_choose(radmfa_upstream *upstream, uint32_t tried, uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  int chosen = radmfa__choose(upstream->options.strategy, upstream->health,
                              (uint32_t)upstream->n_servers, &upstream->turn, tried, now_ms);
  if (chosen != CHOOSE_NONE) radmfa__health_sent(&upstream->health[chosen], now_ms);
  pthread_mutex_unlock(&upstream->lock);
  return chosen == CHOOSE_NONE ? SERVER_NONE : (size_t)chosen;
}

/* ---- conversations ---- */

uint64_t radmfa__upstream_scope(const radmfa_upstream *upstream, radmfa_span name) {
  return radmfa__hash64(upstream->key, name.ptr, name.len);
}

static radmfa_hash128 conversation_key(const radmfa_upstream *upstream, uint64_t scope,
                                       radmfa_span state) {
  uint8_t bytes[sizeof scope + RADMFA_ATTR_VALUE_SIZE_MAX];
  memcpy(bytes, &scope, sizeof scope);
  if (state.len) memcpy(bytes + sizeof scope, state.ptr, state.len);
  return radmfa__hash128(upstream->key, bytes, sizeof scope + state.len);
}

bool radmfa__upstream_partner(radmfa_upstream *upstream, uint64_t scope, radmfa_span state,
                              uint64_t now_ms, size_t *out_server) {
  radmfa_hash128 key = conversation_key(upstream, scope, state);
  pthread_mutex_lock(&upstream->lock);
  size_t server = radmfa__conversations_find(&upstream->conversations, key, now_ms);
  bool is_known = server != SERVER_NONE;
  if (is_known && upstream->health[server].state == HEALTH_DEAD) server = SERVER_NONE;
  if (server != SERVER_NONE) radmfa__health_sent(&upstream->health[server], now_ms);
  pthread_mutex_unlock(&upstream->lock);
  if (is_known) *out_server = server;
  return is_known;
}

void radmfa__upstream_remember(radmfa_upstream *upstream, uint64_t scope, radmfa_span state,
                               size_t server, uint64_t now_ms) {
  radmfa_hash128 key = conversation_key(upstream, scope, state);
  pthread_mutex_lock(&upstream->lock);
  radmfa__conversations_put(&upstream->conversations, key, server, now_ms);
  pthread_mutex_unlock(&upstream->lock);
}

/* ---- what becomes of requests ---- */

void radmfa__upstream_replied(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                              uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  unlock_and_tell(upstream, server,
                  radmfa__health_replied(&upstream->health[server], sent_ms, now_ms));
}

void radmfa__upstream_heard(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                            uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  unlock_and_tell(upstream, server,
                  radmfa__health_heard(&upstream->health[server], sent_ms, now_ms));
}

void radmfa__upstream_gave_up(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                              uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  unlock_and_tell(upstream, server,
                  radmfa__health_gave_up(&upstream->health[server], sent_ms, now_ms));
}

void radmfa__upstream_withdrawn(radmfa_upstream *upstream, size_t server, uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  unlock_and_tell(
      upstream, server,
      radmfa__health_withdrawn(&upstream->health[server], upstream->options.timeout_ms, now_ms));
}

void radmfa__upstream_unanswered(radmfa_upstream *upstream, size_t server, uint64_t sent_ms,
                                 uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  radmfa__health_unanswered(&upstream->health[server], sent_ms, now_ms);
  pthread_mutex_unlock(&upstream->lock);
}

void radmfa__upstream_cancelled(radmfa_upstream *upstream, size_t server) {
  pthread_mutex_lock(&upstream->lock);
  radmfa__health_cancelled(&upstream->health[server]);
  pthread_mutex_unlock(&upstream->lock);
}

void radmfa__upstream_refused(radmfa_upstream *upstream, size_t server, uint64_t now_ms) {
  pthread_mutex_lock(&upstream->lock);
  radmfa__health_refused(&upstream->health[server], now_ms);
  pthread_mutex_unlock(&upstream->lock);
}

/* ---- probes ---- */

bool radmfa__upstream_can_probe(const radmfa_upstream *upstream, size_t server) {
  return upstream->servers[server].status_server || upstream->options.probe_user.len > 0;
}

uint64_t radmfa__upstream_probe_due(radmfa_upstream *upstream, size_t server) {
  pthread_mutex_lock(&upstream->lock);
  uint64_t due_ms = radmfa__health_probe_at(&upstream->health[server]);
  pthread_mutex_unlock(&upstream->lock);
  return due_ms;
}

bool radmfa__upstream_take_probe(radmfa_upstream *upstream, size_t server, uint64_t now_ms,
                                 uint32_t random_bits) {
  struct health *health = &upstream->health[server];
  pthread_mutex_lock(&upstream->lock);
  bool taken = radmfa__health_probe_at(health) <= now_ms;
  if (taken) radmfa__health_probe_sent(health, now_ms, random_bits);
  pthread_mutex_unlock(&upstream->lock);
  return taken;
}

void radmfa__upstream_probed(radmfa_upstream *upstream, size_t server, enum probe_result result,
                             uint64_t now_ms) {
  struct health *health = &upstream->health[server];
  enum health_change change = HEALTH_UNCHANGED;
  pthread_mutex_lock(&upstream->lock);
  switch (result) {
    case PROBE_ANSWERED: change = radmfa__health_probe_answered(health, now_ms); break;
    case PROBE_UNANSWERED: change = radmfa__health_probe_unanswered(health, now_ms); break;
    case PROBE_CANCELLED: radmfa__health_probe_cancelled(health); break;
  }
  unlock_and_tell(upstream, server, change);
}

/* ---- Message-Authenticator ---- */

bool radmfa__upstream_must_sign(const radmfa_upstream *upstream, size_t server) {
  const struct server *by = &upstream->servers[server];
  return by->message_authenticator == RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE ||
         (by->message_authenticator == RADMFA_MESSAGE_AUTHENTICATOR_AUTO &&
          atomic_load_explicit(&by->signs, memory_order_relaxed));
}

void radmfa__upstream_has_signed(radmfa_upstream *upstream, size_t server) {
  atomic_bool *signs = &upstream->servers[server].signs;
  if (!atomic_load_explicit(signs, memory_order_relaxed))
    atomic_store_explicit(signs, true, memory_order_relaxed);
}
