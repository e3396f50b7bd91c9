/* forward.h: what a proxy does to each attribute, both ways. Between the two legs attributes stand
 * encoded in a span, and what RADIUS hides, which is bound to the secret and the authenticator of
 * one leg, is in clear: the other leg may come much later, and more than once. Whoever holds such
 * attributes wipes them.
 *
 * All else goes on byte for byte in its order, unknown and malformed values included (RFC 2865 2.3,
 * RFC 6929 5.2). */
#ifndef RADMFA_CORE_FORWARD_H
#define RADMFA_CORE_FORWARD_H

#include <radmfa/packet.h>

/* What fits beside the header and Message-Authenticator. */
#define ATTRIBUTES_SIZE_MAX \
  (RADMFA_PACKET_SIZE_MAX - RADMFA_HEADER_SIZE - 2u - RADMFA_AUTHENTICATOR_SIZE)

/* ---- the request's way to the server ---- */

/* One of the request's Proxy-States is `mark`: it has passed here before. Never for an empty
 * mark. */
bool radmfa__forward_is_loop(const radmfa_packet *request, radmfa_span mark);

/* The attributes of `request` for a server: without Message-Authenticator; `password` in clear as
 * the value of User-Password, where that is there (the first: RFC 2865 5.44 allows no second, which
 * is left out); CHAP-Challenge, which is the request's authenticator, where CHAP-Password has none
 * (RFC 2865 2.3, 5.40); and `mark`, unless it is empty, as a Proxy-State behind all others (RFC
 * 2865 2.3, 5.33).
 * Returns 0; RADMFA_E_TOO_BIG (the packet would pass 4096 octets); RADMFA_E_INVALID (a password of
 * more than 128 octets, a mark of more than 253); then nothing of it stays in `out`. */
RADMFA_MUST_USE int radmfa__forward_request(const radmfa_packet *request, radmfa_span password,
                                            radmfa_span mark, uint8_t out[RADMFA_PACKET_SIZE_MAX],
                                            size_t *out_len);

/* Appends such attributes to a request, User-Password hidden in its place for `secret`. Sticks
 * RADMFA_E_MALFORMED, RADMFA_E_INVALID (Message-Authenticator, a password of more than 128
 * octets), RADMFA_E_TOO_BIG. */
void radmfa__forward_build(radmfa_builder *builder, const radmfa_secret *secret,
                           radmfa_span attributes);

/* Appends the attributes of a request of ours that was sent under `sent_secret`, its
 * User-Password hidden anew. Sticks RADMFA_E_TOO_BIG. */
void radmfa__forward_rebuild(radmfa_builder *builder, const radmfa_secret *secret,
                             const radmfa_packet *sent, const radmfa_secret *sent_secret);

/* ---- the reply's way to the client ---- */

/* The attributes of a verified reply for a client: without Message-Authenticator and Proxy-State
 * (the client's own are put back by radmfa_build_finish), what is hidden (hidden.h) in clear.
 * Returns 0; RADMFA_E_MALFORMED (a hidden one does not open); RADMFA_E_TOO_BIG (no room for
 * Message-Authenticator beside them); then nothing of it stays in `out`. */
RADMFA_MUST_USE int radmfa__forward_reply(
    const radmfa_packet *reply, const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    const radmfa_secret *secret, uint8_t out[RADMFA_PACKET_SIZE_MAX], size_t *out_len);

/* Appends such attributes to a reply, once for each reply, each hidden one hidden for `secret` and
 * the authenticator of the reply's request. Sticks RADMFA_E_MALFORMED (not well formed, or a
 * hidden one that is none in clear either), RADMFA_E_INVALID (Message-Authenticator or Proxy-State
 * among them), RADMFA_E_TOO_BIG (a hidden value of more than 253 octets, or the packet). */
void radmfa__forward_hide(radmfa_builder *builder, const radmfa_secret *secret,
                          radmfa_span attributes);

#endif
