/* media_voice.h: what a call says, a frame of 20 ms after the other: sounds, keys (RFC 4733), or
 * silence. Pure. */
#ifndef RADMFAD_FACTOR_MEDIA_VOICE_H
#define RADMFAD_FACTOR_MEDIA_VOICE_H

#include "media.h"

#define VOICE_FRAME_SIZE 160u /* 20 ms of 8000 samples a second, an octet each */
#define VOICE_KEYS_MAX 32u

struct voice {
  const struct sound *sounds[MEDIA_SOUNDS_MAX]; /* borrowed */
  size_t n_sounds, sound, sample;               /* how many; where we are */
  char keys[VOICE_KEYS_MAX + 1];
  size_t n_keys, key;
  unsigned key_frame;
  bool is_speaking; /* a sound has begun */
  bool is_busy;     /* the end is still to be told */
};

struct voice_frame {
  size_t len;
  bool is_event;
  bool has_marker;   /* speech or an event begins (RFC 3551 4.1, RFC 4733 2.5.1.1) */
  bool is_last;      /* all that was to be said is said with it */
  uint32_t begun_at; /* how many samples ago what it tells began: an event has one timestamp */
};

/* Both replace what was to be said. voice_play takes MEDIA_SOUNDS_MAX at most; voice_dial
 * VOICE_KEYS_MAX of "0123456789*#ABCD,", and leaves out everything else. */
void voice_play(struct voice *voice, const struct sound *const *sounds, size_t n);
void voice_dial(struct voice *voice, const char *keys);

void voice_next(struct voice *voice, enum sdp_codec codec, uint8_t payload[VOICE_FRAME_SIZE],
                struct voice_frame *out_frame);
/* In the place of a frame that cannot be sent. */
void voice_silence(enum sdp_codec codec, uint8_t payload[VOICE_FRAME_SIZE],
                   struct voice_frame *out_frame);

#endif
