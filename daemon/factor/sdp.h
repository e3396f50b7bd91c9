/* sdp.h: session descriptions (RFC 8866) as a telephone call needs them, offers and answers (RFC
 * 3264) of one audio stream: PCMU, PCMA and telephone-event, with or without SRTP (RFC 4568).
 * Pure. */
#ifndef RADMFAD_FACTOR_SDP_H
#define RADMFAD_FACTOR_SDP_H

#include <radmfa/base.h>

#define SDP_SIZE_MAX 1024u      /* of what we write */
#define SDP_READ_SIZE_MAX 4096u /* of what we read */
#define SDP_EVENT_PAYLOAD 101u
#define SDP_SRTP_KEY_SIZE 30u /* key and salt of AES_CM_128_HMAC_SHA1_80 (RFC 4568 6.2) */

enum sdp_codec { SDP_PCMU = 0, SDP_PCMA = 8 }; /* their payload types (RFC 3551 6) */

/* Our side. */
struct sdp_local {
  radmfa_address rtp; /* where we hear */
  uint64_t session;   /* any, the same for all of a call's */
  uint32_t version;   /* one more for each description */
  bool has_srtp;
  uint32_t srtp_tag;                   /* answers: the one of the offer that was taken */
  uint8_t srtp_key[SDP_SRTP_KEY_SIZE]; /* that we send with */
};

#define SDP_STREAMS_MAX 8u
#define SDP_REFUSED_SIZE 64u

/* What both sides agreed on. */
struct sdp_session {
  /* Where the far end hears. All zero, but for the port, is the hold of RFC 2543: it does not
   * hear then. */
  radmfa_address rtp;
  enum sdp_codec codec;
  uint8_t codec_payload;
  uint8_t event_payload; /* that keys come with; SDP_NO_EVENTS: none was agreed */
  bool hears;            /* it wants to hear us: not on hold */
  bool sends;            /* and to be heard */
  bool has_srtp;
  uint32_t srtp_tag;
  uint8_t srtp_key[SDP_SRTP_KEY_SIZE]; /* that the far end sends with */

  /* An answer has as many streams as its offer, in that order (RFC 3264 6): this one was number
   * `stream`, counted from 0, and `refused` are the lines that refuse the others. */
  uint8_t n_streams, stream;
  char refused[SDP_STREAMS_MAX][SDP_REFUSED_SIZE];
};
#define SDP_NO_EVENTS 0xffu

/* sdp_write_offer writes our offer into `out` (SDP_SIZE_MAX octets); returns its length. With SRTP
 * it holds the key: wipe it. */
size_t sdp_write_offer(const struct sdp_local *local, char *out);
/* sdp_write_answer answers an offer that sdp_read has read as `session`: codec and events as it
 * says; a session on hold is answered recvonly. */
size_t sdp_write_answer(const struct sdp_local *local, const struct sdp_session *session,
                        char *out);

/* sdp_read reads an answer or an offer of the far end: the first audio stream that we can speak;
 * its first codec of ours. `wants_srtp`: RTP/SAVP with a key that we know, or nothing; otherwise
 * RTP/AVP. Returns 0, RADMFA_E_MALFORMED, or RADMFA_E_NOT_FOUND: no stream, codec, address or
 * key in common, or more than SDP_STREAMS_MAX streams. On error `*out_session` is untouched. */
RADMFA_MUST_USE int sdp_read(radmfa_span text, bool wants_srtp, struct sdp_session *out_session);

#endif
