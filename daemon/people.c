/* people.c: a hash table, and a list in the order in which something was last noted of each. */
#include "people.h"

#include "fold.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 16384u /* a power of two; six people in each when full */

struct person {
  struct person *next_in_bucket;
  struct person *older, *newer;
  uint64_t hash;
  uint64_t standing_until_ms, number_until_ms; /* 0: not known */
  uint64_t administrator_until_ms;             /* 0: he is none, or it is not known */
  enum standing standing;
  struct phone number;
  size_t identity_len;
  uint8_t identity[];
};

struct people {
  pthread_mutex_t lock; /* all below but standing_ms and key */
  struct person *buckets[BUCKETS];
  struct person *oldest, *newest;
  size_t n;
  uint32_t standing_ms;
  uint8_t key[FOLD_KEY_SIZE];
};

struct people *people_new(uint32_t standing_ms) {
  struct people *people = calloc(1, sizeof *people);
  if (!people) return NULL;
  if (sodium_init() < 0 || pthread_mutex_init(&people->lock, NULL) != 0) {
    free(people);
    return NULL;
  }
  people->standing_ms = standing_ms;
  randombytes_buf(people->key, sizeof people->key);
  return people;
}

void people_free(struct people *people) {
  if (!people) return;
  for (struct person *person = people->oldest, *newer; person; person = newer) {
    newer = person->newer;
    free(person);
  }
  pthread_mutex_destroy(&people->lock);
  free(people);
}

/* ---- list and table ---- */

static void unlink_person(struct people *people, struct person *person) {
  *(person->older ? &person->older->newer : &people->oldest) = person->newer;
  *(person->newer ? &person->newer->older : &people->newest) = person->older;
}

static void append_person(struct people *people, struct person *person) {
  person->older = people->newest;
  person->newer = NULL;
  *(person->older ? &person->older->newer : &people->oldest) = person;
  people->newest = person;
}

static bool is_person(const struct person *person, uint64_t hash, radmfa_span identity) {
  return person->hash == hash &&
         fold_equal((radmfa_span){person->identity, person->identity_len}, identity);
}

/* The place that points to him, or that holds the NULL where he belongs. */
static struct person **place_of(struct people *people, radmfa_span identity) {
  uint64_t hash = fold_hash(people->key, identity);
  struct person **place = &people->buckets[hash & (BUCKETS - 1)];
  while (*place && !is_person(*place, hash, identity)) place = &(*place)->next_in_bucket;
  return place;
}

static void forget(struct people *people, struct person *person) {
  struct person **place = &people->buckets[person->hash & (BUCKETS - 1)];
  while (*place != person) place = &(*place)->next_in_bucket;
  *place = person->next_in_bucket;
  unlink_person(people, person);
  free(person);
  people->n--;
}

static bool has_passed(const struct person *person, uint64_t now_ms) {
  return person->standing_until_ms <= now_ms && person->number_until_ms <= now_ms &&
         person->administrator_until_ms <= now_ms;
}

/* Two for each one that may come, so that they become fewer, and none has to wait for many. */
static void forget_old(struct people *people, uint64_t now_ms) {
  for (int i = 0; i < 2 && people->oldest && has_passed(people->oldest, now_ms); i++)
    forget(people, people->oldest);
}

static struct person *add(struct people *people, radmfa_span identity) {
  struct person *person = calloc(1, sizeof *person + identity.len);
  if (!person) return NULL;
  if (people->n == PEOPLE_MAX) forget(people, people->oldest);
  person->hash = fold_hash(people->key, identity);
  person->identity_len = identity.len;
  if (identity.len) memcpy(person->identity, identity.ptr, identity.len);
  *place_of(people, identity) = person;
  append_person(people, person);
  people->n++;
  return person;
}

/* Of whom something is to be noted; NULL when out of memory. */
static struct person *find_or_add(struct people *people, radmfa_span identity, uint64_t now_ms) {
  forget_old(people, now_ms);
  struct person *person = *place_of(people, identity);
  if (!person) return add(people, identity);
  unlink_person(people, person);
  append_person(people, person);
  return person;
}

/* ---- callers ---- */

void people_note_standing(struct people *people, radmfa_span identity, enum standing standing,
                          uint64_t now_ms) {
  if (!people || !people->standing_ms) return;
  pthread_mutex_lock(&people->lock);
  struct person *person = find_or_add(people, identity, now_ms);
  if (person) {
    person->standing = standing;
    person->standing_until_ms = now_ms + people->standing_ms;
  }
  pthread_mutex_unlock(&people->lock);
}

bool people_standing(struct people *people, radmfa_span identity, uint64_t now_ms,
                     enum standing *out_standing) {
  if (!people) return false;
  pthread_mutex_lock(&people->lock);
  const struct person *person = *place_of(people, identity);
  bool is_known = person && person->standing_until_ms > now_ms;
  if (is_known) *out_standing = person->standing;
  pthread_mutex_unlock(&people->lock);
  return is_known;
}

void people_note_administrator(struct people *people, radmfa_span identity, bool is_administrator,
                               uint64_t now_ms) {
  if (!people) return;
  pthread_mutex_lock(&people->lock);
  struct person *person = find_or_add(people, identity, now_ms);
  if (person) person->administrator_until_ms = is_administrator ? now_ms + PEOPLE_NUMBER_MS : 0;
  pthread_mutex_unlock(&people->lock);
}

bool people_is_administrator(struct people *people, radmfa_span identity, uint64_t now_ms) {
  if (!people) return false;
  pthread_mutex_lock(&people->lock);
  const struct person *person = *place_of(people, identity);
  bool is_administrator = person && person->administrator_until_ms > now_ms;
  pthread_mutex_unlock(&people->lock);
  return is_administrator;
}

void people_note_number(struct people *people, radmfa_span identity, const struct phone *number,
                        uint64_t now_ms) {
  if (!people) return;
  pthread_mutex_lock(&people->lock);
  struct person *person = find_or_add(people, identity, now_ms);
  if (person) {
    person->number = *number;
    person->number_until_ms = now_ms + PEOPLE_NUMBER_MS;
  }
  pthread_mutex_unlock(&people->lock);
}

struct phone people_number(struct people *people, radmfa_span identity, uint64_t now_ms) {
  struct phone number = {.kind = PHONE_UNKNOWN};
  if (!people) return number;
  pthread_mutex_lock(&people->lock);
  const struct person *person = *place_of(people, identity);
  if (person && person->number_until_ms > now_ms) number = person->number;
  pthread_mutex_unlock(&people->lock);
  return number;
}

size_t people_count(struct people *people) {
  pthread_mutex_lock(&people->lock);
  size_t n = people->n;
  pthread_mutex_unlock(&people->lock);
  return n;
}
