/* Random packets from the client to a server and back: what is not hidden comes out as it went in,
 * octet by octet, and what is hidden is opened by him who it is for. Random octets, each at the end
 * of a heap block of its size, make nothing read outside it. */
#include "core/forward.h"
#include "core/hidden.h"

#include "../support/dice.h"
#include "../support/fewer.h"
#include "../support/hex.h"
#include "core/wire.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <radmfa/auth.h>
#include <stdlib.h>
#include <string.h>

/* One leg: no two have anything in common. */
struct leg {
  radmfa_secret *secret;
  uint8_t authenticator[16], id;
};

struct trip {
  struct dice dice;
  uint64_t seed;
  struct leg near, far;
};

static void fill(struct dice *dice, uint8_t *out, size_t len) {
  for (size_t i = 0; i < len; i++) out[i] = (uint8_t)dice_below(dice, 256);
}

static struct leg random_leg(struct dice *dice) {
  struct leg leg = {.id = (uint8_t)dice_below(dice, 256)};
  uint8_t bytes[40];
  fill(dice, bytes, sizeof bytes);
  fill(dice, leg.authenticator, sizeof leg.authenticator);
  cr_assert_eq(radmfa_secret_new((radmfa_span){bytes, sizeof bytes}, NULL, &leg.secret), 0);
  return leg;
}

static struct trip trip_of(uint64_t seed) {
  struct trip trip = {.dice = dice_of(seed), .seed = seed};
  trip.near = random_leg(&trip.dice);
  trip.far = random_leg(&trip.dice);
  return trip;
}

static void end(struct trip *trip) {
  radmfa_secret_free(trip->near.secret);
  radmfa_secret_free(trip->far.secret);
}

#define CHECK(trip, truth) cr_assert(truth, "seed %" PRIu64, (trip)->seed)

static void append(struct bytes *to, const void *bytes, size_t len) {
  cr_assert_leq(len, sizeof to->data - to->len);
  memcpy(to->data + to->len, bytes, len);
  to->len += len;
}

/* ---- attributes in two forms at once: in clear, and as the server hides them ---- */

struct pair {
  struct bytes clear, hidden;
  uint16_t salt;
};

static void append_both(struct pair *pair, const void *bytes, size_t len) {
  append(&pair->clear, bytes, len);
  append(&pair->hidden, bytes, len);
}

static void set_length(struct bytes *bytes, size_t start, size_t length_at) {
  cr_assert_leq(bytes->len - start, 255);
  bytes->data[start + length_at] = (uint8_t)(bytes->len - start);
}

static void append_salted(struct trip *trip, struct pair *pair, size_t limit) {
  uint8_t plain[RADMFA_SALTED_PLAIN_SIZE_MAX], salted[RADMFA_SALTED_SIZE_MAX], salt[2];
  size_t len = dice_below(&trip->dice, (uint32_t)limit + 1), salted_len = 0;
  fill(&trip->dice, plain, len);
  write_u16(salt, pair->salt++ | 0x8000);
  cr_assert_eq(radmfa_hide_salted((radmfa_span){plain, len}, salt, trip->far.secret,
                                  trip->far.authenticator, salted, &salted_len),
               0);
  append(&pair->clear, plain, len);
  append(&pair->hidden, salted, salted_len);
}

static void append_tunnel_password(struct trip *trip, struct pair *pair) {
  size_t clear_at = pair->clear.len, hidden_at = pair->hidden.len;
  uint8_t head[3] = {RADMFA_ATTR_TUNNEL_PASSWORD, 0, (uint8_t)dice_below(&trip->dice, 256)};
  append_both(pair, head, sizeof head);
  append_salted(trip, pair, RADMFA_SALTED_PLAIN_SIZE_MAX);
  set_length(&pair->clear, clear_at, 1);
  set_length(&pair->hidden, hidden_at, 1);
}

/* An attribute inside Vendor-Specific with a header of `n_head` octets, hidden or any other. */
static void append_inner(struct trip *trip, struct pair *pair, const uint8_t *head, size_t n_head,
                         size_t length_at, bool is_hidden) {
  uint8_t value[30];
  size_t clear_at = pair->clear.len, hidden_at = pair->hidden.len;
  append_both(pair, head, n_head);
  if (is_hidden) {
    append_salted(trip, pair, 40);
  } else {
    fill(&trip->dice, value, sizeof value);
    append_both(pair, value, dice_below(&trip->dice, sizeof value));
  }
  set_length(&pair->clear, clear_at, length_at);
  set_length(&pair->hidden, hidden_at, length_at);
}

