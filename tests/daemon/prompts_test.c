#include "factor/prompts.h"

#include "factor/g711.h"
#include "prompts/spoken.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct place at = {"radmfad.yaml", 12, 7};

static char *messages;
static char folder[] = "/tmp/prompts_test.XXXXXX";

/* ---- folders ---- */

static void open_folder(void) {
  cr_assert_not_null(mkdtemp(folder));
}

static const char *path_of(const char *name) {
  static char path[300];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void make_folder(const char *name) {
  cr_assert_eq(mkdir(path_of(name), 0755), 0);
}

static void write_file(const char *name, const void *bytes, size_t len) {
  FILE *file = fopen(path_of(name), "wb");
  cr_assert_eq(fwrite(bytes, 1, len, file), len);
  cr_assert_eq(fclose(file), 0);
}

/* Of `n` samples of PCMU, all the same octet; `rate` is below 65536. */
static void write_wav(const char *name, unsigned rate, uint8_t n, uint8_t octet) {
  uint8_t wav[44 + 255] = "RIFF\0\0\0\0WAVEfmt \20\0\0\0\7\0\1\0\0\0\0\0\0\0\0\0\1\0\10\0data";
  wav[4] = 36;
  wav[24] = (uint8_t)rate;
  wav[25] = (uint8_t)(rate >> 8);
  wav[40] = n;
  wav[4] = (uint8_t)(wav[4] + n);
  memset(wav + 44, octet, n);
  write_file(name, wav, 44u + n);
}

static void remove_all(const char *name) {
  DIR *dir = opendir(name);
  char path[600];
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
    remove_all(path);
  }
  if (dir) closedir(dir);
  remove(name);
}

/* What loading had to say is in `messages`. */
static struct prompts *load(const char *from) {
  size_t len;
  free(messages);
  struct diag diag = {.out = open_memstream(&messages, &len)};
  struct prompts *prompts = prompts_load(from, at, &diag);
  fclose(diag.out);
  cr_assert_eq(prompts == NULL, diag.errors > 0, "%s", messages);
  return prompts;
}

static void drop(struct prompts *prompts) {
  prompts_free(prompts);
  free(messages);
  messages = NULL;
  remove_all(folder);
}

/* The folder is refused, and the message has these words. */
static void refused(const char *words) {
  cr_assert_null(load(folder));
  cr_assert(strncmp(messages, "radmfad.yaml:12:7: ", 19) == 0, "%s", messages);
  cr_assert_not_null(strstr(messages, words), "no %s in: %s", words, messages);
}

/* ---- the standard ones ---- */

static double seconds_of(const struct sound *sound) {
  return (double)sound->n_samples / 8000;
}

/* Of a part, as a share of the loudest square wave's: 0.01 is -20 dB. */
static double power_of(const struct sound *sound, size_t from, size_t to) {
  double sum = 0;
  for (size_t i = from; i < to; i++) {
    double sample = g711_from_pcmu(sound->pcmu[i]) / 32768.0;
    sum += sample * sample;
  }
  return sum / (double)(to - from);
}

static void is_spoken(const char *language, unsigned prompt, const struct sound *sound) {
  double seconds = seconds_of(sound);
  cr_assert(seconds > 0.5 && seconds < 15, "%s %u: %.1f s", language, prompt, seconds);
  size_t n = sound->n_samples;
  double power = power_of(sound, 0, n); /* a short one is silent for half of its time */
  cr_assert(power > 0.001 && power < 0.02, "%s %u: %f", language, prompt, power);
  cr_assert_lt(power_of(sound, 0, 1500), 1e-5, "%s %u begins without a pause", language, prompt);
  cr_assert_lt(power_of(sound, n - 1500, n), 1e-5, "%s %u ends without", language, prompt);
}

static void is_not_clipped(const struct sound *sound) {
  for (size_t i = 0; i < sound->n_samples; i++) {
    cr_assert(abs(g711_from_pcmu(sound->pcmu[i])) < 32000);
    cr_assert(abs(g711_from_pcma(sound->pcma[i])) < 32000);
  }
}

Test(prompts, the_standard_ones_are_spoken_in_english_and_german) {
  struct prompts *prompts = load(NULL);
  cr_assert_str_eq(messages, "");
  for (unsigned language = 0; language < SPOKEN_LANGUAGES; language++) {
    const char *name = spoken_languages[language].language;
    cr_assert(prompts_has_language(prompts, name));
    for (unsigned i = 0; i < PROMPT_COUNT; i++) {
      is_spoken(name, i, prompts_find(prompts, name, (enum prompt)i));
      is_not_clipped(prompts_find(prompts, name, (enum prompt)i));
    }
  }
  cr_assert_not(prompts_has_language(prompts, "fr"));
  drop(prompts);
}

Test(prompts, no_two_of_the_standard_ones_are_the_same) {
  struct prompts *prompts = load(NULL);
  for (unsigned i = 0; i < PROMPT_COUNT; i++) {
    const struct sound *english = prompts_find(prompts, "en", (enum prompt)i);
    for (unsigned j = 0; j < PROMPT_COUNT; j++) {
      const struct sound *other = prompts_find(prompts, j > i ? "en" : "de", (enum prompt)j);
      cr_assert(english->n_samples != other->n_samples ||
                memcmp(english->pcmu, other->pcmu, other->n_samples) != 0);
    }
  }
  drop(prompts);
}

