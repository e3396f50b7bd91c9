#include <radmfa/auth.h>
#include <radmfa/error.h>
#include <radmfa/packet.h>

#include "../support/hex.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define AUTHENTICATOR "0f403f9473978057bd83d5cb98f4227a"

/* RFC 2865 7.1: nemo, arctangent. */
#define NEMO                                                             \
  "01 00 00 38 " AUTHENTICATOR " 01 06 6e65 6d6f 02 12 0dbe708d93d413ce" \
  " 3196e43f782a0aee 04 06 c0a80110 05 06 00000003"

static int parse(const char *text, radmfa_packet *out_packet) {
  static struct bytes bytes; /* the view borrows it */
  bytes = hex(text);
  return radmfa_packet_parse(span(&bytes), out_packet);
}

static int parse_error(const char *text) {
  radmfa_packet packet;
  return parse(text, &packet);
}

static radmfa_packet parsed(const char *text) {
  radmfa_packet packet = {0};
  cr_assert_eq(parse(text, &packet), 0);
  return packet;
}

/* A packet of one attribute region, its Length right. */
static struct bytes packet_of(uint8_t code, const char *attributes) {
  struct bytes packet = {.len = 20}, behind = hex(attributes);
  memcpy(packet.data + packet.len, behind.data, behind.len);
  packet.len += behind.len;
  packet.data[0] = code;
  packet.data[1] = 7;
  packet.data[2] = (uint8_t)(packet.len >> 8);
  packet.data[3] = (uint8_t)packet.len;
  return packet;
}

static int error_of_attributes(const char *attributes) {
  struct bytes bytes = packet_of(RADMFA_ACCESS_REQUEST, attributes);
  radmfa_packet packet;
  return radmfa_packet_parse(span(&bytes), &packet);
}

static radmfa_secret *the_secret(void) {
  radmfa_secret *secret = NULL;
  cr_assert_eq(radmfa_secret_new(radmfa_text("xyzzy5461"), NULL, &secret), 0);
  return secret;
}

/* --- parse --- */

Test(packet, the_request_of_rfc_2865_7_1_is_parsed) {
  radmfa_packet packet = parsed(NEMO);
  cr_assert_eq(packet.code, RADMFA_ACCESS_REQUEST);
  cr_assert_eq(packet.id, 0);
  cr_assert_eq(packet.length, 56);
  cr_assert_eq(packet.user_name_at, 20);
  cr_assert_eq(packet.user_password_at, 26);
  cr_assert_eq(packet.message_authenticator_at, 0);
  cr_assert_eq(packet.proxy_state_at, 0);
  cr_assert_not(packet.has_eap);
  struct bytes authenticator = hex(AUTHENTICATOR);
  cr_assert_arr_eq(radmfa_packet_authenticator(&packet), authenticator.data, 16);
}

Test(packet, the_attributes_of_rfc_2865_7_1_come_in_order) {
  radmfa_packet packet = parsed(NEMO);
  static const uint8_t types[] = {1, 2, 4, 5};
  radmfa_attr attr;
  size_t n = 0;
  for (size_t cursor = 0; radmfa_packet_next(&packet, &cursor, &attr); n++)
    cr_assert_eq(attr.type, types[n]);
  cr_assert_eq(n, 4);
}

Test(packet, twenty_octets_are_a_packet_without_attributes) {
  radmfa_packet packet = parsed("03 03 0014 a42f4fca45916c4e09c8340f9e746aa0");
  radmfa_attr attr;
  size_t cursor = 0;
  cr_assert_eq(packet.code, RADMFA_ACCESS_REJECT);
  cr_assert_not(radmfa_packet_next(&packet, &cursor, &attr));
}

Test(packet, octets_beyond_length_are_padding) {
  radmfa_packet packet = parsed(NEMO "00 00 00 ff");
  cr_assert_eq(packet.length, 56);
}

Test(packet, an_unknown_code_and_attribute_survive) {
  struct bytes bytes = packet_of(200, "fe 03 61");
  radmfa_packet packet;
  radmfa_span value;
  cr_assert_eq(radmfa_packet_parse(span(&bytes), &packet), 0);
  cr_assert_eq(packet.code, 200);
  cr_assert(radmfa_packet_find(&packet, 0xfe, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("a")));
}

Test(packet, an_empty_attribute_survives) {
  cr_assert_eq(error_of_attributes("01 02"), 0);
}