static void append_microsoft(struct trip *trip, struct pair *pair) {
  static const uint8_t head[] = {26, 0, 0, 0, 311 >> 8, 311 & 255};
  size_t clear_at = pair->clear.len, hidden_at = pair->hidden.len;
  append_both(pair, head, sizeof head);
  for (uint32_t n = dice_below(&trip->dice, 4); n; n--) {
    static const uint8_t types[] = {16, 17, 7, 26};
    uint32_t which = dice_below(&trip->dice, 4);
    append_inner(trip, pair, (uint8_t[]){types[which], 0}, 2, 1, which < 2);
  }
  if (dice_one_in(&trip->dice, 3)) append_both(pair, "\xfe\x09trail", 7);
  set_length(&pair->clear, clear_at, 1);
  set_length(&pair->hidden, hidden_at, 1);
}

static void append_wimax(struct trip *trip, struct pair *pair) {
  static const uint8_t head[] = {26, 0, 0, 0, 24757 >> 8, 24757 & 255};
  size_t clear_at = pair->clear.len, hidden_at = pair->hidden.len;
  bool is_hidden = dice_one_in(&trip->dice, 2);
  append_both(pair, head, sizeof head);
  append_inner(trip, pair, (uint8_t[]){is_hidden ? 5 : 1, 0, is_hidden ? 0 : (uint8_t)trip->seed},
               3, 1, is_hidden);
  set_length(&pair->clear, clear_at, 1);
  set_length(&pair->hidden, hidden_at, 1);
}

/* Any type but those that a leg does not share with the other, or that are hidden. */
static uint8_t random_type(struct dice *dice) {
  static const uint8_t usual[] = {18, 24, 25, 79, 79, 241, 245, 246};
  if (dice_one_in(dice, 2)) return usual[dice_below(dice, sizeof usual)];
  uint8_t type = (uint8_t)(1 + dice_below(dice, 255));
  return type == 2 || type == 3 || type == 26 || type == 33 || type == 69 || type == 80 ? 1 : type;
}

static void append_plain(struct trip *trip, struct pair *pair) {
  uint8_t attr[255];
  size_t len = 2 + dice_below(&trip->dice, dice_one_in(&trip->dice, 4) ? 254 : 30);
  fill(&trip->dice, attr, len);
  attr[0] = random_type(&trip->dice);
  attr[1] = (uint8_t)len;
  append_both(pair, attr, len);
}

/* What only the server's leg has goes into `hidden` alone. */
static void append_own(struct pair *pair) {
  append(&pair->hidden, "\x21\x05own", 5);
}

static struct pair random_pair(struct trip *trip) {
  struct pair pair = {.salt = (uint16_t)trip->seed};
  for (uint32_t n = dice_below(&trip->dice, 14); n; n--) {
    switch (dice_below(&trip->dice, 6)) {
      case 0: append_tunnel_password(trip, &pair); break;
      case 1: append_microsoft(trip, &pair); break;
      case 2: append_wimax(trip, &pair); break;
      case 3: append_own(&pair); break;
      default: append_plain(trip, &pair); break;
    }
  }
  return pair;
}

/* ---- there and back ---- */

static radmfa_packet around(struct bytes *storage, uint8_t code, const struct leg *leg,
                            radmfa_span attributes) {
  radmfa_packet packet = {0};
  size_t length = RADMFA_HEADER_SIZE + attributes.len;
  uint8_t head[4] = {code, leg->id, (uint8_t)(length >> 8), (uint8_t)length};
  storage->len = 0;
  append(storage, head, sizeof head);
  append(storage, leg->authenticator, sizeof leg->authenticator);
  if (attributes.len) append(storage, attributes.ptr, attributes.len);
  cr_assert_eq(radmfa_packet_parse(span(storage), &packet), 0);
  return packet;
}

/* The client's reply from attributes in clear; the error or 0. */
static int relayed(const struct trip *trip, radmfa_span clear, struct bytes *storage,
                   radmfa_packet *out_relayed) {
  struct bytes asked;
  radmfa_packet request =
      around(&asked, RADMFA_ACCESS_REQUEST, &trip->near, radmfa_text("\x21\x06near"));
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_build_reply(&builder, storage->data, sizeof storage->data, RADMFA_ACCESS_ACCEPT, &request);
  radmfa__forward_hide(&builder, trip->near.secret, clear);
  int error = radmfa_build_finish(&builder, trip->near.secret, &bytes);
  if (error) return error;
  CHECK(trip, radmfa_packet_parse(bytes, out_relayed) == 0);
  CHECK(trip,
        radmfa_verify_reply(out_relayed, trip->near.authenticator, trip->near.secret, true) == 0);
  return 0;
}

