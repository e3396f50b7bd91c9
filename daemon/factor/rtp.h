/* rtp.h: packets of RTP (RFC 3550 5.1), and keys in them (RFC 4733): what was pressed, once for
 * each press, however often it is said. Pure. */
#ifndef RADMFAD_FACTOR_RTP_H
#define RADMFAD_FACTOR_RTP_H

#include <radmfa/base.h>

#define RTP_HEADER_SIZE 12u
#define RTP_EVENT_SIZE 4u
#define RTP_EVENT_END_COPIES 3u /* the end of an event is sent so often (RFC 4733 2.5.1.4) */

struct rtp_packet {
  bool has_marker;
  uint8_t payload_type; /* 0 to 127 */
  uint16_t sequence;
  uint32_t timestamp;
  uint32_t ssrc;
  radmfa_span payload; /* without padding */
};

/* rtp_parse points `*out_packet` into the datagram. False: it is no RTP, and `*out_packet` is
 * untouched. */
RADMFA_MUST_USE bool rtp_parse(radmfa_span datagram, struct rtp_packet *out_packet);
/* The payload type of what rtp_parse would take, and may be SRTP, where it is not hidden; of
 * anything shorter than a header -1. */
int rtp_payload_type(radmfa_span datagram);
void rtp_write_header(const struct rtp_packet *packet, uint8_t out[RTP_HEADER_SIZE]);

/* What was heard last of a source: an event is named by its source (SSRC) and the time at which it
 * began. Two of them, since packets of the old source may be late when a new one begins. */
struct rtp_source_keys {
  bool is_known;
  bool has_ended;
  uint8_t event;
  uint32_t ssrc;
  uint32_t timestamp;
};

struct rtp_keys {
  struct rtp_source_keys current, former;
};

/* rtp_keys_hear takes a packet of the payload type that events have. Returns the key, '0' to '9',
 * '*', '#', 'A' to 'D', when one is pressed; 0 when this one was told before, or is none. `*keys`
 * begins as all zero. */
char rtp_keys_hear(struct rtp_keys *keys, const struct rtp_packet *packet);

/* False: there is no such key. */
RADMFA_MUST_USE bool rtp_write_event(char key, bool has_ended, uint16_t duration,
                                     uint8_t out[RTP_EVENT_SIZE]);

#endif
