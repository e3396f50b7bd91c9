#include "request.h"

#include "unsigned.h"

size_t request_build(const struct request_options *options, uint64_t login, uint8_t id,
                     const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE],
                     const radmfa_secret *secret, uint8_t out_packet[RADMFA_PACKET_SIZE_MAX]) {
  uint8_t user[PATTERN_TEXT_SIZE], password[PATTERN_TEXT_SIZE];
  uint64_t number = options->user_count ? login % options->user_count : login;
  radmfa_span name = {user, pattern_write(&options->users, number, user)};
  radmfa_span word = {password, pattern_write(&options->passwords, number, password)};
  radmfa_builder builder;
  radmfa_span packet;
  radmfa_build_request(&builder, out_packet, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST, id,
                       authenticator);
  radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, name);
  radmfa_build_user_password(&builder, secret, word);
  /* RFC 2865 4.1: this or NAS-IP-Address must be there */
  radmfa_build_attr(&builder, RADMFA_ATTR_NAS_IDENTIFIER, radmfa_text("radmfa-bench"));
  if (radmfa_build_finish(&builder, secret, &packet)) return 0;
  if (options->message_authenticator) return packet.len;
  return remove_message_authenticator(out_packet, packet.len);
}
