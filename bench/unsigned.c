#include "unsigned.h"

#include <radmfa/auth.h>
#include <string.h>

#define AUTHENTICATOR_AT 4u       /* RFC 2865 3 */
#define ATTRIBUTE_SIZE (2u + 16u) /* RFC 3579 3.2 */
#define MD5_SIZE 16u

bool message_authenticator_is_first(const radmfa_packet *packet) {
  return packet->message_authenticator_at == RADMFA_HEADER_SIZE + 2;
}

size_t remove_message_authenticator(uint8_t *packet, size_t len) {
  uint8_t *attributes = packet + RADMFA_HEADER_SIZE;
  len -= ATTRIBUTE_SIZE;
  memmove(attributes, attributes + ATTRIBUTE_SIZE, len - RADMFA_HEADER_SIZE);
  packet[2] = (uint8_t)(len >> 8);
  packet[3] = (uint8_t)len;
  return len;
}

/* MD5 by way of the library's public interface: the first block of a hidden password is the
 * password XOR MD5(secret, authenticator) (RFC 2865 5.2). So the text without its last 16 octets
 * stands for the secret, those for the authenticator, and the password is 16 zeros. */
static bool md5(const uint8_t *text, size_t len, uint8_t out_digest[MD5_SIZE]) {
  static const uint8_t zeros[MD5_SIZE];
  uint8_t hidden[RADMFA_PASSWORD_SIZE_MAX];
  radmfa_secret *front;
  size_t front_len = len - MD5_SIZE, hidden_len;
  if (radmfa_secret_new((radmfa_span){text, front_len}, NULL, &front)) return false;
  int error = radmfa_hide_password((radmfa_span){zeros, sizeof zeros}, front, text + front_len,
                                   hidden, &hidden_len);
  if (!error) memcpy(out_digest, hidden, MD5_SIZE);
  radmfa_secret_free(front);
  return !error;
}

/* RFC 2865 3: MD5(Code, Identifier, Length, Request Authenticator, Attributes, Secret) */
size_t remove_from_reply(uint8_t *reply, size_t len, const struct secret *secret,
                         const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE]) {
  uint8_t text[RADMFA_PACKET_SIZE_MAX + SECRET_SIZE_MAX];
  len = remove_message_authenticator(reply, len);
  memcpy(reply + AUTHENTICATOR_AT, request_authenticator, RADMFA_AUTHENTICATOR_SIZE);
  memcpy(text, reply, len);
  memcpy(text + len, secret->bytes, secret->len);
  (void)md5(text, len + secret->len, reply + AUTHENTICATOR_AT);
  return len;
}
