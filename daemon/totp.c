/* totp.c: liboath makes a step's code. */
#include "totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert(TOTP_SECRET_TEXT_SIZE == TOTP_SECRET_SIZE * 8 / 5 + 1, "five bits a character");

static bool is_step(radmfa_span secret, const char code[TOTP_DIGITS + 1], uint64_t step) {
  char right[TOTP_DIGITS + 1];
  int error = oath_hotp_generate((const char *)secret.ptr, secret.len, step, TOTP_DIGITS, false,
                                 OATH_HOTP_DYNAMIC_TRUNCATION, right);
  bool is_right = error == OATH_OK && sodium_memcmp(right, code, TOTP_DIGITS) == 0;
  sodium_memzero(right, sizeof right);
  return is_right;
}

static bool is_code(radmfa_span code) {
  if (code.len != TOTP_DIGITS) return false;
  for (size_t i = 0; i < code.len; i++)
    if (code.ptr[i] < '0' || code.ptr[i] > '9') return false;
  return true;
}

bool totp_code_is(radmfa_span secret, radmfa_span code, uint64_t now_ms, unsigned window,
                  uint64_t *out_step) {
  char digits[TOTP_DIGITS + 1] = "";
  uint64_t now = now_ms / TOTP_STEP_MS, first = now > window ? now - window : 0;
  bool found = false;
  if (!secret.len || !is_code(code) || sodium_init() < 0) return false;
  memcpy(digits, code.ptr, TOTP_DIGITS);
  for (uint64_t step = first; step <= now + window; step++) {
    if (!is_step(secret, digits, step)) continue;
    *out_step = step;
    found = true;
  }
  sodium_memzero(digits, sizeof digits);
  return found;
}

void totp_secret_text(const uint8_t secret[TOTP_SECRET_SIZE], char out[TOTP_SECRET_TEXT_SIZE]) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; /* RFC 4648 6 */
  unsigned bits = 0, n_bits = 0;
  for (size_t i = 0; i < TOTP_SECRET_SIZE; i++) {
    bits = bits << 8 | secret[i];
    for (n_bits += 8; n_bits >= 5; n_bits -= 5) *out++ = alphabet[bits >> (n_bits - 5) & 31];
  }
  *out = '\0';
}

/* RFC 3986 2.3: what is not unreserved is escaped. */
static size_t append_escaped(char *to, const char *text, size_t max) {
  static const char hex[] = "0123456789ABCDEF";
  static const char unreserved[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  size_t n = 0;
  for (size_t i = 0; text[i] && i < max; i++) {
    unsigned char c = (unsigned char)text[i];
    if (strchr(unreserved, c)) {
      to[n++] = (char)c;
    } else {
      to[n++] = '%';
      to[n++] = hex[c >> 4];
      to[n++] = hex[c & 15];
    }
  }
  to[n] = '\0';
  return n;
}

void totp_uri(const char *issuer, const char *name, const char *secret_text,
              char out[TOTP_URI_SIZE]) {
  char shown[3 * TOTP_ISSUER_MAX + 1], whose[3 * TOTP_NAME_MAX + 1];
  append_escaped(shown, issuer, TOTP_ISSUER_MAX);
  append_escaped(whose, name, TOTP_NAME_MAX);
  snprintf(out, TOTP_URI_SIZE,
           "otpauth://totp/%s:%s?secret=%.32s&issuer=%s&algorithm=SHA1&digits=6&period=30", shown,
           whose, secret_text, shown);
}
