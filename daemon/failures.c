/* failures.c: a hash table of accounts, and a list of them in the order in which something was last
 * heard of each. An account is its keyed hash: nobody finds two with the same one who does not know
 * the key, and by chance it takes some 2^32 of them. */
#include "failures.h"

#include "fold.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define BUCKETS 16384u /* a power of two; six accounts in each when full */

struct account {
  struct account *next_in_bucket;
  struct account *older, *newer;
  uint64_t hash;
  uint64_t failed_ms; /* the last wrong password */
  uint32_t wrong;
  uint32_t under_way; /* allowed, without an end so far */
};

struct failures {
  pthread_mutex_t lock; /* all below but the keys */
  struct account *buckets[BUCKETS];
  struct account *oldest, *newest;
  size_t n_accounts;
  uint32_t window_max_ms; /* the longest of all rules so far */
  uint8_t primary_key[FOLD_KEY_SIZE], user_key[FOLD_KEY_SIZE];
};

struct failures *failures_new(void) {
  struct failures *failures = calloc(1, sizeof *failures);
  if (!failures) return NULL;
  if (sodium_init() < 0 || pthread_mutex_init(&failures->lock, NULL) != 0) {
    free(failures);
    return NULL;
  }
  randombytes_buf(failures->primary_key, sizeof failures->primary_key);
  randombytes_buf(failures->user_key, sizeof failures->user_key);
  return failures;
}

void failures_free(struct failures *failures) {
  if (!failures) return;
  for (struct account *account = failures->oldest, *newer; account; account = newer) {
    newer = account->newer;
    free(account);
  }
  pthread_mutex_destroy(&failures->lock);
  free(failures);
}

/* ---- the list ---- */

static void unlink_account(struct failures *failures, struct account *account) {
  *(account->older ? &account->older->newer : &failures->oldest) = account->newer;
  *(account->newer ? &account->newer->older : &failures->newest) = account->older;
}

static void append_account(struct failures *failures, struct account *account) {
  account->older = failures->newest;
  account->newer = NULL;
  *(account->older ? &account->older->newer : &failures->oldest) = account;
  failures->newest = account;
}

static void touch(struct failures *failures, struct account *account) {
  unlink_account(failures, account);
  append_account(failures, account);
}

/* ---- the table ---- */

/* The place that points to the account, or that holds the NULL where it belongs. */
static struct account **place_of(struct failures *failures, uint64_t hash) {
  struct account **place = &failures->buckets[hash & (BUCKETS - 1)];
  while (*place && (*place)->hash != hash) place = &(*place)->next_in_bucket;
  return place;
}

static void forget(struct failures *failures, struct account *account) {
  *place_of(failures, account->hash) = account->next_in_bucket;
  unlink_account(failures, account);
  free(account);
  failures->n_accounts--;
}

static struct account *find_or_add(struct failures *failures, uint64_t hash) {
  struct account *account = *place_of(failures, hash);
  if (account) return account;
  if (failures->n_accounts == FAILURES_ACCOUNTS_MAX) forget(failures, failures->oldest);
  account = calloc(1, sizeof *account);
  if (!account) return NULL;
  account->hash = hash;
  *place_of(failures, hash) = account;
  append_account(failures, account);
  failures->n_accounts++;
  return account;
}

/* ---- counting ---- */

static uint64_t hash_of(const struct failures *failures, const struct failures_rule *rule,
                        radmfa_span user) {
  return fold_hash(failures->primary_key, radmfa_text(rule->primary)) ^
         fold_account_hash(failures->user_key, user);
}

static bool has_passed(const struct account *account, uint32_t window_ms, uint64_t now_ms) {
  return now_ms >= account->failed_ms && now_ms - account->failed_ms >= window_ms;
}

static void forget_if_idle(struct failures *failures, struct account *account, uint32_t window_ms,
                           uint64_t now_ms) {
  if (has_passed(account, window_ms, now_ms)) account->wrong = 0;
  if (!account->wrong && !account->under_way) forget(failures, account);
}

/* Two for each one that may come, so that they become fewer, and none has to wait for many. */
static void forget_old(struct failures *failures, uint64_t now_ms) {
  for (int i = 0; i < 2 && failures->oldest; i++)
    forget_if_idle(failures, failures->oldest, failures->window_max_ms, now_ms);
}

static bool allow(struct failures *failures, const struct failures_rule *rule, uint64_t hash,
                  uint64_t now_ms) {
  if (rule->window_ms > failures->window_max_ms) failures->window_max_ms = rule->window_ms;
  forget_old(failures, now_ms);
  struct account *account = find_or_add(failures, hash);
  if (!account) return false;
  if (has_passed(account, rule->window_ms, now_ms)) account->wrong = 0;
  if ((uint64_t)account->wrong + account->under_way >= rule->max) return false;
  account->under_way++;
  touch(failures, account);
  return true;
}

bool failures_allow(struct failures *failures, const struct failures_rule *rule, radmfa_span user,
                    uint64_t now_ms) {
  if (!rule->max) return true;
  uint64_t hash = hash_of(failures, rule, user);
  pthread_mutex_lock(&failures->lock);
  bool is_allowed = allow(failures, rule, hash, now_ms);
  pthread_mutex_unlock(&failures->lock);
  return is_allowed;
}

static void count(struct failures *failures, struct account *account, uint32_t window_ms,
                  uint64_t now_ms) {
  if (has_passed(account, window_ms, now_ms)) account->wrong = 0;
  account->wrong++;
  account->failed_ms = now_ms;
  touch(failures, account);
}

/* An account that was forgotten meanwhile is remembered again for a wrong password only. */
static void end(struct failures *failures, uint32_t window_ms, uint64_t hash,
                enum failures_result result, uint64_t now_ms) {
  struct account *account =
      result == FAILURES_WRONG ? find_or_add(failures, hash) : *place_of(failures, hash);
  if (!account) return;
  if (account->under_way) account->under_way--;
  if (result == FAILURES_WRONG) count(failures, account, window_ms, now_ms);
  if (result == FAILURES_RIGHT) account->wrong = 0;
  if (result != FAILURES_WRONG) forget_if_idle(failures, account, window_ms, now_ms);
}

void failures_end(struct failures *failures, const struct failures_rule *rule, radmfa_span user,
                  enum failures_result result, uint64_t now_ms) {
  if (!rule->max) return;
  uint64_t hash = hash_of(failures, rule, user);
  pthread_mutex_lock(&failures->lock);
  end(failures, rule->window_ms, hash, result, now_ms);
  pthread_mutex_unlock(&failures->lock);
}

size_t failures_accounts(struct failures *failures) {
  pthread_mutex_lock(&failures->lock);
  size_t n = failures->n_accounts;
  pthread_mutex_unlock(&failures->lock);
  return n;
}
