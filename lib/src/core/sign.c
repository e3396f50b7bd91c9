/* sign.c: signatures of our own packets. Message-Authenticator goes in before the Response
 * Authenticator, which covers it (RFC 3579 3.2). */
#include "sign.h"

#include "crypto.h"

#include "core.h"

static uint8_t *message_authenticator(const struct unsigned_packet *packet) {
  return packet->bytes + SIGN_MESSAGE_AUTHENTICATOR_AT;
}

void radmfa__sign_request(const struct unsigned_packet *request) {
  radmfa_span all = {request->bytes, request->len};
  radmfa__hmac_md5(request->secret, &all, 1, message_authenticator(request));
}

void radmfa__sign_reply(const struct unsigned_packet *reply) {
  radmfa_span all = {reply->bytes, reply->len};
  radmfa__sign_request(reply);
  radmfa__md5_secret_last(reply->secret, &all, 1, reply->bytes + SIGN_AUTHENTICATOR_AT);
}

void radmfa__sign_replies(const struct unsigned_packet *replies, size_t n) {
  struct hash_job jobs[HASH_JOBS_MAX];
  for (size_t i = 0; i < n; i++) {
    jobs[i].secret = replies[i].secret;
    jobs[i].parts[0] = (radmfa_span){replies[i].bytes, replies[i].len};
    jobs[i].n_parts = 1;
  }
  radmfa__hmac_md5_many(jobs, n);
  for (size_t i = 0; i < n; i++)
    memcpy(message_authenticator(&replies[i]), jobs[i].digest, sizeof jobs[i].digest);
  radmfa__md5_secret_last_many(jobs, n);
  for (size_t i = 0; i < n; i++)
    memcpy(replies[i].bytes + SIGN_AUTHENTICATOR_AT, jobs[i].digest, sizeof jobs[i].digest);
}
