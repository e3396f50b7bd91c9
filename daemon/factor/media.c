/* media.c: calls on one loop. One timer gives each call that was answered its turn to send, every
 * 20 ms; each has a socket of its own, so that it can believe one address and no other.
 *
 * What 1000 calls cost that speak (50 packets a second each) and are spoken to (43): 15.2 % of a
 * core, nine tenths of it in the system's calls. With SRTP, of 500: 84.8 % for 1000, five times as
 * much, since Debian's libsrtp has its ciphers from NSS; so only keys are deciphered of what comes.
 * Median of three, MEDIA_STREAMS=1000 MEDIA_SECONDS=5 (500 and MEDIA_SRTP=1)
 * build/release/tests/daemon/media_load_test, Xeon of 2 cores that others worked on too, Debian 12,
 * libuv 1.44, libsrtp 2.5.0, 25 November 2026. */
#include "media.h"

#include "media_clock.h"
#include "media_ports.h"
#include "media_socket.h"
#include "media_source.h"
#include "media_voice.h"
#include "rtp.h"
#include "srtp.h"

#include <radmfa/error.h>

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#define PORTS_TRIED_MAX 16u /* that others have, before a call is refused */

struct media_stream {
  struct media *media;
  struct media_stream_options options;
  uint16_t port;

  /* From media_start on. */
  bool is_open;
  int fd;
  uv_poll_t poll;
  struct media_source source;
  struct media_peer peer;
  bool hears; /* the far end does */
  enum sdp_codec codec;
  uint8_t codec_payload, event_payload;
  struct srtp_key *sender, *receiver; /* NULL without SRTP */

  uint32_t ssrc, timestamp;
  uint32_t event_timestamp; /* of the key that is dialled: when it began */
  uint16_t sequence;
  bool had_gap; /* in what was sent: the next packet has the marker */
  struct voice voice;
  struct rtp_keys keys;

  unsigned phase;
  LIST_ENTRY(media_stream) in_phase;
  bool is_played; /* in `played`: on_played is to be called */
  LIST_ENTRY(media_stream) in_played;
};

LIST_HEAD(stream_list, media_stream);

struct media {
  struct media_options options;
  struct media_ports ports;
  struct media_clock clock;
  uv_timer_t timer;
  void (*closed)(void *user);
  void *user;
  struct stream_list phases[MEDIA_PHASES];
  uint32_t n_in_phase[MEDIA_PHASES];
  struct stream_list played;
  struct media_stats stats;
  _Alignas(uint32_t) uint8_t packet[RTP_HEADER_SIZE + VOICE_FRAME_SIZE + SRTP_ROOM];
  struct media_batch batch;
};

/* ---- sending ---- */

/* Each key has one timestamp, also where time was left out since it began. */
static struct rtp_packet next_header(struct media_stream *stream, const struct voice_frame *frame) {
  struct rtp_packet header = {
      .has_marker = frame->has_marker, .sequence = stream->sequence++, .ssrc = stream->ssrc};
  if (frame->is_event) {
    if (frame->begun_at == 0) stream->event_timestamp = stream->timestamp;
    header.payload_type = stream->event_payload;
    header.timestamp = stream->event_timestamp;
    return header;
  }
  header.has_marker |= stream->had_gap;
  header.payload_type = stream->codec_payload;
  header.timestamp = stream->timestamp;
  return header;
}

/* The frame whose turn it is becomes a packet in `media->packet`; its length. */
static size_t make_packet(struct media_stream *stream) {
  uint8_t *packet = stream->media->packet, *payload = packet + RTP_HEADER_SIZE;
  struct voice_frame frame;
  voice_next(&stream->voice, stream->codec, payload, &frame);
  if (frame.is_event && stream->event_payload == SDP_NO_EVENTS)
    voice_silence(stream->codec, payload, &frame);
  struct rtp_packet header = next_header(stream, &frame);
  rtp_write_header(&header, packet);
  stream->had_gap = false;
  if (frame.is_last) {
    stream->is_played = true;
    LIST_INSERT_HEAD(&stream->media->played, stream, in_played);
  }
  return RTP_HEADER_SIZE + frame.len;
}

static void send_frame(struct media_stream *stream) {
  struct media *media = stream->media;
  if (!stream->hears || !stream->peer.len) {
    stream->had_gap = true;
  } else {
    size_t len = make_packet(stream);
    bool is_sent = (!stream->sender || srtp_seal(stream->sender, media->packet, &len)) &&
                   media_socket_send(stream->fd, (radmfa_span){media->packet, len}, &stream->peer);
    *(is_sent ? &media->stats.sent : &media->stats.unsent) += 1;
  }
  stream->timestamp += VOICE_FRAME_SIZE;
}

