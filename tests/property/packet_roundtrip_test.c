/* parse(build(x)) == x for random packets, and no mutation of a packet makes anything read outside
 * it: each stands at the end of a heap block of its size, where AddressSanitizer sees the first
 * octet beyond. */
#include <radmfa/auth.h>
#include <radmfa/error.h>

#include "../support/fewer.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ATTRS_MAX 24

struct random {
  uint64_t state, seed;
};

static struct random random_from(uint64_t seed) {
  return (struct random){seed * 0x9e3779b97f4a7c15u + 1, seed};
}

static uint64_t next(struct random *r) { /* xorshift64 */
  r->state ^= r->state << 13;
  r->state ^= r->state >> 7;
  r->state ^= r->state << 17;
  return r->state >> 11;
}

static size_t below(struct random *r, size_t limit) {
  return (size_t)(next(r) % limit);
}

static void fill(struct random *r, uint8_t *out, size_t len) {
  for (size_t i = 0; i < len; i++) out[i] = (uint8_t)next(r);
}

/* What is built, and so what must be found again. */
struct model {
  uint8_t authenticator[16], id;
  size_t n_attrs, password_len;
  struct {
    uint8_t type, len, value[RADMFA_ATTR_VALUE_SIZE_MAX];
  } attrs[ATTRS_MAX];
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
};

/* Never Message-Authenticator; types at the rims and Proxy-State oftener than the rest. */
static uint8_t random_type(struct random *r) {
  static const uint8_t usual[] = {1, 24, 26, 33, 33, 79, 255};
  uint8_t type = below(r, 2) ? usual[below(r, sizeof usual)] : (uint8_t)(1 + below(r, 255));
  return type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR || type == RADMFA_ATTR_USER_PASSWORD ? 1 : type;
}

static struct model random_model(struct random *r) {
  struct model m = {.id = (uint8_t)next(r), .n_attrs = below(r, ATTRS_MAX)};
  size_t longest = below(r, 4) ? 40 : RADMFA_ATTR_VALUE_SIZE_MAX + 1;
  fill(r, m.authenticator, sizeof m.authenticator);
  for (size_t i = 0; i < m.n_attrs; i++) {
    m.attrs[i].type = random_type(r);
    m.attrs[i].len = (uint8_t)below(r, longest);
    fill(r, m.attrs[i].value, m.attrs[i].len);
  }
  m.password_len = below(r, RADMFA_PASSWORD_SIZE_MAX + 1);
  fill(r, m.password, m.password_len);
  if (m.password_len) m.password[m.password_len - 1] |= 1; /* a final NUL would be padding */
  return m;
}

static radmfa_secret *random_secret(struct random *r) {
  uint8_t bytes[100];
  size_t len = 1 + below(r, sizeof bytes);
  radmfa_secret *secret = NULL;
  fill(r, bytes, len);
  cr_assert_eq(radmfa_secret_new((radmfa_span){bytes, len}, NULL, &secret), 0);
  return secret;
}

static void add_attrs(radmfa_builder *builder, const struct model *m) {
  for (size_t i = 0; i < m->n_attrs; i++)
    radmfa_build_attr(builder, m->attrs[i].type, (radmfa_span){m->attrs[i].value, m->attrs[i].len});
}

/* What build and finish made of `m`: bytes, or {NULL, 0} where it is too big. */
static radmfa_span built_request(const struct model *m, const radmfa_secret *secret,
                                 uint8_t buffer[RADMFA_PACKET_SIZE_MAX]) {
  radmfa_builder builder;
  radmfa_span bytes = {NULL, 0};
  radmfa_build_request(&builder, buffer, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST, m->id,
                       m->authenticator);
  add_attrs(&builder, m);
  radmfa_build_user_password(&builder, secret, (radmfa_span){m->password, m->password_len});
  int error = radmfa_build_finish(&builder, secret, &bytes);
  cr_assert(error == 0 || error == RADMFA_E_TOO_BIG);
  return bytes;
}

static void expect_attr(const radmfa_packet *packet, size_t *cursor, uint8_t type,
                        radmfa_span value, const struct random *r) {
  radmfa_attr attr;
  cr_assert(radmfa_packet_next(packet, cursor, &attr), "seed %" PRIu64, r->seed);
  cr_assert_eq(attr.type, type, "seed %" PRIu64, r->seed);
  cr_assert(radmfa_span_equal(attr.value, value), "seed %" PRIu64, r->seed);
}

