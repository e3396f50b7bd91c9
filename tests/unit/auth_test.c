#include <radmfa/auth.h>
#include <radmfa/error.h>

#include "../support/hex.h"

#include <criterion/criterion.h>
#include <string.h>

/* The examples of RFC 2865 7 and RFC 5997 6; the secret of both is "xyzzy5461". */
#define NEMO_AUTHENTICATOR "0f403f9473978057bd83d5cb98f4227a"
#define NEMO                                                                 \
  "01 00 00 38 " NEMO_AUTHENTICATOR " 01 06 6e656d6f 02 12 0dbe708d93d413ce" \
  " 3196e43f782a0aee 04 06 c0a80110 05 06 00000003"
#define NEMO_ACCEPT \
  "02 00 00 26 86fe220e7624ba2a1005f6bf9b55e0b2 06 06 00000001 0f 06 00000000 0e 06 c0a80103"
#define FLOPSY_AUTHENTICATOR "2aee86f08d0d55969ca5978e0d3367a2"
#define FLOPSY                                                   \
  "01 01 00 47 " FLOPSY_AUTHENTICATOR                            \
  " 01 08 666c6f707379 03 13 16e97557c316185895f293ff6344077275" \
  " 04 06 c0a80110 05 06 00000014 06 06 00000002 07 06 00000001"
#define FLOPSY_ACCEPT                                                                             \
  "02 01 00 38 15efbc7dab26cfa3dc34d9c03c8601a4 06 06 00000002 07 06 00000001 08 06 fffffffe 0a " \
  "06 00000002"                                                                                   \
  " 0d 06 00000001 0c 06 000005dc"
#define MOPSY_AUTHENTICATOR "f3a47a1f6a6d76710b947ab93041a039"
#define MOPSY                                                                                   \
  "01 02 00 39 " MOPSY_AUTHENTICATOR " 01 07 6d6f707379 02 12 33657573778289b570885e15084825c5" \
  " 04 06 c0a80110 05 06 00000007"
#define MOPSY_CHALLENGE                                  \
  "0b 02 00 4e 36f3c8764ae8c71157403c0c71ff9c45 12 30 "  \
  "4368616c6c656e67652033323736393433302e2020456e746572" \
  " 20726573706f6e73652061742070726f6d70742e 18 0a 3332373639343330"
#define MOPSY_ANSWER_AUTHENTICATOR "b122556d428a13d0d6253807c457ecf0"
/* The RFC prints State's length, 10, as "10" where all else is hexadecimal; it is 0a, as in the
 * Access-Challenge before. */
#define MOPSY_ANSWER                                         \
  "01 03 00 43 " MOPSY_ANSWER_AUTHENTICATOR                  \
  " 01 07 6d6f707379 02 12 692c1f205fc081b919b95195f561a581" \
  " 04 06 c0a80110 05 06 00000007 18 0a 3332373639343330"
#define MOPSY_REJECT "03 03 00 14 a42f4fca45916c4e09c8340f9e746aa0"
#define STATUS                                                         \
  "0c 47 00 2c bf58de56ae408ad3b70c8513f9b03fbe 04 06 c0000210 50 12 " \
  "852d6fec61e7ed74b8e32dac2f2a5fb2"
#define STATUS_ACCEPT                                    \
  "02 47 00 34 46f43e62fd0354424cbbebfd6d214e06 12 20 "  \
  "52414449555320536572766572207570203220646179732c2031" \
  "383a3430"

static radmfa_secret *secret;

static void make_secret(void) {
  cr_assert_eq(radmfa_secret_new(radmfa_text("xyzzy5461"), NULL, &secret), 0);
}

static void free_secret(void) {
  radmfa_secret_free(secret);
}

TestSuite(auth, .init = make_secret, .fini = free_secret);

static radmfa_packet view(const struct bytes *bytes) {
  radmfa_packet packet = {0};
  cr_assert_eq(radmfa_packet_parse(span(bytes), &packet), 0);
  return packet;
}

static int verify_request(const char *request, bool required) {
  struct bytes bytes = hex(request);
  radmfa_packet packet = view(&bytes);
  return radmfa_verify_request(&packet, secret, required);
}

static int verify_reply(const char *reply, const char *request_authenticator, bool required) {
  struct bytes bytes = hex(reply), authenticator = hex(request_authenticator);
  radmfa_packet packet = view(&bytes);
  return radmfa_verify_reply(&packet, authenticator.data, secret, required);
}