/* What the client can open is the form in clear again, so every other octet is what it was. */
static void check_reply(struct trip *trip, const struct pair *pair) {
  struct bytes storage, clear = {.len = 0}, again = {.len = 0};
  radmfa_packet reply = around(&storage, RADMFA_ACCESS_ACCEPT, &trip->far, span(&pair->hidden));
  CHECK(trip, radmfa__forward_reply(&reply, trip->far.authenticator, trip->far.secret, clear.data,
                                    &clear.len) == 0);
  CHECK(trip, radmfa_span_equal(span(&clear), span(&pair->clear)));
  radmfa_packet back;
  CHECK(trip, relayed(trip, span(&clear), &storage, &back) == 0);
  CHECK(trip, radmfa__forward_reply(&back, trip->near.authenticator, trip->near.secret, again.data,
                                    &again.len) == 0);
  CHECK(trip, radmfa_span_equal(span(&again), span(&pair->clear)));
  CHECK(trip, back.length <= RADMFA_HEADER_SIZE + 18 + pair->hidden.len + 6);
}

Test(forward_property, a_reply_keeps_every_octet_and_its_hidden_values_open_on_the_clients_leg) {
  for (uint64_t seed = 1; seed <= fewer(3000); seed++) {
    struct trip trip = trip_of(seed);
    struct pair pair = random_pair(&trip);
    check_reply(&trip, &pair);
    end(&trip);
  }
}

/* The salts of Tunnel-Password and of keys that stand alone. */
static void check_salts(const struct trip *trip, const radmfa_packet *packet) {
  static uint64_t seen_in[0x10000];
  radmfa_attr attr;
  for (size_t cursor = 0; radmfa_packet_next(packet, &cursor, &attr);) {
    if (attr.type != RADMFA_ATTR_TUNNEL_PASSWORD) continue;
    uint16_t salt = read_u16(attr.value.ptr + 1);
    CHECK(trip, salt & 0x8000);
    CHECK(trip, seen_in[salt] != trip->seed);
    seen_in[salt] = trip->seed;
  }
}

Test(forward_property, no_salt_is_used_twice_in_a_packet) {
  for (uint64_t seed = 1; seed <= fewer(300); seed++) {
    struct trip trip = trip_of(seed);
    struct pair pair = {.salt = 0};
    struct bytes storage;
    radmfa_packet back;
    for (int i = 0; i < 15; i++) append_tunnel_password(&trip, &pair);
    CHECK(&trip, relayed(&trip, span(&pair.clear), &storage, &back) == 0);
    check_salts(&trip, &back);
    end(&trip);
  }
}

/* A request's attributes with a password in their midst, or not. */
static struct bytes random_request(struct trip *trip, size_t *out_password_at) {
  struct pair pair = {.salt = 0};
  for (uint32_t n = dice_below(&trip->dice, 8); n; n--) append_plain(trip, &pair);
  *out_password_at = pair.clear.len;
  for (uint32_t n = dice_below(&trip->dice, 4); n; n--) append_plain(trip, &pair);
  for (uint32_t n = dice_below(&trip->dice, 3); n; n--) append(&pair.clear, "\x21\x06past", 6);
  return pair.clear;
}

static struct bytes with_inserted(const struct bytes *bytes, size_t at, const uint8_t *inserted,
                                  size_t len) {
  struct bytes out = {.len = 0};
  append(&out, bytes->data, at);
  append(&out, inserted, len);
  append(&out, bytes->data + at, bytes->len - at);
  return out;
}

/* `leg`'s packet holds `rest`, the password at its place, and the mark behind all. */
static void check_sent(const struct trip *trip, const radmfa_packet *sent, const struct leg *leg,
                       const struct bytes *rest, size_t at, radmfa_span password) {
  const uint8_t *body = sent->bytes + RADMFA_HEADER_SIZE + 18;
  uint8_t opened[RADMFA_PASSWORD_SIZE_MAX];
  size_t len = 0;
  CHECK(trip, radmfa_verify_request(sent, leg->secret, true) == 0);
  CHECK(trip, radmfa_reveal_password(sent, leg->secret, opened, &len) == 0);
  CHECK(trip, radmfa_span_equal((radmfa_span){opened, len}, password));
  CHECK(trip, sent->user_password_at == RADMFA_HEADER_SIZE + 18 + at);
  size_t behind = at + sent->bytes[sent->user_password_at + 1];
  CHECK(trip, memcmp(body, rest->data, at) == 0);
  CHECK(trip, memcmp(body + behind, rest->data + at, rest->len - at) == 0);
  CHECK(trip, memcmp(body + behind + rest->len - at, "\x21\x06mark", 6) == 0);
  CHECK(trip, sent->length == RADMFA_HEADER_SIZE + 18 + behind + rest->len - at + 6);
}

static radmfa_packet finished(const struct trip *trip, radmfa_builder *builder,
                              const struct leg *leg) {
  radmfa_packet packet = {0};
  radmfa_span bytes;
  CHECK(trip, radmfa_build_finish(builder, leg->secret, &bytes) == 0);
  CHECK(trip, radmfa_packet_parse(bytes, &packet) == 0);
  return packet;
}

