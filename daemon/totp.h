/* totp.h: passcodes of authenticator apps (RFC 6238): six digits, steps of 30 seconds, SHA-1, which
 * is what all apps do. Pure: time comes in. */
#ifndef RADMFAD_TOTP_H
#define RADMFAD_TOTP_H

#include <radmfa/base.h>

#define TOTP_DIGITS 6u
#define TOTP_STEP_MS 30000u
#define TOTP_SECRET_SIZE 20u /* RFC 4226 4: 160 bits */
#define TOTP_WINDOW_MAX 2u   /* steps each way that a clock may be wrong by */

#define TOTP_SECRET_TEXT_SIZE 33u /* of TOTP_SECRET_SIZE octets in base32, and a NUL */
#define TOTP_NAME_MAX 253u
#define TOTP_ISSUER_MAX 64u
#define TOTP_URI_SIZE (3u * (TOTP_NAME_MAX + 2u * TOTP_ISSUER_MAX) + TOTP_SECRET_TEXT_SIZE + 100u)

/* Whether `code` is that of a step at most `window` from `now_ms` (since 1970); the latest such
 * step. Whoever accepts it sees to it that no step is used twice. Each step takes the same time. */
RADMFA_MUST_USE bool totp_code_is(radmfa_span secret, radmfa_span code, uint64_t now_ms,
                                  unsigned window, uint64_t *out_step);

/* A secret of TOTP_SECRET_SIZE octets for who has to type it. */
void totp_secret_text(const uint8_t secret[TOTP_SECRET_SIZE], char out[TOTP_SECRET_TEXT_SIZE]);

/* What a QR code for an app holds, "otpauth://totp/...". `issuer` is without a colon, and as `name`
 * not longer than its limit; more is cut. */
void totp_uri(const char *issuer, const char *name, const char *secret_text,
              char out[TOTP_URI_SIZE]);

#endif