Test(packet, a_packet_of_4096_octets_is_parsed) {
  struct bytes bytes = filled(0, 4096);
  bytes.data[2] = 0x10;
  for (size_t at = 20; at < 4096; at += 4) memcpy(bytes.data + at, "\x12\x04hi", 4);
  radmfa_packet packet;
  cr_assert_eq(radmfa_packet_parse(span(&bytes), &packet), 0);
  cr_assert_eq(packet.length, 4096);
}

Test(packet, nothing_is_truncated) {
  cr_assert_eq(parse_error(""), RADMFA_E_TRUNCATED);
  radmfa_packet packet;
  cr_assert_eq(radmfa_packet_parse((radmfa_span){NULL, 0}, &packet), RADMFA_E_TRUNCATED);
}

Test(packet, fewer_than_20_octets_are_truncated) {
  cr_assert_eq(parse_error("01 00 0014 0f403f9473978057bd83d5cb98f422"), RADMFA_E_TRUNCATED);
}

Test(packet, fewer_octets_than_length_are_truncated) {
  cr_assert_eq(parse_error("01 00 0015 " AUTHENTICATOR), RADMFA_E_TRUNCATED);
}

Test(packet, a_length_below_20_is_malformed) {
  cr_assert_eq(parse_error("01 00 0013 " AUTHENTICATOR), RADMFA_E_MALFORMED);
  cr_assert_eq(parse_error("01 00 0000 " AUTHENTICATOR), RADMFA_E_MALFORMED);
}

Test(packet, a_length_above_4096_is_malformed) {
  struct bytes bytes = filled(0, 4097);
  bytes.data[2] = 0x10;
  bytes.data[3] = 0x01;
  radmfa_packet packet;
  cr_assert_eq(radmfa_packet_parse(span(&bytes), &packet), RADMFA_E_MALFORMED);
}

Test(packet, an_attribute_of_fewer_than_2_octets_is_malformed) {
  cr_assert_eq(error_of_attributes("01 00 626f62"), RADMFA_E_MALFORMED);
  cr_assert_eq(error_of_attributes("01 01 626f62"), RADMFA_E_MALFORMED);
}

Test(packet, an_attribute_that_ends_outside_is_malformed) {
  cr_assert_eq(error_of_attributes("01 06 626f62"), RADMFA_E_MALFORMED);
}

Test(packet, half_an_attribute_header_at_the_end_is_malformed) {
  cr_assert_eq(error_of_attributes("01 05 626f62 02"), RADMFA_E_MALFORMED);
}

Test(packet, an_attribute_that_ends_in_the_padding_is_malformed) {
  cr_assert_eq(parse_error("01 00 0017 " AUTHENTICATOR "01 05 62 6f62"), RADMFA_E_MALFORMED);
}

Test(packet, type_0_is_malformed) {
  cr_assert_eq(error_of_attributes("00 03 01"), RADMFA_E_MALFORMED);
}

Test(packet, a_second_message_authenticator_is_malformed) {
  cr_assert_eq(error_of_attributes("50 12 " AUTHENTICATOR), 0);
  cr_assert_eq(error_of_attributes("50 12 " AUTHENTICATOR "50 12 " AUTHENTICATOR),
               RADMFA_E_MALFORMED);
}

Test(packet, a_message_authenticator_of_another_length_is_malformed) {
  cr_assert_eq(error_of_attributes("50 11 0f403f9473978057bd83d5cb98f422"), RADMFA_E_MALFORMED);
  cr_assert_eq(error_of_attributes("50 13 " AUTHENTICATOR "00"), RADMFA_E_MALFORMED);
  cr_assert_eq(error_of_attributes("50 02"), RADMFA_E_MALFORMED);
}

Test(packet, a_failed_parse_leaves_the_view_alone) {
  radmfa_packet packet = {.id = 42};
  cr_assert_neq(parse("01 00 0016 " AUTHENTICATOR "00 02", &packet), 0);
  cr_assert_eq(packet.id, 42);
  cr_assert_null(packet.bytes);
}

Test(packet, the_first_of_each_noted_attribute_is_remembered) {
  struct bytes bytes = packet_of(
      1,
      "12 03 61  21 03 31 21 03 32  01 03 61 01 03 62  02 02 02 02  50 12 " AUTHENTICATOR "4f 02");
  radmfa_packet packet;
  cr_assert_eq(radmfa_packet_parse(span(&bytes), &packet), 0);
  cr_assert_eq(packet.proxy_state_at, 23);
  cr_assert_eq(packet.user_name_at, 29);
  cr_assert_eq(packet.user_password_at, 35);
  cr_assert_eq(packet.message_authenticator_at, 41, "it points at the value");
  cr_assert(packet.has_eap);
}

/* --- find --- */

