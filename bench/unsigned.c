#include "unsigned.h"

#include "md5.h"

#include <string.h>

#define AUTHENTICATOR_AT 4u       /* RFC 2865 3 */
#define ATTRIBUTE_SIZE (2u + 16u) /* RFC 3579 3.2 */

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
