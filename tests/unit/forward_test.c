/* The two legs never have a secret, an identifier or an authenticator in common, and in the end it
 * is the client (or the server) who opens what was hidden. */
#include "core/forward.h"

#include "../support/hex.h"
#include "core/wire.h"

#include <criterion/criterion.h>
#include <radmfa/auth.h>
#include <string.h>

#define NEAR_ID 7 /* the client's leg */
#define FAR_ID 200

static const uint8_t near[16] = "client's request", far[16] = "our own requests",
                     farther[16] = "another server's";
static radmfa_secret *client_secret, *server_secret, *other_secret;

static radmfa_secret *secret_of(const char *text) {
  radmfa_secret *secret = NULL;
  cr_assert_eq(radmfa_secret_new(radmfa_text(text), NULL, &secret), 0);
  return secret;
}

static void make_secrets(void) {
  client_secret = secret_of("between client and us");
  server_secret = secret_of("xyzzy5461");
  other_secret = secret_of("between us and another server");
}

static void free_secrets(void) {
  radmfa_secret_free(client_secret);
  radmfa_secret_free(server_secret);
  radmfa_secret_free(other_secret);
}

TestSuite(forward, .init = make_secrets, .fini = free_secrets);

static void add(struct bytes *to, radmfa_span bytes) {
  cr_assert_leq(bytes.len, sizeof to->data - to->len);
  if (bytes.len) memcpy(to->data + to->len, bytes.ptr, bytes.len);
  to->len += bytes.len;
}

static void add_hex(struct bytes *to, const char *text) {
  struct bytes bytes = hex(text);
  add(to, span(&bytes));
}

/* A packet around attributes; nothing here asks for its signature. */
static radmfa_packet packet_of(struct bytes *storage, uint8_t code, uint8_t id,
                               const uint8_t authenticator[16], radmfa_span attributes) {
  radmfa_packet packet = {0};
  uint16_t length = (uint16_t)(RADMFA_HEADER_SIZE + attributes.len);
  *storage = (struct bytes){.data = {code, id, (uint8_t)(length >> 8), (uint8_t)length}, .len = 4};
  add(storage, (radmfa_span){authenticator, 16});
  add(storage, attributes);
  cr_assert_eq(radmfa_packet_parse(span(storage), &packet), 0);
  return packet;
}

static radmfa_packet request_of(struct bytes *storage, const char *attributes) {
  struct bytes bytes = hex(attributes);
  return packet_of(storage, RADMFA_ACCESS_REQUEST, NEAR_ID, near, span(&bytes));
}

/* The attributes that go to the server. */
static struct bytes forwarded(const char *attributes, const char *password, const char *mark) {
  struct bytes storage, out = {.len = 0};
  radmfa_packet request = request_of(&storage, attributes);
  cr_assert_eq(radmfa__forward_request(&request, radmfa_text(password), radmfa_text(mark), out.data,
                                       &out.len),
               0);
  return out;
}

/* What the server gets, or the error. */
static int build_sent(radmfa_span attributes, struct bytes *out, radmfa_packet *out_sent) {
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_build_request(&builder, out->data, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST, FAR_ID,
                       far);
  radmfa__forward_build(&builder, server_secret, attributes);
  int error = radmfa_build_finish(&builder, server_secret, &bytes);
  if (error) return error;
  cr_assert_eq(radmfa_packet_parse(bytes, out_sent), 0);
  cr_assert_eq(radmfa_verify_request(out_sent, server_secret, true), 0);
  return 0;
}

/* What the client gets for attributes in clear, or the error. */
static int build_relayed(radmfa_span clear, struct bytes *out, radmfa_packet *out_relayed) {
  struct bytes storage;
  radmfa_packet request = request_of(&storage, "21 04 aabb");
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_build_reply(&builder, out->data, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_ACCEPT, &request);
  radmfa__forward_hide(&builder, client_secret, clear);
  int error = radmfa_build_finish(&builder, client_secret, &bytes);
  if (error) return error;
  cr_assert_eq(radmfa_packet_parse(bytes, out_relayed), 0);
  cr_assert_eq(out_relayed->id, NEAR_ID);
  cr_assert_eq(radmfa_verify_reply(out_relayed, near, client_secret, true), 0);
  return 0;
}

