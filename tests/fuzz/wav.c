/* Any octets as a WAV file: what is taken for one lies inside it, and each sample can be read. */
#include "factor/wav.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_wav(radmfa_span file, const struct wav *wav) {
  int sum = 0;
  CHECK(wav->n_samples >= 1 && wav->n_samples <= WAV_SECONDS_MAX * WAV_RATE);
  CHECK(wav->data.ptr >= file.ptr && wav->data.len <= file.len);
  CHECK((size_t)(wav->data.ptr - file.ptr) <= file.len - wav->data.len);
  for (size_t i = 0; i < wav->n_samples; i++) sum ^= wav_sample(wav, i);
  CHECK(sum >= INT16_MIN && sum <= INT16_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char fault[WAV_FAULT_SIZE] = "";
  struct wav wav;
  radmfa_span file = {data, size};
  if (wav_parse(file, &wav, fault))
    check_wav(file, &wav);
  else
    CHECK(fault[0] && memchr(fault, 0, sizeof fault));
  return 0;
}
