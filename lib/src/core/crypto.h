/* crypto.h: MD5 and HMAC-MD5 with what the secret alone decides computed once; constant-time
 * equality. crypto.c says which OpenSSL interface serves and why. */
#ifndef RADMFA_CORE_CRYPTO_H
#define RADMFA_CORE_CRYPTO_H

#include <radmfa/packet.h>

/* MD5 over the parts, one behind the other; _secret_first and _secret_last have the secret
 * before or behind them. */
void radmfa__md5(const radmfa_span *parts, size_t n_parts, uint8_t out_digest[16]);
void radmfa__md5_secret_first(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                              uint8_t out_digest[16]);
void radmfa__md5_secret_last(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                             uint8_t out_digest[16]);
void radmfa__hmac_md5(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                      uint8_t out_digest[16]);

/* Many at once (lanes.h): each job has its own secret, and gets its own digest. `n` is at most
 * HASH_JOBS_MAX. What does not fit a lane is hashed by itself. */
#define HASH_JOBS_MAX 16u
#define HASH_PARTS_MAX 5u

struct hash_job {
  const radmfa_secret *secret;
  radmfa_span parts[HASH_PARTS_MAX];
  size_t n_parts;
  uint8_t digest[16];
};

void radmfa__hmac_md5_many(struct hash_job *jobs, size_t n);
void radmfa__md5_secret_first_many(struct hash_job *jobs, size_t n);
void radmfa__md5_secret_last_many(struct hash_job *jobs, size_t n);

bool radmfa__equal_ct(const void *a, const void *b, size_t len);

#endif
