/* portal_sessions.c: a table by the tokens' hashes, and a list in the order of their last use. */
#include "portal_sessions.h"

#include "../fold.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_OCTETS 32u
#define BUCKETS 4096u /* a power of two */

_Static_assert(sodium_base64_ENCODED_LEN(TOKEN_OCTETS, sodium_base64_VARIANT_URLSAFE_NO_PADDING) ==
                   PORTAL_TOKEN_SIZE,
               "a token's text and its NUL");

struct portal_sessions {
  struct portal_session *buckets[BUCKETS];
  struct portal_session *oldest, *newest; /* by their last use */
  size_t n;
  uint64_t last_id;
  uint8_t key[FOLD_KEY_SIZE]; /* of identities' hashes */
  void (*ended)(struct portal_session *session, void *user);
  void *user;
};

/* ---- stamps ---- */

static void add_octets(crypto_generichash_state *state, const void *octets, size_t len) {
  uint64_t length = len; /* so that no two lists of fields are one text */
  crypto_generichash_update(state, (const uint8_t *)&length, sizeof length);
  crypto_generichash_update(state, octets, len);
}

static void add_text(crypto_generichash_state *state, const char *text) {
  add_octets(state, text, strlen(text));
}

void portal_stamp_make(const struct store_user *user, struct portal_stamp *out_stamp) {
  static const struct store_user nobody;
  crypto_generichash_state state;
  if (!user) user = &nobody;
  crypto_generichash_init(&state, NULL, 0, sizeof out_stamp->hash);
  add_text(&state, user->number.e164);
  add_text(&state, user->number.extension);
  add_text(&state, user->factor);
  add_text(&state, user->pin_hash);
  add_octets(&state, user->totp_secret, user->totp_secret_len);
  crypto_generichash_final(&state, out_stamp->hash, sizeof out_stamp->hash);
  sodium_memzero(&state, sizeof state);
  out_stamp->created_ms = user->created_ms;
}

bool portal_stamp_holds(const struct portal_stamp *stamp, const struct store_user *user) {
  struct portal_stamp now;
  portal_stamp_make(user, &now);
  return (!user || !user->is_blocked) &&
         (!stamp->created_ms || stamp->created_ms == now.created_ms) &&
         sodium_memcmp(stamp->hash, now.hash, sizeof now.hash) == 0;
}

/* ---- table and list ---- */

static void hash_token(const uint8_t token[TOKEN_OCTETS], uint8_t out_hash[32]) {
  crypto_generichash(out_hash, 32, token, TOKEN_OCTETS, NULL, 0);
}

/* The place that points to the session with this hash, or that holds the NULL where it belongs. */
static struct portal_session **place_of(struct portal_sessions *sessions, const uint8_t hash[32]) {
  struct portal_session **place =
      &sessions->buckets[(hash[0] | (unsigned)hash[1] << 8) & (BUCKETS - 1)];
  while (*place && sodium_memcmp((*place)->hash, hash, 32) != 0) place = &(*place)->next_in_bucket;
  return place;
}

static void unlink_session(struct portal_sessions *sessions, struct portal_session *session) {
  *(session->older ? &session->older->newer : &sessions->oldest) = session->newer;
  *(session->newer ? &session->newer->older : &sessions->newest) = session->older;
}

static void append_session(struct portal_sessions *sessions, struct portal_session *session) {
  session->older = sessions->newest;
  session->newer = NULL;
  *(session->older ? &session->older->newer : &sessions->oldest) = session;
  sessions->newest = session;
}

static void use(struct portal_sessions *sessions, struct portal_session *session, uint64_t now_ms) {
  unlink_session(sessions, session);
  append_session(sessions, session);
  session->used_ms = now_ms;
}

void portal_sessions_end(struct portal_sessions *sessions, struct portal_session *session) {
  *place_of(sessions, session->hash) = session->next_in_bucket;
  unlink_session(sessions, session);
  sessions->n--;
  if (sessions->ended) sessions->ended(session, sessions->user);
  sodium_memzero(session, sizeof *session);
  free(session);
}

/* ---- whose time is over ---- */

uint64_t portal_session_left_ms(const struct portal_session *session, uint32_t idle_ms,
                                uint64_t now_ms) {
  uint64_t most_ms = session->signed_in_ms + PORTAL_SESSION_MOST_MS;
  uint64_t end_ms = session->used_ms + idle_ms;
  if (session->n_held || end_ms > most_ms) end_ms = most_ms;
  return end_ms > now_ms ? end_ms - now_ms : 0;
}

static void end_old(struct portal_sessions *sessions, uint32_t idle_ms, uint64_t now_ms) {
  for (struct portal_session *session = sessions->oldest, *newer; session; session = newer) {
    newer = session->newer;
    if (!portal_session_left_ms(session, idle_ms, now_ms)) portal_sessions_end(sessions, session);
  }
}

struct whose {
  const char *primary;
  radmfa_span identity;
  uint64_t identity_hash;
};

static struct whose whose(const struct portal_sessions *sessions, const char *primary,
                          radmfa_span identity) {
  return (struct whose){primary, identity, fold_hash(sessions->key, identity)};
}

static bool is_of(const struct portal_session *session, const struct whose *user) {
  return session->identity_hash == user->identity_hash &&
         strcmp(session->primary, user->primary) == 0 &&
         fold_equal(radmfa_text(session->identity), user->identity);
}

