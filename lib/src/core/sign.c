/* sign.c: signatures of our own packets. Message-Authenticator goes in before the Response
 * Authenticator, which covers it (RFC 3579 3.2). */
#include "sign.h"

#include "crypto.h"

#include "core.h"

_Static_assert(SIGN_AT_ONCE <= HASH_JOBS_MAX, "a job for each");

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

static void make_jobs(const struct unsigned_packet *packets, size_t n, struct hash_job *out_jobs) {
  for (size_t i = 0; i < n; i++) {
    out_jobs[i].secret = packets[i].secret;
    out_jobs[i].parts[0] = (radmfa_span){packets[i].bytes, packets[i].len};
    out_jobs[i].n_parts = 1;
  }
}

static void put_message_authenticators(const struct unsigned_packet *packets, size_t n,
                                       struct hash_job *jobs) {
  radmfa__hmac_md5_many(jobs, n);
  for (size_t i = 0; i < n; i++)
    memcpy(message_authenticator(&packets[i]), jobs[i].digest, sizeof jobs[i].digest);
}

void radmfa__sign_requests(const struct unsigned_packet *requests, size_t n) {
  struct hash_job jobs[SIGN_AT_ONCE];
  make_jobs(requests, n, jobs);
  put_message_authenticators(requests, n, jobs);
}

void radmfa__sign_replies(const struct unsigned_packet *replies, size_t n) {
  struct hash_job jobs[SIGN_AT_ONCE];
  make_jobs(replies, n, jobs);
  put_message_authenticators(replies, n, jobs);
  radmfa__md5_secret_last_many(jobs, n);
  for (size_t i = 0; i < n; i++)
    memcpy(replies[i].bytes + SIGN_AUTHENTICATOR_AT, jobs[i].digest, sizeof jobs[i].digest);
}