static void begin(radmfa_builder *builder, struct bytes *storage, const struct leg *leg) {
  radmfa_build_request(builder, storage->data, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST,
                       leg->id, leg->authenticator);
}

/* To one server and, since that one is silent, to another. */
static void check_request(struct trip *trip, const struct bytes *rest, size_t at) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX], hidden[2 + 16] = {2, 18};
  size_t len = 1 + dice_below(&trip->dice, sizeof password), out_len = 0;
  struct leg other = random_leg(&trip->dice);
  struct bytes storage, out, first, second, asked = with_inserted(rest, at, hidden, sizeof hidden);
  radmfa_builder builder;
  fill(&trip->dice, password, len);
  password[len - 1] |= 1; /* a final NUL would be padding */
  radmfa_packet request = around(&storage, RADMFA_ACCESS_REQUEST, &trip->near, span(&asked));
  CHECK(trip, radmfa__forward_request(&request, (radmfa_span){password, len}, radmfa_text("mark"),
                                      out.data, &out_len) == 0);
  begin(&builder, &first, &trip->far);
  radmfa__forward_build(&builder, trip->far.secret, (radmfa_span){out.data, out_len});
  radmfa_packet sent = finished(trip, &builder, &trip->far);
  check_sent(trip, &sent, &trip->far, rest, at, (radmfa_span){password, len});
  begin(&builder, &second, &other);
  radmfa__forward_rebuild(&builder, other.secret, &sent, trip->far.secret);
  sent = finished(trip, &builder, &other);
  check_sent(trip, &sent, &other, rest, at, (radmfa_span){password, len});
  CHECK(trip, radmfa__forward_is_loop(&sent, radmfa_text("mark")));
  radmfa_secret_free(other.secret);
}

Test(forward_property, a_request_keeps_every_octet_and_its_password_opens_on_each_servers_leg) {
  for (uint64_t seed = 1; seed <= fewer(3000); seed++) {
    struct trip trip = trip_of(seed);
    size_t at = 0;
    struct bytes rest = random_request(&trip, &at);
    check_request(&trip, &rest, at);
    end(&trip);
  }
}

/* ---- octets of anything ---- */

static void mutate(struct dice *dice, struct bytes *bytes) {
  for (uint32_t n = 1 + dice_below(dice, 4); n && bytes->len; n--)
    bytes->data[dice_below(dice, (uint32_t)bytes->len)] ^= (uint8_t)(1u << dice_below(dice, 8));
  if (dice_one_in(dice, 3)) bytes->len = dice_below(dice, (uint32_t)bytes->len + 1);
}

/* Whatever comes of it. `block` is a packet whose attributes are anything. */
static void forward_anything(const struct trip *trip, radmfa_span block) {
  radmfa_span attributes = {block.ptr + RADMFA_HEADER_SIZE, block.len - RADMFA_HEADER_SIZE};
  struct bytes out = {.len = 0}, storage;
  radmfa_packet packet;
  radmfa_builder builder;
  int error = relayed(trip, attributes, &storage, &packet);
  begin(&builder, &storage, &trip->far);
  radmfa__forward_build(&builder, trip->far.secret, attributes);
  if (radmfa_packet_parse(block, &packet)) return;
  error =
      radmfa__forward_reply(&packet, trip->far.authenticator, trip->far.secret, out.data, &out.len);
  CHECK(trip, error || out.len <= attributes.len);
  error =
      radmfa__forward_request(&packet, radmfa_text("pw"), radmfa_text("mark"), out.data, &out.len);
  CHECK(trip, !error || error == RADMFA_E_TOO_BIG);
  begin(&builder, &storage, &trip->near);
  radmfa__forward_rebuild(&builder, trip->near.secret, &packet, trip->far.secret);
}

Test(forward_property, nothing_is_read_outside_of_attributes_that_are_not_what_they_say) {
  for (uint64_t seed = 1; seed <= fewer(4000); seed++) {
    struct trip trip = trip_of(seed);
    struct pair pair = random_pair(&trip);
    struct bytes *bytes = dice_one_in(&trip.dice, 2) ? &pair.clear : &pair.hidden;
    mutate(&trip.dice, bytes);
    size_t len = RADMFA_HEADER_SIZE + bytes->len;
    uint8_t *block = malloc(len);
    memcpy(block, (uint8_t[]){2, 0, (uint8_t)(len >> 8), (uint8_t)len}, 4);
    memcpy(block + 4, trip.far.authenticator, 16);
    memcpy(block + RADMFA_HEADER_SIZE, bytes->data, bytes->len);
    forward_anything(&trip, (radmfa_span){block, len});
    free(block);
    end(&trip);
  }
}