Test(prompts, both_codecs_say_the_same) {
  struct prompts *prompts = load(NULL);
  const struct sound *sound = prompts_find(prompts, "en", PROMPT_GREETING);
  for (size_t i = 0; i < sound->n_samples; i++) {
    int pcmu = g711_from_pcmu(sound->pcmu[i]), pcma = g711_from_pcma(sound->pcma[i]);
    cr_assert_leq(abs(pcmu - pcma), 16 + abs(pcmu) / 16);
  }
  drop(prompts);
}

Test(prompts, an_unknown_language_and_none_are_english) {
  struct prompts *prompts = load(NULL);
  const struct sound *english = prompts_find(prompts, "en", PROMPT_THANKS);
  cr_assert_eq(prompts_find(prompts, "fr", PROMPT_THANKS), english);
  cr_assert_eq(prompts_find(prompts, NULL, PROMPT_THANKS), english);
  cr_assert_neq(prompts_find(prompts, "de", PROMPT_THANKS), english);
  drop(prompts);
}

/* ---- a folder ---- */

Test(prompts, a_file_takes_the_place_of_the_standard_prompt_and_of_no_other) {
  open_folder();
  make_folder("de");
  write_wav("de/thanks.wav", 8000, 3, 0x90);
  struct prompts *prompts = load(folder);
  cr_assert_str_eq(messages, "");
  const struct sound *thanks = prompts_find(prompts, "de", PROMPT_THANKS);
  cr_assert_eq(thanks->n_samples, 3);
  cr_assert_arr_eq(thanks->pcmu, "\x90\x90\x90", 3);
  cr_assert_eq(thanks->pcma[0], g711_to_pcma(g711_from_pcmu(0x90)));
  cr_assert_gt(prompts_find(prompts, "de", PROMPT_DENIED)->n_samples, 4000);
  cr_assert_gt(prompts_find(prompts, "en", PROMPT_THANKS)->n_samples, 4000);
  drop(prompts);
}

Test(prompts, what_a_new_language_lacks_is_said_in_english_and_warned_about) {
  open_folder();
  make_folder("pt-br");
  write_wav("pt-br/greeting.wav", 8000, 5, 0x90);
  struct prompts *prompts = load(folder);
  cr_assert_not_null(strstr(messages, "/pt-br` lacks 22 of 23 prompts, as greeting_pin.wav"), "%s",
                     messages);
  cr_assert(prompts_has_language(prompts, "pt-br"));
  cr_assert_eq(prompts_find(prompts, "pt-br", PROMPT_GREETING)->n_samples, 5);
  cr_assert_eq(prompts_find(prompts, "pt-br", PROMPT_FRAUD),
               prompts_find(prompts, "en", PROMPT_FRAUD));
  drop(prompts);
}

Test(prompts, files_that_mean_nothing_are_warned_about_hidden_ones_not) {
  open_folder();
  make_folder("en");
  write_file("en/greetings.wav", "x", 1);
  write_file("en/.thumbnail", "x", 1);
  write_file("greeting.wav", "x", 1);
  struct prompts *prompts = load(folder);
  cr_assert_not_null(strstr(messages, "/en/greetings.wav` is no prompt's name"), "%s", messages);
  cr_assert_not_null(strstr(messages, "/greeting.wav` is not in a folder of a language"));
  cr_assert_null(strstr(messages, "thumbnail"));
  drop(prompts);
}

Test(prompts, a_file_that_no_telephone_can_play_is_refused_with_its_name) {
  open_folder();
  make_folder("en");
  write_wav("en/greeting.wav", 44100, 3, 0x90);
  write_wav("en/thanks.wav", 8000, 0, 0);
  refused("/en/greeting.wav` is of 44100 Hz, must be 8000\n");
  cr_assert_not_null(strstr(messages, "/en/thanks.wav` is empty\n"), "all are told: %s", messages);
  drop(NULL);
}

Test(prompts, what_cannot_be_read_as_a_file_is_refused) {
  open_folder();
  make_folder("en");
  cr_assert_eq(mkfifo(path_of("en/greeting.wav"), 0600), 0);
  make_folder("en/thanks.wav");
  cr_assert_eq(symlink("nowhere", path_of("en/denied.wav")), 0);
  write_file("en/fraud.wav", "x", 1);
  cr_assert_eq(truncate(path_of("en/fraud.wav"), (4 << 20) + 1), 0);
  refused("/en/greeting.wav` is not a regular file\n");
  cr_assert_not_null(strstr(messages, "/en/thanks.wav` is not a regular file\n"));
  cr_assert_not_null(strstr(messages, "/en/denied.wav` No such file"));
  cr_assert_not_null(strstr(messages, "/en/fraud.wav` is larger than 4 MiB\n"));
  drop(NULL);
}

Test(prompts, a_folder_that_is_not_named_as_a_language_is_refused) {
  open_folder();
  make_folder("EN");
  refused("/EN` is not named as a language is");
  drop(NULL);
}

Test(prompts, a_folder_that_is_not_there_is_refused) {
  open_folder();
  rmdir(folder);
  refused("`: No such file or directory\n");
  drop(NULL);
}

Test(prompts, a_language_is_two_or_three_letters_and_perhaps_more_behind_hyphens) {
  static const char *const good[] = {"en", "deu", "pt-br", "zh-hant-tw", "es-419", "de-1996"};
  static const char *const bad[] = {
      "",   "e",        "engl",         "En",  "en-", "-en", "en_",  "en--gb",          "e1",
      "..", "en/../de", "en-abcdefghi", "en ", "en.", "e-n", "en-ä", "en-abcdefgh-abcd"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    cr_assert(prompts_language_is_valid(good[i]), "%s", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    cr_assert_not(prompts_language_is_valid(bad[i]), "%s", bad[i]);
}