/* --- requests --- */

Test(auth, the_status_server_of_rfc_5997_6_is_genuine) {
  cr_assert_eq(verify_request(STATUS, true), 0);
  cr_assert_eq(
      verify_request(
          "0c b3 00 26 925f6b66dd5fed571fcb1db7ad388260 50 12 e8d6eabda910875cd91fdade26367858",
          true),
      0);
}

Test(auth, padding_behind_a_request_is_not_signed) {
  cr_assert_eq(verify_request(STATUS "00 00", true), 0);
}

Test(auth, a_request_with_any_octet_changed_is_forged) {
  const struct bytes good = hex(STATUS);
  for (size_t at = 0; at < good.len; at++) {
    struct bytes bad = good;
    bad.data[at] ^= 0x40;
    radmfa_packet packet;
    if (radmfa_packet_parse(span(&bad), &packet)) continue; /* a length was hit */
    int want =
        packet.message_authenticator_at ? RADMFA_E_FORGED : RADMFA_E_NO_MESSAGE_AUTHENTICATOR;
    cr_assert_eq(radmfa_verify_request(&packet, secret, true), want, "octet %zu", at);
  }
}

Test(auth, a_wrong_message_authenticator_is_forged_even_where_none_is_required) {
  cr_assert_eq(
      verify_request(
          "01 47 00 26 bf58de56ae408ad3b70c8513f9b03fbe 50 12 852d6fec61e7ed74b8e32dac2f2a5fb2",
          false),
      RADMFA_E_FORGED);
}

Test(auth, a_request_under_another_secret_is_forged) {
  struct bytes bytes = hex(STATUS);
  radmfa_packet packet = view(&bytes);
  radmfa_secret *other = NULL;
  cr_assert_eq(radmfa_secret_new(radmfa_text("xyzzy5462"), NULL, &other), 0);
  cr_assert_eq(radmfa_verify_request(&packet, other, true), RADMFA_E_FORGED);
  radmfa_secret_free(other);
}

Test(auth, an_access_request_needs_message_authenticator_only_where_required) {
  cr_assert_eq(verify_request(NEMO, false), 0);
  cr_assert_eq(verify_request(NEMO, true), RADMFA_E_NO_MESSAGE_AUTHENTICATOR);
}

Test(auth, a_status_server_always_needs_message_authenticator) {
  cr_assert_eq(verify_request("0c 47 00 14 bf58de56ae408ad3b70c8513f9b03fbe", false),
               RADMFA_E_NO_MESSAGE_AUTHENTICATOR);
}

Test(auth, a_request_with_eap_always_needs_message_authenticator) {
  cr_assert_eq(verify_request("01 47 00 17 bf58de56ae408ad3b70c8513f9b03fbe 4f 03 02", false),
               RADMFA_E_NO_MESSAGE_AUTHENTICATOR);
}

/* --- replies --- */

Test(auth, the_replies_of_rfc_2865_7_and_rfc_5997_6_are_genuine) {
  cr_assert_eq(verify_reply(NEMO_ACCEPT, NEMO_AUTHENTICATOR, false), 0);
  cr_assert_eq(verify_reply(FLOPSY_ACCEPT, FLOPSY_AUTHENTICATOR, false), 0);
  cr_assert_eq(verify_reply(MOPSY_CHALLENGE, MOPSY_AUTHENTICATOR, false), 0);
  cr_assert_eq(verify_reply(MOPSY_REJECT, MOPSY_ANSWER_AUTHENTICATOR, false), 0);
  cr_assert_eq(verify_reply(STATUS_ACCEPT, "bf58de56ae408ad3b70c8513f9b03fbe", false), 0);
}

Test(auth, a_reply_to_another_request_is_forged) {
  cr_assert_eq(verify_reply(NEMO_ACCEPT, FLOPSY_AUTHENTICATOR, false), RADMFA_E_FORGED);
}

Test(auth, a_genuine_reply_without_message_authenticator_is_refused_where_one_is_required) {
  cr_assert_eq(verify_reply(NEMO_ACCEPT, NEMO_AUTHENTICATOR, true),
               RADMFA_E_NO_MESSAGE_AUTHENTICATOR);
}

Test(auth, a_forged_reply_is_forged_whether_message_authenticator_is_missing_or_not) {
  cr_assert_eq(verify_reply(NEMO_ACCEPT, FLOPSY_AUTHENTICATOR, true), RADMFA_E_FORGED);
}

