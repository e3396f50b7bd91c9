/* hash.h: SipHash-2-4 (Aumasson and Bernstein 2012), the keyed hash of every table whose keys a
 * stranger chooses. */
#ifndef RADMFA_CORE_HASH_H
#define RADMFA_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct radmfa_hash_key {
  uint64_t k0, k1;
} radmfa_hash_key;

typedef struct radmfa_hash128 {
  uint64_t a, b;
} radmfa_hash128;

/* radmfa__hash_key reads a key from 16 random octets. */
radmfa_hash_key radmfa__hash_key(const uint8_t bytes[16]);

uint64_t radmfa__hash64(radmfa_hash_key key, const void *data, size_t len);
radmfa_hash128 radmfa__hash128(radmfa_hash_key key, const void *data, size_t len);

#endif
