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

bool radmfa__equal_ct(const void *a, const void *b, size_t len);

#endif