/* A reply to nemo whose Response Authenticator was computed by somebody who cannot compute
 * Message-Authenticator: what Blast-RADIUS forges (Python's hashlib: MD5 over these octets, nemo's
 * authenticator in the header, and the secret). */
Test(auth, a_right_response_authenticator_does_not_excuse_a_wrong_message_authenticator) {
  cr_assert_eq(
      verify_reply(
          "02 00 00 26 be979a9e68e328f853248c08c4328f82 50 12 00000000000000000000000000000000",
          NEMO_AUTHENTICATOR, false),
      RADMFA_E_FORGED);
}

Test(auth, a_genuine_reply_with_eap_needs_message_authenticator) {
  cr_assert_eq(verify_reply("02 00 00 17 3bed89eb52c478dfddab20d7883e4b0e 4f 03 03",
                            NEMO_AUTHENTICATOR, false),
               RADMFA_E_NO_MESSAGE_AUTHENTICATOR);
}

static radmfa_span reply_to_nemo(const radmfa_packet *nemo,
                                 uint8_t buffer[RADMFA_PACKET_SIZE_MAX]) {
  radmfa_builder builder;
  radmfa_span reply = {NULL, 0};
  radmfa_build_reply(&builder, buffer, RADMFA_PACKET_SIZE_MAX, RADMFA_ACCESS_ACCEPT, nemo);
  radmfa_build_attr(&builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("hello"));
  cr_assert_eq(radmfa_build_finish(&builder, secret, &reply), 0);
  return reply;
}

Test(auth, a_reply_with_any_octet_changed_is_forged) {
  struct bytes request = hex(NEMO);
  radmfa_packet nemo = view(&request), packet;
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_span reply = reply_to_nemo(&nemo, buffer);
  cr_assert_eq(radmfa_packet_parse(reply, &packet), 0);
  cr_assert_eq(radmfa_verify_reply(&packet, radmfa_packet_authenticator(&nemo), secret, true), 0);
  for (size_t at = 0; at < reply.len; at++) {
    buffer[at] ^= 0x40;
    if (radmfa_packet_parse(reply, &packet) == 0)
      cr_assert_eq(radmfa_verify_reply(&packet, radmfa_packet_authenticator(&nemo), secret, false),
                   RADMFA_E_FORGED, "octet %zu", at);
    buffer[at] ^= 0x40;
  }
}

/* --- User-Password --- */

struct revealed {
  int error;
  size_t len;
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
};

static struct revealed reveal(const char *request) {
  struct bytes bytes = hex(request);
  radmfa_packet packet = view(&bytes);
  struct revealed r = {.len = 999};
  r.error = radmfa_reveal_password(&packet, secret, r.password, &r.len);
  return r;
}

static void expect_password(const char *request, const char *want) {
  struct revealed r = reveal(request);
  cr_assert_eq(r.error, 0);
  cr_assert(radmfa_span_equal((radmfa_span){r.password, r.len}, radmfa_text(want)));
}

Test(auth, the_passwords_of_rfc_2865_7_are_revealed) {
  expect_password(NEMO, "arctangent");
  expect_password(MOPSY, "challenge");
  expect_password(MOPSY_ANSWER, "99101462");
}

Test(auth, a_password_of_three_blocks_is_revealed) {
  expect_password("01 00 00 46 " NEMO_AUTHENTICATOR
                  "02 32 0dec639881c903c42d86c4501e0a39dd6028b5d46c7195a2e9ec1fa31fe4706e"
                  "e3b225b89ba25237ace34fccfc3879cf",
                  "a password of 33 octets, 3 blocks"); /* hidden by Python's hashlib */
}

Test(auth, a_request_without_user_password_has_none_to_reveal) {
  struct revealed r = reveal(FLOPSY);
  cr_assert_eq(r.error, RADMFA_E_NOT_FOUND);
  cr_assert_eq(r.len, 999);
}

Test(auth, a_password_that_is_not_whole_blocks_is_malformed) {
  cr_assert_eq(reveal("01 00 00 16 " NEMO_AUTHENTICATOR "02 02").error, RADMFA_E_MALFORMED);
  cr_assert_eq(
      reveal("01 00 00 25 " NEMO_AUTHENTICATOR "02 11 0dbe708d93d413ce3196e43f782a0a").error,
      RADMFA_E_MALFORMED);
  cr_assert_eq(
      reveal("01 00 00 27 " NEMO_AUTHENTICATOR "02 13 0dbe708d93d413ce3196e43f782a0aee00").error,
      RADMFA_E_MALFORMED);
}