static int relay_error(const char *clear) {
  struct bytes bytes = hex(clear), out;
  radmfa_packet relayed;
  return build_relayed(span(&bytes), &out, &relayed);
}

/* The server's reply to us with those attributes, in clear. */
static int open_reply(radmfa_span attributes, struct bytes *out) {
  static const uint8_t response_authenticator[16] = {0};
  struct bytes storage;
  radmfa_packet reply =
      packet_of(&storage, RADMFA_ACCESS_ACCEPT, FAR_ID, response_authenticator, attributes);
  return radmfa__forward_reply(&reply, far, server_secret, out->data, &out->len);
}

static int open_error(const char *attributes) {
  struct bytes bytes = hex(attributes), out = {.len = 0};
  return open_reply(span(&bytes), &out);
}

/* What stands between Message-Authenticator and the one Proxy-State of build_relayed. */
static radmfa_span body_of(const radmfa_packet *packet) {
  return (radmfa_span){packet->bytes + RADMFA_HEADER_SIZE + 18,
                       packet->length - RADMFA_HEADER_SIZE - 18u - 4u};
}

#define expect_bytes(actual, text)                                         \
  do {                                                                     \
    struct bytes expected = hex(text);                                     \
    cr_assert(radmfa_span_equal(actual, span(&expected)), "not %s", text); \
  } while (0)

/* --- the request's way --- */

#define EXTENDED_PAIR "f5 05 1a80 61 f5 05 1a00 62" /* two fragments (RFC 6929 2.2) */
#define EAP_PAIR "4f 06 02090008 4f 06 01616263"    /* two fragments (RFC 3579 3.1) */
#define MESSAGE_AUTHENTICATOR "50 12 000102030405060708090a0b0c0d0e0f"

#define BEFORE "01 07 616c696365 18 03 73 c0 02 " EXTENDED_PAIR
#define AFTER "1a 05 000001 1a 08 000001ad 0102 " EAP_PAIR "19 03 63 fe 04 0000"

/* RFC 2865 2.3, RFC 6929 5.2 */
Test(forward, a_request_goes_on_byte_for_byte_without_its_message_authenticator) {
  struct bytes out = forwarded(BEFORE MESSAGE_AUTHENTICATOR AFTER, "", "");
  expect_bytes(span(&out), BEFORE AFTER);
}

#define PASSWORD_16 "02 12 00112233445566778899aabbccddeeff"
#define PASSWORD_32 "02 22 00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff"

/* RFC 2865 2.3 step 1; 5.44: no second one */
Test(forward, the_password_that_was_opened_stands_in_place_of_the_hidden_one) {
  struct bytes out = forwarded("01 03 61 " PASSWORD_16 "04 06 01020304 " PASSWORD_16, "pass", "");
  expect_bytes(span(&out), "01 03 61 02 06 70617373 04 06 01020304");
}

/* RFC 2865 2.3 step 1, 5.40: the challenge was the authenticator, which is another one from here
 * on. */
Test(forward, a_chap_password_gets_the_challenge_it_answers) {
  struct bytes out = forwarded("03 05 010203", "", "m");
  expect_bytes(span(&out), "03 05 010203 3c 12 636c69656e7427732072657175657374 21 03 6d");
  out = forwarded("3c 07 0102030405 03 05 010203", "", "");
  expect_bytes(span(&out), "3c 07 0102030405 03 05 010203");
}

/* RFC 2865 2.3, 5.33 */
Test(forward, our_proxy_state_stands_behind_all_others_which_stay_as_they_are) {
  struct bytes out = forwarded("21 04 0102 01 03 61 21 02 21 04 0102", "", "us");
  expect_bytes(span(&out), "21 04 0102 01 03 61 21 02 21 04 0102 21 04 7573");
}

Test(forward, a_request_with_our_proxy_state_is_a_loop) {
  struct bytes storage;
  radmfa_packet request = request_of(&storage, "21 04 0102 01 04 7573 21 05 757321 21 02");
  cr_assert_not(radmfa__forward_is_loop(&request, radmfa_text("us")));
  cr_assert_not(radmfa__forward_is_loop(&request, radmfa_text("")));
  request = request_of(&storage, "21 04 0102 21 04 7573 21 03 03");
  cr_assert(radmfa__forward_is_loop(&request, radmfa_text("us")));
}

