/* store_world.h: a store in a folder of its own, and changes that are waited for. */
#ifndef RADMFAD_TESTS_STORE_WORLD_H
#define RADMFAD_TESTS_STORE_WORLD_H

#include "store/store.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_MS 1000000u

static char folder[64];
static char db_path[80];
static _Atomic uint64_t wall_ms = 5000000; /* the test's clock */

static inline uint64_t world_clock_ms(void) {
  return wall_ms;
}

static inline void world_up(void) {
  snprintf(folder, sizeof folder, "/tmp/radmfa-store.XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
  snprintf(db_path, sizeof db_path, "%s/users.db", folder);
}

static inline void world_down(void) {
  static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
  char file[96];
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    snprintf(file, sizeof file, "%s%s", db_path, endings[i]);
    unlink(file);
  }
  cr_assert_eq(rmdir(folder), 0, "nothing else was left behind");
}

static inline struct store *world_try_store(char error[STORE_ERROR_SIZE]) {
  struct store_options options = {
      .path = db_path, .history_ms = HISTORY_MS, .clock_ms = world_clock_ms};
  return store_new(&options, error);
}

static inline struct store *world_store(void) {
  char error[STORE_ERROR_SIZE];
  struct store *store = world_try_store(error);
  cr_assert_not_null(store, "%s", error);
  return store;
}

/* ---- what was told of a change ---- */

struct outcome {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_told;
  int error;
  bool has_now;
  struct store_user now;
};

#define OUTCOME \
  { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER }

static inline void outcome_told(int error, const struct store_user *now, void *user) {
  struct outcome *outcome = user;
  pthread_mutex_lock(&outcome->lock);
  cr_assert_not(outcome->is_told, "once");
  outcome->is_told = true;
  outcome->error = error;
  outcome->has_now = now;
  if (now) outcome->now = *now;
  pthread_cond_signal(&outcome->changed);
  pthread_mutex_unlock(&outcome->lock);
}

static inline int outcome_wait(struct outcome *outcome) {
  pthread_mutex_lock(&outcome->lock);
  while (!outcome->is_told) pthread_cond_wait(&outcome->changed, &outcome->lock);
  pthread_mutex_unlock(&outcome->lock);
  return outcome->error;
}

/* ---- users ---- */

static inline struct store_user user_named(const char *name) {
  struct store_user user = {.primary = "corp"};
  snprintf(user.identity, sizeof user.identity, "id-%s", name);
  snprintf(user.name, sizeof user.name, "%s", name);
  return user;
}

static inline radmfa_span id_of(const struct store_user *user) {
  return radmfa_text(user->identity);
}

static inline int put(struct store *store, const struct store_user *user, uint64_t revision) {
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_put(store, user, revision, outcome_told, &outcome), 0);
  return outcome_wait(&outcome);
}

static inline int take_away(struct store *store, const struct store_user *user, uint64_t revision) {
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_remove(store, user->primary, id_of(user), revision, outcome_told, &outcome),
               0);
  return outcome_wait(&outcome);
}

static inline int use_bypass(struct store *store, const struct store_user *user, uint64_t now_ms) {
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_use_bypass(store, user->primary, id_of(user), now_ms, outcome_told, &outcome),
               0);
  return outcome_wait(&outcome);
}

static inline int use_step(struct store *store, const struct store_user *user, uint64_t step) {
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_use_step(store, user->primary, id_of(user), step, outcome_told, &outcome), 0);
  return outcome_wait(&outcome);
}

static inline int block(struct store *store, const struct store_user *user, const char *why) {
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_block(store, user->primary, id_of(user), radmfa_text(user->name), why,
                           outcome_told, &outcome),
               0);
  return outcome_wait(&outcome);
}

static inline int unblock(struct store *store, const struct store_user *user) {
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_unblock(store, user->primary, id_of(user), outcome_told, &outcome), 0);
  return outcome_wait(&outcome);
}

static inline void put_new(struct store *store, const struct store_user *user) {
  cr_assert_eq(put(store, user, STORE_NEW_USER), 0);
}

static inline struct store_user found(struct store *store, const struct store_user *user) {
  struct store_user out;
  cr_assert(store_find(store, user->primary, id_of(user), &out));
  return out;
}

#endif
