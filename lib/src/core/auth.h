/* auth.h: what auth.c does for the core beside <radmfa/auth.h>. */
#ifndef RADMFA_CORE_AUTH_H
#define RADMFA_CORE_AUTH_H

#include <radmfa/auth.h>

/* Opens a value that is hidden as User-Password is (RFC 2865 5.2): as many octets come out as are
 * in `hidden`, the padding with them. Returns 0 or RADMFA_E_MALFORMED (not 16 to 128 octets in
 * steps of 16). */
RADMFA_MUST_USE int radmfa__reveal_padded(
    radmfa_span hidden, const radmfa_secret *secret,
    const uint8_t request_authenticator[RADMFA_AUTHENTICATOR_SIZE],
    uint8_t out_padded[RADMFA_PASSWORD_SIZE_MAX]);

/* Requests that came together, each with a Message-Authenticator: is it the right one? At most
 * AUTH_AT_ONCE. */
#define AUTH_AT_ONCE 16u

struct auth_check {
  const radmfa_packet *request;
  const radmfa_secret *secret;
  bool matches;
};

void radmfa__check_requests(struct auth_check *checks, size_t n);

/* What radmfa_verify_request returns when the check has been made already. */
int radmfa__judge_request(const radmfa_packet *request, bool matches, bool required);

/* Replies that came together. */
struct auth_reply_check {
  const radmfa_packet *reply;
  const uint8_t *request_authenticator;
  const radmfa_secret *secret;
  bool response_matches; /* its Response Authenticator */
  bool message_matches;  /* its Message-Authenticator, if it has one */
};

void radmfa__check_replies(struct auth_reply_check *checks, size_t n);

/* What radmfa_verify_reply returns when the checks have been made already. */
int radmfa__judge_reply(const struct auth_reply_check *check, bool required);

/* What hides the first 16 octets of a request's User-Password (RFC 2865 5.2), for requests that
 * came together; at most AUTH_AT_ONCE. */
struct auth_pad {
  const radmfa_packet *request;
  const radmfa_secret *secret;
  uint8_t pad[RADMFA_AUTHENTICATOR_SIZE];
};

void radmfa__compute_pads(struct auth_pad *pads, size_t n);

/* radmfa_reveal_password by such a pad, which was computed for this request. */
RADMFA_MUST_USE int radmfa__reveal_by_pad(const radmfa_packet *request, const radmfa_secret *secret,
                                          const uint8_t pad[RADMFA_AUTHENTICATOR_SIZE],
                                          uint8_t out_password[RADMFA_PASSWORD_SIZE_MAX],
                                          size_t *out_len);

#endif
