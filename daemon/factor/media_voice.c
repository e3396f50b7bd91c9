/* media_voice.c: sounds follow each other without a gap; keys are pressed for 100 ms, and 100 ms
 * lie between them. */
#include "media_voice.h"

#include "rtp.h"

#include <string.h>

/* Frames of a key: the last one of its tone says that it has ended, and so do the copies. */
#define TONE_FRAMES 5u
#define EVENT_FRAMES (TONE_FRAMES + RTP_EVENT_END_COPIES - 1)
#define KEY_FRAMES 10u
#define PAUSE_FRAMES 25u

static void silence(enum sdp_codec codec, uint8_t payload[VOICE_FRAME_SIZE]) {
  /* G.711: the smallest value of either */
  memset(payload, codec == SDP_PCMU ? 0xff : 0xd5, VOICE_FRAME_SIZE);
}

void voice_silence(enum sdp_codec codec, uint8_t payload[VOICE_FRAME_SIZE],
                   struct voice_frame *out_frame) {
  silence(codec, payload);
  *out_frame = (struct voice_frame){.len = VOICE_FRAME_SIZE, .is_last = out_frame->is_last};
}

/* ---- sounds ---- */

void voice_play(struct voice *voice, const struct sound *const *sounds, size_t n) {
  *voice =
      (struct voice){.is_busy = n > 0, .n_sounds = n < MEDIA_SOUNDS_MAX ? n : MEDIA_SOUNDS_MAX};
  for (size_t i = 0; i < voice->n_sounds; i++) voice->sounds[i] = sounds[i];
}

/* Some of the sound whose turn it is; 0: none is left. */
static size_t take_samples(struct voice *voice, enum sdp_codec codec, uint8_t *out, size_t size) {
  for (; voice->sound < voice->n_sounds; voice->sound++, voice->sample = 0) {
    const struct sound *sound = voice->sounds[voice->sound];
    size_t left = sound->n_samples - voice->sample, n = left < size ? left : size;
    if (!n) continue;
    memcpy(out, (codec == SDP_PCMU ? sound->pcmu : sound->pcma) + voice->sample, n);
    voice->sample += n;
    return n;
  }
  return 0;
}

static bool has_samples(const struct voice *voice) {
  size_t sample = voice->sample;
  for (size_t i = voice->sound; i < voice->n_sounds; i++, sample = 0)
    if (voice->sounds[i]->n_samples > sample) return true;
  return false;
}

static void next_samples(struct voice *voice, enum sdp_codec codec,
                         uint8_t payload[VOICE_FRAME_SIZE], struct voice_frame *out) {
  size_t used = 0, n;
  while (used < VOICE_FRAME_SIZE &&
         (n = take_samples(voice, codec, payload + used, VOICE_FRAME_SIZE - used)) > 0)
    used += n;
  out->has_marker = used && !voice->is_speaking;
  voice->is_speaking = has_samples(voice);
  if (!voice->is_speaking) voice->n_sounds = 0;
}

/* ---- keys ---- */

void voice_dial(struct voice *voice, const char *keys) {
  *voice = (struct voice){.is_busy = true};
  for (; *keys && voice->n_keys < VOICE_KEYS_MAX; keys++)
    if (strchr("0123456789*#ABCD,", *keys)) voice->keys[voice->n_keys++] = *keys;
}

/* Leaves it silent where the key has been released, or is a pause. */
static void write_event(const struct voice *voice, uint8_t payload[VOICE_FRAME_SIZE],
                        struct voice_frame *out) {
  unsigned frame = voice->key_frame;
  unsigned n_tone = frame < TONE_FRAMES ? frame + 1 : TONE_FRAMES;
  if (frame >= EVENT_FRAMES || !rtp_write_event(voice->keys[voice->key], n_tone == TONE_FRAMES,
                                                (uint16_t)(n_tone * VOICE_FRAME_SIZE), payload))
    return;
  *out = (struct voice_frame){.len = RTP_EVENT_SIZE,
                              .is_event = true,
                              .has_marker = frame == 0,
                              .begun_at = frame * VOICE_FRAME_SIZE};
}

static void next_key_frame(struct voice *voice, uint8_t payload[VOICE_FRAME_SIZE],
                           struct voice_frame *out) {
  unsigned n_frames = voice->keys[voice->key] == ',' ? PAUSE_FRAMES : KEY_FRAMES;
  write_event(voice, payload, out);
  if (++voice->key_frame < n_frames) return;
  voice->key_frame = 0;
  voice->key++;
}

void voice_next(struct voice *voice, enum sdp_codec codec, uint8_t payload[VOICE_FRAME_SIZE],
                struct voice_frame *out_frame) {
  *out_frame = (struct voice_frame){.len = VOICE_FRAME_SIZE};
  silence(codec, payload);
  if (voice->key < voice->n_keys)
    next_key_frame(voice, payload, out_frame);
  else if (voice->n_sounds)
    next_samples(voice, codec, payload, out_frame);
  bool is_over = voice->key == voice->n_keys && !voice->n_sounds;
  out_frame->is_last = voice->is_busy && is_over;
  voice->is_busy = !is_over;
}