Test(packet, find_gives_the_first_of_a_type) {
  struct bytes bytes = packet_of(1, "18 03 61 18 03 62 01 03 63 01 03 64");
  radmfa_packet packet;
  radmfa_span value;
  cr_assert_eq(radmfa_packet_parse(span(&bytes), &packet), 0);
  cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_STATE, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("a")));
  cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_USER_NAME, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("c")));
}

Test(packet, find_leaves_the_value_alone_where_there_is_none) {
  radmfa_packet packet = parsed(NEMO);
  radmfa_span value = radmfa_text("before");
  cr_assert_not(radmfa_packet_find(&packet, RADMFA_ATTR_STATE, &value));
  cr_assert_not(radmfa_packet_find(&packet, RADMFA_ATTR_PROXY_STATE, &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("before")));
}

static bool found_vendor(const char *attributes, radmfa_span *out_value) {
  static struct bytes bytes;
  bytes = packet_of(2, attributes);
  radmfa_packet packet;
  cr_assert_eq(radmfa_packet_parse(span(&bytes), &packet), 0);
  return radmfa_packet_find_vendor(&packet, RADMFA_VENDOR_MICROSOFT, RADMFA_MS_MPPE_RECV_KEY,
                                   out_value);
}

Test(packet, find_vendor_looks_through_all_sub_attributes) {
  radmfa_span value;
  cr_assert(found_vendor("1a 0c 00000137 10 03 61 11 03 62", &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("b")));
  cr_assert(found_vendor("1a 09 00000137 10 03 61  1a 09 00000137 11 03 63", &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("c")));
}

Test(packet, find_vendor_passes_over_other_vendors) {
  radmfa_span value;
  cr_assert_not(found_vendor("1a 09 00000009 11 03 61", &value));
}

Test(packet, find_vendor_passes_over_what_does_not_fit) {
  radmfa_span value;
  cr_assert_not(found_vendor("1a 02", &value));
  cr_assert_not(found_vendor("1a 05 000001", &value));
  cr_assert_not(found_vendor("1a 06 00000137", &value));
  cr_assert_not(found_vendor("1a 09 00000137 11 04 61", &value));
  cr_assert_not(found_vendor("1a 09 00000137 11 00 61", &value));
  cr_assert(found_vendor("1a 09 00000137 11 04 61  1a 09 00000137 11 03 62", &value));
  cr_assert(radmfa_span_equal(value, radmfa_text("b")));
}

/* --- build --- */

struct work {
  radmfa_secret *secret;
  radmfa_packet request;
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
};

static void work_free(struct work *w) {
  radmfa_secret_free(w->secret);
}

static struct work request_begun(size_t size) {
  struct work w = {.secret = the_secret()};
  static uint8_t buffer[2 * RADMFA_PACKET_SIZE_MAX];
  struct bytes authenticator = hex(AUTHENTICATOR);
  radmfa_build_request(&w.builder, buffer, size, RADMFA_ACCESS_REQUEST, 9, authenticator.data);
  return w;
}

static struct work reply_begun(size_t size, const char *request_attributes) {
  static struct bytes request;
  static radmfa_packet view;
  static uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  request = packet_of(RADMFA_ACCESS_REQUEST, request_attributes);
  cr_assert_eq(radmfa_packet_parse(span(&request), &view), 0);
  struct work w = {.secret = the_secret(), .request = view};
  radmfa_build_reply(&w.builder, buffer, size, RADMFA_ACCESS_REJECT, &view);
  return w;
}

static radmfa_packet finished(struct work *w) {
  radmfa_span bytes;
  radmfa_packet packet = {0};
  cr_assert_eq(radmfa_build_finish(&w->builder, w->secret, &bytes), 0);
  cr_assert_eq(radmfa_packet_parse(bytes, &packet), 0);
  cr_assert_eq(packet.length, bytes.len);
  return packet;
}

static int finish_error(struct work *w) {
  radmfa_span bytes = {NULL, 0};
  int error = radmfa_build_finish(&w->builder, w->secret, &bytes);
  if (error) cr_assert_null(bytes.ptr, "no bytes with an error");
  work_free(w);
  return error;
}

Test(packet, a_built_request_has_message_authenticator_first_and_is_genuine) {
  struct work w = request_begun(4096);
  radmfa_build_attr(&w.builder, RADMFA_ATTR_USER_NAME, radmfa_text("nemo"));
  radmfa_packet packet = finished(&w);
  cr_assert_eq(packet.message_authenticator_at, 22);
  cr_assert_eq(packet.id, 9);
  struct bytes authenticator = hex(AUTHENTICATOR);
  cr_assert_arr_eq(radmfa_packet_authenticator(&packet), authenticator.data, 16);
  cr_assert_eq(radmfa_verify_request(&packet, w.secret, true), 0);
  work_free(&w);
}

