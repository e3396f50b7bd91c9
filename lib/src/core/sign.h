/* sign.h: what proves that a packet comes from somebody who knows the secret goes into packets that
 * were built: one by one, or replies many at once. */
#ifndef RADMFA_CORE_SIGN_H
#define RADMFA_CORE_SIGN_H

#include <radmfa/packet.h>

/* Where the builder puts them: Message-Authenticator is the first attribute, its value behind
 * {type, length}. */
#define SIGN_AUTHENTICATOR_AT 4u
#define SIGN_MESSAGE_AUTHENTICATOR_AT (RADMFA_HEADER_SIZE + 2)

#define SIGN_AT_ONCE 16u

/* A packet of the builder's, complete but for the digests: in the header stands the authenticator
 * that is hashed (in a reply its request's), and zeros in Message-Authenticator. */
struct unsigned_packet {
  uint8_t *bytes;
  size_t len;
  const radmfa_secret *secret;
};

/* packet.c: radmfa_build_finish without the digests, which are to follow. */
RADMFA_MUST_USE int radmfa__build_end(radmfa_builder *builder, radmfa_span *out_bytes);

void radmfa__sign_request(const struct unsigned_packet *request);
void radmfa__sign_reply(const struct unsigned_packet *reply);
/* SIGN_AT_ONCE at most. */
void radmfa__sign_requests(const struct unsigned_packet *requests, size_t n);
void radmfa__sign_replies(const struct unsigned_packet *replies, size_t n);

#endif
