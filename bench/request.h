/* request.h: the Access-Request of login number so and so. The same number, id and authenticator
 * give the same octets, so a retransmission is built again and nobody keeps packets. */
#ifndef RADMFA_BENCH_REQUEST_H
#define RADMFA_BENCH_REQUEST_H

#include "users.h"

#include <radmfa/packet.h>

enum request_method { REQUEST_PAP, REQUEST_CHAP };

struct request_options {
  enum request_method method;
  bool message_authenticator;
  bool proxy_state; /* one that names the login, as a proxy on the way would add it */
};

/* "pap" or "chap"; a reader of an option (values.h). */
bool read_method(const char *text, void *out);

/* Gives the length: it always fits. */
size_t request_build(const struct request_options *options, const struct user *user, uint64_t login,
                     uint8_t id, const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE],
                     const radmfa_secret *secret, uint8_t out_packet[RADMFA_PACKET_SIZE_MAX]);

/* Does the reply carry the login's Proxy-State and no other (RFC 2865 5.33)? */
bool request_proxy_state_is_back(const radmfa_packet *reply, uint64_t login);

#endif
