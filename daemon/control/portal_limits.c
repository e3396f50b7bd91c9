/* portal_limits.c: a hash table, and a list in the order in which something was last heard. */
#include "portal_limits.h"

#include "../fold.h"
#include "../recent.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096u /* a power of two; five in each when full */

struct guesser {
  struct guesser *next_in_bucket;
  struct guesser *older, *newer;
  uint64_t who;
  uint32_t n_under_way;
  struct recent wrong;
};

struct portal_limits {
  struct guesser *buckets[BUCKETS];
  struct guesser *oldest, *newest;
  size_t n;
  uint32_t max, window_ms;
  uint8_t key[FOLD_KEY_SIZE];
};

struct portal_limits *portal_limits_new(uint32_t max, uint32_t window_ms) {
  struct portal_limits *limits = sodium_init() < 0 ? NULL : calloc(1, sizeof *limits);
  if (!limits) return NULL;
  limits->max = max;
  limits->window_ms = window_ms;
  randombytes_buf(limits->key, sizeof limits->key);
  return limits;
}

/* ---- who ---- */

uint64_t portal_limits_user(const struct portal_limits *limits, const char *primary,
                            radmfa_span user) {
  /* primaries are few and not chosen by strangers: what mixes them in need not be a hash */
  return fold_account_hash(limits->key, user) ^ fold_hash(limits->key, radmfa_text(primary));
}

uint64_t portal_limits_address(const struct portal_limits *limits, const radmfa_address *address) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* RFC 4291 2.5.5.2 */
  size_t len = memcmp(address->ip, mapped, sizeof mapped) == 0 ? 16 : 8;
  uint64_t out;
  uint8_t hash[crypto_shorthash_BYTES];
  crypto_shorthash(hash, address->ip, len, limits->key);
  memcpy(&out, hash, sizeof out);
  return out;
}

/* ---- table and list ---- */

static void unlink_guesser(struct portal_limits *limits, struct guesser *one) {
  *(one->older ? &one->older->newer : &limits->oldest) = one->newer;
  *(one->newer ? &one->newer->older : &limits->newest) = one->older;
}

static void append_guesser(struct portal_limits *limits, struct guesser *one) {
  one->older = limits->newest;
  one->newer = NULL;
  *(one->older ? &one->older->newer : &limits->oldest) = one;
  limits->newest = one;
}

/* The place that points to the one, or that holds the NULL where he belongs. */
static struct guesser **place_of(struct portal_limits *limits, uint64_t who) {
  struct guesser **place = &limits->buckets[who & (BUCKETS - 1)];
  while (*place && (*place)->who != who) place = &(*place)->next_in_bucket;
  return place;
}

static void forget(struct portal_limits *limits, struct guesser *one) {
  *place_of(limits, one->who) = one->next_in_bucket;
  unlink_guesser(limits, one);
  free(one);
  limits->n--;
}

static uint32_t used(const struct portal_limits *limits, const struct guesser *one,
                     uint64_t now_ms) {
  return recent_count(&one->wrong, limits->window_ms, now_ms) + one->n_under_way;
}

/* Two for each one that may come, so that they become fewer, and none has to wait for many. */
static void forget_old(struct portal_limits *limits, uint64_t now_ms) {
  for (int i = 0; i < 2 && limits->oldest && !used(limits, limits->oldest, now_ms); i++)
    forget(limits, limits->oldest);
}

/* Who has a guess under way is told of its end. */
static void make_room(struct portal_limits *limits) {
  struct guesser *one = limits->oldest;
  while (one && one->n_under_way) one = one->newer;
  if (one) forget(limits, one);
}

static struct guesser *find_or_add(struct portal_limits *limits, uint64_t who, uint64_t now_ms) {
  forget_old(limits, now_ms);
  struct guesser *one = *place_of(limits, who);
  if (one) {
    unlink_guesser(limits, one);
  } else {
    if (limits->n >= PORTAL_LIMITS_MAX) make_room(limits);
    one = calloc(1, sizeof *one);
    if (!one) return NULL;
    one->who = who;
    *place_of(limits, who) = one;
    limits->n++;
  }
  append_guesser(limits, one);
  return one;
}

/* ---- callers ---- */

bool portal_limits_begin(struct portal_limits *limits, uint64_t who, uint64_t now_ms) {
  struct guesser *one = find_or_add(limits, who, now_ms);
  if (!one || used(limits, one, now_ms) >= limits->max) return false;
  one->n_under_way++;
  return true;
}

void portal_limits_end(struct portal_limits *limits, uint64_t who, bool was_wrong,
                       uint64_t now_ms) {
  struct guesser *one = *place_of(limits, who);
  if (!one || !one->n_under_way) return;
  one->n_under_way--;
  if (was_wrong) recent_add(&one->wrong, limits->window_ms, now_ms);
}

size_t portal_limits_count(const struct portal_limits *limits) {
  return limits->n;
}

void portal_limits_free(struct portal_limits *limits) {
  if (!limits) return;
  while (limits->oldest) forget(limits, limits->oldest);
  free(limits);
}
