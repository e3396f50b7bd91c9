#include "traffic.h"

#include "dice.h"
#include "doom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE_SIZE 18u /* Message-Authenticator, the builder's first attribute */

static uint64_t mix(uint64_t hash, const char *text) {
  for (; text && *text; text++) hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
  return (hash ^ 0xff) * 0x100000001b3u;
}

/* From all that the test said, so that the same words are the same packet. */
static void authenticator_of(const struct request *r, uint8_t out[16]) {
  uint64_t hash = mix(
      mix(mix(mix(mix(0xcbf29ce484222325u, r->user), r->password), r->peer), r->station), r->nas);
  hash = mix(hash, r->proxy_state) + r->id + 0x100u * r->fresh + 0x10000u * r->engine +
         0x1000000u * r->socket;
  hash += (uint64_t)(r->method + 0x10u * r->is_unsigned + 0x100u * r->code + r->filler) << 32;
  struct dice dice = dice_of(hash);
  for (int i = 0; i < 16; i++) out[i] = (uint8_t)(dice_next(&dice) >> 56);
}

static void add_proxy_states(radmfa_builder *b, const char *list) {
  while (list && *list) {
    size_t len = strcspn(list, ",");
    radmfa_build_attr(b, RADMFA_ATTR_PROXY_STATE, (radmfa_span){(const uint8_t *)list, len});
    list += len + (list[len] == ',');
  }
}

static void add_method(radmfa_builder *b, const struct request *r, const radmfa_secret *secret) {
  static const uint8_t chap[17] = {1}, eap[] = {2, 9, 0, 5, 1},
                       mschap[6 + 50] = {0, 0, 1, 0x37, 1, 50};
  static const uint8_t nonsense[253] = {1};
  switch (r->method) {
    case RADMFA_METHOD_CHAP:
      radmfa_build_attr(b, RADMFA_ATTR_CHAP_PASSWORD, (radmfa_span){chap, sizeof chap});
      return;
    case RADMFA_METHOD_EAP:
      radmfa_build_attr(b, RADMFA_ATTR_EAP_MESSAGE, (radmfa_span){eap, sizeof eap});
      return;
    case RADMFA_METHOD_MSCHAP:
      radmfa_build_attr(b, RADMFA_ATTR_VENDOR_SPECIFIC, (radmfa_span){mschap, sizeof mschap});
      return;
    case RADMFA_METHOD_NONE:
    case RADMFA_METHOD_PAP: break;
  }
  if (r->password_octets)
    radmfa_build_attr(b, RADMFA_ATTR_USER_PASSWORD, (radmfa_span){nonsense, r->password_octets});
  else if (r->password)
    radmfa_build_user_password(b, secret, radmfa_text(r->password));
}

static void add_filler(radmfa_builder *b, size_t n) {
  static const uint8_t filler[253] = {'f'};
  while (n > 2) {
    size_t len = n - 2 < sizeof filler ? n - 2 : sizeof filler;
    radmfa_build_attr(b, RADMFA_ATTR_CLASS, (radmfa_span){filler, len});
    n -= len + 2;
  }
}

static void unsign(uint8_t *bytes, size_t *inout_len) {
  *inout_len -= SIGNATURE_SIZE;
  for (size_t i = 20; i < *inout_len; i++)
    bytes[i] = bytes[i + SIGNATURE_SIZE]; /* valgrind takes gcc's memmove for memcpy */
  bytes[2] = (uint8_t)(*inout_len >> 8);
  bytes[3] = (uint8_t)*inout_len;
}

struct sent traffic_build(const struct request *r, const radmfa_secret *secret) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX], authenticator[16];
  radmfa_builder b;
  radmfa_span bytes;
  struct sent sent = {0};
  authenticator_of(r, authenticator);
  radmfa_build_request(&b, buffer, sizeof buffer, r->code ? r->code : RADMFA_ACCESS_REQUEST, r->id,
                       authenticator);
  if (r->user) radmfa_build_attr(&b, RADMFA_ATTR_USER_NAME, radmfa_text(r->user));
  add_method(&b, r, secret);
  if (r->station) radmfa_build_attr(&b, RADMFA_ATTR_CALLING_STATION_ID, radmfa_text(r->station));
  if (r->nas) radmfa_build_attr(&b, RADMFA_ATTR_NAS_IDENTIFIER, radmfa_text(r->nas));
  add_filler(&b, r->filler);
  add_proxy_states(&b, r->proxy_state);
  if (radmfa_build_finish(&b, secret, &bytes))
    DOOM("request %s cannot be built", r->label ? r->label : "");
  sent.len = bytes.len;
  if (r->is_unsigned) unsign(buffer, &sent.len);
  if (r->is_forged) buffer[22] ^= 1;
  sent.bytes = malloc(sent.len);
  if (!sent.bytes) abort();
  memcpy(sent.bytes, buffer, sent.len);
  if (radmfa_address_parse(r->peer ? r->peer : "10.0.1.23:40000", &sent.peer))
    DOOM("bad address %s", r->peer);
  return sent;
}

/* Every Proxy-State of the request, in order, and no other. */
static bool keeps_proxy_state(const radmfa_packet *reply, const radmfa_packet *request) {
  size_t ours = 0, theirs = 0;
  radmfa_attr kept, wanted;
  bool more;
  while (true) {
    while ((more = radmfa_packet_next(request, &theirs, &wanted)) &&
           wanted.type != RADMFA_ATTR_PROXY_STATE) {
    }
    bool any;
    while ((any = radmfa_packet_next(reply, &ours, &kept)) &&
           kept.type != RADMFA_ATTR_PROXY_STATE) {
    }
    if (!more || !any) return more == any;
    if (!radmfa_span_equal(kept.value, wanted.value)) return false;
  }
}

const char *traffic_fault(radmfa_span bytes, const struct sent *sent, const radmfa_secret *secret) {
  radmfa_packet reply, request;
  if (radmfa_packet_parse(bytes, &reply)) return "it is malformed";
  if (radmfa_packet_parse((radmfa_span){sent->bytes, sent->len}, &request))
    return "its request is malformed";
  if (reply.id != request.id) return "wrong id";
  if (reply.length != bytes.len) return "Length is not the datagram's";
  if (radmfa_verify_reply(&reply, radmfa_packet_authenticator(&request), secret, true))
    return "it is not genuine";
  if (reply.message_authenticator_at != RADMFA_HEADER_SIZE + 2)
    return "Message-Authenticator is not first";
  if (!keeps_proxy_state(&reply, &request)) return "Proxy-State is not what the request had";
  return NULL;
}

void traffic_attributes(radmfa_span bytes, char *out_text, size_t size) {
  radmfa_packet reply;
  radmfa_attr attr;
  size_t cursor = 0, used = 0;
  *out_text = 0;
  if (radmfa_packet_parse(bytes, &reply)) return;
  while (radmfa_packet_next(&reply, &cursor, &attr)) {
    if (attr.type == RADMFA_ATTR_MESSAGE_AUTHENTICATOR || attr.type == RADMFA_ATTR_PROXY_STATE)
      continue;
    int n = snprintf(out_text + used, size - used, " %u=", attr.type);
    used += n > 0 ? (size_t)n : 0;
    for (size_t i = 0; i < attr.value.len && used + 4 < size; i++) {
      uint8_t c = attr.value.ptr[i];
      bool plain = c > ' ' && c < 0x7f;
      n = snprintf(out_text + used, size - used, plain ? "%c" : "%02x", c);
      used += n > 0 ? (size_t)n : 0;
    }
    if (used + 8 >= size) return;
  }
}
