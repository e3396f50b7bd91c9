/* prompts.c: the standard prompts first, then those of a folder in their place. What is played is
 * made once, for each codec, so that a call costs no conversion; the standard ones cost nothing. */
#include "prompts.h"

#include "../arena.h"
#include "../prompts/spoken.h"
#include "g711.h"
#include "wav.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX ((size_t)4 << 20) /* two minutes are 2 MB; editors add a few pictures */
#define ENGLISH "en"

struct language {
  struct language *next;
  char name[PROMPT_LANGUAGE_SIZE];
  struct sound sounds[PROMPT_COUNT]; /* n_samples 0: not there */
};

struct prompts {
  struct language *languages; /* English is among them, and has all */
  struct arena memory;
};

/* What reading needs beside the result. */
struct reading {
  struct prompts *prompts;
  struct place at;
  struct diag *diag;
};

static const char *const file_names[PROMPT_COUNT] = {
#define PROMPT_FILE(id, file) [PROMPT_##id] = file ".wav",
    PROMPT_MAP(PROMPT_FILE)
#undef PROMPT_FILE
};

/* ---- languages ---- */

static struct language *find_language(const struct prompts *prompts, const char *name) {
  struct language *language = prompts->languages;
  while (language && strcmp(language->name, name) != 0) language = language->next;
  return language;
}

static struct language *add_language(struct prompts *prompts, const char *name) {
  struct language *language = arena_alloc(&prompts->memory, sizeof *language);
  if (!language) return NULL;
  memcpy(language->name, name, strlen(name) + 1);
  language->next = prompts->languages;
  prompts->languages = language;
  return language;
}

static struct language *find_or_add_language(struct reading *reading, const char *name) {
  struct language *language = find_language(reading->prompts, name);
  if (!language) language = add_language(reading->prompts, name);
  if (!language) diag_error(reading->diag, reading->at, "out of memory");
  return language;
}

bool prompts_language_is_valid(const char *text) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
  static const char letters_and_digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  size_t n = strspn(text, letters), len = strlen(text);
  if (n < 2 || n > 3 || len >= PROMPT_LANGUAGE_SIZE) return false;
  while (text[n] == '-') {
    size_t part = strspn(text + n + 1, letters_and_digits);
    if (part < 1 || part > 8) return false;
    n += 1 + part;
  }
  return n == len;
}

/* ---- the standard ones ---- */

static void read_spoken_language(struct reading *reading, const struct spoken *spoken) {
  struct language *language = find_or_add_language(reading, spoken->language);
  if (!language) return;
  for (unsigned i = 0; i < PROMPT_COUNT; i++) {
    const struct spoken_sound *sound = &spoken->sounds[i];
    size_t n_samples = (size_t)(sound->pcmu_end - sound->pcmu);
    language->sounds[i] = (struct sound){sound->pcmu, sound->pcma, n_samples};
  }
}

static void read_spoken(struct reading *reading) {
  for (unsigned i = 0; i < SPOKEN_LANGUAGES; i++)
    read_spoken_language(reading, &spoken_languages[i]);
}

/* ---- files ---- */

/* As far as `buffer` goes. Returns NULL or why not. */
static const char *read_all(int fd, uint8_t *buffer, size_t size, size_t *out_len) {
  size_t len = 0;
  while (len < size) {
    ssize_t got = read(fd, buffer + len, size - len);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return strerror(errno);
    if (!got) break;
    len += (size_t)got;
  }
  *out_len = len;
  return NULL;
}

/* Returns NULL or why not; `*out_bytes` is the caller's to free. */
static const char *read_open_file(int fd, uint8_t **out_bytes, size_t *out_len) {
  struct stat info;
  if (fstat(fd, &info)) return strerror(errno);
  if (!S_ISREG(info.st_mode)) return "is not a regular file";
  if ((size_t)info.st_size > FILE_SIZE_MAX) return "is larger than 4 MiB";
  uint8_t *bytes = malloc((size_t)info.st_size + 1);
  if (!bytes) return strerror(ENOMEM);
  const char *problem = read_all(fd, bytes, (size_t)info.st_size, out_len);
  if (problem)
    free(bytes);
  else
    *out_bytes = bytes;
  return problem;
}

static const char *read_file(const char *path, uint8_t **out_bytes, size_t *out_len) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return strerror(errno);
  const char *problem = read_open_file(fd, out_bytes, out_len);
  close(fd);
  return problem;
}

static bool make_sound(struct arena *memory, const struct wav *wav, struct sound *out_sound) {
  uint8_t *pcmu = arena_alloc(memory, wav->n_samples), *pcma = arena_alloc(memory, wav->n_samples);
  if (!pcmu || !pcma) return false;
  for (size_t i = 0; i < wav->n_samples; i++) {
    int16_t sample = wav_sample(wav, i);
    pcmu[i] = g711_to_pcmu(sample);
    pcma[i] = g711_to_pcma(sample);
  }
  *out_sound = (struct sound){pcmu, pcma, wav->n_samples};
  return true;
}

