/* rtp.c: packets are walked by `take` alone. Of a key that is pressed a dozen packets come, with
 * one timestamp and a growing duration; the first that gets through is the press, all others are
 * known already, whether they were doubled, late, or never said that it has ended. */
#include "rtp.h"

#include <string.h>

#define VERSION 2u
#define VOLUME 10u /* -10 dBm0, as telephones dial */

static uint16_t read_u16(const uint8_t *at) {
  return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read_u32(const uint8_t *at) {
  return (uint32_t)read_u16(at) << 16 | read_u16(at + 2);
}

static void write_u16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void write_u32(uint8_t *at, uint32_t value) {
  write_u16(at, (uint16_t)(value >> 16));
  write_u16(at + 2, (uint16_t)value);
}

/* take moves `n` octets from the front of `*in` to `*out`; false, and nothing moved, where fewer
 * are left. */
static bool take(radmfa_span *in, size_t n, radmfa_span *out) {
  if (n > in->len) return false;
  *out = (radmfa_span){in->ptr, n};
  in->ptr += n;
  in->len -= n;
  return true;
}

/* ---- packets ---- */

/* The header's extension, which nobody here knows (RFC 3550 5.3.1). */
static bool skip_extension(radmfa_span *in) {
  radmfa_span head, extension;
  return take(in, 4, &head) && take(in, read_u16(head.ptr + 2) * 4u, &extension);
}

/* The last octet of the padding says how many there are, itself included (RFC 3550 5.1). */
static bool cut_padding(radmfa_span *payload) {
  if (!payload->len) return false;
  uint8_t n = payload->ptr[payload->len - 1];
  if (n == 0 || n > payload->len) return false;
  payload->len -= n;
  return true;
}

bool rtp_parse(radmfa_span datagram, struct rtp_packet *out_packet) {
  radmfa_span rest = datagram, header, contributors;
  if (!take(&rest, RTP_HEADER_SIZE, &header)) return false;
  uint8_t flags = header.ptr[0];
  if (flags >> 6 != VERSION || !take(&rest, (flags & 15u) * 4u, &contributors)) return false;
  if ((flags & 0x10) && !skip_extension(&rest)) return false;
  if ((flags & 0x20) && !cut_padding(&rest)) return false;
  *out_packet = (struct rtp_packet){.has_marker = header.ptr[1] >> 7,
                                    .payload_type = header.ptr[1] & 0x7f,
                                    .sequence = read_u16(header.ptr + 2),
                                    .timestamp = read_u32(header.ptr + 4),
                                    .ssrc = read_u32(header.ptr + 8),
                                    .payload = rest};
  return true;
}

int rtp_payload_type(radmfa_span datagram) {
  radmfa_span header;
  return take(&datagram, RTP_HEADER_SIZE, &header) ? header.ptr[1] & 0x7f : -1;
}

void rtp_write_header(const struct rtp_packet *packet, uint8_t out[RTP_HEADER_SIZE]) {
  out[0] = VERSION << 6;
  out[1] = (uint8_t)((packet->has_marker ? 0x80u : 0u) | packet->payload_type);
  write_u16(out + 2, packet->sequence);
  write_u32(out + 4, packet->timestamp);
  write_u32(out + 8, packet->ssrc);
}

/* ---- keys ---- */

static const char key_of_event[] = "0123456789*#ABCD"; /* RFC 4733 3.2 */

#define EVENTS (sizeof key_of_event - 1)

struct event {
  uint8_t code;
  bool has_ended;
};

/* RFC 4733 2.3; more of them in one packet are none of ours. */
static bool take_event(radmfa_span payload, struct event *out) {
  radmfa_span octets;
  if (!take(&payload, RTP_EVENT_SIZE, &octets)) return false;
  *out = (struct event){octets.ptr[0], octets.ptr[1] >> 7};
  return true;
}

/* Later than this no packet comes: a timestamp that lies further back is of a clock that began
 * anew, as behind a PBX that connects us to somebody else. 10 s. */
#define LATE_MAX 80000u

/* An event that is longer than its duration can say goes on as another, which begins where the
 * first one's duration ended (RFC 4733 2.5.1.3): a finger that stays on the key for 8 s. */
#define SEGMENT 0xffffu

/* The last one, or one before it. */
static bool was_told(const struct rtp_source_keys *last, uint32_t timestamp) {
  return last->is_known && last->timestamp - timestamp <= LATE_MAX;
}

static bool goes_on(const struct rtp_source_keys *last, uint32_t timestamp, struct event event) {
  return last->is_known && !last->has_ended && event.code == last->event &&
         timestamp - last->timestamp == SEGMENT;
}

static struct rtp_source_keys *source_of(struct rtp_keys *keys, uint32_t ssrc) {
  if (keys->current.is_known && keys->current.ssrc == ssrc) return &keys->current;
  if (keys->former.is_known && keys->former.ssrc == ssrc) return &keys->former;
  keys->former = keys->current;
  keys->current = (struct rtp_source_keys){.ssrc = ssrc};
  return &keys->current;
}

char rtp_keys_hear(struct rtp_keys *keys, const struct rtp_packet *packet) {
  struct event event;
  if (!take_event(packet->payload, &event) || event.code >= EVENTS) return 0;
  struct rtp_source_keys *last = source_of(keys, packet->ssrc);
  if (was_told(last, packet->timestamp)) {
    if (last->timestamp == packet->timestamp) last->has_ended |= event.has_ended;
    return 0;
  }
  bool is_press = !goes_on(last, packet->timestamp, event);
  *last = (struct rtp_source_keys){.is_known = true,
                                   .has_ended = event.has_ended,
                                   .event = event.code,
                                   .ssrc = packet->ssrc,
                                   .timestamp = packet->timestamp};
  return is_press ? key_of_event[event.code] : 0;
}

bool rtp_write_event(char key, bool has_ended, uint16_t duration, uint8_t out[RTP_EVENT_SIZE]) {
  const char *found = key ? strchr(key_of_event, key) : NULL;
  if (!found) return false;
  out[0] = (uint8_t)(found - key_of_event);
  out[1] = (uint8_t)((has_ended ? 0x80u : 0u) | VOLUME);
  write_u16(out + 2, duration);
  return true;
}
