/* passcodes.c: a hash table, and a list in the order in which codes came. */
#include "passcodes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 16384u /* a power of two */

struct kept {
  struct kept *next_in_bucket;
  struct kept *older, *newer;
  uint64_t login_id;
  uint64_t until_ms;
  uint8_t code[TOTP_DIGITS];
};

struct passcodes {
  pthread_mutex_t lock; /* all below */
  struct kept *oldest, *newest;
  size_t n;
  struct kept *buckets[BUCKETS];
};

struct passcodes *passcodes_new(void) {
  struct passcodes *passcodes = calloc(1, sizeof *passcodes);
  if (passcodes) (void)pthread_mutex_init(&passcodes->lock, NULL);
  return passcodes;
}

/* Login ids are ours, not a stranger's: their bits spread well enough once mixed. */
static struct kept **place_of(struct passcodes *passcodes, uint64_t login_id) {
  struct kept **place =
      &passcodes->buckets[login_id * UINT64_C(0x9e3779b97f4a7c15) >> 50 & (BUCKETS - 1)];
  while (*place && (*place)->login_id != login_id) place = &(*place)->next_in_bucket;
  return place;
}

static void remove_at(struct passcodes *passcodes, struct kept **place) {
  struct kept *kept = *place;
  *place = kept->next_in_bucket;
  *(kept->older ? &kept->older->newer : &passcodes->oldest) = kept->newer;
  *(kept->newer ? &kept->newer->older : &passcodes->newest) = kept->older;
  passcodes->n--;
  radmfa_wipe(kept, sizeof *kept);
  free(kept);
}

void passcodes_free(struct passcodes *passcodes) {
  if (!passcodes) return;
  while (passcodes->oldest) remove_at(passcodes, place_of(passcodes, passcodes->oldest->login_id));
  pthread_mutex_destroy(&passcodes->lock);
  free(passcodes);
}

static void append(struct passcodes *passcodes, struct kept *kept) {
  *place_of(passcodes, kept->login_id) = kept;
  kept->older = passcodes->newest;
  *(kept->older ? &kept->older->newer : &passcodes->oldest) = kept;
  passcodes->newest = kept;
  passcodes->n++;
}

static void put(struct passcodes *passcodes, uint64_t login_id, const uint8_t code[TOTP_DIGITS],
                uint64_t now_ms) {
  struct kept **place = place_of(passcodes, login_id);
  if (*place) remove_at(passcodes, place);
  while (passcodes->oldest && passcodes->oldest->until_ms <= now_ms)
    remove_at(passcodes, place_of(passcodes, passcodes->oldest->login_id));
  struct kept *kept = passcodes->n < PASSCODES_MAX ? calloc(1, sizeof *kept) : NULL;
  if (!kept) return;
  kept->login_id = login_id;
  kept->until_ms = now_ms + PASSCODES_KEPT_MS;
  memcpy(kept->code, code, TOTP_DIGITS);
  append(passcodes, kept);
}

void passcodes_put(struct passcodes *passcodes, uint64_t login_id, const uint8_t code[TOTP_DIGITS],
                   uint64_t now_ms) {
  pthread_mutex_lock(&passcodes->lock);
  put(passcodes, login_id, code, now_ms);
  pthread_mutex_unlock(&passcodes->lock);
}

bool passcodes_take(struct passcodes *passcodes, uint64_t login_id, uint8_t out_code[TOTP_DIGITS]) {
  pthread_mutex_lock(&passcodes->lock);
  struct kept **place = place_of(passcodes, login_id);
  bool found = *place != NULL;
  if (found) {
    memcpy(out_code, (*place)->code, TOTP_DIGITS);
    remove_at(passcodes, place);
  }
  pthread_mutex_unlock(&passcodes->lock);
  return found;
}

void passcodes_drop(struct passcodes *passcodes, uint64_t login_id) {
  uint8_t code[TOTP_DIGITS];
  if (passcodes_take(passcodes, login_id, code)) radmfa_wipe(code, sizeof code);
}

size_t passcodes_split(radmfa_span password) {
  if (password.len <= TOTP_DIGITS) return password.len;
  size_t len = password.len - TOTP_DIGITS;
  for (size_t i = len; i < password.len; i++)
    if (password.ptr[i] < '0' || password.ptr[i] > '9') return password.len;
  return len;
}

size_t passcodes_count(struct passcodes *passcodes) {
  pthread_mutex_lock(&passcodes->lock);
  size_t n = passcodes->n;
  pthread_mutex_unlock(&passcodes->lock);
  return n;
}