static size_t count_of(const struct portal_sessions *sessions, const struct whose *user) {
  size_t n = 0;
  for (const struct portal_session *one = sessions->oldest; one; one = one->newer)
    n += is_of(one, user);
  return n;
}

/* Of the user, or (NULL) of all. */
static bool end_unverified(struct portal_sessions *sessions, const struct whose *user) {
  struct portal_session *one = sessions->oldest;
  while (one && (one->is_verified || one->n_held || (user && !is_of(one, user)))) one = one->newer;
  if (one) portal_sessions_end(sessions, one);
  return one != NULL;
}

static bool make_room(struct portal_sessions *sessions, const struct whose *user) {
  if (count_of(sessions, user) >= PORTAL_SESSIONS_PER_USER_MAX)
    return end_unverified(sessions, user);
  return sessions->n < PORTAL_SESSIONS_MAX || end_unverified(sessions, NULL);
}

/* ---- callers ---- */

static bool copy_span(char *to, size_t size, radmfa_span from) {
  if (!from.len || from.len >= size || memchr(from.ptr, '\0', from.len)) return false;
  memcpy(to, from.ptr, from.len);
  return true;
}

static void make_token(struct portal_session *session, char out_token[PORTAL_TOKEN_SIZE]) {
  uint8_t token[TOKEN_OCTETS];
  randombytes_buf(token, sizeof token);
  hash_token(token, session->hash);
  sodium_bin2base64(out_token, PORTAL_TOKEN_SIZE, token, sizeof token,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero(token, sizeof token);
}

struct portal_session *portal_sessions_add(struct portal_sessions *sessions, const char *primary,
                                           radmfa_span identity, radmfa_span name, uint32_t idle_ms,
                                           uint64_t now_ms, char out_token[PORTAL_TOKEN_SIZE]) {
  const struct whose user = whose(sessions, primary, identity);
  end_old(sessions, idle_ms, now_ms);
  if (!make_room(sessions, &user)) return NULL;
  struct portal_session *session = calloc(1, sizeof *session);
  if (!session) return NULL;
  if (!copy_span(session->primary, sizeof session->primary, radmfa_text(primary)) ||
      !copy_span(session->identity, sizeof session->identity, identity) ||
      !copy_span(session->name, sizeof session->name, name)) {
    free(session);
    return NULL;
  }
  make_token(session, out_token);
  session->id = ++sessions->last_id;
  session->identity_hash = user.identity_hash;
  session->signed_in_ms = session->used_ms = now_ms;
  *place_of(sessions, session->hash) = session;
  append_session(sessions, session);
  sessions->n++;
  return session;
}

static bool read_token(radmfa_span text, uint8_t out_token[TOKEN_OCTETS]) {
  size_t len;
  const char *end;
  if (text.len != PORTAL_TOKEN_SIZE - 1) return false;
  return sodium_base642bin(out_token, TOKEN_OCTETS, (const char *)text.ptr, text.len, NULL, &len,
                           &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
         len == TOKEN_OCTETS && end == (const char *)text.ptr + text.len;
}

struct portal_session *portal_sessions_find(struct portal_sessions *sessions, radmfa_span token,
                                            uint32_t idle_ms, uint64_t now_ms) {
  uint8_t octets[TOKEN_OCTETS], hash[32];
  bool is_token = read_token(token, octets);
  if (is_token) hash_token(octets, hash);
  sodium_memzero(octets, sizeof octets);
  struct portal_session *session = is_token ? *place_of(sessions, hash) : NULL;
  if (!session) return NULL;
  if (!portal_session_left_ms(session, idle_ms, now_ms)) {
    portal_sessions_end(sessions, session);
    return NULL;
  }
  use(sessions, session, now_ms);
  return session;
}

uint64_t portal_session_hold(struct portal_session *session) {
  session->n_held++;
  return session->id;
}

struct portal_session *portal_sessions_release(struct portal_sessions *sessions, uint64_t id,
                                               uint64_t now_ms) {
  struct portal_session *session = sessions->newest;
  while (session && session->id != id) session = session->older;
  if (!session) return NULL;
  bool is_over = !portal_session_left_ms(session, 0, now_ms);
  session->n_held--;
  if (is_over)
    portal_sessions_end(sessions, session);
  else
    use(sessions, session, now_ms);
  return is_over ? NULL : session;
}

size_t portal_sessions_end_user(struct portal_sessions *sessions, const char *primary,
                                radmfa_span identity) {
  const struct whose user = whose(sessions, primary, identity);
  size_t n = 0;
  for (struct portal_session *one = sessions->oldest, *newer; one; one = newer) {
    newer = one->newer;
    if (!is_of(one, &user)) continue;
    portal_sessions_end(sessions, one);
    n++;
  }
  return n;
}

size_t portal_sessions_count(const struct portal_sessions *sessions) {
  return sessions->n;
}

struct portal_sessions *portal_sessions_new(void (*ended)(struct portal_session *session,
                                                          void *user),
                                            void *user) {
  struct portal_sessions *sessions = sodium_init() < 0 ? NULL : calloc(1, sizeof *sessions);
  if (!sessions) return NULL;
  randombytes_buf(sessions->key, sizeof sessions->key);
  sessions->ended = ended;
  sessions->user = user;
  return sessions;
}

void portal_sessions_free(struct portal_sessions *sessions) {
  if (!sessions) return;
  while (sessions->oldest) portal_sessions_end(sessions, sessions->oldest);
  free(sessions);
}