/* After a stall: time has gone by for those who listen, but what is said waited. */
static void skip_frames(struct media *media, unsigned n_frames) {
  struct media_stream *stream;
  for (unsigned phase = 0; n_frames && phase < MEDIA_PHASES; phase++)
    LIST_FOREACH(stream, &media->phases[phase], in_phase) {
      stream->timestamp += n_frames * VOICE_FRAME_SIZE;
      stream->had_gap = true;
    }
}

static void take_from_played(struct media_stream *stream) {
  if (!stream->is_played) return;
  stream->is_played = false;
  LIST_REMOVE(stream, in_played);
}

/* Each of them may free any stream. */
static void tell_played(struct media *media) {
  struct media_stream *stream;
  while ((stream = LIST_FIRST(&media->played)) != NULL) {
    take_from_played(stream);
    stream->options.on_played(stream->options.user);
  }
}

static void on_turn(uv_timer_t *timer);

static void wait_for_turn(struct media *media) {
  uint64_t due_ms = media_clock_due_ms(&media->clock), now_ms = uv_now(media->options.loop);
  (void)uv_timer_start(&media->timer, on_turn, due_ms > now_ms ? due_ms - now_ms : 0, 0);
}

static void on_turn(uv_timer_t *timer) {
  struct media *media = timer->data;
  struct media_stream *stream;
  uint64_t now_ns = uv_hrtime();
  uint64_t late_ms = media_clock_late_ns(&media->clock, now_ns) / 1000000u;
  unsigned phase;
  if (late_ms > media->stats.late_max_ms) media->stats.late_max_ms = (uint32_t)late_ms;
  skip_frames(media, media_clock_skip(&media->clock, now_ns));
  while (media_clock_turn(&media->clock, now_ns, &phase))
    LIST_FOREACH(stream, &media->phases[phase], in_phase) send_frame(stream);
  wait_for_turn(media);
  tell_played(media);
}

/* ---- receiving ---- */

static bool is_event(const struct media_stream *stream, int payload) {
  if (payload == stream->codec_payload) return false;
  return payload == SDP_EVENT_PAYLOAD || payload == stream->event_payload;
}

static void believe(struct media_stream *stream, const radmfa_address *from, uint64_t now_ms) {
  if (media_source_believe(&stream->source, from, now_ms))
    stream->peer = media_peer_of(media_source_target(&stream->source));
}

/* Whether it comes from whom we believe. With SRTP only who is authentic is believed. */
static bool read_genuine(struct media_stream *stream, struct media_datagram *datagram,
                         struct rtp_packet *out_packet) {
  uint64_t now_ms = uv_now(stream->media->options.loop);
  if (!media_source_accepts(&stream->source, &datagram->from, now_ms)) return false;
  if (stream->receiver && !srtp_unseal(stream->receiver, datagram->bytes, &datagram->len))
    return false;
  if (!rtp_parse((radmfa_span){datagram->bytes, datagram->len}, out_packet)) return false;
  believe(stream, &datagram->from, now_ms);
  return true;
}

/* What somebody says is nobody's to hear, and not even deciphered. */
static bool is_idle_talk(const struct media_stream *stream, const struct media_datagram *datagram) {
  int payload = rtp_payload_type((radmfa_span){datagram->bytes, datagram->len});
  return payload >= 0 && !is_event(stream, payload) &&
         media_source_is(&stream->source, &datagram->from);
}

/* The callback may free the stream. */
static void hear(struct media_stream *stream, struct media_datagram *datagram) {
  struct media *media = stream->media;
  struct rtp_packet packet;
  media->stats.received++;
  if (is_idle_talk(stream, datagram)) return;
  if (!read_genuine(stream, datagram, &packet)) {
    media->stats.foreign++;
    return;
  }
  if (!is_event(stream, packet.payload_type)) return;
  char key = rtp_keys_hear(&stream->keys, &packet);
  if (key && media_source_is_settled(&stream->source, uv_now(media->options.loop)))
    stream->options.on_key(key, stream->options.user);
}

/* A stream that was freed stays where it is until its handle has been closed. */
static void on_readable(uv_poll_t *poll, int status, int events) {
  struct media_stream *stream = poll->data;
  struct media_batch *batch = &stream->media->batch;
  (void)events;
  if (status < 0) return;
  size_t n = media_socket_receive(stream->fd, batch);
  for (size_t i = 0; i < n && stream->is_open; i++) hear(stream, &batch->datagrams[i]);
}

/* ---- sessions ---- */

static void set_key(struct srtp_key **at, struct srtp_key *key) {
  if (*at == key) return;
  srtp_key_free(*at);
  *at = key;
}