static void expect_attrs(const radmfa_packet *packet, size_t *cursor, const struct model *m,
                         const struct random *r) {
  radmfa_attr mac;
  cr_assert(radmfa_packet_next(packet, cursor, &mac) &&
                mac.type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR,
            "seed %" PRIu64, r->seed);
  for (size_t i = 0; i < m->n_attrs; i++)
    expect_attr(packet, cursor, m->attrs[i].type, (radmfa_span){m->attrs[i].value, m->attrs[i].len},
                r);
}

static void expect_password(const radmfa_packet *packet, const radmfa_secret *secret,
                            const struct model *m, const struct random *r) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len = 0;
  cr_assert_eq(radmfa_reveal_password(packet, secret, password, &len), 0, "seed %" PRIu64, r->seed);
  cr_assert(
      radmfa_span_equal((radmfa_span){password, len}, (radmfa_span){m->password, m->password_len}),
      "seed %" PRIu64, r->seed);
}

Test(packet_property, a_request_is_parsed_into_what_it_was_built_from) {
  size_t too_big = 0;
  for (uint64_t seed = 1; seed <= fewer(4000); seed++) {
    struct random r = random_from(seed);
    struct model m = random_model(&r);
    radmfa_secret *secret = random_secret(&r);
    uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
    radmfa_span bytes = built_request(&m, secret, buffer);
    radmfa_packet packet;
    if (!bytes.ptr) {
      too_big++;
    } else {
      cr_assert_eq(radmfa_packet_parse(bytes, &packet), 0, "seed %" PRIu64, seed);
      size_t cursor = 0;
      radmfa_attr attr;
      expect_attrs(&packet, &cursor, &m, &r);
      expect_password(&packet, secret, &m, &r);
      cr_assert(radmfa_packet_next(&packet, &cursor, &attr) &&
                    attr.type == RADMFA_ATTR_USER_PASSWORD,
                "seed %" PRIu64, seed);
      cr_assert_not(radmfa_packet_next(&packet, &cursor, &attr), "seed %" PRIu64, seed);
      cr_assert_eq(radmfa_verify_request(&packet, secret, true), 0, "seed %" PRIu64, seed);
    }
    radmfa_secret_free(secret);
  }
  cr_assert_lt(too_big, 400, "most models should fit");
}

static void expect_proxy_states(const radmfa_packet *reply, size_t *cursor,
                                const struct model *request, const struct random *r) {
  for (size_t i = 0; i < request->n_attrs; i++)
    if (request->attrs[i].type == RADMFA_ATTR_PROXY_STATE)
      expect_attr(reply, cursor, RADMFA_ATTR_PROXY_STATE,
                  (radmfa_span){request->attrs[i].value, request->attrs[i].len}, r);
}

/* Builds a reply from `m` to the request that `to` describes, and takes it apart again. */
static void check_reply(const struct model *m, const struct model *to, const radmfa_secret *secret,
                        const struct random *r) {
  uint8_t request_buffer[RADMFA_PACKET_SIZE_MAX], buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_packet request, reply;
  radmfa_builder builder;
  radmfa_span request_bytes = built_request(to, secret, request_buffer), bytes;
  if (!request_bytes.ptr || radmfa_packet_parse(request_bytes, &request)) return;
  radmfa_build_reply(&builder, buffer, sizeof buffer, RADMFA_ACCESS_ACCEPT, &request);
  add_attrs(&builder, m);
  int error = radmfa_build_finish(&builder, secret, &bytes);
  if (error == RADMFA_E_TOO_BIG) return;
  cr_assert_eq(error, 0, "seed %" PRIu64, r->seed);
  cr_assert_eq(radmfa_packet_parse(bytes, &reply), 0, "seed %" PRIu64, r->seed);
  cr_assert_eq(reply.id, to->id, "seed %" PRIu64, r->seed);
  size_t cursor = 0;
  radmfa_attr attr;
  expect_attrs(&reply, &cursor, m, r);
  expect_proxy_states(&reply, &cursor, to, r);
  cr_assert_not(radmfa_packet_next(&reply, &cursor, &attr), "seed %" PRIu64, r->seed);
  cr_assert_eq(radmfa_verify_reply(&reply, to->authenticator, secret, true), 0, "seed %" PRIu64,
               r->seed);
}