Test(packet, a_built_user_password_is_that_of_rfc_2865_7_1) {
  struct work w = request_begun(4096);
  radmfa_build_user_password(&w.builder, w.secret, radmfa_text("arctangent"));
  radmfa_packet packet = finished(&w);
  radmfa_span value;
  struct bytes want = hex("0dbe708d93d413ce3196e43f782a0aee");
  cr_assert(radmfa_packet_find(&packet, RADMFA_ATTR_USER_PASSWORD, &value));
  cr_assert(radmfa_span_equal(value, span(&want)));
  work_free(&w);
}

Test(packet, a_built_reply_has_message_authenticator_first_and_is_genuine) {
  struct work w = reply_begun(4096, "01 03 61");
  radmfa_build_attr(&w.builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("no"));
  radmfa_packet reply = finished(&w);
  cr_assert_eq(reply.code, RADMFA_ACCESS_REJECT);
  cr_assert_eq(reply.id, w.request.id);
  cr_assert_eq(reply.message_authenticator_at, 22);
  cr_assert_eq(radmfa_verify_reply(&reply, radmfa_packet_authenticator(&w.request), w.secret, true),
               0);
  work_free(&w);
}

Test(packet, a_reply_carries_every_proxy_state_of_its_request_in_order) {
  struct work w = reply_begun(4096, "21 03 31 01 03 61 21 04 3232 21 02");
  radmfa_build_attr(&w.builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("no"));
  radmfa_packet reply = finished(&w);
  struct bytes want = hex("12 04 6e6f 21 03 31 21 04 3232 21 02");
  cr_assert(radmfa_span_equal((radmfa_span){reply.bytes + 38, reply.length - 38u}, span(&want)));
  work_free(&w);
}

Test(packet, a_request_is_built_without_the_proxy_states_of_anyone) {
  struct work w = request_begun(4096);
  radmfa_build_attr(&w.builder, RADMFA_ATTR_PROXY_STATE, radmfa_text("mine"));
  radmfa_packet packet = finished(&w);
  cr_assert_eq(packet.length, 38 + 6);
  cr_assert_eq(packet.proxy_state_at, 38);
  work_free(&w);
}

Test(packet, a_reply_whose_proxy_states_do_not_fit_is_too_big) {
  struct work w = reply_begun(38 + 6, "21 04 3131 21 04 3232");
  cr_assert_eq(finish_error(&w), RADMFA_E_TOO_BIG);
}

Test(packet, a_request_full_of_proxy_states_has_no_reply) {
  struct bytes request =
      filled(0x21, 4096); /* type, length and value all 0x21, so 33 octets each */
  memcpy(request.data, "\x01\x07\x0f\xef", 4);
  request.len = 20 + 123 * 33;
  radmfa_packet view;
  cr_assert_eq(radmfa_packet_parse(span(&request), &view), 0);
  struct work w = {.secret = the_secret()};
  radmfa_build_reply(&w.builder, w.buffer, sizeof w.buffer, RADMFA_ACCESS_REJECT, &view);
  cr_assert_eq(w.builder.error, 0);
  radmfa_build_attr(&w.builder, RADMFA_ATTR_REPLY_MESSAGE,
                    radmfa_text("this does not fit any more"));
  cr_assert_eq(finish_error(&w), RADMFA_E_TOO_BIG);
}

Test(packet, attributes_are_appended_byte_for_byte) {
  struct work w = reply_begun(4096, "");
  struct bytes attributes = hex("12 04 6869 fe 02 1a 0c 00000137 10 03 61 11 03 62");
  radmfa_build_attrs(&w.builder, span(&attributes));
  radmfa_packet reply = finished(&w);
  cr_assert(
      radmfa_span_equal((radmfa_span){reply.bytes + 38, reply.length - 38u}, span(&attributes)));
  work_free(&w);
}

Test(packet, no_attributes_can_be_appended) {
  struct work w = reply_begun(4096, "");
  radmfa_build_attrs(&w.builder, (radmfa_span){NULL, 0});
  cr_assert_eq(finish_error(&w), 0);
}

static int error_of_appending(const char *attributes) {
  struct work w = reply_begun(64, "");
  struct bytes bytes = hex(attributes);
  radmfa_build_attrs(&w.builder, span(&bytes));
  return finish_error(&w);
}