/* A request that leaves `room` octets of a packet with Message-Authenticator and a hidden password
 * of 16 octets. */
static int forward_filled(size_t room, const char *password, const char *mark) {
  struct bytes attributes = {.len = 0}, storage, out;
  size_t left = RADMFA_PACKET_SIZE_MAX - RADMFA_HEADER_SIZE - 18 - 18 - room, out_len = 0;
  add_hex(&attributes, PASSWORD_16);
  while (left) {
    uint8_t len = (uint8_t)(left > 255 + 2 ? 255 : left > 255 ? 253 : left);
    add(&attributes, (radmfa_span){(uint8_t[]){25, len}, 2});
    attributes.len += len - 2u;
    left -= len;
  }
  radmfa_packet request =
      packet_of(&storage, RADMFA_ACCESS_REQUEST, NEAR_ID, near, span(&attributes));
  int error = radmfa__forward_request(&request, radmfa_text(password), radmfa_text(mark), out.data,
                                      &out_len);
  radmfa_packet sent;
  struct bytes built;
  if (!error) cr_assert_eq(build_sent((radmfa_span){out.data, out_len}, &built, &sent), 0);
  return error;
}

/* RFC 2865 3 */
Test(forward, what_does_not_fit_with_the_hidden_password_and_our_mark_is_too_big) {
  cr_assert_eq(forward_filled(4, "", "us"), 0);
  cr_assert_eq(forward_filled(3, "", "us"), RADMFA_E_TOO_BIG);
  cr_assert_eq(forward_filled(0, "p", ""), 0);
  cr_assert_eq(forward_filled(0, "sixteen octets..", ""), 0);
  cr_assert_eq(forward_filled(15, "seventeen octets.", ""), RADMFA_E_TOO_BIG);
  cr_assert_eq(forward_filled(16, "seventeen octets.", ""), 0);
}

Test(forward, a_password_or_a_mark_that_no_attribute_can_hold_is_invalid) {
  struct bytes storage, out, long_one = filled('x', 254);
  radmfa_packet request = request_of(&storage, PASSWORD_16);
  size_t len = 77;
  radmfa_span password = {long_one.data, 129}, none = {0};
  cr_assert_eq(radmfa__forward_request(&request, password, none, out.data, &len), RADMFA_E_INVALID);
  cr_assert_eq(radmfa__forward_request(&request, none, span(&long_one), out.data, &len),
               RADMFA_E_INVALID);
  cr_assert_eq(len, 77);
}

static void expect_password(const radmfa_packet *packet, const radmfa_secret *secret,
                            radmfa_span want) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len = 0;
  cr_assert_eq(radmfa_reveal_password(packet, secret, password, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){password, len}, want));
}

/* RFC 2865 2.3 step 2, 5.2: 0 to 128 octets */
Test(forward, the_server_opens_the_password_with_its_own_secret) {
  struct bytes text = filled('p', 128), built;
  for (size_t len = 0; len <= 128; len += 8) {
    struct bytes attributes = {.data = {1, 3, 'a', 2, (uint8_t)(2 + len)}, .len = 5};
    radmfa_packet sent;
    add(&attributes, (radmfa_span){text.data, len});
    add_hex(&attributes, "21 03 6d");
    cr_assert_eq(build_sent(span(&attributes), &built, &sent), 0);
    cr_assert_eq(sent.id, FAR_ID);
    cr_assert_eq(sent.user_password_at, RADMFA_HEADER_SIZE + 18 + 3);
    expect_password(&sent, server_secret, (radmfa_span){text.data, len});
  }
}

Test(forward, all_but_the_password_is_sent_as_it_is) {
  struct bytes attributes = hex("01 03 61 21 03 01 " EXTENDED_PAIR EAP_PAIR "1a 03 00 21 03 6d"),
               built;
  radmfa_packet sent;
  cr_assert_eq(build_sent(span(&attributes), &built, &sent), 0);
  radmfa_span body = {sent.bytes + RADMFA_HEADER_SIZE + 18, sent.length - RADMFA_HEADER_SIZE - 18u};
  cr_assert(radmfa_span_equal(body, span(&attributes)));
}

static int build_error(const char *attributes) {
  struct bytes bytes = hex(attributes), out;
  radmfa_packet sent;
  return build_sent(span(&bytes), &out, &sent);
}

