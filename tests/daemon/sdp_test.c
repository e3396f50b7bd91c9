/* Descriptions as PBXes and telephones send them; then any octets at all. */
#include "factor/sdp.h"

#include "dice.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdio.h>
#include <string.h>

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz" /* RFC 4568 9.3 */
#define CRYPTO(tag) "a=crypto:" tag " AES_CM_128_HMAC_SHA1_80 inline:" KEY

static struct sdp_session read_or_fail(const char *text, bool wants_srtp) {
  struct sdp_session session;
  int error = sdp_read(radmfa_text(text), wants_srtp, &session);
  cr_assert_eq(error, 0, "%d: %s", error, text);
  return session;
}

static void expect_error(const char *text, bool wants_srtp, int expected) {
  struct sdp_session session, before;
  memset(&before, 7, sizeof before);
  memcpy(&session, &before, sizeof session);
  int error = sdp_read(radmfa_text(text), wants_srtp, &session);
  cr_assert_eq(error, expected, "%d: %s", error, text);
  cr_assert_eq(memcmp(&session, &before, sizeof session), 0, "touched: %s", text);
}

static void expect_address(const struct sdp_session *session, const char *expected) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  cr_assert_str_eq(radmfa_address_format(&session->rtp, text), expected);
}

static radmfa_address address(const char *text) {
  radmfa_address parsed;
  cr_assert_eq(radmfa_address_parse(text, &parsed), 0);
  return parsed;
}

static struct sdp_local local_side(const char *rtp, bool has_srtp) {
  struct sdp_local local = {.rtp = address(rtp), .session = 17, .version = 3};
  local.has_srtp = has_srtp;
  local.srtp_tag = 5;
  memset(local.srtp_key, 0xa5, sizeof local.srtp_key);
  return local;
}

/* ---- reading ---- */

Test(sdp, an_answer_says_where_and_how_the_far_end_hears) {
  struct sdp_session session = read_or_fail(HEAD "m=audio 49170 RTP/AVP 8 0 101\r\n"
                                                 "a=rtpmap:8 PCMA/8000\r\n"
                                                 "a=rtpmap:101 telephone-event/8000\r\n"
                                                 "a=fmtp:101 0-16\r\na=ptime:20\r\n",
                                            false);
  expect_address(&session, "192.0.2.9:49170");
  cr_assert_eq(session.codec, SDP_PCMA);
  cr_assert_eq(session.codec_payload, 8);
  cr_assert_eq(session.event_payload, 101);
  cr_assert(session.hears && session.sends && !session.has_srtp);
}

Test(sdp, lines_may_end_with_lf_alone_and_unknown_ones_do_not_count) {
  struct sdp_session session = read_or_fail("v=0\no=x 1 1 IN IP4 0.0.0.0\ns= \ni=words\nk=odd\n"
                                            "z=\n\nno line at all\nt=0 0\na=ice-lite\n"
                                            "m=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.7\nb=AS:64",
                                            false);
  expect_address(&session, "192.0.2.7:4000");
  cr_assert_eq(session.codec, SDP_PCMU);
  cr_assert_eq(session.event_payload, SDP_NO_EVENTS);
}

Test(sdp, payload_types_may_be_any_and_names_in_either_case) {
  struct sdp_session session =
      read_or_fail(HEAD "m=audio 4000/2 rtp/avp 9 96 97 98\r\n"
                        "a=rtpmap:9 G722/8000\r\na=RTPMAP:96 opus/48000/2\r\n"
                        "a=rtpmap:97 pcma/8000/1\r\na=rtpmap:98 Telephone-Event/8000\r\n",
                   false);
  cr_assert_eq(session.codec, SDP_PCMA);
  cr_assert_eq(session.codec_payload, 97);
  cr_assert_eq(session.event_payload, 98);
}

Test(sdp, events_of_another_clock_are_not_ours) {
  struct sdp_session session =
      read_or_fail(HEAD "m=audio 4000 RTP/AVP 0 96 97\r\na=rtpmap:96 telephone-event/48000\r\n"
                        "a=rtpmap:97 telephone-event/8000\r\n",
                   false);
  cr_assert_eq(session.event_payload, 97);
}