Test(packet, appended_attributes_must_be_well_formed) {
  cr_assert_eq(error_of_appending("12"), RADMFA_E_MALFORMED);
  cr_assert_eq(error_of_appending("12 01"), RADMFA_E_MALFORMED);
  cr_assert_eq(error_of_appending("12 04 68"), RADMFA_E_MALFORMED);
  cr_assert_eq(error_of_appending("00 03 68"), RADMFA_E_MALFORMED);
}

Test(packet, message_authenticator_and_proxy_state_cannot_be_appended) {
  cr_assert_eq(error_of_appending("12 04 6869 50 12 " AUTHENTICATOR), RADMFA_E_INVALID);
  cr_assert_eq(error_of_appending("12 04 6869 21 03 31"), RADMFA_E_INVALID);
}

Test(packet, appended_attributes_that_do_not_fit_are_too_big) {
  cr_assert_eq(error_of_appending("12 1a 000000000000000000000000000000000000000000000000"), 0);
  cr_assert_eq(error_of_appending("12 1b 00000000000000000000000000000000000000000000000000"),
               RADMFA_E_TOO_BIG);
}

Test(packet, type_0_and_message_authenticator_cannot_be_built) {
  struct work zero = request_begun(4096), mac = request_begun(4096);
  struct bytes value = filled(0, 16);
  radmfa_build_attr(&zero.builder, 0, radmfa_text("a"));
  radmfa_build_attr(&mac.builder, RADMFA_ATTR_MESSAGE_AUTHENTICATOR, span(&value));
  cr_assert_eq(finish_error(&zero), RADMFA_E_INVALID);
  cr_assert_eq(finish_error(&mac), RADMFA_E_INVALID);
}

Test(packet, a_value_has_at_most_253_octets) {
  struct work longest = request_begun(4096), longer = request_begun(4096);
  struct bytes value = filled('a', 254);
  radmfa_build_attr(&longest.builder, RADMFA_ATTR_REPLY_MESSAGE, (radmfa_span){value.data, 253});
  radmfa_build_attr(&longer.builder, RADMFA_ATTR_REPLY_MESSAGE, span(&value));
  cr_assert_eq(finish_error(&longest), 0);
  cr_assert_eq(finish_error(&longer), RADMFA_E_INVALID);
}

Test(packet, thirty_eight_octets_are_the_least_a_buffer_needs) {
  struct work enough = request_begun(38), less = request_begun(37), none = request_begun(0);
  cr_assert_eq(finish_error(&enough), 0);
  cr_assert_eq(finish_error(&less), RADMFA_E_TOO_BIG);
  cr_assert_eq(finish_error(&none), RADMFA_E_TOO_BIG);
}

Test(packet, a_packet_never_grows_beyond_4096_octets_however_large_the_buffer) {
  struct work full = request_begun(8192), over = request_begun(8192);
  struct bytes value = filled('a', 253);
  for (int i = 0; i < 15; i++)
    radmfa_build_attr(&full.builder, RADMFA_ATTR_REPLY_MESSAGE, span(&value));
  radmfa_build_attr(&full.builder, RADMFA_ATTR_REPLY_MESSAGE,
                    (radmfa_span){value.data, 4096 - 38 - 15 * 255 - 2});
  cr_assert_eq(finished(&full).length, 4096);
  work_free(&full);
  for (int i = 0; i < 16; i++)
    radmfa_build_attr(&over.builder, RADMFA_ATTR_REPLY_MESSAGE, span(&value));
  cr_assert_eq(finish_error(&over), RADMFA_E_TOO_BIG);
}

Test(packet, a_password_has_at_most_128_octets) {
  struct work longest = request_begun(4096), longer = request_begun(4096);
  struct bytes password = filled('a', 129);
  radmfa_build_user_password(&longest.builder, longest.secret, (radmfa_span){password.data, 128});
  radmfa_build_user_password(&longer.builder, longer.secret, span(&password));
  cr_assert_eq(finish_error(&longest), 0);
  cr_assert_eq(finish_error(&longer), RADMFA_E_INVALID);
}

Test(packet, the_first_error_sticks) {
  struct work w = request_begun(40);
  radmfa_build_attr(&w.builder, 0, radmfa_text("a"));
  radmfa_build_attr(&w.builder, RADMFA_ATTR_USER_NAME, radmfa_text("does not fit"));
  radmfa_build_user_password(&w.builder, w.secret, radmfa_text("nor this"));
  cr_assert_eq(finish_error(&w), RADMFA_E_INVALID);
}

Test(packet, a_finished_builder_is_used_up) {
  struct work w = request_begun(4096);
  finished(&w);
  cr_assert_eq(finish_error(&w), RADMFA_E_INVALID);
}
