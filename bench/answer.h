/* answer.h: what the upstream server answers. */
#ifndef RADMFA_BENCH_ANSWER_H
#define RADMFA_BENCH_ANSWER_H

#include "pattern.h"
#include "secret.h"

enum verdict { VERDICT_ACCEPT, VERDICT_REJECT, VERDICT_CHALLENGE, VERDICT_CHECK };

#define ANSWER_ATTRIBUTES_SIZE 2048u

/* Encoded already, in the order in which they were given. */
struct answer_attributes {
  uint8_t bytes[ANSWER_ATTRIBUTES_SIZE];
  size_t len;
};

struct answer_options {
  enum verdict verdict;
  struct pattern users, passwords; /* what VERDICT_CHECK compares with */
  bool message_authenticator;
  struct answer_attributes attributes; /* of every Access-Accept */
};

/* Readers of options (values.h): enum verdict; struct answer_attributes, to which "Class=gold",
 * "25=gold" or "25=0x676f6c64" adds one. */
bool read_verdict(const char *text, void *out);
bool read_attribute(const char *text, void *out);

/* The code of the answer: Access-Accept, -Reject or -Challenge. `*out_bad_password` is set where
 * the password is not what the pattern says for this user. A request with State has been
 * challenged already, and is accepted. */
uint8_t answer_code(const struct answer_options *options, const radmfa_packet *request,
                    const radmfa_secret *secret, bool *out_bad_password);

/* Builds it, all Proxy-State included; gives its length, or 0 where it does not fit. */
size_t answer_build(const struct answer_options *options, const radmfa_packet *request,
                    uint8_t code, const struct secret *secret,
                    uint8_t out_reply[RADMFA_PACKET_SIZE_MAX]);

#endif
