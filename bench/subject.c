#include "subject.h"

#include "instant.h"
#include "memory.h"
#include "random.h"
#include "request.h"

#include <radmfa/auth.h>
#include <radmfa/login.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "a secret of 26 characters!"
/* Each is another login. They come again after 41 s of the engine's clock, when the kept replies
 * to them are gone: so its tables hold about 3000 logins, and fit a cache. */
#define REQUESTS 4096u
#define MS_OF_EACH 10u

struct packet {
  uint8_t bytes[128];
  size_t len;
};

struct subject_world {
  radmfa_secret *secret;
  struct instant *instant;
  uint64_t now_ms, n_taken; /* by `instant` */
  struct packet requests[REQUESTS];
  struct packet reply, chap; /* to the first request; a request with CHAP-Password */
};

/* ---- packets ---- */

static radmfa_span span_of(const struct packet *packet) {
  return (radmfa_span){packet->bytes, packet->len};
}

static radmfa_packet parsed(const struct packet *packet) {
  radmfa_packet view = {0};
  (void)!radmfa_packet_parse(span_of(packet), &view);
  return view;
}

static void make_request(struct subject_world *world, uint64_t number, enum request_method method,
                         struct packet *out) {
  const struct request_options options = {.method = method, .message_authenticator = true};
  uint8_t packet[RADMFA_PACKET_SIZE_MAX], authenticator[RADMFA_AUTHENTICATOR_SIZE];
  struct users users = {0};
  struct user user;
  struct random random;
  random_seed(&random, number);
  random_bytes(&random, authenticator, sizeof authenticator);
  (void)pattern_parse("user%06d", &users.options.names);
  (void)pattern_parse("pass%06d", &users.options.passwords);
  users_get(&users, number, &user);
  out->len =
      request_build(&options, &user, number, (uint8_t)number, authenticator, world->secret, packet);
  memcpy(out->bytes, packet, out->len);
}

static void begin_reply(const radmfa_packet *request, radmfa_builder *builder,
                        uint8_t *out_buffer) {
  radmfa_build_reply(builder, out_buffer, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_ACCEPT, request);
  radmfa_build_attr(builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("Welcome"));
}

static void make_reply(struct subject_world *world) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span bytes = {0};
  radmfa_packet request = parsed(&world->requests[0]);
  begin_reply(&request, &builder, buffer);
  (void)!radmfa_build_finish(&builder, world->secret, &bytes);
  memcpy(world->reply.bytes, bytes.ptr, bytes.len);
  world->reply.len = bytes.len;
}

struct subject_world *subject_world_new(void) {
  struct subject_world *world = memory_new(sizeof *world);
  if (radmfa_secret_new(radmfa_text(SECRET), NULL, &world->secret)) memory_none();
  world->instant = instant_new(radmfa_text(SECRET));
  if (!world->instant) memory_none();
  for (uint64_t i = 0; i < REQUESTS; i++) make_request(world, i, REQUEST_PAP, &world->requests[i]);
  make_request(world, 0, REQUEST_CHAP, &world->chap);
  make_reply(world);
  return world;
}

void subject_world_free(struct subject_world *world) {
  instant_free(world->instant);
  radmfa_secret_free(world->secret);
  free(world);
}

/* ---- packets, in and out ---- */

static uint64_t run_parse(struct subject_world *world, uint64_t times) {
  radmfa_packet packet;
  uint64_t good = 0;
  for (uint64_t i = 0; i < times; i++)
    good += !radmfa_packet_parse(span_of(&world->requests[i % REQUESTS]), &packet);
  return good;
}

static uint64_t run_verify(struct subject_world *world, uint64_t times) {
  radmfa_packet request = parsed(&world->requests[0]);
  uint64_t good = 0;
  for (uint64_t i = 0; i < times; i++)
    good += !radmfa_verify_request(&request, world->secret, true);
  return good;
}

static uint64_t run_reveal(struct subject_world *world, uint64_t times) {
  radmfa_packet request = parsed(&world->requests[0]);
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  uint64_t good = 0;
  size_t len;
  for (uint64_t i = 0; i < times; i++)
    good += !radmfa_reveal_password(&request, world->secret, password, &len);
  return good;
}

static uint64_t run_hide(struct subject_world *world, uint64_t times) {
  const uint8_t *authenticator = world->requests[0].bytes + 4;
  uint8_t hidden[RADMFA_PASSWORD_SIZE_MAX];
  uint64_t good = 0;
  size_t len;
  for (uint64_t i = 0; i < times; i++)
    good += !radmfa_hide_password(radmfa_text("pass000000"), world->secret, authenticator, hidden,
                                  &len);
  return good;
}

