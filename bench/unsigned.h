/* unsigned.h: packets without Message-Authenticator, as peers sent them before 2024. The library
 * builds none, so it is taken out again. */
#ifndef RADMFA_BENCH_UNSIGNED_H
#define RADMFA_BENCH_UNSIGNED_H

#include "secret.h"

/* Is it the first attribute, where it protects most (CVE-2024-3596)? */
bool message_authenticator_is_first(const radmfa_packet *packet);

/* Takes it out of a packet that radmfa_build_finish made; gives the new length. For a request that
 * is all: an Access-Request is signed by nothing else (RFC 2865 3). */
size_t remove_message_authenticator(uint8_t *packet, size_t len);

/* The same for a reply, which gets a new Response Authenticator. */
size_t remove_from_reply(uint8_t *reply, size_t len, const struct secret *secret,
                         const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE]);

#endif