Test(forward, what_cannot_be_sent_sticks) {
  struct bytes long_one = {.data = {2, 131}, .len = 131}, out;
  radmfa_packet sent;
  cr_assert_eq(build_error("01 03 61 01"), RADMFA_E_MALFORMED);
  cr_assert_eq(build_error("01 04 61"), RADMFA_E_MALFORMED);
  cr_assert_eq(build_error("01 01 61"), RADMFA_E_MALFORMED);
  cr_assert_eq(build_error("00 03 61"), RADMFA_E_MALFORMED);
  cr_assert_eq(build_error(MESSAGE_AUTHENTICATOR), RADMFA_E_INVALID);
  cr_assert_eq(build_sent(span(&long_one), &out, &sent), RADMFA_E_INVALID);
}

/* RFC 2865 3: another server, so another secret, identifier and authenticator */
Test(forward, a_request_that_was_sent_is_built_again_for_another_server) {
  struct bytes clear = hex("01 03 61 02 08 736573616d65 " EAP_PAIR "21 02 21 03 6d"), built, again;
  radmfa_packet sent, resent;
  radmfa_builder builder;
  radmfa_span bytes;
  cr_assert_eq(build_sent(span(&clear), &built, &sent), 0);
  radmfa_build_request(&builder, again.data, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_REQUEST, 3,
                       farther);
  radmfa__forward_rebuild(&builder, other_secret, &sent, server_secret);
  cr_assert_eq(radmfa_build_finish(&builder, other_secret, &bytes), 0);
  cr_assert_eq(radmfa_packet_parse(bytes, &resent), 0);
  cr_assert_eq(radmfa_verify_request(&resent, other_secret, true), 0);
  expect_password(&resent, other_secret, radmfa_text("sesame"));
  memset(built.data + sent.user_password_at + 2, 0, 16);
  memset(again.data + resent.user_password_at + 2, 0, 16);
  cr_assert_eq(resent.length, sent.length);
  cr_assert_arr_eq(again.data + 38, built.data + 38, sent.length - 38u);
}

/* --- the reply's way --- */

#define KEPT                                                       \
  "12 04 6869 18 03 73 19 02 19 05 636c61 " EAP_PAIR EXTENDED_PAIR \
  "c0 02 1a 02 1a 05 000137 1a 06 00000137"                        \
  "1a 08 000001ad 0102 fe 03 00"

/* RFC 2865 2.3 step 4, 5.33, RFC 3579 3.1, RFC 6929 5.2 */
Test(forward, a_reply_goes_on_byte_for_byte_without_message_authenticator_and_proxy_state) {
  struct bytes attributes = hex(MESSAGE_AUTHENTICATOR "21 03 01" KEPT "21 03 6d"),
               clear = {.len = 0}, out;
  radmfa_packet relayed;
  radmfa_span state;
  cr_assert_eq(open_reply(span(&attributes), &clear), 0);
  expect_bytes(span(&clear), KEPT);
  cr_assert_eq(build_relayed(span(&clear), &out, &relayed), 0);
  expect_bytes(body_of(&relayed), KEPT);
  cr_assert(radmfa_packet_find(&relayed, RADMFA_ATTR_PROXY_STATE, &state));
  expect_bytes(state, "aabb");
}

/* Hidden attributes as they stand in packets: what is before the tag or the salt, and where in it
 * the inner length is, 0 for none. */
struct kind {
  const char *head;
  size_t length_at;
  bool is_tagged;
};

static const struct kind kinds[] = {
    {"45 00", 0, true},                    /* Tunnel-Password */
    {"1a 00 00000137 10 00", 7, false},    /* MS-MPPE-Send-Key */
    {"1a 00 00000137 11 00", 7, false},    /* MS-MPPE-Recv-Key */
    {"1a 00 00000934 13 00", 7, true},     /* LCS-IKEv2-Local-Password */
    {"1a 00 0000159f 3a 00", 7, false},    /* 3GPP2-MN-HA-Shared-Key */
    {"1a 00 0000197f 7b 00", 7, false},    /* Alc-LI-Destination */
    {"1a 00 000060b5 05 00 00", 7, false}, /* WiMAX-MSK */
    {"1a 00 000060b5 83 00 00", 7, false}, /* WiMAX-PMIP6-RK-Key */
};

