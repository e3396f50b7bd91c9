/* hash.c: SipHash-2-4, as its paper describes it, with 64 or 128 bits out. */
#include "hash.h"

#include "core.h"

struct sip {
  uint64_t v0, v1, v2, v3;
};

static uint64_t rotl(uint64_t x, unsigned bits) {
  return x << bits | x >> (64 - bits);
}

/* Spelled out, for gcc makes one load of this and a loop of the general form. */
static uint64_t read_le64(const uint8_t *at) {
  return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
         (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
         (uint64_t)at[7] << 56;
}

/* The first `n` octets, 7 at most, as a little-endian number. */
static uint64_t read_le(const uint8_t *at, size_t n) {
  uint64_t value = 0;
  for (size_t i = 0; i < n; i++) value |= (uint64_t)at[i] << (8 * i);
  return value;
}

static void sip_rounds(struct sip *s, int n) {
  while (n--) {
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotl(s->v1, 13) ^ s->v0;
    s->v3 = rotl(s->v3, 16) ^ s->v2;
    s->v0 = rotl(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotl(s->v1, 17) ^ s->v2;
    s->v3 = rotl(s->v3, 21) ^ s->v0;
    s->v2 = rotl(s->v2, 32);
  }
}

static void sip_word(struct sip *s, uint64_t word) {
  s->v3 ^= word;
  sip_rounds(s, 2);
  s->v0 ^= word;
}

/* "somepseudorandomlygeneratedbytes", the paper's constants, under the key. */
static struct sip sip_start(radmfa_hash_key key) {
  return (struct sip){key.k0 ^ 0x736f6d6570736575u, key.k1 ^ 0x646f72616e646f6du,
                      key.k0 ^ 0x6c7967656e657261u, key.k1 ^ 0x7465646279746573u};
}

/* Whole words, then what is left with the length modulo 256 in the highest octet. */
static void sip_absorb(struct sip *s, const uint8_t *data, size_t len) {
  size_t whole = len & ~(size_t)7;
  for (size_t at = 0; at < whole; at += 8) sip_word(s, read_le64(data + at));
  uint64_t tail = len > whole ? read_le(data + whole, len - whole) : 0;
  sip_word(s, (uint64_t)len << 56 | tail);
}

static uint64_t sip_squeeze(struct sip *s) {
  sip_rounds(s, 4);
  return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

radmfa_hash_key radmfa__hash_key(const uint8_t bytes[16]) {
  return (radmfa_hash_key){read_le64(bytes), read_le64(bytes + 8)};
}

uint64_t radmfa__hash64(radmfa_hash_key key, const void *data, size_t len) {
  struct sip s = sip_start(key);
  sip_absorb(&s, data, len);
  s.v2 ^= 0xff;
  return sip_squeeze(&s);
}

/* The designers' 128-bit variant: other constants in three places, so that its halves share nothing
 * with hash64. */
radmfa_hash128 radmfa__hash128(radmfa_hash_key key, const void *data, size_t len) {
  radmfa_hash128 hash;
  struct sip s = sip_start(key);
  s.v1 ^= 0xee;
  sip_absorb(&s, data, len);
  s.v2 ^= 0xee;
  hash.a = sip_squeeze(&s);
  s.v1 ^= 0xdd;
  hash.b = sip_squeeze(&s);
  return hash;
}
