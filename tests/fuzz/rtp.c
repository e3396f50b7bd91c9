/* Any octets as packets, each behind an octet that says how long it is: what is parsed lies inside
 * of it, a key is told once for each event, and none is authentic. */
#include "factor/rtp.h"
#include "factor/srtp.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(radmfa_span datagram, radmfa_span payload) {
  CHECK(payload.ptr >= datagram.ptr + RTP_HEADER_SIZE);
  CHECK(payload.len <= (size_t)(datagram.ptr + datagram.len - payload.ptr));
}

static void check_header(const struct rtp_packet *packet) {
  uint8_t header[RTP_HEADER_SIZE];
  struct rtp_packet again;
  rtp_write_header(packet, header);
  CHECK(rtp_parse((radmfa_span){header, sizeof header}, &again));
  CHECK(again.has_marker == packet->has_marker && again.payload_type == packet->payload_type);
  CHECK(again.sequence == packet->sequence && again.timestamp == packet->timestamp);
  CHECK(again.ssrc == packet->ssrc && again.payload.len == 0);
}

static void check_packet(radmfa_span datagram, struct rtp_keys *keys) {
  struct rtp_packet packet;
  if (!rtp_parse(datagram, &packet)) return;
  CHECK(rtp_payload_type(datagram) == packet.payload_type);
  check_inside(datagram, packet.payload);
  check_header(&packet);
  char key = rtp_keys_hear(keys, &packet);
  CHECK(!key || strchr("0123456789*#ABCD", key));
  CHECK(rtp_keys_hear(keys, &packet) == 0);
}

static struct srtp_key *key;

/* Else what NSS keeps for libsrtp looks lost. */
static void finish(void) {
  srtp_key_free(key);
  srtp_finish();
}

static void begin(void) {
  static const uint8_t octets[SRTP_KEY_SIZE] = "a key of thirty octets, or so";
  CHECK(srtp_begin() && srtp_key_new_receiver(octets, &key) == 0);
  (void)atexit(finish);
}

static void check_forged(radmfa_span datagram) {
  _Alignas(uint32_t) uint8_t room[256 + SRTP_ROOM] = {0};
  size_t len = datagram.len;
  if (!key) begin();
  if (len) memcpy(room, datagram.ptr, len);
  CHECK(!srtp_unseal(key, room, &len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct rtp_keys keys = {0};
  while (size > 0) {
    size_t len = data[0] < size - 1 ? data[0] : size - 1;
    radmfa_span datagram = {data + 1, len};
    check_packet(datagram, &keys);
    check_forged(datagram);
    data += 1 + len;
    size -= 1 + len;
  }
  return 0;
}