Test(sdp, a_static_payload_type_that_is_given_away_is_no_codec_of_ours) {
  expect_error(HEAD "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 G729/8000\r\n", false,
               RADMFA_E_NOT_FOUND);
  expect_error(HEAD "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n", false,
               RADMFA_E_NOT_FOUND);
}

Test(sdp, the_address_of_the_stream_goes_before_that_of_the_session) {
  struct sdp_session session =
      read_or_fail(HEAD "m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::7\r\n", false);
  expect_address(&session, "[2001:db8::7]:4000");
}

Test(sdp, names_and_groups_are_no_addresses) {
  static const char *const lines[] = {"IN IP4 pbx.example",
                                      "IN IP4 224.2.1.1/127",
                                      "IN IP6 ff02::1",
                                      "IN IP4 300.1.1.1",
                                      "IN IP4",
                                      "",
                                      "XX IP4 192.0.2.1",
                                      "IN IP6 192.0.2.1"};
  char text[256];
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    (void)snprintf(text, sizeof text, HEAD "m=audio 4000 RTP/AVP 0\r\nc=%s\r\n", lines[i]);
    expect_error(text, false, RADMFA_E_NOT_FOUND);
  }
  expect_error("v=0\r\nm=audio 4000 RTP/AVP 0\r\n", false, RADMFA_E_NOT_FOUND);
}

Test(sdp, hold_is_said_in_three_ways) {
  struct sdp_session session = read_or_fail(HEAD "m=audio 4 RTP/AVP 0\r\na=sendonly\r\n", false);
  cr_assert(!session.hears && session.sends);
  session = read_or_fail(HEAD "a=inactive\r\nm=audio 4 RTP/AVP 0\r\n", false);
  cr_assert(!session.hears && !session.sends);
  session = read_or_fail(HEAD "m=audio 4 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n", false);
  cr_assert(!session.hears && session.sends);
  session = read_or_fail(HEAD "a=inactive\r\nm=audio 4 RTP/AVP 0\r\na=SENDRECV\r\n", false);
  cr_assert(session.hears && session.sends);
  session = read_or_fail(HEAD "m=audio 4 RTP/AVP 0\r\na=recvonly\r\n", false);
  cr_assert(session.hears && !session.sends);
}

Test(sdp, the_first_stream_that_we_can_speak_is_taken) {
  struct sdp_session session =
      read_or_fail(HEAD "m=video 5000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\n"
                        "m=audio 6000 RTP/AVP 18\r\nm=audio 7000 RTP/SAVP 0\r\n"
                        "m=audio 8000 RTP/AVP 8\r\nm=audio 9000 RTP/AVP 0\r\n",
                   false);
  expect_address(&session, "192.0.2.9:8000");
  cr_assert_eq(session.n_streams, 6);
  cr_assert_eq(session.stream, 4);
  cr_assert_str_eq(session.refused[0], "m=video 0 RTP/AVP 31");
  cr_assert_str_eq(session.refused[5], "m=audio 0 RTP/AVP 0");
}

Test(sdp, sizes_are_held) {
  char text[SDP_READ_SIZE_MAX + 2];
  int n = snprintf(text, sizeof text, HEAD "m=audio 4000 RTP/AVP 0\r\na=");
  memset(text + n, 'x', sizeof text - (size_t)n);
  text[SDP_READ_SIZE_MAX + 1] = '\0';
  expect_error(text, false, RADMFA_E_MALFORMED);
  text[SDP_READ_SIZE_MAX] = '\0';
  (void)read_or_fail(text, false);
  n = snprintf(text, sizeof text, HEAD);
  for (unsigned i = 0; i < 9; i++)
    n += snprintf(text + n, sizeof text - (size_t)n, "m=audio 4000 RTP/AVP 0\r\n");
  expect_error(text, false, RADMFA_E_NOT_FOUND);
}

