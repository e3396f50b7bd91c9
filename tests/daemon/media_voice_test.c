/* What is said, frame after frame. */
#include "factor/media_voice.h"

#include <criterion/criterion.h>
#include <string.h>

static uint8_t speech[1000], speech_a[1000], payload[VOICE_FRAME_SIZE];
static struct voice voice;
static struct voice_frame frame;

static void begin(void) {
  memset(&voice, 0, sizeof voice);
  for (size_t i = 0; i < sizeof speech; i++) {
    speech[i] = (uint8_t)(i % 200);
    speech_a[i] = (uint8_t)(i % 190);
  }
}

TestSuite(media_voice, .init = begin);

static struct sound sound_of(size_t n_samples) {
  return (struct sound){speech, speech_a, n_samples};
}

static void play(const struct sound *first, const struct sound *second) {
  const struct sound *sounds[] = {first, second};
  voice_play(&voice, sounds, second ? 2 : 1);
}

static void next(void) {
  voice_next(&voice, SDP_PCMU, payload, &frame);
}

static void expect_silence(uint8_t value) {
  cr_assert(frame.len == VOICE_FRAME_SIZE && !frame.is_event && !frame.is_last);
  for (size_t i = 0; i < sizeof payload; i++) cr_assert_eq(payload[i], value);
}

Test(media_voice, who_has_nothing_to_say_is_silent_in_either_codec) {
  next();
  expect_silence(0xff);
  voice_next(&voice, SDP_PCMA, payload, &frame);
  expect_silence(0xd5);
}

Test(media_voice, a_sound_is_said_whole_and_its_end_told_once) {
  struct sound sound = sound_of(400);
  play(&sound, NULL);
  for (size_t i = 0; i < 3; i++) {
    next();
    size_t n = i < 2 ? 160 : 80;
    cr_assert_eq(memcmp(payload, speech + 160 * i, n), 0);
    for (; n < sizeof payload; n++) cr_assert_eq(payload[n], 0xff);
    cr_assert_eq(frame.has_marker, i == 0);
    cr_assert_eq(frame.is_last, i == 2);
  }
  next();
  expect_silence(0xff);
  cr_assert_not(frame.has_marker);
}

Test(media_voice, sounds_follow_each_other_without_a_gap) {
  struct sound first = sound_of(100), second = sound_of(220);
  play(&first, &second);
  next();
  cr_assert_eq(memcmp(payload, speech, 100), 0);
  cr_assert_eq(memcmp(payload + 100, speech, 60), 0);
  cr_assert_not(frame.is_last);
  next();
  cr_assert_eq(memcmp(payload, speech + 60, 160), 0);
  cr_assert(frame.is_last);
}

Test(media_voice, another_codec_goes_on_at_the_same_place) {
  struct sound sound = sound_of(320);
  play(&sound, NULL);
  next();
  voice_next(&voice, SDP_PCMA, payload, &frame);
  cr_assert_eq(memcmp(payload, speech_a + 160, 160), 0);
}

Test(media_voice, a_new_sound_takes_the_place_of_the_old_one) {
  struct sound sound = sound_of(1000), other = sound_of(160);
  play(&sound, NULL);
  next();
  play(&other, NULL);
  next();
  cr_assert_eq(memcmp(payload, speech, 160), 0);
  cr_assert(frame.has_marker && frame.is_last);
  play(&sound, NULL);
  voice_play(&voice, NULL, 0);
  next();
  expect_silence(0xff);
}

Test(media_voice, sounds_of_nothing_have_an_end_too) {
  struct sound nothing = sound_of(0), sound = sound_of(160);
  play(&nothing, &nothing);
  next();
  cr_assert(frame.is_last && !frame.has_marker);
  play(&nothing, &sound);
  next();
  cr_assert_eq(memcmp(payload, speech, 160), 0);
  play(&sound, &nothing);
  next();
  cr_assert(frame.is_last);
}

/* One key, from its first frame to the silence behind it. */
static void expect_key(uint8_t code) {
  for (uint32_t i = 0; i < 10; i++) {
    next();
    cr_assert_eq(frame.is_event, i < 7, "frame %u", i);
    if (i >= 7) continue;
    unsigned duration = payload[2] * 256u + payload[3];
    cr_assert_eq(frame.len, 4);
    cr_assert_eq(payload[0], code);
    cr_assert_eq(payload[1] >> 7, i >= 4, "three ends");
    cr_assert_eq(duration, i < 4 ? 160 * (i + 1) : 800);
    cr_assert_eq(frame.begun_at, 160 * i);
    cr_assert_eq(frame.has_marker, i == 0);
  }
}

Test(media_voice, keys_are_pressed_one_after_the_other_with_pauses) {
  voice_dial(&voice, "1,x#");
  expect_key(1);
  for (unsigned i = 0; i < 25; i++) {
    next();
    expect_silence(0xff);
  }
  expect_key(11);
  cr_assert(frame.is_last);
  next();
  expect_silence(0xff);
}

Test(media_voice, keys_that_are_none_or_too_many_are_left_out) {
  voice_dial(&voice, "");
  next();
  cr_assert(frame.is_last && !frame.is_event);
  voice_dial(&voice, "0123456789012345678901234567890123456789");
  for (unsigned i = 0; i < VOICE_KEYS_MAX; i++) expect_key((uint8_t)(i % 10));
  cr_assert(frame.is_last);
}

Test(media_voice, what_cannot_be_sent_as_an_event_is_silence_of_the_same_length) {
  voice_dial(&voice, "5");
  for (unsigned i = 0; i < 10; i++) {
    next();
    bool is_last = frame.is_last;
    voice_silence(SDP_PCMU, payload, &frame);
    cr_assert_eq(frame.is_last, is_last);
    cr_assert(frame.len == VOICE_FRAME_SIZE && !frame.is_event && !frame.has_marker);
  }
}