static void read_sound(struct reading *reading, const char *path, radmfa_span bytes,
                       struct sound *out_sound) {
  char fault[WAV_FAULT_SIZE];
  struct wav wav;
  if (!wav_parse(bytes, &wav, fault))
    diag_error(reading->diag, reading->at, "`%s` %s", path, fault);
  else if (!make_sound(&reading->prompts->memory, &wav, out_sound))
    diag_error(reading->diag, reading->at, "out of memory");
}

static void read_sound_file(struct reading *reading, const char *path, struct sound *out_sound) {
  uint8_t *bytes = NULL;
  size_t len = 0;
  const char *problem = read_file(path, &bytes, &len);
  if (problem) {
    diag_error(reading->diag, reading->at, "`%s` %s", path, problem);
    return;
  }
  read_sound(reading, path, (radmfa_span){bytes, len}, out_sound);
  free(bytes);
}

/* ---- folders ---- */

typedef void visit(struct reading *reading, const char *path, const char *name, void *user);

static int is_visible(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static void visit_entry(struct reading *reading, const char *folder, const char *name, visit *each,
                        void *user) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
    diag_error(reading->diag, reading->at, "`%s/%s`: %s", folder, name, strerror(ENAMETOOLONG));
  else
    each(reading, path, name, user);
}

/* Each entry, in the order of their names, so that messages come in the same order each time. */
static void visit_folder(struct reading *reading, const char *folder, visit *each, void *user) {
  struct dirent **entries;
  int n = scandir(folder, &entries, is_visible, alphasort);
  if (n < 0) {
    diag_error(reading->diag, reading->at, "`%s`: %s", folder, strerror(errno));
    return;
  }
  for (int i = 0; i < n; i++) {
    visit_entry(reading, folder, entries[i]->d_name, each, user);
    free(entries[i]);
  }
  free(entries);
}

static void visit_sound(struct reading *reading, const char *path, const char *name, void *user) {
  struct language *language = user;
  for (unsigned i = 0; i < PROMPT_COUNT; i++) {
    if (strcmp(name, file_names[i]) != 0) continue;
    read_sound_file(reading, path, &language->sounds[i]);
    return;
  }
  diag_warn(reading->diag, reading->at, "`%s` is no prompt's name, as %s is, and is not used", path,
            file_names[PROMPT_GREETING]);
}

static void warn_of_gaps(struct reading *reading, const struct language *language,
                         const char *path) {
  unsigned n_missing = 0;
  const char *missing = NULL;
  for (unsigned i = 0; i < PROMPT_COUNT; i++) {
    if (language->sounds[i].n_samples) continue;
    if (n_missing++ == 0) missing = file_names[i];
  }
  if (n_missing)
    diag_warn(reading->diag, reading->at, "`%s` lacks %u of %u prompts, as %s: said in English",
              path, n_missing, (unsigned)PROMPT_COUNT, missing);
}

static void read_language(struct reading *reading, const char *path, const char *name) {
  if (!prompts_language_is_valid(name)) {
    diag_error(reading->diag, reading->at, "`%s` is not named as a language is: en, de, pt-br",
               path);
    return;
  }
  struct language *language = find_or_add_language(reading, name);
  int errors_before = reading->diag->errors;
  if (!language) return;
  visit_folder(reading, path, visit_sound, language);
  if (reading->diag->errors == errors_before) warn_of_gaps(reading, language, path);
}

static void visit_language(struct reading *reading, const char *path, const char *name,
                           void *user) {
  struct stat info;
  (void)user;
  if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
    read_language(reading, path, name);
  else
    diag_warn(reading->diag, reading->at, "`%s` is not in a folder of a language, and is not used",
              path);
}

/* ---- life ---- */

struct prompts *prompts_load(const char *folder, struct place at, struct diag *diag) {
  struct prompts *prompts = calloc(1, sizeof *prompts);
  if (!prompts) {
    diag_error(diag, at, "out of memory");
    return NULL;
  }
  int errors_before = diag->errors;
  struct reading reading = {prompts, at, diag};
  read_spoken(&reading);
  if (folder) visit_folder(&reading, folder, visit_language, NULL);
  if (diag->errors == errors_before) return prompts;
  prompts_free(prompts);
  return NULL;
}

void prompts_free(struct prompts *prompts) {
  if (!prompts) return;
  arena_free(&prompts->memory);
  free(prompts);
}

bool prompts_has_language(const struct prompts *prompts, const char *language) {
  return find_language(prompts, language) != NULL;
}

const struct sound *prompts_find(const struct prompts *prompts, const char *language,
                                 enum prompt prompt) {
  const struct language *found = language ? find_language(prompts, language) : NULL;
  if (!found || !found->sounds[prompt].n_samples) found = find_language(prompts, ENGLISH);
  return &found->sounds[prompt];
}