static uint64_t run_chap(struct subject_world *world, uint64_t times) {
  radmfa_packet request = parsed(&world->chap);
  uint64_t good = 0;
  for (uint64_t i = 0; i < times; i++)
    good += !radmfa_verify_chap(&request, radmfa_text("pass000000"));
  return good;
}

static uint64_t run_build(struct subject_world *world, uint64_t times) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_packet request = parsed(&world->requests[0]);
  radmfa_builder builder;
  uint64_t used = 0;
  for (uint64_t i = 0; i < times; i++) {
    begin_reply(&request, &builder, buffer);
    used += builder.used;
  }
  return used;
}

/* A copy of the builder is used up each time. */
static uint64_t run_sign(struct subject_world *world, uint64_t times) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_packet request = parsed(&world->requests[0]);
  radmfa_builder begun;
  radmfa_span bytes;
  uint64_t good = 0;
  begin_reply(&request, &begun, buffer);
  for (uint64_t i = 0; i < times; i++) {
    radmfa_builder builder = begun;
    good += !radmfa_build_finish(&builder, world->secret, &bytes);
  }
  return good;
}

static uint64_t run_verify_reply(struct subject_world *world, uint64_t times) {
  const uint8_t *authenticator = world->requests[0].bytes + 4;
  radmfa_packet reply = parsed(&world->reply);
  uint64_t good = 0;
  for (uint64_t i = 0; i < times; i++)
    good += !radmfa_verify_reply(&reply, authenticator, world->secret, true);
  return good;
}

/* ---- logins ---- */

static uint64_t run_step(struct subject_world *world, uint64_t times) {
  uint64_t sum = 0;
  (void)world;
  for (uint64_t i = 0; i < times; i++) {
    radmfa_login_step step = radmfa_login_step_for((radmfa_login_state)(i % RADMFA_STATE_COUNT),
                                                   (radmfa_login_event)(i % RADMFA_EVENT_COUNT));
    sum += step.next + 1u;
  }
  return sum;
}

static radmfa_datagram datagram_of(const struct packet *packet) {
  return (radmfa_datagram){.bytes = span_of(packet), .peer = {.ip = {[15] = 1}, .port = 1024}};
}

static uint64_t run_login(struct subject_world *world, uint64_t times) {
  radmfa_datagram datagrams[INSTANT_BATCH];
  uint64_t replies = 0;
  for (uint64_t done = 0; done < times;) {
    size_t n = times - done < INSTANT_BATCH ? (size_t)(times - done) : INSTANT_BATCH;
    for (size_t i = 0; i < n; i++)
      datagrams[i] = datagram_of(&world->requests[world->n_taken++ % REQUESTS]);
    world->now_ms += n * MS_OF_EACH;
    replies += instant_take(world->instant, datagrams, n, world->now_ms);
    done += n;
  }
  return replies == times ? replies : 0;
}

/* The last logins again, one by one, in the same moment, so that their replies are kept. */
static uint64_t run_again(struct subject_world *world, uint64_t times) {
  radmfa_datagram datagrams[INSTANT_BATCH];
  uint64_t replies = 0;
  if (!run_login(world, INSTANT_BATCH)) return 0;
  for (size_t i = 0; i < INSTANT_BATCH; i++)
    datagrams[i] = datagram_of(&world->requests[(world->n_taken - INSTANT_BATCH + i) % REQUESTS]);
  for (uint64_t done = 0; done < times;) {
    size_t n = times - done < INSTANT_BATCH ? (size_t)(times - done) : INSTANT_BATCH;
    replies += instant_take_each(world->instant, datagrams, n, world->now_ms);
    done += n;
  }
  return replies == times ? replies : 0;
}

const struct subject subjects[] = {
    {"parse", "an Access-Request with Message-Authenticator and User-Password", run_parse},
    {"verify", "its Message-Authenticator", run_verify},
    {"reveal", "its User-Password, one block", run_reveal},
    {"hide", "a User-Password, one block", run_hide},
    {"chap", "check CHAP-Password", run_chap},
    {"build", "an Access-Accept with Reply-Message, not signed yet", run_build},
    {"sign", "that: Message-Authenticator and Response Authenticator", run_sign},
    {"verify_reply", "both of these", run_verify_reply},
    {"step", "of the login machine", run_step},
    {"login", "in at the engine, 64 at a time, to the reply: whole, primary and factor instant",
     run_login},
    {"again", "its retransmission, alone: parsed, verified, found, answered with the kept reply",
     run_again},
};
const size_t n_subjects = sizeof subjects / sizeof *subjects;

const struct subject *subject_find(const char *name) {
  for (size_t i = 0; i < n_subjects; i++)
    if (!strcmp(subjects[i].name, name)) return &subjects[i];
  return NULL;
}
