/* wav.h: WAV files as a telephone can play them. Pure. */
#ifndef RADMFAD_FACTOR_WAV_H
#define RADMFAD_FACTOR_WAV_H

#include <radmfa/base.h>

#define WAV_RATE 8000u
#define WAV_SECONDS_MAX 120u
#define WAV_FAULT_SIZE 96u

enum wav_coding { WAV_PCM16 = 1, WAV_PCMA = 6, WAV_PCMU = 7 }; /* their numbers in the file */

struct wav {
  enum wav_coding coding;
  radmfa_span data; /* points into the file's bytes */
  size_t n_samples; /* 1 to two minutes' */
};

/* wav_parse reads a RIFF file of 8000 Hz, mono. False: it is none, and `out_fault` says why ("is of
 * 44100 Hz, must be 8000"); then `*out_wav` is untouched. */
RADMFA_MUST_USE bool wav_parse(radmfa_span bytes, struct wav *out_wav,
                               char out_fault[WAV_FAULT_SIZE]);
int16_t wav_sample(const struct wav *wav, size_t i); /* `i` below n_samples */

#endif
