/* auth.h: what auth.c does for the core beside <radmfa/auth.h>. */
#ifndef RADMFA_CORE_AUTH_H
#define RADMFA_CORE_AUTH_H

#include <radmfa/auth.h>

/* Opens a value that is hidden as User-Password is (RFC 2865 5.2): as many octets come out as are
 * in `hidden`, the padding with them. Returns 0 or RADMFA_E_MALFORMED (not 16 to 128 octets in
 * steps of 16). */
RADMFA_MUST_USE int radmfa__reveal_padded(
    radmfa_span hidden, const radmfa_secret *secret,
    const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    uint8_t out_padded[RADMFA_PASSWORD_SIZE_MAX]);

#endif