/* The one that is at work where it is the same, else a new one; NULL without SRTP. */
static int next_sender(const struct media_stream *stream, const uint8_t *octets,
                       struct srtp_key **out_key) {
  *out_key = octets ? stream->sender : NULL;
  if (!octets || (stream->sender && srtp_key_is(stream->sender, octets))) return 0;
  return srtp_key_new_sender(octets, stream->ssrc, out_key);
}

static int next_receiver(const struct media_stream *stream, const uint8_t *octets,
                         struct srtp_key **out_key) {
  *out_key = octets ? stream->receiver : NULL;
  if (!octets || (stream->receiver && srtp_key_is(stream->receiver, octets))) return 0;
  return srtp_key_new_receiver(octets, out_key);
}

static int set_keys(struct media_stream *stream, const uint8_t *ours, const uint8_t *theirs) {
  struct srtp_key *sender, *receiver;
  int error = next_sender(stream, ours, &sender);
  if (error) return error;
  error = next_receiver(stream, theirs, &receiver);
  if (error) {
    if (sender != stream->sender) srtp_key_free(sender);
    return error;
  }
  set_key(&stream->sender, sender);
  set_key(&stream->receiver, receiver);
  return 0;
}

static int set_session(struct media_stream *stream, const struct sdp_session *session,
                       const uint8_t *srtp_key) {
  bool has_srtp = session->has_srtp;
  if (has_srtp && !stream->media->options.has_srtp) return RADMFA_E_INVALID;
  if (session->hears && !media_socket_reaches(&stream->media->options.local, &session->rtp))
    return UV_EAFNOSUPPORT;
  int error = set_keys(stream, has_srtp ? srtp_key : NULL, has_srtp ? session->srtp_key : NULL);
  if (error) return error;
  stream->hears = session->hears;
  stream->codec = session->codec;
  stream->codec_payload = session->codec_payload;
  stream->event_payload = session->event_payload;
  /* not the loop's, which is behind where it has done much since */
  media_source_describe(&stream->source, &session->rtp, uv_hrtime() / 1000000u);
  const radmfa_address *target = media_source_target(&stream->source);
  stream->peer = target ? media_peer_of(target) : (struct media_peer){0};
  return 0;
}

static unsigned emptiest_phase(const struct media *media) {
  unsigned best = 0;
  for (unsigned phase = 1; phase < MEDIA_PHASES; phase++)
    if (media->n_in_phase[phase] < media->n_in_phase[best]) best = phase;
  return best;
}

static void begin_turns(struct media_stream *stream) {
  struct media *media = stream->media;
  stream->phase = emptiest_phase(media);
  LIST_INSERT_HEAD(&media->phases[stream->phase], stream, in_phase);
  media->n_in_phase[stream->phase]++;
  if (media->stats.streams++) return;
  media_clock_start(&media->clock, uv_hrtime());
  wait_for_turn(media);
}

static void end_turns(struct media_stream *stream) {
  struct media *media = stream->media;
  LIST_REMOVE(stream, in_phase);
  media->n_in_phase[stream->phase]--;
  if (--media->stats.streams == 0) (void)uv_timer_stop(&media->timer);
}

/* Sequence numbers begin in the lower half, so that nobody takes the first packets for later ones
 * of SRTP's next round (RFC 3711 3.3.1). */
static void draw_numbers(struct media_stream *stream) {
  stream->ssrc = randombytes_random();
  stream->timestamp = randombytes_random();
  stream->sequence = (uint16_t)(randombytes_random() & 0x7fff);
  stream->had_gap = true;
}

static int open_stream(struct media_stream *stream) {
  struct media *media = stream->media;
  radmfa_address local;
  int fd;
  media_local(stream, &local);
  int error = media_socket_open(&local, &fd);
  if (error) return error;
  error = uv_poll_init(media->options.loop, &stream->poll, fd);
  if (error) {
    (void)close(fd);
    return error;
  }
  stream->poll.data = stream;
  stream->fd = fd;
  stream->is_open = true;
  (void)uv_poll_start(&stream->poll, UV_READABLE, on_readable);
  return 0;
}

static void forget_session(struct media_stream *stream) {
  set_key(&stream->sender, NULL);
  set_key(&stream->receiver, NULL);
  stream->source = (struct media_source){0};
}

int media_start(struct media_stream *stream, const struct sdp_session *session,
                const uint8_t *srtp_key) {
  if (stream->is_open) return RADMFA_E_EXISTS;
  draw_numbers(stream);
  int error = set_session(stream, session, srtp_key);
  if (error) return error;
  error = open_stream(stream);
  if (error) {
    forget_session(stream);
    return error;
  }
  begin_turns(stream);
  return 0;
}

