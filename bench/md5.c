#include "md5.h"

#include <radmfa/auth.h>
#include <string.h>

/* The first block of a hidden password is the password XOR MD5(secret, authenticator) (RFC 2865
 * 5.2). So the text without its last 16 octets stands for the secret, those for the authenticator,
 * and the password is 16 zeros. */
bool md5(const uint8_t *text, size_t len, uint8_t out_digest[MD5_SIZE]) {
  static const uint8_t zeros[MD5_SIZE];
  uint8_t hidden[RADMFA_PASSWORD_SIZE_MAX];
  radmfa_secret *front;
  size_t front_len = len - RADMFA_AUTHENTICATOR_SIZE, hidden_len;
  if (radmfa_secret_new((radmfa_span){text, front_len}, NULL, &front)) return false;
  int error = radmfa_hide_password((radmfa_span){zeros, sizeof zeros}, front, text + front_len,
                                   hidden, &hidden_len);
  if (!error) memcpy(out_digest, hidden, MD5_SIZE);
  radmfa_secret_free(front);
  return !error;
}
