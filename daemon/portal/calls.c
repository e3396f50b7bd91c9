/* calls.c: one call for each session, found by a hash of its token. */
#include "calls.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 1024u
#define KEY_SIZE 16u
#define CALL_TIMEOUT_MS 200000u /* longer than any call that radmfad places */
#define KEPT_MS 600000u         /* how long a call that is over is told of */

struct entry {
  uint8_t key[KEY_SIZE];
  uint64_t used_ms; /* 0: free */
  uint64_t asked;   /* 0: it is over */
  enum call_for purpose;
  char word[24];
};

struct calls {
  struct radmfad *radmfad;
  uint8_t hash_key[crypto_generichash_KEYBYTES];
  struct entry entries[CALLS_MAX];
};

struct calls *calls_new(struct radmfad *radmfad) {
  struct calls *calls = calloc(1, sizeof *calls);
  if (!calls) return NULL;
  calls->radmfad = radmfad;
  randombytes_buf(calls->hash_key, sizeof calls->hash_key);
  return calls;
}

void calls_free(struct calls *calls) {
  free(calls);
}

static struct entry *find(struct calls *calls, const char *session, uint64_t now_ms,
                          uint8_t out_key[KEY_SIZE], struct entry **out_free) {
  struct entry *found = NULL, *oldest = NULL;
  crypto_generichash(out_key, KEY_SIZE, (const unsigned char *)session, strlen(session),
                     calls->hash_key, sizeof calls->hash_key);
  *out_free = NULL;
  for (size_t i = 0; i < CALLS_MAX; i++) {
    struct entry *entry = &calls->entries[i];
    if (!entry->asked && entry->used_ms + KEPT_MS < now_ms) entry->used_ms = 0;
    if (!entry->used_ms) *out_free = entry;
    if (!entry->asked && (!oldest || entry->used_ms < oldest->used_ms)) oldest = entry;
    if (entry->used_ms && !sodium_memcmp(entry->key, out_key, KEY_SIZE)) found = entry;
  }
  /* who fills all places with calls that are over takes nobody's */
  if (!*out_free) *out_free = oldest;
  return found;
}

static void on_answer(const struct radmfad_answer *answer, void *user) {
  struct entry *entry = user;
  const char *word = answer->ok ? "verified" : answer->event ? answer->event : answer->error;
  snprintf(entry->word, sizeof entry->word, "%s", word);
  if (!answer->event) entry->asked = 0;
}

bool calls_begin(struct calls *calls, const char *session, enum call_for purpose, json_t *question,
                 uint64_t now_ms) {
  uint8_t key[KEY_SIZE];
  struct entry *place = NULL;
  struct entry *entry = find(calls, session, now_ms, key, &place);
  if (!entry) entry = place;
  if (!entry || entry->asked) {
    json_decref(question);
    return false;
  }
  entry->used_ms = 0;
  uint64_t asked = radmfad_ask(calls->radmfad, question, CALL_TIMEOUT_MS, now_ms, on_answer, entry);
  if (!asked) return false;
  memcpy(entry->key, key, KEY_SIZE);
  entry->asked = asked;
  entry->purpose = purpose;
  entry->used_ms = now_ms;
  snprintf(entry->word, sizeof entry->word, "starting");
  return true;
}

bool calls_find(struct calls *calls, const char *session, uint64_t now_ms, struct call *out_call) {
  uint8_t key[KEY_SIZE];
  struct entry *place, *entry = find(calls, session, now_ms, key, &place);
  if (!entry) return false;
  *out_call = (struct call){entry->purpose, !entry->asked, entry->word};
  return true;
}