int media_change(struct media_stream *stream, const struct sdp_session *session,
                 const uint8_t *srtp_key) {
  return stream->is_open ? set_session(stream, session, srtp_key) : RADMFA_E_INVALID;
}

void media_play(struct media_stream *stream, const struct sound *const *sounds, size_t n) {
  take_from_played(stream);
  voice_play(&stream->voice, sounds, n);
}

void media_dial(struct media_stream *stream, const char *keys) {
  take_from_played(stream);
  voice_dial(&stream->voice, keys);
}

/* ---- streams ---- */

static bool is_in_use(const struct media *media, uint16_t port) {
  radmfa_address local = media->options.local;
  int fd, error;
  local.port = port;
  error = media_socket_open(&local, &fd);
  if (!error) (void)close(fd);
  return error == UV_EADDRINUSE;
}

/* Numbers that calls of this process have, for a factor and the one before a reload share a range:
 * two phones that ring must not be promised the same. */
#define WORD 64u
static _Atomic uint64_t promised[(UINT16_MAX + 1) / WORD];

static bool promise(uint16_t port) {
  uint64_t bit = UINT64_C(1) << port % WORD;
  return !(atomic_fetch_or(&promised[port / WORD], bit) & bit);
}

static void end_promise(uint16_t port) {
  (void)atomic_fetch_and(&promised[port / WORD], ~(UINT64_C(1) << port % WORD));
}

static bool is_free_for(const struct media *media, uint16_t port) {
  if (!promise(port)) return false;
  if (!is_in_use(media, port)) return true;
  end_promise(port);
  return false;
}

/* One that nobody else has, say another program or the factor before a reload: by the time of the
 * answer it would be too late to name another. 0: none was found. */
static uint16_t take_port(struct media *media) {
  uint16_t in_use[PORTS_TRIED_MAX], port;
  size_t n = 0;
  do {
    port = media_ports_take(&media->ports, randombytes_random());
    if (!port || is_free_for(media, port)) break;
    in_use[n++] = port;
    port = 0;
  } while (n < PORTS_TRIED_MAX);
  while (n > 0) media_ports_give_back(&media->ports, in_use[--n]);
  return port;
}

int media_reserve(struct media *media, const struct media_stream_options *options,
                  struct media_stream **out_stream) {
  struct media_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return RADMFA_E_NO_MEMORY;
  stream->port = take_port(media);
  if (!stream->port) {
    free(stream);
    return RADMFA_E_BUSY;
  }
  stream->media = media;
  stream->options = *options;
  *out_stream = stream;
  return 0;
}

void media_local(const struct media_stream *stream, radmfa_address *out_local) {
  *out_local = stream->media->options.local;
  out_local->port = stream->port;
}

/* A key that was pressed, perhaps of a PIN, is in it. */
static void free_stream(struct media_stream *stream) {
  sodium_memzero(stream, sizeof *stream);
  free(stream);
}

static void on_stream_closed(uv_handle_t *handle) {
  free_stream(handle->data);
}

void media_free(struct media_stream *stream) {
  if (!stream) return;
  take_from_played(stream);
  forget_session(stream);
  media_ports_give_back(&stream->media->ports, stream->port);
  if (!stream->is_open) {
    end_promise(stream->port);
    free_stream(stream);
    return;
  }
  end_turns(stream);
  stream->is_open = false;
  uv_close((uv_handle_t *)&stream->poll, on_stream_closed);
  (void)close(stream->fd);
  end_promise(stream->port);
}

/* ---- life ---- */

int media_new(const struct media_options *options, struct media **out_media) {
  struct media *media = calloc(1, sizeof *media);
  if (!media) return RADMFA_E_NO_MEMORY;
  media->options = *options;
  int error = media_ports_init(&media->ports, options->port_min, options->port_max);
  if (!error && options->has_srtp && !srtp_begin()) {
    media_ports_cleanup(&media->ports);
    error = RADMFA_E_NO_MEMORY;
  }
  if (error) {
    free(media);
    return error;
  }
  (void)uv_timer_init(options->loop, &media->timer);
  media->timer.data = media;
  *out_media = media;
  return 0;
}

static void on_media_closed(uv_handle_t *handle) {
  struct media *media = handle->data;
  void (*closed)(void *user) = media->closed;
  void *user = media->user;
  if (media->options.has_srtp) srtp_finish();
  media_ports_cleanup(&media->ports);
  sodium_memzero(media, sizeof *media); /* packets of keys are in the batch */
  free(media);
  closed(user);
}

void media_close(struct media *media, void (*closed)(void *user), void *user) {
  media->closed = closed;
  media->user = user;
  uv_close((uv_handle_t *)&media->timer, on_media_closed);
}

void media_stats(const struct media *media, struct media_stats *out_stats) {
  *out_stats = media->stats;
}