static struct revealed reveal_value(size_t len) {
  struct bytes bytes = hex("01 00 00 00 " NEMO_AUTHENTICATOR "02 00");
  memset(bytes.data + bytes.len, 0x5a, len);
  bytes.len += len;
  bytes.data[3] = (uint8_t)bytes.len;
  bytes.data[21] = (uint8_t)(2 + len);
  radmfa_packet packet = view(&bytes);
  struct revealed r = {.len = 999};
  r.error = radmfa_reveal_password(&packet, secret, r.password, &r.len);
  return r;
}

Test(auth, a_hidden_password_of_more_than_128_octets_is_malformed) {
  cr_assert_eq(reveal_value(128).error, 0);
  cr_assert_eq(reveal_value(144).error, RADMFA_E_MALFORMED);
}

/* Hides and reveals in a packet of its own. */
static struct revealed round_trip(radmfa_span password) {
  static const uint8_t authenticator[16] = {1, 2, 3, 4};
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span bytes = {NULL, 0};
  radmfa_build_request(&builder, buffer, sizeof buffer, RADMFA_ACCESS_REQUEST, 1, authenticator);
  radmfa_build_user_password(&builder, secret, password);
  cr_assert_eq(radmfa_build_finish(&builder, secret, &bytes), 0);
  radmfa_packet packet = {0};
  struct revealed r = {.len = 999};
  cr_assert_eq(radmfa_packet_parse(bytes, &packet), 0);
  r.error = radmfa_reveal_password(&packet, secret, r.password, &r.len);
  return r;
}

Test(auth, passwords_of_every_length_come_back) {
  for (size_t len = 0; len <= RADMFA_PASSWORD_SIZE_MAX; len++) {
    struct bytes password = filled('p', len);
    struct revealed r = round_trip(span(&password));
    cr_assert_eq(r.error, 0);
    cr_assert(radmfa_span_equal((radmfa_span){r.password, r.len}, span(&password)), "%zu octets",
              len);
  }
}

Test(auth, a_password_may_hold_any_octet) {
  for (unsigned from = 0; from < 256; from += 64) {
    struct bytes password = {.len = 65};
    for (size_t i = 0; i < 64; i++) password.data[i] = (uint8_t)(from + i);
    password.data[64] = '!'; /* a NUL inside stays, one at the end would be padding */
    struct revealed r = round_trip(span(&password));
    cr_assert(radmfa_span_equal((radmfa_span){r.password, r.len}, span(&password)));
  }
}

Test(auth, nuls_at_the_end_of_a_password_are_padding) {
  struct bytes password = hex("61 00 62 00 00");
  struct revealed r = round_trip(span(&password));
  cr_assert_eq(r.len, 3);
  cr_assert_arr_eq(r.password, "a\0b", 3);
}

Test(auth, a_password_of_129_octets_cannot_be_hidden) {
  struct bytes password = filled('p', 129), authenticator = filled(0, 16);
  uint8_t hidden[RADMFA_PASSWORD_SIZE_MAX];
  size_t len = 999;
  cr_assert_eq(radmfa_hide_password(span(&password), secret, authenticator.data, hidden, &len),
               RADMFA_E_INVALID);
  cr_assert_eq(len, 999);
}

/* --- the salted form --- */

static struct bytes hide_salted(radmfa_span plain, uint8_t salt_high) {
  struct bytes authenticator = hex(NEMO_AUTHENTICATOR), hidden = {.len = 0};
  const uint8_t salt[2] = {salt_high, 1};
  cr_assert_eq(
      radmfa_hide_salted(plain, salt, secret, authenticator.data, hidden.data, &hidden.len), 0);
  return hidden;
}

static int reveal_salted(struct bytes hidden, struct bytes *out_plain) {
  struct bytes authenticator = hex(NEMO_AUTHENTICATOR);
  return radmfa_reveal_salted(span(&hidden), secret, authenticator.data, out_plain->data,
                              &out_plain->len);
}

Test(auth, the_salted_form_is_that_of_rfc_2868) {
  struct bytes hidden = hide_salted(radmfa_text("tunnel"), 0x80);
  struct bytes want = hex("8001 c13ba3160b74f3f7c7062f09e6838723"); /* Python's hashlib */
  cr_assert(radmfa_span_equal(span(&hidden), span(&want)));
}

