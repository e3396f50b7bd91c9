/* Replies, both ways: the input is verified as a reply to a request of ours, then taken for a
 * request and answered, then passed on from a server to a client. What we answer must always be
 * well formed, genuine, and carry all its Proxy-State. */
#include "core/forward.h"

#include <radmfa/auth.h>
#include <radmfa/error.h>

#include <stdlib.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The Request Authenticator of RFC 2865 7.1, which the corpus answers. */
static const uint8_t ours[RADMFA_AUTHENTICATOR_SIZE] = {
    0x0f, 0x40, 0x3f, 0x94, 0x73, 0x97, 0x80, 0x57, 0xbd, 0x83, 0xd5, 0xcb, 0x98, 0xf4, 0x22, 0x7a};

static void verify(const radmfa_packet *reply, const radmfa_secret *secret) {
  int lax = radmfa_verify_reply(reply, ours, secret, false),
      strict = radmfa_verify_reply(reply, ours, secret, true);
  CHECK(strict || !lax);
  CHECK(strict || reply->message_authenticator_at);
}

/* The next Proxy-State at or behind the cursor; false at the end. */
static bool next_proxy_state(const radmfa_packet *packet, size_t *cursor, radmfa_span *out_value) {
  radmfa_attr attr;
  while (radmfa_packet_next(packet, cursor, &attr)) {
    if (attr.type != RADMFA_ATTR_PROXY_STATE) continue;
    *out_value = attr.value;
    return true;
  }
  return false;
}

static void check_proxy_states(const radmfa_packet *request, const radmfa_packet *reply) {
  size_t asked_at = 0, answered_at = 0;
  radmfa_span asked, answered;
  while (next_proxy_state(request, &asked_at, &asked)) {
    CHECK(next_proxy_state(reply, &answered_at, &answered));
    CHECK(radmfa_span_equal(asked, answered));
  }
  CHECK(!next_proxy_state(reply, &answered_at, &answered));
}

/* `attributes` are copied as a proxy copies those of an upstream reply. */
static void answer(const radmfa_packet *request, const radmfa_secret *secret,
                   radmfa_span attributes) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_packet reply;
  radmfa_build_reply(&builder, buffer, sizeof buffer, RADMFA_ACCESS_ACCEPT, request);
  radmfa_build_attr(&builder, RADMFA_ATTR_REPLY_MESSAGE, radmfa_text("welcome"));
  radmfa_build_attrs(&builder, attributes);
  if (radmfa_build_finish(&builder, secret, &bytes))
    return; /* too big, or attributes that may not be copied */
  CHECK(radmfa_packet_parse(bytes, &reply) == 0);
  CHECK(reply.message_authenticator_at == RADMFA_HEADER_SIZE + 2);
  CHECK(radmfa_verify_reply(&reply, radmfa_packet_authenticator(request), secret, true) == 0);
  check_proxy_states(request, &reply);
}

/* What was opened can be hidden again and opened again. */
static void relay(const radmfa_packet *reply, const radmfa_secret *secret) {
  uint8_t clear[RADMFA_PACKET_SIZE_MAX], again[RADMFA_PACKET_SIZE_MAX],
      buffer[RADMFA_PACKET_SIZE_MAX];
  size_t len = 0, again_len = 0;
  radmfa_builder builder;
  radmfa_span bytes;
  radmfa_packet relayed;
  if (radmfa__forward_reply(reply, ours, secret, clear, &len)) return;
  radmfa_build_reply(&builder, buffer, sizeof buffer, RADMFA_ACCESS_ACCEPT, reply);
  radmfa__forward_hide(&builder, secret, (radmfa_span){clear, len});
  int error = radmfa_build_finish(&builder, secret, &bytes);
  CHECK(error == 0 || error == RADMFA_E_TOO_BIG);
  if (error) return;
  CHECK(radmfa_packet_parse(bytes, &relayed) == 0);
  CHECK(radmfa__forward_reply(&relayed, radmfa_packet_authenticator(reply), secret, again,
                              &again_len) == 0);
  CHECK(radmfa_span_equal((radmfa_span){clear, len}, (radmfa_span){again, again_len}));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  radmfa_packet packet;
  radmfa_secret *secret;
  if (radmfa_packet_parse((radmfa_span){data, size}, &packet)) return 0;
  if (radmfa_secret_new(radmfa_text("xyzzy5461"), NULL, &secret)) abort();
  verify(&packet, secret);
  relay(&packet, secret);
  answer(&packet, secret, (radmfa_span){NULL, 0});
  answer(&packet, secret,
         (radmfa_span){packet.bytes + RADMFA_HEADER_SIZE, packet.length - RADMFA_HEADER_SIZE});
  answer(
      &packet, secret,
      (radmfa_span){data + packet.length, size - packet.length}); /* the padding, as attributes */
  radmfa_secret_free(secret);
  return 0;
}