#define N_KINDS (sizeof kinds / sizeof *kinds)

/* As the server hides it. */
static void add_hidden(struct bytes *to, const struct kind *kind, uint8_t tag, radmfa_span plain) {
  static uint8_t salt[2] = {0x80, 0};
  uint8_t hidden[RADMFA_SALTED_SIZE_MAX];
  struct bytes head = hex(kind->head);
  size_t len = 0;
  salt[1]++;
  cr_assert_eq(radmfa_hide_salted(plain, salt, server_secret, far, hidden, &len), 0);
  size_t length = head.len + kind->is_tagged + len;
  head.data[1] = (uint8_t)length;
  if (kind->length_at) head.data[kind->length_at] = (uint8_t)(length - 6);
  add(to, span(&head));
  add(to, (radmfa_span){&tag, kind->is_tagged});
  add(to, (radmfa_span){hidden, len});
}

/* The next attribute of the packet is of that kind, and the client opens it. */
static void expect_hidden(const radmfa_packet *relayed, size_t *cursor, const struct kind *kind,
                          uint8_t tag, radmfa_span plain) {
  uint8_t opened[RADMFA_SALTED_PLAIN_SIZE_MAX];
  struct bytes head = hex(kind->head);
  size_t len = 0;
  radmfa_attr attr;
  radmfa_span taken;
  cr_assert(radmfa_packet_next(relayed, cursor, &attr));
  cr_assert_eq(attr.type, head.data[0]);
  if (kind->length_at) cr_assert_eq(attr.value.ptr[kind->length_at - 2], attr.value.len - 4);
  cr_assert(take(&attr.value, head.len - 2, &taken));
  if (kind->is_tagged) cr_assert(take(&attr.value, 1, &taken) && taken.ptr[0] == tag);
  cr_assert_eq(radmfa_reveal_salted(attr.value, client_secret, near, opened, &len), 0);
  cr_assert(radmfa_span_equal((radmfa_span){opened, len}, plain), "%s", kind->head);
}

/* From the server's leg to the client's. */
static radmfa_packet relayed_from(radmfa_span attributes, struct bytes *out) {
  struct bytes clear = {.len = 0};
  radmfa_packet relayed = {0};
  cr_assert_eq(open_reply(attributes, &clear), 0);
  cr_assert_eq(build_relayed(span(&clear), out, &relayed), 0);
  return relayed;
}

static size_t behind_message_authenticator(void) {
  return RADMFA_HEADER_SIZE + 18;
}

/* RFC 2868 3.5, RFC 2548 2.4.2 and 2.4.3: each is hidden for the client, the second ones too */
Test(forward, the_client_opens_every_hidden_attribute_of_the_server) {
  struct bytes attributes = {.len = 0}, out;
  for (size_t i = 0; i < 2 * N_KINDS; i++)
    add_hidden(&attributes, &kinds[i % N_KINDS], (uint8_t)(1 + i), radmfa_text(kinds[i / 2].head));
  radmfa_packet relayed = relayed_from(span(&attributes), &out);
  size_t cursor = behind_message_authenticator();
  for (size_t i = 0; i < 2 * N_KINDS; i++)
    expect_hidden(&relayed, &cursor, &kinds[i % N_KINDS], (uint8_t)(1 + i),
                  radmfa_text(kinds[i / 2].head));
}

/* RFC 2868 3.5: the length octet may be 0; 239 octets are what an attribute can hold */
Test(forward, hidden_values_are_empty_or_239_octets_long) {
  struct bytes longest = filled('k', RADMFA_SALTED_PLAIN_SIZE_MAX);
  for (size_t i = 0; i < N_KINDS; i++) {
    struct bytes attributes = {.len = 0}, out;
    add_hidden(&attributes, &kinds[i], 0, (radmfa_span){0});
    add_hidden(&attributes, &kinds[i], 31, span(&longest));
    radmfa_packet relayed = relayed_from(span(&attributes), &out);
    size_t cursor = behind_message_authenticator();
    expect_hidden(&relayed, &cursor, &kinds[i], 0, (radmfa_span){0});
    expect_hidden(&relayed, &cursor, &kinds[i], 31, span(&longest));
  }
}