Test(auth, salted_keys_of_every_length_come_back) {
  for (size_t len = 0; len <= RADMFA_SALTED_PLAIN_SIZE_MAX; len++) {
    struct bytes plain = filled('k', len), got = {.len = 999};
    struct bytes hidden = hide_salted(span(&plain), 0x80);
    cr_assert_eq(hidden.len % 16, 2);
    cr_assert_eq(reveal_salted(hidden, &got), 0);
    cr_assert(radmfa_span_equal(span(&got), span(&plain)), "%zu octets", len);
  }
}

Test(auth, a_salted_key_keeps_its_final_nuls) {
  struct bytes plain = hex("61 00 00"), got = {.len = 0};
  cr_assert_eq(reveal_salted(hide_salted(span(&plain), 0xff), &got), 0);
  cr_assert(radmfa_span_equal(span(&got), span(&plain)));
}

Test(auth, a_salt_without_its_highest_bit_is_refused) {
  static const uint8_t salt[2] = {0x7f, 0xff};
  struct bytes authenticator = filled(0, 16), hidden = {.len = 999};
  cr_assert_eq(radmfa_hide_salted(radmfa_text("k"), salt, secret, authenticator.data, hidden.data,
                                  &hidden.len),
               RADMFA_E_INVALID);
  cr_assert_eq(hidden.len, 999);
}

Test(auth, a_salted_key_of_more_than_239_octets_is_refused) {
  static const uint8_t salt[2] = {0x80, 0};
  struct bytes authenticator = filled(0, 16), plain = filled('k', 240), hidden = {.len = 999};
  cr_assert_eq(
      radmfa_hide_salted(span(&plain), salt, secret, authenticator.data, hidden.data, &hidden.len),
      RADMFA_E_INVALID);
}

Test(auth, a_hidden_key_that_is_not_a_salt_and_whole_blocks_is_malformed) {
  static const size_t lengths[] = {0, 1, 2, 17, 19, 33, 241, 243, 258};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    struct bytes got = {.len = 999};
    cr_assert_eq(reveal_salted(filled(0x80, lengths[i]), &got), RADMFA_E_MALFORMED, "%zu octets",
                 lengths[i]);
    cr_assert_eq(got.len, 999);
  }
}

Test(auth, a_hidden_key_whose_length_octet_says_too_much_is_malformed) {
  struct bytes plain = filled('k', 15), got = {.len = 999};
  struct bytes hidden = hide_salted(span(&plain), 0x80);
  hidden.data[2] ^= 15 ^ 16; /* one more than the block holds */
  cr_assert_eq(reveal_salted(hidden, &got), RADMFA_E_MALFORMED);
  cr_assert_eq(got.len, 999);
  cr_assert_eq(got.data[0], 0);
}

/* --- CHAP --- */

static int verify_chap(const char *request, const char *password) {
  struct bytes bytes = hex(request);
  radmfa_packet packet = view(&bytes);
  return radmfa_verify_chap(&packet, radmfa_text(password));
}

Test(auth, the_chap_password_of_rfc_2865_7_2_is_right) {
  cr_assert_eq(verify_chap(FLOPSY, "arctangent"), 0);
}

Test(auth, a_wrong_chap_password_is_forged) {
  cr_assert_eq(verify_chap(FLOPSY, "arctangens"), RADMFA_E_FORGED);
  cr_assert_eq(verify_chap(FLOPSY, ""), RADMFA_E_FORGED);
}

Test(auth, chap_challenge_replaces_the_authenticator) {
  cr_assert_eq(
      verify_chap("01 01 00 39 00000000000000000000000000000000 3c 12 " FLOPSY_AUTHENTICATOR
                  "03 13 16e97557c316185895f293ff6344077275",
                  "arctangent"),
      0);
}

Test(auth, a_request_without_chap_password_has_none_to_check) {
  cr_assert_eq(verify_chap(NEMO, "arctangent"), RADMFA_E_NOT_FOUND);
}

Test(auth, a_chap_password_that_is_not_17_octets_is_malformed) {
  cr_assert_eq(verify_chap("01 01 00 26 " FLOPSY_AUTHENTICATOR
                           "03 12 16e97557c316185895f293ff63440772",
                           "arctangent"),
               RADMFA_E_MALFORMED);
}
