/* failures.c: a hash table of users, and a list of them in the order in which something was last
 * heard of each. A user is his keyed hash: nobody finds two names with the same one who does not
 * know the key, and by chance it takes some 2^32 of them. */
#include "failures.h"

#include "../fold.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define BUCKETS 16384u /* a power of two; six users in each when full */

struct user {
  struct user *next_in_bucket;
  struct user *older, *newer;
  uint64_t hash;
  uint64_t failed_ms; /* the last wrong password */
  uint32_t wrong;
  uint32_t under_way; /* allowed, without an end so far */
};

struct failures {
  pthread_mutex_t lock; /* all below but max, window_ms and key */
  struct user *buckets[BUCKETS];
  struct user *oldest, *newest;
  size_t n_users;
  uint32_t max, window_ms;
  uint8_t key[FOLD_KEY_SIZE];
};

struct failures *failures_new(uint32_t max, uint32_t window_ms) {
  struct failures *failures = calloc(1, sizeof *failures);
  if (!failures) return NULL;
  if (sodium_init() < 0 || pthread_mutex_init(&failures->lock, NULL) != 0) {
    free(failures);
    return NULL;
  }
  failures->max = max;
  failures->window_ms = window_ms;
  randombytes_buf(failures->key, sizeof failures->key);
  return failures;
}

void failures_free(struct failures *failures) {
  if (!failures) return;
  for (struct user *user = failures->oldest, *newer; user; user = newer) {
    newer = user->newer;
    free(user);
  }
  pthread_mutex_destroy(&failures->lock);
  free(failures);
}

/* ---- the list ---- */

static void unlink_user(struct failures *failures, struct user *user) {
  *(user->older ? &user->older->newer : &failures->oldest) = user->newer;
  *(user->newer ? &user->newer->older : &failures->newest) = user->older;
}

static void append_user(struct failures *failures, struct user *user) {
  user->older = failures->newest;
  user->newer = NULL;
  *(user->older ? &user->older->newer : &failures->oldest) = user;
  failures->newest = user;
}

static void touch(struct failures *failures, struct user *user) {
  unlink_user(failures, user);
  append_user(failures, user);
}

/* ---- the table ---- */

/* The place that points to the user, or that holds the NULL where he belongs. */
static struct user **place_of(struct failures *failures, uint64_t hash) {
  struct user **place = &failures->buckets[hash & (BUCKETS - 1)];
  while (*place && (*place)->hash != hash) place = &(*place)->next_in_bucket;
  return place;
}

static void forget(struct failures *failures, struct user *user) {
  *place_of(failures, user->hash) = user->next_in_bucket;
  unlink_user(failures, user);
  free(user);
  failures->n_users--;
}

static struct user *find_or_add(struct failures *failures, uint64_t hash) {
  struct user *user = *place_of(failures, hash);
  if (user) return user;
  if (failures->n_users == FAILURES_USERS_MAX) forget(failures, failures->oldest);
  user = calloc(1, sizeof *user);
  if (!user) return NULL;
  user->hash = hash;
  *place_of(failures, hash) = user;
  append_user(failures, user);
  failures->n_users++;
  return user;
}

/* ---- counting ---- */

static bool has_passed(const struct failures *failures, const struct user *user, uint64_t now_ms) {
  return now_ms >= user->failed_ms && now_ms - user->failed_ms >= failures->window_ms;
}

static void forget_if_idle(struct failures *failures, struct user *user, uint64_t now_ms) {
  if (has_passed(failures, user, now_ms)) user->wrong = 0;
  if (!user->wrong && !user->under_way) forget(failures, user);
}

/* Two for each one that may come, so that they become fewer, and none has to wait for many. */
static void forget_old(struct failures *failures, uint64_t now_ms) {
  for (int i = 0; i < 2 && failures->oldest; i++)
    forget_if_idle(failures, failures->oldest, now_ms);
}

static bool allow(struct failures *failures, uint64_t hash, uint64_t now_ms) {
  forget_old(failures, now_ms);
  struct user *user = find_or_add(failures, hash);
  if (!user) return false;
  if (has_passed(failures, user, now_ms)) user->wrong = 0;
  if ((uint64_t)user->wrong + user->under_way >= failures->max) return false;
  user->under_way++;
  touch(failures, user);
  return true;
}

bool failures_allow(struct failures *failures, radmfa_span user, uint64_t now_ms) {
  if (!failures) return true;
  uint64_t hash = fold_hash(failures->key, user);
  pthread_mutex_lock(&failures->lock);
  bool is_allowed = allow(failures, hash, now_ms);
  pthread_mutex_unlock(&failures->lock);
  return is_allowed;
}

static void count(struct failures *failures, struct user *user, uint64_t now_ms) {
  if (has_passed(failures, user, now_ms)) user->wrong = 0;
  user->wrong++;
  user->failed_ms = now_ms;
  touch(failures, user);
}

/* A user who was forgotten meanwhile is remembered again for a wrong password only. */
static void end(struct failures *failures, uint64_t hash, enum failures_result result,
                uint64_t now_ms) {
  struct user *user =
      result == FAILURES_WRONG ? find_or_add(failures, hash) : *place_of(failures, hash);
  if (!user) return;
  if (user->under_way) user->under_way--;
  if (result == FAILURES_WRONG) count(failures, user, now_ms);
  if (result == FAILURES_RIGHT) user->wrong = 0;
  if (result != FAILURES_WRONG) forget_if_idle(failures, user, now_ms);
}

void failures_end(struct failures *failures, radmfa_span user, enum failures_result result,
                  uint64_t now_ms) {
  if (!failures) return;
  uint64_t hash = fold_hash(failures->key, user);
  pthread_mutex_lock(&failures->lock);
  end(failures, hash, result, now_ms);
  pthread_mutex_unlock(&failures->lock);
}

size_t failures_users(struct failures *failures) {
  pthread_mutex_lock(&failures->lock);
  size_t n = failures->n_users;
  pthread_mutex_unlock(&failures->lock);
  return n;
}
