/* request.h: the Access-Request of login number so and so. The same number, id and authenticator
 * give the same octets, so a retransmission is built again and nobody keeps packets. */
#ifndef RADMFA_BENCH_REQUEST_H
#define RADMFA_BENCH_REQUEST_H

#include "pattern.h"

#include <radmfa/packet.h>

struct request_options {
  struct pattern users, passwords;
  uint64_t user_count; /* then they come again from the first one; 0: never */
  bool message_authenticator;
};

/* Gives the length: it always fits. */
size_t request_build(const struct request_options *options, uint64_t login, uint8_t id,
                     const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE],
                     const radmfa_secret *secret, uint8_t out_packet[RADMFA_PACKET_SIZE_MAX]);

#endif
