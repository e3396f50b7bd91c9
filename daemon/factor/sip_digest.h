/* sip_digest.h: who we are when a trunk asks (digest, RFC 3261 22 and RFC 8760). Pure. */
#ifndef RADMFAD_FACTOR_SIP_DIGEST_H
#define RADMFAD_FACTOR_SIP_DIGEST_H

#include <radmfa/base.h>

#define SIP_DIGEST_SIZE 2048u /* of an answer */
#define SIP_DIGEST_HEX_SIZE 65u

/* Writes a hash as hexadecimal digits. */
typedef void sip_hash_fn(radmfa_span bytes, char out_hex[SIP_DIGEST_HEX_SIZE]);

struct sip_challenge {
  /* "realm=\"pbx\"", one each, as sofia cuts them; NULL ends them */
  const char *const *params;
};

struct sip_credentials {
  const char *user;
  radmfa_span password;
  sip_hash_fn *md5;
  sip_hash_fn *sha256;
};

struct sip_digest_request {
  const char *method;
  const char *uri;
  const char *cnonce; /* random, no quotes in it */
};

/* How good a challenge is: 0: one that we cannot answer; MD5 less than SHA-256. */
unsigned sip_digest_rank(const struct sip_challenge *challenge);
bool sip_digest_is_stale(const struct sip_challenge *challenge);

/* sip_digest_answer writes "Digest username=...". False where the challenge cannot be answered, or
 * the answer would be too long. */
RADMFA_MUST_USE bool sip_digest_answer(const struct sip_challenge *challenge,
                                       const struct sip_credentials *credentials,
                                       const struct sip_digest_request *request,
                                       char out[SIP_DIGEST_SIZE]);

#endif
