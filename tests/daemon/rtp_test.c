/* Packets that a telephone, a PBX and somebody who means no good might send. */
#include "factor/rtp.h"

#include "hex.h"

#include <criterion/criterion.h>
#include <string.h>

/* ---- packets ---- */

static struct rtp_packet parse(const char *text) {
  static struct bytes bytes;
  struct rtp_packet packet;
  bytes = hex(text);
  cr_assert(rtp_parse(span(&bytes), &packet), "%s", text);
  return packet;
}

static void expect_none(const char *text) {
  struct bytes bytes = hex(text);
  struct rtp_packet packet;
  cr_assert_not(rtp_parse(span(&bytes), &packet), "%s", text);
}

Test(rtp, a_packet_is_its_header_and_what_stands_behind_it) {
  struct rtp_packet packet = parse("80e5 1234 00010203 deadbeef 0b8a00a0");
  cr_assert(packet.has_marker);
  cr_assert_eq(packet.payload_type, 101);
  cr_assert_eq(packet.sequence, 0x1234);
  cr_assert_eq(packet.timestamp, 0x00010203);
  cr_assert_eq(packet.ssrc, 0xdeadbeef);
  cr_assert_eq(packet.payload.len, 4);
}

Test(rtp, contributors_extension_and_padding_are_no_payload) {
  struct rtp_packet packet = parse("b200 0001 00000001 00000002 11111111 22222222"
                                   "bede0001 33333333 aabb 000003");
  cr_assert_eq(packet.payload.len, 2);
  cr_assert_eq(packet.payload.ptr[0], 0xaa);
}

Test(rtp, what_does_not_fit_is_no_packet) {
  expect_none("");
  expect_none("8000 0001 00000001 000000");                 /* no whole header */
  expect_none("4000 0001 00000001 00000002");               /* version 1 */
  expect_none("8200 0001 00000001 00000002 11111111");      /* two contributors */
  expect_none("9000 0001 00000001 00000002 bede00");        /* half an extension's head */
  expect_none("9000 0001 00000001 00000002 bedeffff 3333"); /* and one that lies */
  expect_none("a000 0001 00000001 00000002");               /* padding, but no octet */
  expect_none("a000 0001 00000001 00000002 aa00");          /* padding of nothing */
  expect_none("a000 0001 00000001 00000002 aa03");          /* of more than is there */
}

Test(rtp, a_header_that_was_written_is_read_as_it_was) {
  struct rtp_packet packet = {true, 8, 65535, 0xfffffff0, 0x80000001, {NULL, 0}}, again;
  uint8_t bytes[RTP_HEADER_SIZE];
  rtp_write_header(&packet, bytes);
  cr_assert(rtp_parse((radmfa_span){bytes, sizeof bytes}, &again));
  cr_assert(again.has_marker && again.payload_type == 8 && again.sequence == 65535);
  cr_assert(again.timestamp == packet.timestamp && again.ssrc == packet.ssrc);
  cr_assert_eq(again.payload.len, 0);
  cr_assert_eq(rtp_payload_type((radmfa_span){bytes, sizeof bytes}), 8);
  cr_assert_eq(rtp_payload_type((radmfa_span){bytes, 11}), -1);
}

/* ---- keys ---- */

static struct rtp_keys keys;

static void forget(void) {
  memset(&keys, 0, sizeof keys);
}

TestSuite(rtp_keys, .init = forget);

static char hear_as(uint32_t ssrc, char key, uint32_t timestamp, bool has_ended) {
  uint8_t event[RTP_EVENT_SIZE];
  cr_assert(rtp_write_event(key, has_ended, 400, event));
  struct rtp_packet packet = {
      .timestamp = timestamp, .ssrc = ssrc, .payload = {event, sizeof event}};
  return rtp_keys_hear(&keys, &packet);
}

static char hear(char key, uint32_t timestamp, bool has_ended) {
  return hear_as(1, key, timestamp, has_ended);
}

Test(rtp_keys, a_key_is_pressed_once_however_many_packets_tell_it) {
  cr_assert_eq(hear('5', 1000, false), '5');
  for (unsigned i = 0; i < 8; i++) cr_assert_eq(hear('5', 1000, false), 0);
  for (unsigned i = 0; i < 3; i++) cr_assert_eq(hear('5', 1000, true), 0);
}