/* RFC 2868 3.5: a tag over 0x1f is no tag, and stays as it is nevertheless */
Test(forward, a_tag_is_passed_on_whatever_it_is) {
  struct bytes attributes = {.len = 0}, out;
  add_hidden(&attributes, &kinds[0], 0xff, radmfa_text("secret"));
  radmfa_packet relayed = relayed_from(span(&attributes), &out);
  size_t cursor = behind_message_authenticator();
  expect_hidden(&relayed, &cursor, &kinds[0], 0xff, radmfa_text("secret"));
}

/* RFC 2868 3.5: unlike any other in the packet, the highest bit set */
Test(forward, no_two_salts_of_a_packet_are_alike) {
  struct bytes clear = {.len = 0}, out;
  static bool seen[0x10000];
  radmfa_packet relayed;
  radmfa_attr attr;
  for (int i = 0; i < 80; i++) add_hex(&clear, "45 03 01 1a 08 00000137 10 02");
  cr_assert_eq(build_relayed(span(&clear), &out, &relayed), 0);
  size_t n = 0;
  for (size_t at = behind_message_authenticator(); radmfa_packet_next(&relayed, &at, &attr);) {
    if (attr.type == RADMFA_ATTR_PROXY_STATE) continue;
    uint16_t salt = read_u16(attr.value.ptr + (attr.type == RADMFA_ATTR_TUNNEL_PASSWORD ? 1 : 6));
    cr_assert(salt & 0x8000);
    cr_assert_not(seen[salt]);
    seen[salt] = true;
    n++;
  }
  cr_assert_eq(n, 160);
}

/* RFC 2865 5.26: several attributes of a vendor in one */
Test(forward, of_a_vendors_attributes_in_one_only_the_hidden_ones_change) {
  struct bytes clear = hex("1a 1c 00000137 07 06 00000001 10 06 6b657931 02 04 6161 11 05 6b6579 "
                           "fe"),
               out, again = {.len = 0};
  radmfa_packet relayed;
  cr_assert_eq(build_relayed(span(&clear), &out, &relayed), 0);
  radmfa_span body = body_of(&relayed);
  cr_assert_eq(body.len, 57);
  expect_bytes(((radmfa_span){body.ptr, 14}), "1a 39 00000137 07 06 00000001 10 14");
  expect_bytes(((radmfa_span){body.ptr + 32, 6}), "02 04 6161 11 14");
  cr_assert_eq(body.ptr[56], 0xfe);
  cr_assert_eq(radmfa__forward_reply(&relayed, near, client_secret, again.data, &again.len), 0);
  cr_assert(radmfa_span_equal(span(&again), span(&clear)));
}

/* RFC 2865 5.26: the layout is the vendor's own, as with USR. WiMAX nests hDHCP-DHCP-RK. */
Test(forward, a_vendor_without_hidden_attributes_may_write_what_he_likes) {
  struct bytes attributes = hex("1a 0b 000001ad 00000010 ff 1a 0e 000060b5 56 08 00 03 05 112233"
                                "1a 0c 00000009 10 06 00000001 1a 0c 000012ee 0010 06 040506"),
               clear = {.len = 0};
  cr_assert_eq(open_reply(span(&attributes), &clear), 0);
  cr_assert(radmfa_span_equal(span(&clear), span(&attributes)));
}

#define FIFTEEN "000102030405060708090a0b0c0d0e"

/* RFC 2868 3.5, RFC 2548 2.4: 2 + 16n octets, 32 for MS-CHAP-MPPE-Keys */
Test(forward, a_hidden_value_of_another_length_does_not_open) {
  cr_assert_eq(open_error("45 02"), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("45 03 01"), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("45 05 01 8001"), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("45 14 01 8001" FIFTEEN), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 08 00000137 10 02"), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 08 00000137 10 04"), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 07 00000137 11"), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 19 00000137 11 13 8001" FIFTEEN), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 27 00000137 0c 21 0f" FIFTEEN FIFTEEN), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 17 00000211 d6 11" FIFTEEN), RADMFA_E_MALFORMED);
  cr_assert_eq(open_error("1a 1b 000060b5 05 15 80 8001 0f" FIFTEEN), RADMFA_E_MALFORMED);
}

