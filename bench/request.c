#include "request.h"

#include "md5.h"
#include "unsigned.h"

#include <string.h>

#define PROXY_STATE_SIZE 8u

bool read_method(const char *text, void *out) {
  bool chap = !strcmp(text, "chap");
  if (!chap && strcmp(text, "pap")) return false;
  *(enum request_method *)out = chap ? REQUEST_CHAP : REQUEST_PAP;
  return true;
}

/* RFC 2865 2.2, 5.3: an identifier, then MD5(identifier, password, challenge), where the challenge
 * is the Request Authenticator. */
static void add_chap_password(radmfa_builder *builder, const struct user *user, uint8_t id,
                              const uint8_t *authenticator) {
  uint8_t text[1 + RADMFA_PASSWORD_SIZE_MAX + RADMFA_AUTHENTICATOR_SIZE] = {id};
  uint8_t value[1 + MD5_SIZE] = {id};
  size_t len = 1;
  memcpy(text + len, user->password, user->password_len);
  len += user->password_len;
  memcpy(text + len, authenticator, RADMFA_AUTHENTICATOR_SIZE);
  len += RADMFA_AUTHENTICATOR_SIZE;
  (void)md5(text, len, value + 1);
  radmfa_build_attr(builder, RADMFA_ATTR_CHAP_PASSWORD, (radmfa_span){value, sizeof value});
}

static void proxy_state_of(uint64_t login, uint8_t out_value[PROXY_STATE_SIZE]) {
  for (size_t i = 0; i < PROXY_STATE_SIZE; i++) out_value[i] = (uint8_t)(login >> (56 - 8 * i));
}

static void add_proxy_state(radmfa_builder *builder, uint64_t login) {
  uint8_t value[PROXY_STATE_SIZE];
  proxy_state_of(login, value);
  radmfa_build_attr(builder, RADMFA_ATTR_PROXY_STATE, (radmfa_span){value, sizeof value});
}

size_t request_build(const struct request_options *options, const struct user *user, uint64_t login,
                     uint8_t id, const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE],
                     const radmfa_secret *secret, uint8_t out_packet[RADMFA_PACKET_SIZE_MAX]) {
  radmfa_builder builder;
  radmfa_span packet;
  radmfa_build_request(&builder, out_packet, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST, id,
                       authenticator);
  radmfa_build_attr(&builder, RADMFA_ATTR_USER_NAME, (radmfa_span){user->name, user->name_len});
  if (options->method == REQUEST_CHAP)
    add_chap_password(&builder, user, id, authenticator);
  else
    radmfa_build_user_password(&builder, secret, (radmfa_span){user->password, user->password_len});
  /* RFC 2865 4.1: this or NAS-IP-Address must be there */
  radmfa_build_attr(&builder, RADMFA_ATTR_NAS_IDENTIFIER, radmfa_text("radmfa-bench"));
  if (options->proxy_state) add_proxy_state(&builder, login);
  if (radmfa_build_finish(&builder, secret, &packet)) return 0;
  if (options->message_authenticator) return packet.len;
  return remove_message_authenticator(out_packet, packet.len);
}

bool request_proxy_state_is_back(const radmfa_packet *reply, uint64_t login) {
  uint8_t value[PROXY_STATE_SIZE];
  radmfa_attr attr;
  unsigned n = 0, n_right = 0;
  proxy_state_of(login, value);
  for (size_t cursor = 0; radmfa_packet_next(reply, &cursor, &attr);) {
    if (attr.type != RADMFA_ATTR_PROXY_STATE) continue;
    n++;
    n_right += radmfa_span_equal(attr.value, (radmfa_span){value, sizeof value});
  }
  return n == 1 && n_right == 1;
}
