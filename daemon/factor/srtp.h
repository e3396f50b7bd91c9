/* srtp.h: SRTP (RFC 3711) with AES_CM_128_HMAC_SHA1_80, one direction of one call at a time.
 * srtp.c is the only file that knows libsrtp. */
#ifndef RADMFAD_FACTOR_SRTP_H
#define RADMFAD_FACTOR_SRTP_H

#include <radmfa/base.h>

#define SRTP_KEY_SIZE 30u /* key and salt (RFC 4568 6.2) */
#define SRTP_ROOM 160u    /* what must be free behind a packet that is sealed, for libsrtp */

/* libsrtp has a state for the whole process: each srtp_begin wants an srtp_finish, when what was
 * made in between has been freed. Any thread. */
RADMFA_MUST_USE bool srtp_begin(void);
void srtp_finish(void);

struct srtp_key; /* a key at work: the packets' numbers belong to it */

/* For packets that we send from `ssrc`. Both return 0 or RADMFA_E_NO_MEMORY. */
RADMFA_MUST_USE int srtp_key_new_sender(const uint8_t key[SRTP_KEY_SIZE], uint32_t ssrc,
                                        struct srtp_key **out_key);
/* For packets that come, from any source. */
RADMFA_MUST_USE int srtp_key_new_receiver(const uint8_t key[SRTP_KEY_SIZE],
                                          struct srtp_key **out_key);
void srtp_key_free(struct srtp_key *key); /* NULL is fine */

/* Whether it was made of these octets. One that is at work must go on then: begun anew it would
 * hide other packets with what has hidden some before (RFC 3711 9.1). */
bool srtp_key_is(const struct srtp_key *key, const uint8_t octets[SRTP_KEY_SIZE]);

/* Both work in the place of the packet, aligned for a uint32_t and of `*inout_len` octets.
 * srtp_seal needs SRTP_ROOM octets behind it. False: it cannot be sent, or is not authentic, or
 * came before; `*inout_len` and what is there count no more. */
RADMFA_MUST_USE bool srtp_seal(struct srtp_key *key, uint8_t *packet, size_t *inout_len);
RADMFA_MUST_USE bool srtp_unseal(struct srtp_key *key, uint8_t *packet, size_t *inout_len);

#endif