Test(packet_property,
     a_reply_is_parsed_into_what_it_was_built_from_and_the_proxy_states_of_its_request) {
  for (uint64_t seed = 1; seed <= fewer(3000); seed++) {
    struct random r = random_from(seed);
    struct model request = random_model(&r), reply = random_model(&r);
    radmfa_secret *secret = random_secret(&r);
    check_reply(&reply, &request, secret, &r);
    radmfa_secret_free(secret);
  }
}

static void mutate(struct random *r, uint8_t *bytes, size_t len) {
  for (size_t n = 1 + below(r, 4); n; n--) {
    size_t at =
        below(r, 3) ? below(r, len) : below(r, len < 64 ? len : 64); /* oftener where lengths are */
    bytes[at] = (uint8_t)(below(r, 2) ? next(r) : bytes[at] ^ 1u << below(r, 8));
  }
}

static void expect_inside(const radmfa_packet *packet, radmfa_span value, const struct random *r) {
  const uint8_t *end = packet->bytes + packet->length;
  cr_assert(value.ptr >= packet->bytes && value.ptr <= end &&
                value.len <= (size_t)(end - value.ptr),
            "seed %" PRIu64, r->seed);
}

/* Everything that reads a packet, whatever it answers. */
static void read_all(const radmfa_packet *packet, const radmfa_secret *secret,
                     const struct random *r) {
  static const uint8_t authenticator[16] = {0};
  uint8_t out[RADMFA_SALTED_PLAIN_SIZE_MAX];
  size_t len = 0;
  radmfa_attr attr;
  radmfa_span value;
  for (size_t cursor = 0; radmfa_packet_next(packet, &cursor, &attr);) {
    expect_inside(packet, attr.value, r);
    if (radmfa_reveal_salted(attr.value, secret, authenticator, out, &len) == 0)
      cr_assert_leq(len, sizeof out);
  }
  for (unsigned type = 0; type < 256; type++)
    if (radmfa_packet_find_vendor(packet, RADMFA_VENDOR_MICROSOFT, (uint8_t)type, &value))
      expect_inside(packet, value, r);
  if (radmfa_reveal_password(packet, secret, out, &len) == 0)
    cr_assert_leq(len, RADMFA_PASSWORD_SIZE_MAX);
  int verdicts[] = {radmfa_verify_request(packet, secret, false),
                    radmfa_verify_reply(packet, authenticator, secret, true),
                    radmfa_verify_chap(packet, radmfa_text("password"))};
  cr_assert_neq(verdicts[1], 0, "seed %" PRIu64, r->seed);
}

static void parse_cut_out(radmfa_span bytes, const radmfa_secret *secret, const struct random *r) {
  uint8_t *block = malloc(bytes.len ? bytes.len : 1);
  memcpy(block, bytes.ptr, bytes.len);
  radmfa_packet packet;
  if (radmfa_packet_parse((radmfa_span){block, bytes.len}, &packet) == 0)
    read_all(&packet, secret, r);
  free(block);
}

Test(packet_property, no_mutation_makes_anything_read_outside_the_packet) {
  for (uint64_t seed = 1; seed <= fewer(6000); seed++) {
    struct random r = random_from(seed);
    struct model m = random_model(&r);
    radmfa_secret *secret = random_secret(&r);
    uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
    radmfa_span bytes = built_request(&m, secret, buffer);
    for (int n = 0; bytes.ptr && n < 4; n++) {
      mutate(&r, buffer, bytes.len);
      parse_cut_out(bytes, secret, &r);
      parse_cut_out((radmfa_span){bytes.ptr, below(&r, bytes.len + 1)}, secret, &r);
    }
    radmfa_secret_free(secret);
  }
}

Test(packet_property, a_mutated_request_is_never_genuine) {
  for (uint64_t seed = 1; seed <= fewer(4000); seed++) {
    struct random r = random_from(seed);
    struct model m = random_model(&r);
    radmfa_secret *secret = random_secret(&r);
    uint8_t buffer[RADMFA_PACKET_SIZE_MAX], before[RADMFA_PACKET_SIZE_MAX];
    radmfa_span bytes = built_request(&m, secret, buffer);
    if (bytes.ptr) {
      memcpy(before, buffer, bytes.len);
      mutate(&r, buffer, bytes.len);
      radmfa_packet packet;
      bool changed = memcmp(before, buffer, bytes.len) != 0;
      if (changed && radmfa_packet_parse(bytes, &packet) == 0)
        cr_assert_neq(radmfa_verify_request(&packet, secret, true), 0, "seed %" PRIu64, seed);
    }
    radmfa_secret_free(secret);
  }
}
