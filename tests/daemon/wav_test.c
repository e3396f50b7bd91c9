#include "factor/wav.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

struct file {
  uint8_t *bytes;
  size_t len;
};

static char fault[WAV_FAULT_SIZE];

static void put(struct file *file, const void *bytes, size_t len) {
  file->bytes = realloc(file->bytes, file->len + len + 1);
  memcpy(file->bytes + file->len, bytes, len);
  file->len += len;
}

static void put_number(struct file *file, uint32_t value, size_t len) {
  for (size_t i = 0; i < len; i++) put(file, &(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

static void put_chunk(struct file *file, const char *name, const void *data, uint32_t len) {
  put(file, name, 4);
  put_number(file, len, 4);
  put(file, data, len);
  if (len % 2) put_number(file, 0, 1);
}

static struct file begin(void) {
  struct file file = {0};
  put(&file, "RIFF\0\0\0\0WAVE", 12);
  return file;
}

static void put_format(struct file *file, unsigned coding, unsigned channels, uint32_t rate,
                       unsigned bits) {
  put(file, "fmt \20\0\0\0", 8);
  put_number(file, coding, 2);
  put_number(file, channels, 2);
  put_number(file, rate, 4);
  put_number(file, rate * channels * bits / 8, 4);
  put_number(file, channels * bits / 8, 2);
  put_number(file, bits, 2);
}

static void set_number(struct file *file, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; i++) file->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

/* Makes its header say how long it is, and gives it to the parser in a block of just that size. */
static bool is_wav(struct file *file, struct wav *out_wav) {
  set_number(file, 4, (uint32_t)file->len - 8);
  file->bytes = realloc(file->bytes, file->len);
  fault[0] = '\0';
  return wav_parse((radmfa_span){file->bytes, file->len}, out_wav, fault);
}

/* `file` is refused for that reason; it is freed. */
static void refused(struct file *file, const char *why) {
  struct wav wav = {.n_samples = 77};
  cr_assert_not(is_wav(file, &wav), "%s", why);
  cr_assert_str_eq(fault, why);
  cr_assert_eq(wav.n_samples, 77);
  free(file->bytes);
}

static struct file file_of(unsigned coding, unsigned channels, uint32_t rate, unsigned bits) {
  struct file file = begin();
  put_format(&file, coding, channels, rate, bits);
  put_chunk(&file, "data", "\1\2\3\4", 4);
  return file;
}

static void format_refused(unsigned coding, unsigned channels, uint32_t rate, unsigned bits,
                           const char *why) {
  struct file file = file_of(coding, channels, rate, bits);
  refused(&file, why);
}

/* ---- what is read ---- */

Test(wav, pcm_of_16_bits_is_little_endian) {
  struct file file = begin();
  struct wav wav;
  put_format(&file, 1, 1, 8000, 16);
  put_chunk(&file, "data", "\0\0\1\0\377\177\0\200\377\377", 10);
  cr_assert(is_wav(&file, &wav), "%s", fault);
  cr_assert_eq(wav.coding, WAV_PCM16);
  cr_assert_eq(wav.n_samples, 5);
  static const int16_t want[] = {0, 1, 32767, -32768, -1};
  for (size_t i = 0; i < 5; i++) cr_assert_eq(wav_sample(&wav, i), want[i]);
  free(file.bytes);
}

Test(wav, both_codecs_of_telephones_are_read) {
  struct file pcmu = file_of(7, 1, 8000, 8), pcma = file_of(6, 1, 8000, 8);
  struct wav wav;
  cr_assert(is_wav(&pcmu, &wav), "%s", fault);
  cr_assert_eq(wav.n_samples, 4);
  cr_assert_eq(wav_sample(&wav, 0), -31100);
  cr_assert(is_wav(&pcma, &wav), "%s", fault);
  cr_assert_eq(wav.n_samples, 4);
  cr_assert_eq(wav_sample(&wav, 0), -5248);
  free(pcmu.bytes), free(pcma.bytes);
}

Test(wav, parts_come_in_any_order_and_unknown_ones_are_passed_over) {
  struct file file = begin();
  struct wav wav;
  put_chunk(&file, "LIST", "abc", 3); /* odd: padded */
  put_chunk(&file, "data", "\5\0", 2);
  put_chunk(&file, "JUNK", "", 0);
  put_format(&file, 1, 1, 8000, 16);
  put_chunk(&file, "data", "\6\0\7\0", 4); /* the first counts */
  cr_assert(is_wav(&file, &wav), "%s", fault);
  cr_assert_eq(wav.n_samples, 1);
  cr_assert_eq(wav_sample(&wav, 0), 5);
  free(file.bytes);
}

Test(wav, an_extensible_format_is_what_its_subformat_says) {
  struct file file = begin();
  struct wav wav;
  put_format(&file, 0xfffe, 1, 8000, 16);
  set_number(&file, 16, 40);
  put(&file, "\26\0\20\0\4\0\0\0", 8);
  put(&file, "\1\0\0\0\0\0\20\0\200\0\0\252\0\70\233\161", 16);
  put_chunk(&file, "data", "\1\0", 2);
  cr_assert(is_wav(&file, &wav), "%s", fault);
  cr_assert_eq(wav.coding, WAV_PCM16);
  free(file.bytes);
}

Test(wav, what_stands_behind_the_end_that_the_header_names_is_not_looked_at) {
  struct file file = file_of(1, 1, 8000, 16);
  struct wav wav;
  uint32_t len = (uint32_t)file.len - 8;
  put(&file, "datadatadata", 12);
  set_number(&file, 4, len);
  cr_assert(wav_parse((radmfa_span){file.bytes, file.len}, &wav, fault), "%s", fault);
  cr_assert_eq(wav.n_samples, 2);
  free(file.bytes);
}

Test(wav, half_a_sample_at_the_end_is_left_out) {
  struct file file = begin();
  struct wav wav;
  put_format(&file, 1, 1, 8000, 16);
  put_chunk(&file, "data", "\1\0\2", 3);
  cr_assert(is_wav(&file, &wav), "%s", fault);
  cr_assert_eq(wav.n_samples, 1);
  free(file.bytes);
}

/* ---- what is refused ---- */

Test(wav, another_format_is_refused_with_what_it_is_and_what_it_must_be) {
  format_refused(1, 1, 44100, 16, "is of 44100 Hz, must be 8000");
  format_refused(7, 1, 16000, 8, "is of 16000 Hz, must be 8000");
  format_refused(1, 2, 8000, 16, "has 2 channels, must be mono");
  format_refused(1, 0, 8000, 16, "has 0 channels, must be mono");
  format_refused(1, 1, 8000, 8, "has 8 bits for each sample, must be 16");
  format_refused(1, 1, 8000, 24, "has 24 bits for each sample, must be 16");
  format_refused(6, 1, 8000, 16, "has 16 bits for each sample, must be 8");
  format_refused(3, 1, 8000, 32, "has coding 3, must be PCM (1), PCMA (6) or PCMU (7)");
  format_refused(0xfffe, 1, 8000, 16, "has coding 65534, must be PCM (1), PCMA (6) or PCMU (7)");
}

Test(wav, what_is_no_riff_file_is_no_wav_file) {
  static const char *const others[] = {"", "RIFF", "RIFX\4\0\0\0WAVE", "RIFF\4\0\0\0AVI ",
                                       "ID3\4aaaaaaaaaaaaaaaa"};
  struct wav wav;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    cr_assert_not(wav_parse((radmfa_span){(const uint8_t *)others[i], 12 * (i > 1)}, &wav, fault));
    cr_assert_str_eq(fault, "is no WAV file");
  }
}

Test(wav, a_file_without_one_of_its_parts_says_which) {
  struct file without_data = begin(), without_format = begin();
  put_format(&without_data, 1, 1, 8000, 16);
  refused(&without_data, "has no part `data`");
  put_chunk(&without_format, "data", "\0\0", 2);
  refused(&without_format, "has no part `fmt `");
}

Test(wav, a_part_that_is_longer_than_the_file_is_refused) {
  struct file file = file_of(1, 1, 8000, 16);
  set_number(&file, 40, 5);
  refused(&file, "is damaged: a part is longer than the file");
  file = file_of(1, 1, 8000, 16);
  set_number(&file, 40, UINT32_MAX);
  refused(&file, "is damaged: a part is longer than the file");
  file = begin();
  put(&file, "fmt ", 4);
  refused(&file, "is damaged: a part is longer than the file");
}

Test(wav, a_format_that_is_cut_off_is_refused) {
  struct file file = begin();
  put_chunk(&file, "fmt ", "\1\0\1\0\100\37\0\0\200\76\0\0\2\0", 14);
  refused(&file, "is damaged: its format is cut off");
}

Test(wav, a_file_that_is_shorter_than_it_says_is_refused) {
  struct file file = file_of(1, 1, 8000, 16);
  struct wav wav;
  cr_assert(is_wav(&file, &wav));
  for (size_t len = 0; len < file.len; len++) {
    uint8_t *bytes = malloc(len ? len : 1); /* for ASan */
    memcpy(bytes, file.bytes, len);
    cr_assert_not(wav_parse((radmfa_span){bytes, len}, &wav, fault));
    free(bytes);
  }
  cr_assert_str_eq(fault, "is shorter than its header says");
  free(file.bytes);
}

static bool may_have_samples(uint32_t n_samples) {
  struct file file = begin();
  struct wav wav;
  uint8_t *data = calloc(n_samples + 1, 1);
  put_format(&file, 7, 1, 8000, 8);
  put_chunk(&file, "data", data, n_samples);
  bool may = is_wav(&file, &wav);
  free(data), free(file.bytes);
  return may;
}

Test(wav, a_file_has_a_sample_and_at_most_two_minutes) {
  cr_assert_not(may_have_samples(0));
  cr_assert_str_eq(fault, "is empty");
  cr_assert(may_have_samples(1));
  cr_assert(may_have_samples(120 * 8000));
  cr_assert_not(may_have_samples(120 * 8000 + 1));
  cr_assert_str_eq(fault, "is longer than 120 s");
}
