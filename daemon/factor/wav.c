/* wav.c: a RIFF file is a list of chunks, in any order, most of which say nothing to us
 * (Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft, 1991). */
#include "wav.h"

#include "g711.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define RIFF_HEADER_SIZE 12u /* "RIFF", length of what follows, "WAVE" */
#define CHUNK_HEADER_SIZE 8u
#define FORMAT_SIZE 16u
#define FORMAT_EXTENSIBLE 0xfffeu /* the coding stands in the first octets of a GUID, further on */
#define SUBFORMAT_OFFSET 24u
#define SUBFORMAT_SIZE 16u

struct chunk {
  const uint8_t *name; /* four letters */
  radmfa_span data;
};

struct format {
  unsigned coding, channels, bits;
  uint32_t rate;
};

/* Always false, for the caller to return. */
__attribute__((format(printf, 2, 3))) static bool fault(char *out_fault, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(out_fault, WAV_FAULT_SIZE, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- chunks ---- */

static unsigned u16_at(const uint8_t *bytes) {
  return bytes[0] | (unsigned)bytes[1] << 8;
}

static uint32_t u32_at(const uint8_t *bytes) {
  return u16_at(bytes) | (uint32_t)u16_at(bytes + 2) << 16;
}

static bool is_named(const uint8_t *name, const char *want) {
  return memcmp(name, want, 4) == 0;
}

static void skip(radmfa_span *in, size_t len) {
  in->ptr += len;
  in->len -= len;
}

/* The file without its header, as long as that says it is. */
static bool take_riff(radmfa_span bytes, radmfa_span *out_chunks, char *out_fault) {
  if (bytes.len < RIFF_HEADER_SIZE || !is_named(bytes.ptr, "RIFF") ||
      !is_named(bytes.ptr + 8, "WAVE"))
    return fault(out_fault, "is no WAV file");
  uint32_t len = u32_at(bytes.ptr + 4);
  if (len < 4 || len > bytes.len - 8) return fault(out_fault, "is shorter than its header says");
  *out_chunks = (radmfa_span){bytes.ptr + RIFF_HEADER_SIZE, len - 4};
  return true;
}

/* A chunk of odd length is followed by an octet of padding, which some leave out at the end. */
static bool take_chunk(radmfa_span *in, struct chunk *out_chunk) {
  radmfa_span rest = *in;
  if (rest.len < CHUNK_HEADER_SIZE) return false;
  size_t len = u32_at(rest.ptr + 4);
  const uint8_t *name = rest.ptr;
  skip(&rest, CHUNK_HEADER_SIZE);
  if (len > rest.len) return false;
  *out_chunk = (struct chunk){name, {rest.ptr, len}};
  skip(&rest, len);
  if (len % 2 && rest.len) skip(&rest, 1);
  *in = rest;
  return true;
}

/* The first chunk of that name. */
static bool find_chunk(radmfa_span chunks, const char *name, radmfa_span *out_data,
                       char *out_fault) {
  struct chunk chunk;
  while (chunks.len) {
    if (!take_chunk(&chunks, &chunk))
      return fault(out_fault, "is damaged: a part is longer than the file");
    if (!is_named(chunk.name, name)) continue;
    *out_data = chunk.data;
    return true;
  }
  return fault(out_fault, "has no part `%s`", name);
}

/* ---- what it is ---- */

static bool read_format(radmfa_span data, struct format *out_format, char *out_fault) {
  if (data.len < FORMAT_SIZE) return fault(out_fault, "is damaged: its format is cut off");
  const uint8_t *bytes = data.ptr;
  unsigned coding = u16_at(bytes);
  if (coding == FORMAT_EXTENSIBLE && data.len >= SUBFORMAT_OFFSET + SUBFORMAT_SIZE)
    coding = u16_at(bytes + SUBFORMAT_OFFSET);
  *out_format = (struct format){coding, u16_at(bytes + 2), u16_at(bytes + 14), u32_at(bytes + 4)};
  return true;
}

static unsigned bits_of(unsigned coding) {
  if (coding == WAV_PCM16) return 16;
  return coding == WAV_PCMU || coding == WAV_PCMA ? 8 : 0;
}

static bool check_format(const struct format *format, char *out_fault) {
  unsigned bits = bits_of(format->coding);
  if (!bits)
    return fault(out_fault, "has coding %u, must be PCM (1), PCMA (6) or PCMU (7)", format->coding);
  if (format->channels != 1)
    return fault(out_fault, "has %u channels, must be mono", format->channels);
  if (format->rate != WAV_RATE)
    return fault(out_fault, "is of %u Hz, must be %u", format->rate, WAV_RATE);
  if (format->bits != bits)
    return fault(out_fault, "has %u bits for each sample, must be %u", format->bits, bits);
  return true;
}

static bool check_length(size_t n_samples, char *out_fault) {
  if (!n_samples) return fault(out_fault, "is empty");
  if (n_samples > (size_t)WAV_SECONDS_MAX * WAV_RATE)
    return fault(out_fault, "is longer than %u s", WAV_SECONDS_MAX);
  return true;
}

bool wav_parse(radmfa_span bytes, struct wav *out_wav, char out_fault[WAV_FAULT_SIZE]) {
  radmfa_span chunks, data;
  struct format format = {0};
  if (!take_riff(bytes, &chunks, out_fault)) return false;
  if (!find_chunk(chunks, "fmt ", &data, out_fault)) return false;
  if (!read_format(data, &format, out_fault) || !check_format(&format, out_fault)) return false;
  if (!find_chunk(chunks, "data", &data, out_fault)) return false;
  size_t n_samples = data.len * 8 / format.bits;
  if (!check_length(n_samples, out_fault)) return false;
  *out_wav = (struct wav){(enum wav_coding)format.coding, data, n_samples};
  return true;
}

int16_t wav_sample(const struct wav *wav, size_t i) {
  const uint8_t *bytes = wav->data.ptr;
  if (wav->coding == WAV_PCMU) return g711_from_pcmu(bytes[i]);
  if (wav->coding == WAV_PCMA) return g711_from_pcma(bytes[i]);
  return (int16_t)u16_at(bytes + 2 * i);
}
