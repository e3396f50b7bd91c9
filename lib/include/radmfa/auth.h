/* auth.h: is a packet genuine, and what is hidden in it. Every comparison takes the same time
 * whatever the bytes are. Any thread. */
#ifndef RADMFA_AUTH_H
#define RADMFA_AUTH_H

#include <radmfa/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

/* radmfa_verify_request checks a request's Message-Authenticator (RFC 3579 3.2), before anything
 * else of it is believed. Where it is present it must be right. It must be present where
 * `required`, with EAP-Message (RFC 3579 3.1) and for Status-Server (RFC 5997 3). Returns 0,
 * RADMFA_E_FORGED or RADMFA_E_NO_MESSAGE_AUTHENTICATOR. An Access-Request without
 * Message-Authenticator proves nothing. For Access-Request and Status-Server: the other requests
 * are signed over an authenticator of zeros (RFC 5176 3.4). */
RADMFA_API RADMFA_MUST_USE int radmfa_verify_request(const radmfa_packet *request,
                                                     const radmfa_secret *secret, bool required);

/* radmfa_verify_reply checks a reply's Response Authenticator (RFC 2865 3) against the
 * authenticator of the request it claims to answer, and its Message-Authenticator where it is
 * present, `required`, or EAP-Message is in it. Returns 0, RADMFA_E_FORGED or
 * RADMFA_E_NO_MESSAGE_AUTHENTICATOR. */
RADMFA_API RADMFA_MUST_USE int radmfa_verify_reply(
    const radmfa_packet *reply, const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    const radmfa_secret *secret, bool required);

/* radmfa_reveal_password opens User-Password (RFC 2865 5.2) into the caller's buffer and gives
 * its length without the NULs of the padding; NULs inside stay. The caller wipes the buffer
 * (radmfa_wipe). Returns 0; RADMFA_E_NOT_FOUND where the attribute is missing;
 * RADMFA_E_MALFORMED where it is not 16 to 128 octets in steps of 16. */
RADMFA_API RADMFA_MUST_USE int radmfa_reveal_password(
    const radmfa_packet *request, const radmfa_secret *secret,
    uint8_t out_password[RADMFA_PASSWORD_SIZE_MAX], size_t *out_len);

/* radmfa_hide_password hides `password` (0 to 128 octets) as the value of a User-Password
 * attribute: 16 to 128 octets. Returns 0 or RADMFA_E_INVALID (too long). */
RADMFA_API RADMFA_MUST_USE int radmfa_hide_password(
    radmfa_span password, const radmfa_secret *secret,
    const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    uint8_t out_hidden[RADMFA_PASSWORD_SIZE_MAX], size_t *out_len);

/* The salted form of Tunnel-Password (RFC 2868 3.5; its tag octet is the caller's) and of
 * MS-MPPE-Send-Key and MS-MPPE-Recv-Key (RFC 2548 2.4.2, 2.4.3): two octets of salt, then the
 * hidden {length octet, plaintext, padding}. */
#define RADMFA_SALTED_SIZE_MAX 252u
#define RADMFA_SALTED_PLAIN_SIZE_MAX 239u /* 2 + 15 * 16 octets hidden, one of them the length */

/* radmfa_hide_salted: `salt` must be unlike any other in the packet and have its highest bit set
 * (RFC 2868 3.5). Returns 0 or RADMFA_E_INVALID (too long, or the bit is not set). */
RADMFA_API RADMFA_MUST_USE int radmfa_hide_salted(
    radmfa_span plain, const uint8_t salt[2], const radmfa_secret *secret,
    const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    uint8_t out_hidden[RADMFA_SALTED_SIZE_MAX], size_t *out_len);

/* radmfa_reveal_salted is its inverse; `hidden` begins with the salt. The caller wipes the
 * buffer. Returns 0 or RADMFA_E_MALFORMED (not 2 + 16n octets, or the length octet says more
 * than there is). */
RADMFA_API RADMFA_MUST_USE int radmfa_reveal_salted(
    radmfa_span hidden, const radmfa_secret *secret,
    const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    uint8_t out_plain[RADMFA_SALTED_PLAIN_SIZE_MAX], size_t *out_len);

/* radmfa_verify_chap checks CHAP-Password against `password`, with CHAP-Challenge or, without
 * it, the Request Authenticator as the challenge (RFC 2865 2.2, 5.3, 5.40). Returns 0,
 * RADMFA_E_FORGED (wrong password), RADMFA_E_NOT_FOUND (no CHAP-Password) or RADMFA_E_MALFORMED
 * (CHAP-Password not 17 octets). */
RADMFA_API RADMFA_MUST_USE int radmfa_verify_chap(const radmfa_packet *request,
                                                  radmfa_span password);

#ifdef __cplusplus
}
#endif
#endif
