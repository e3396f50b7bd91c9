/* requests.h: what the tests of radmfa-bench build packets with. */
#ifndef RADMFA_TESTS_BENCH_REQUESTS_H
#define RADMFA_TESTS_BENCH_REQUESTS_H

#include "request.h"
#include "secret.h"

#include <criterion/criterion.h>
#include <radmfa/auth.h>
#include <string.h>

struct octets {
  uint8_t bytes[RADMFA_PACKET_SIZE_MAX];
  size_t len;
};

static inline radmfa_span span_of(const struct octets *octets) {
  return (radmfa_span){octets->bytes, octets->len};
}

static inline radmfa_packet parsed(const struct octets *octets) {
  radmfa_packet packet = {0};
  cr_assert_eq(radmfa_packet_parse(span_of(octets), &packet), 0);
  return packet;
}

static inline void open_secret(struct secret *secret) {
  const struct secret_options options = {.text = "a secret"};
  cr_assert(secret_open(secret, &options, "test", stderr));
}

static inline void set_patterns(struct pattern *users, struct pattern *passwords) {
  cr_assert(pattern_parse("user%06d", users));
  cr_assert(pattern_parse("pass%06d", passwords));
}

static inline void open_users(struct users *users) {
  struct users_options options = {.expected = RADMFA_ACCESS_ACCEPT};
  set_patterns(&options.names, &options.passwords);
  cr_assert(users_open(users, &options, "test", stderr));
}

/* The request of `login` with an authenticator of that octet. */
static inline struct octets request_of(const struct secret *secret, uint64_t login, uint8_t id,
                                       uint8_t octet) {
  const struct request_options options = {.message_authenticator = true};
  struct octets request;
  struct users users;
  struct user user;
  uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE];
  memset(authenticator, octet, sizeof authenticator);
  open_users(&users);
  users_get(&users, login, &user);
  request.len =
      request_build(&options, &user, login, id, authenticator, secret->shared, request.bytes);
  return request;
}

static inline struct octets reply_to(const struct secret *secret, const struct octets *request,
                                     uint8_t code) {
  struct octets reply;
  radmfa_packet packet = parsed(request);
  radmfa_builder builder;
  radmfa_span bytes = {0};
  radmfa_build_reply(&builder, reply.bytes, sizeof reply.bytes, code, &packet);
  cr_assert_eq(radmfa_build_finish(&builder, secret->shared, &bytes), 0);
  reply.len = bytes.len;
  return reply;
}

#endif