Test(forward, a_value_that_says_to_be_longer_than_it_is_does_not_open) {
  struct bytes attributes = {.len = 0}, out = {.len = 0};
  add_hidden(&attributes, &kinds[0], 1, radmfa_text(""));
  attributes.data[5] ^= 15;
  cr_assert_eq(open_reply(span(&attributes), &out), 0);
  attributes.data[5] ^= 15 ^ 16;
  cr_assert_eq(open_reply(span(&attributes), &out), RADMFA_E_MALFORMED);
}

Test(forward, what_was_opened_before_one_that_does_not_open_is_wiped) {
  struct bytes attributes = {.len = 0}, out = filled(0, sizeof out.data);
  add_hidden(&attributes, &kinds[0], 1, radmfa_text("correct horse battery staple"));
  add_hex(&attributes, "45 02");
  out.len = 77;
  cr_assert_eq(open_reply(span(&attributes), &out), RADMFA_E_MALFORMED);
  cr_assert_eq(out.len, 77);
  for (size_t i = 0; i < sizeof out.data; i++) cr_assert_eq(out.data[i], 0);
}

/* A primary's answer that is none (backend.h). */
Test(forward, what_cannot_be_hidden_sticks) {
  cr_assert_eq(relay_error("45 02"), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("45 01"), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("12 03 61 12"), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("00 03 61"), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("1a 08 00000137 10 04"), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("1a 17 00000137 0c 11" FIFTEEN), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("1a 17 00000211 d6 11" FIFTEEN), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error("1a 0a 000060b5 05 04 80 6b"), RADMFA_E_MALFORMED);
  cr_assert_eq(relay_error(MESSAGE_AUTHENTICATOR), RADMFA_E_INVALID);
  cr_assert_eq(relay_error("21 03 61"), RADMFA_E_INVALID);
}

/* `n` octets of type 25, which nobody hides. */
static void add_class(struct bytes *to, size_t n) {
  struct bytes attr = filled(25, n);
  attr.data[1] = (uint8_t)n;
  add(to, span(&attr));
}

/* RFC 2865 5: 253 octets at most */
Test(forward, a_hidden_value_that_no_attribute_can_hold_is_too_big) {
  struct bytes clear = filled('k', 243), out;
  radmfa_packet relayed;
  memcpy(clear.data, (uint8_t[]){69, 243, 1}, 3);
  cr_assert_eq(build_relayed(span(&clear), &out, &relayed), RADMFA_E_TOO_BIG);
  clear = filled('k', 250);
  memcpy(clear.data, (uint8_t[]){26, 250, 0, 0, 1, 55, 16, 202}, 8);
  memcpy(clear.data + 208, (uint8_t[]){2, 42}, 2);
  cr_assert_eq(build_relayed(span(&clear), &out, &relayed), RADMFA_E_TOO_BIG);
  clear.data[207] = 'k', clear.data[7] = 244;
  cr_assert_eq(build_relayed(span(&clear), &out, &relayed), RADMFA_E_TOO_BIG);
}

/* RFC 2865 3: 4096 octets at most, of which the header, Message-Authenticator, the client's
 * Proxy-State and a hidden key leave 4096 - 20 - 18 - 4 - 26. */
Test(forward, a_reply_that_does_not_fit_with_its_hidden_values_is_too_big) {
  for (size_t over = 0; over < 2; over++) {
    struct bytes clear = {.len = 0}, out;
    radmfa_packet relayed;
    for (int i = 0; i < 15; i++) add_class(&clear, 255);
    add_class(&clear, 203 + over);
    add_hex(&clear, "1a 09 00000137 10 03 6b");
    cr_assert_eq(build_relayed(span(&clear), &out, &relayed), over ? RADMFA_E_TOO_BIG : 0);
  }
}

/* Without Message-Authenticator a server may fill what no reply of ours can hold. */
Test(forward, attributes_that_leave_no_room_for_message_authenticator_are_too_big) {
  struct bytes attributes = {.len = 0}, out = {.len = 0};
  for (int i = 0; i < 15; i++) add_class(&attributes, 255);
  add_class(&attributes, 233);
  cr_assert_eq(open_reply(span(&attributes), &out), 0);
  cr_assert_eq(out.len, 4058);
  add_hex(&attributes, "21 05 010203");
  cr_assert_eq(open_reply(span(&attributes), &out), 0);
  add_hex(&attributes, "19 02");
  cr_assert_eq(open_reply(span(&attributes), &out), RADMFA_E_TOO_BIG);
}
