/* invite.c: twelve characters of an alphabet in which no two look alike. */
#include "invite.h"

#include <sodium.h>
#include <string.h>

#define CHARACTERS 12u
#define GROUP 4u

/* Without I, L, O and U (Crockford's base 32). */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

_Static_assert(sizeof alphabet == 33, "each character has 5 bits");
_Static_assert(INVITE_CODE_SIZE == CHARACTERS + CHARACTERS / GROUP, "hyphens between, NUL behind");
_Static_assert(INVITE_HASH_SIZE == crypto_generichash_BYTES, "BLAKE2b");

static void hash_of(const char canonical[CHARACTERS], uint8_t out_hash[INVITE_HASH_SIZE]) {
  crypto_generichash(out_hash, INVITE_HASH_SIZE, (const uint8_t *)canonical, CHARACTERS, NULL, 0);
}

bool invite_make(char out_code[INVITE_CODE_SIZE], uint8_t out_hash[INVITE_HASH_SIZE]) {
  char canonical[CHARACTERS], *to = out_code;
  if (sodium_init() < 0) return false;
  for (size_t i = 0; i < CHARACTERS; i++) {
    canonical[i] = alphabet[randombytes_uniform(sizeof alphabet - 1)];
    if (i && i % GROUP == 0) *to++ = '-';
    *to++ = canonical[i];
  }
  *to = '\0';
  hash_of(canonical, out_hash);
  sodium_memzero(canonical, sizeof canonical);
  return true;
}

/* The character that is meant, or a NUL. */
static char meant(uint8_t c) {
  if (c >= 'a' && c <= 'z') c = (uint8_t)(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  return c && strchr(alphabet, c) ? (char)c : '\0';
}

bool invite_hash(radmfa_span typed, uint8_t out_hash[INVITE_HASH_SIZE]) {
  char canonical[CHARACTERS];
  size_t n = 0;
  bool good = sodium_init() >= 0;
  for (size_t i = 0; good && i < typed.len; i++) {
    if (typed.ptr[i] == '-' || typed.ptr[i] == ' ') continue;
    char c = meant(typed.ptr[i]);
    good = c && n < CHARACTERS;
    if (good) canonical[n++] = c;
  }
  good = good && n == CHARACTERS;
  if (good) hash_of(canonical, out_hash);
  sodium_memzero(canonical, sizeof canonical);
  return good;
}

bool invite_hash_equal(const uint8_t a[INVITE_HASH_SIZE], const uint8_t b[INVITE_HASH_SIZE]) {
  return sodium_memcmp(a, b, INVITE_HASH_SIZE) == 0;
}
