/* fold.c: keyed hash and comparison of names without regard to the case of ASCII letters. */
#include "fold.h"

#include <sodium.h>
#include <string.h>

/* User names and identities have at most 255 octets; what a longer one has beyond counts in
 * fold_equal only. */
#define HASHED_MAX 255u

_Static_assert(FOLD_KEY_SIZE == crypto_shorthash_KEYBYTES, "the key is crypto_shorthash's");

static uint8_t fold(uint8_t c) {
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

uint64_t fold_hash(const uint8_t key[FOLD_KEY_SIZE], radmfa_span name) {
  uint8_t folded[HASHED_MAX], hash[crypto_shorthash_BYTES];
  size_t len = name.len < sizeof folded ? name.len : sizeof folded;
  for (size_t i = 0; i < len; i++) folded[i] = fold(name.ptr[i]);
  crypto_shorthash(hash, folded, len, key);
  uint64_t out;
  memcpy(&out, hash, sizeof out);
  return out;
}

bool fold_equal(radmfa_span a, radmfa_span b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++)
    if (fold(a.ptr[i]) != fold(b.ptr[i])) return false;
  return true;
}