Test(rtp_keys, every_key_has_its_event) {
  static const char all[] = "0123456789*#ABCD";
  for (uint32_t i = 0; i < sizeof all - 1; i++) cr_assert_eq(hear(all[i], i * 800, true), all[i]);
}

Test(rtp_keys, any_one_packet_of_a_key_is_enough) {
  cr_assert_eq(hear('#', 1000, true), '#'); /* only an end */
  cr_assert_eq(hear('#', 1000, true), 0);
  cr_assert_eq(hear('7', 3000, false), '7'); /* only its middle */
  cr_assert_eq(hear('8', 5000, false), '8');
}

Test(rtp_keys, the_same_key_again_is_another_press_even_if_no_end_came) {
  cr_assert_eq(hear('5', 1000, false), '5');
  cr_assert_eq(hear('5', 1000, false), 0);
  cr_assert_eq(hear('5', 2600, false), '5');
}

Test(rtp_keys, a_late_packet_of_an_older_key_presses_nothing) {
  cr_assert_eq(hear('1', 1000, false), '1');
  cr_assert_eq(hear('2', 3000, false), '2');
  cr_assert_eq(hear('1', 1000, true), 0);
  cr_assert_eq(hear('3', 2000, true), 0);
  cr_assert_eq(hear('2', 3000, true), 0);
}

Test(rtp_keys, timestamps_go_round) {
  cr_assert_eq(hear('1', UINT32_MAX - 100, true), '1');
  cr_assert_eq(hear('2', 700, true), '2');
  cr_assert_eq(hear('1', UINT32_MAX - 100, true), 0);
}

Test(rtp_keys, a_clock_that_begins_anew_is_believed) {
  cr_assert_eq(hear('1', 9000000, true), '1');
  cr_assert_eq(hear('2', 1000, true), '2');
  cr_assert_eq(hear('2', 1000, true), 0);
}

Test(rtp_keys, a_finger_that_stays_on_a_key_presses_it_once) {
  cr_assert_eq(hear('#', 1000, false), '#');
  cr_assert_eq(hear('#', 1000 + 0xffff, false), 0);
  cr_assert_eq(hear('#', 1000 + 2 * 0xffff, false), 0);
  cr_assert_eq(hear('#', 1000 + 2 * 0xffff, true), 0);
  cr_assert_eq(hear('#', 1000 + 3 * 0xffff, false), '#'); /* it was released */
}

Test(rtp_keys, another_source_has_times_of_its_own) {
  cr_assert_eq(hear_as(1, '1', 50000, true), '1');
  cr_assert_eq(hear_as(2, '2', 100, true), '2');
  cr_assert_eq(hear_as(1, '1', 50000, true), 0);
  cr_assert_eq(hear_as(2, '2', 100, true), 0);
  cr_assert_eq(hear_as(2, '3', 900, true), '3');
}

Test(rtp_keys, what_is_no_key_is_not_heard) {
  static const uint8_t flash[] = {16, 0x8a, 0, 160}, star[] = {10, 0x8a, 0, 160};
  struct rtp_packet packet = {.timestamp = 1000, .payload = {flash, sizeof flash}};
  cr_assert_eq(rtp_keys_hear(&keys, &packet), 0);
  packet.payload = (radmfa_span){star, 3};
  cr_assert_eq(rtp_keys_hear(&keys, &packet), 0);
  packet.payload = (radmfa_span){star, 4};
  cr_assert_eq(rtp_keys_hear(&keys, &packet), '*');
  uint8_t event[RTP_EVENT_SIZE];
  cr_assert_not(rtp_write_event('x', false, 0, event));
  cr_assert_not(rtp_write_event('\0', false, 0, event));
}

Test(rtp_keys, an_event_is_written_as_the_rfc_draws_it) {
  static const uint8_t pound[] = {11, 0x8a, 0x03, 0x20};
  uint8_t event[RTP_EVENT_SIZE];
  cr_assert(rtp_write_event('#', true, 800, event));
  cr_assert_eq(memcmp(event, pound, sizeof pound), 0);
}