Test(sdp, what_is_no_description_is_malformed) {
  static const char *const texts[] = {
      "",
      "v=1\r\n",
      "hello",
      "\r\nv=0\r\n",
      HEAD "m=audio\r\n",
      HEAD "m=audio x RTP/AVP 0\r\n",
      HEAD "m=audio 65536 RTP/AVP 0\r\n",
      HEAD "m=audio 99999999999999999999 RTP/AVP 0\r\n",
      HEAD "m=audio 40x0 RTP/AVP 0\r\n",
      HEAD "m=audio 4000 RTP/AVP\r\n",
      HEAD "m=audio 4000 RTP/AVP \x80\r\n",
      HEAD "m=a-medium-of-which-nobody-has-ever-heard-and-which-is-rather-long 1 RTP/AVP 0\r\n"};
  struct sdp_session session;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    expect_error(texts[i], false, RADMFA_E_MALFORMED);
  cr_assert_eq(sdp_read((radmfa_span){(const uint8_t *)"v=0\0", 4}, false, &session),
               RADMFA_E_MALFORMED);
  expect_error(HEAD, false, RADMFA_E_NOT_FOUND);
}

/* ---- SRTP ---- */

#define SECURE HEAD "m=audio 4000 RTP/SAVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

Test(sdp, the_first_key_that_we_know_is_taken) {
  struct sdp_session session =
      read_or_fail(SECURE "a=crypto:1 AES_CM_256_HMAC_SHA1_80 inline:" KEY KEY "\r\n"
                          "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4\r\n"
                          "a=crypto:7 aes_cm_128_hmac_sha1_80 inline:" KEY "|2^31\r\n" CRYPTO("8"),
                   true);
  cr_assert(session.has_srtp);
  cr_assert_eq(session.srtp_tag, 7);
  cr_assert_eq(memcmp(session.srtp_key, "YS__", 4), 0);
}

Test(sdp, keys_that_would_change_what_is_on_the_wire_are_refused) {
  static const char *const keys[] = {
      "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY,
      CRYPTO("1") "|1:4",
      CRYPTO("1") ";inline:" KEY,
      CRYPTO("1") " UNENCRYPTED_SRTP",
      CRYPTO("1") " KDR=3",
      CRYPTO("1") "AA",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY,
      "a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:" KEY,
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGV="};
  char text[512];
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    (void)snprintf(text, sizeof text, SECURE "%s\r\n", keys[i]);
    expect_error(text, true, RADMFA_E_NOT_FOUND);
  }
  (void)read_or_fail(SECURE CRYPTO("1") " WSH=64 UNENCRYPTED_SRTCP -LATER\r\n", true);
}

Test(sdp, srtp_is_neither_taken_unasked_nor_given_up) {
  expect_error(SECURE CRYPTO("1") "\r\n", false, RADMFA_E_NOT_FOUND);
  expect_error(HEAD "m=audio 4000 RTP/AVP 0\r\n" CRYPTO("1") "\r\n", true, RADMFA_E_NOT_FOUND);
  expect_error(SECURE, true, RADMFA_E_NOT_FOUND);
}

/* ---- writing ---- */

Test(sdp, our_offer_has_both_codecs_and_keys_and_no_rtcp) {
  struct sdp_local local = local_side("192.0.2.1:20000", false);
  char text[SDP_SIZE_MAX];
  size_t len = sdp_write_offer(&local, text);
  static const char expected[] =
      "v=0\r\no=- 17 3 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
      "m=audio 20000 RTP/AVP 0 8 101\r\nb=RS:0\r\nb=RR:0\r\na=rtpmap:0 PCMU/8000\r\n"
      "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
      "a=ptime:20\r\na=sendrecv\r\n";
  cr_assert_str_eq(text, expected);
  cr_assert_eq(len, strlen(expected));
}

Test(sdp, what_we_offer_with_srtp_we_would_read) {
  struct sdp_local local = local_side("[2001:db8::1]:20000", true);
  char text[SDP_SIZE_MAX];
  (void)sdp_write_offer(&local, text);
  struct sdp_session session = read_or_fail(text, true);
  expect_address(&session, "[2001:db8::1]:20000");
  cr_assert_eq(session.srtp_tag, 1);
  cr_assert_eq(memcmp(session.srtp_key, local.srtp_key, sizeof local.srtp_key), 0);
}

static const char *answer_to(const char *offer, bool has_srtp) {
  static char text[SDP_SIZE_MAX];
  struct sdp_local local = local_side("192.0.2.1:20000", has_srtp);
  struct sdp_session session = read_or_fail(offer, has_srtp);
  cr_assert_eq(sdp_write_answer(&local, &session, text), strlen(text));
  return text;
}

