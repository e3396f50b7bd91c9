/* media.h: what is heard and said in calls: RTP (RFC 3550) with a packet every 20 ms for each
 * call that is answered, keys that come back (RFC 4733), SRTP (RFC 3711) where it was agreed. On
 * the loop that it was made on, and nowhere else.
 *
 * A call that rings has a port number and no socket; the socket is bound when it is answered. It
 * believes the first address heard (symmetric RTP, RFC 4961), then no other (media_source.h). */
#ifndef RADMFAD_FACTOR_MEDIA_H
#define RADMFAD_FACTOR_MEDIA_H

#include "sdp.h"

#include <uv.h>

/* 8000 samples a second, as both codecs have them; one octet each. */
struct sound {
  const uint8_t *pcmu;
  const uint8_t *pcma;
  size_t n_samples;
};

struct media_options {
  uv_loop_t *loop;
  radmfa_address local;        /* where sockets are bound; its port does not count */
  uint16_t port_min, port_max; /* even numbers of these, both included */
  bool has_srtp;               /* sessions may have keys; else one that has is refused */
};

struct media_stats {
  uint64_t sent, received; /* packets */
  uint64_t foreign;        /* of another source, not authentic, or malformed: dropped. What comes
                            * from the right address and is no key is not looked at */
  uint64_t unsent;         /* the system did not take them */
  uint32_t streams;        /* answered calls now */
  uint32_t late_max_ms;    /* the worst tick of the clock */
};

struct media;
struct media_stream;

RADMFA_MUST_USE int media_new(const struct media_options *options, struct media **out_media);
/* Closes the handles; every stream must have been freed. The loop has to run on until `closed`. */
void media_close(struct media *media, void (*closed)(void *user), void *user);
void media_stats(const struct media *media, struct media_stats *out_stats);

struct media_stream_options {
  /* A key was pressed, once for each press: '0' to '9', '*', '#', 'A' to 'D'. From the callback the
   * stream may be freed. */
  void (*on_key)(char key, void *user);
  /* Everything that media_play was given has been said. */
  void (*on_played)(void *user);
  void *user;
};

/* media_reserve takes a port number for a call that is to ring. Returns 0, RADMFA_E_NO_MEMORY, or
 * RADMFA_E_BUSY where every port of the range is taken, by calls or, as was tried, by others. */
RADMFA_MUST_USE int media_reserve(struct media *media, const struct media_stream_options *options,
                                  struct media_stream **out_stream);
/* Where this stream hears, for the description: address and port. */
void media_local(const struct media_stream *stream, radmfa_address *out_local);

/* media_start binds the socket and begins to send silence: at the 200. `srtp_key` is what we
 * send with (the one of our offer), where `session` has SRTP. Keys of the first moment are not told
 * (media_source.h). Returns 0, RADMFA_E_EXISTS (it has been started), RADMFA_E_NO_MEMORY, or an
 * error of the system (UV_EADDRINUSE: another program has the port; UV_EAFNOSUPPORT: IPv4 here and
 * IPv6 there); then the stream is as before. */
RADMFA_MUST_USE int media_start(struct media_stream *stream, const struct sdp_session *session,
                                const uint8_t *srtp_key);
/* Another session of the same call: hold, another address or codec. On hold nothing is sent, and
 * what was being said goes on behind it. Another address is believed anew, as at the start.
 * Returns 0 or, as above, an error; RADMFA_E_INVALID: it has not been started. */
RADMFA_MUST_USE int media_change(struct media_stream *stream, const struct sdp_session *session,
                                 const uint8_t *srtp_key);

#define MEDIA_SOUNDS_MAX 8u
/* media_play says these one after the other in the place of what was being said; `sounds` are
 * borrowed until then, the array is copied. More than MEDIA_SOUNDS_MAX are cut. 0 is silence, and
 * tells nothing. */
void media_play(struct media_stream *stream, const struct sound *const *sounds, size_t n);
/* media_dial presses keys (RFC 4733; ',' is a pause of 500 ms), 32 at most, then on_played comes.
 * Where the session has no events there is only the time that it takes. */
void media_dial(struct media_stream *stream, const char *keys);

/* Gives socket and port back; no callback comes after it. NULL is fine. */
void media_free(struct media_stream *stream);

#endif