Test(sdp, an_answer_takes_codec_and_events_of_the_offer) {
  const char *text = answer_to(HEAD "m=audio 4000 RTP/AVP 18 97 98\r\na=rtpmap:97 PCMA/8000\r\n"
                                    "a=rtpmap:98 telephone-event/8000\r\n",
                               false);
  cr_assert(strstr(text, "m=audio 20000 RTP/AVP 97 98\r\n"));
  cr_assert(strstr(text, "a=rtpmap:97 PCMA/8000\r\na=rtpmap:98 telephone-event/8000\r\n"));
  text = answer_to(HEAD "m=audio 4000 RTP/AVP 0\r\n", false);
  cr_assert(strstr(text, "m=audio 20000 RTP/AVP 0\r\n"));
  cr_assert_not(strstr(text, "telephone-event"));
}

Test(sdp, an_answer_says_the_other_half_of_the_direction) {
  static const char *const pairs[][2] = {{"sendrecv", "sendrecv"},
                                         {"sendonly", "recvonly"},
                                         {"recvonly", "sendonly"},
                                         {"inactive", "inactive"}};
  char offer[256], expected[32];
  for (size_t i = 0; i < 4; i++) {
    (void)snprintf(offer, sizeof offer, HEAD "m=audio 4 RTP/AVP 0\r\na=%s\r\n", pairs[i][0]);
    (void)snprintf(expected, sizeof expected, "a=%s\r\n", pairs[i][1]);
    cr_assert(strstr(answer_to(offer, false), expected), "%s", pairs[i][0]);
  }
}

Test(sdp, an_answer_has_as_many_streams_as_its_offer) {
  const char *text = answer_to(HEAD "m=audio 5000 RTP/AVP 0\r\nm=audio 4000 RTP/SAVP 0\r\n" CRYPTO(
                                   "9") "\r\nm=video 5000 RTP/AVP 31 32\r\n",
                               true);
  cr_assert(strstr(text, "m=audio 0 RTP/AVP 0\r\nm=audio 20000 RTP/SAVP 0\r\n"));
  cr_assert(strstr(text, "a=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:pa"));
  cr_assert(strstr(text, "m=video 0 RTP/AVP 31\r\n"));
}

Test(sdp, the_longest_answer_fits) {
  char offer[SDP_READ_SIZE_MAX];
  int n = snprintf(offer, sizeof offer, HEAD);
  for (unsigned i = 0; i < SDP_STREAMS_MAX - 1; i++)
    n += snprintf(offer + n, sizeof offer - (size_t)n,
                  "m=application-of-some-length 1 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  (void)snprintf(offer + n, sizeof offer - (size_t)n,
                 "m=audio 65535 RTP/SAVP 127 126\r\na=rtpmap:127 PCMA/8000\r\n"
                 "a=rtpmap:126 telephone-event/8000\r\na=inactive\r\n" CRYPTO("999999999"));
  struct sdp_local local = local_side("[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535", true);
  local.session = UINT64_MAX;
  local.version = UINT32_MAX;
  local.srtp_tag = 999999999;
  char text[SDP_SIZE_MAX];
  struct sdp_session session = read_or_fail(offer, true);
  size_t len = sdp_write_answer(&local, &session, text);
  cr_assert_lt(len, SDP_SIZE_MAX - 1);
  cr_assert(strstr(text, "a=inactive\r\n"));
}

/* ---- any octets ---- */

Test(sdp, a_description_with_octets_changed_or_cut_is_read_or_refused) {
  static const char text[] = SECURE CRYPTO("1") "|2^31\r\nm=video 1 RTP/AVP 31\r\na=sendonly\r\n";
  struct dice dice = dice_of(8866);
  struct sdp_session session;
  for (unsigned i = 0; i < 20000; i++) {
    uint8_t bytes[sizeof text];
    memcpy(bytes, text, sizeof text);
    for (unsigned n = 1 + dice_below(&dice, 4); n; n--)
      bytes[dice_below(&dice, sizeof text)] = (uint8_t)dice_below(&dice, 256);
    size_t len = dice_one_in(&dice, 2) ? sizeof text - 1 : dice_below(&dice, sizeof text);
    int error = sdp_read((radmfa_span){bytes, len}, true, &session);
    cr_assert(error == 0 || error == RADMFA_E_MALFORMED || error == RADMFA_E_NOT_FOUND);
  }
}
