#include "users.h"

#include "memory.h"

#include <errno.h>
#include <radmfa/auth.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

static const struct {
  const char *word;
  uint8_t code;
} verdicts[] = {{"accept", RADMFA_ACCESS_ACCEPT},
                {"reject", RADMFA_ACCESS_REJECT},
                {"challenge", RADMFA_ACCESS_CHALLENGE}};

bool read_verdict_code(const char *text, void *out) {
  for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
    if (strcmp(verdicts[i].word, text)) continue;
    *(uint8_t *)out = verdicts[i].code;
    return true;
  }
  return false;
}

/* ---- a file ---- */

static bool take_word(const char *word, uint8_t *out, size_t size, uint8_t *out_len) {
  size_t len = strlen(word);
  if (len > size) return false;
  memcpy(out, word, len);
  *out_len = (uint8_t)len;
  return true;
}

/* `line` is cut to pieces. False where it is no user. */
static bool parse_line(char *line, uint8_t expected, struct user *out_user) {
  char *rest = NULL;
  const char *name = strtok_r(line, BLANKS, &rest);
  const char *password = strtok_r(NULL, BLANKS, &rest);
  const char *verdict = password ? strtok_r(NULL, BLANKS, &rest) : NULL;
  *out_user = (struct user){.expected = expected};
  if (!password || (verdict && strtok_r(NULL, BLANKS, &rest))) return false;
  if (verdict && !read_verdict_code(verdict, &out_user->expected)) return false;
  return take_word(name, out_user->name, sizeof out_user->name, &out_user->name_len) &&
         take_word(password, out_user->password, sizeof out_user->password,
                   &out_user->password_len);
}

static void append(struct users *users, const struct user *user) {
  size_t n = users->n_listed;
  /* a power of two: all places are taken */
  if (!(n & (n - 1)))
    users->listed = memory_grow(users->listed, (n ? 2 * n : 1) * sizeof *users->listed);
  users->listed[users->n_listed++] = *user;
}

/* Gives the number of the line that is wrong, 0 where none is. */
static size_t read_lines(struct users *users, FILE *file) {
  char *line = NULL;
  size_t size = 0, number = 0, wrong = 0;
  struct user user;
  while (!wrong && getline(&line, &size, file) != -1) {
    number++;
    if (!line[strspn(line, BLANKS)]) continue;
    if (parse_line(line, users->options.expected, &user))
      append(users, &user);
    else
      wrong = number;
  }
  if (line) radmfa_wipe(line, size);
  free(line);
  return wrong;
}

static bool read_file(struct users *users, const char *program, FILE *messages) {
  const char *path = users->options.file;
  FILE *file = fopen(path, "r");
  if (!file) {
    fprintf(messages, "%s: --users-file: %s: %s\n", program, path, strerror(errno));
    return false;
  }
  size_t wrong = read_lines(users, file);
  fclose(file);
  if (wrong)
    fprintf(messages,
            "%s: --users-file: %s:%zu: it is not NAME PASSWORD [accept|reject|challenge]\n",
            program, path, wrong);
  else if (!users->n_listed)
    fprintf(messages, "%s: --users-file: %s: nobody is in it\n", program, path);
  return !wrong && users->n_listed;
}

bool users_open(struct users *users, const struct users_options *options, const char *program,
                FILE *messages) {
  *users = (struct users){.options = *options};
  if (!options->file || read_file(users, program, messages)) return true;
  users_close(users);
  return false;
}

void users_close(struct users *users) {
  if (users->listed) radmfa_wipe(users->listed, users->n_listed * sizeof *users->listed);
  free(users->listed);
  *users = (struct users){0};
}

/* ---- one of them ---- */

void users_get(const struct users *users, uint64_t login, struct user *out_user) {
  const struct users_options *options = &users->options;
  if (users->listed) {
    *out_user = users->listed[login % users->n_listed];
    return;
  }
  uint64_t number = options->count ? login % options->count : login;
  out_user->name_len = (uint8_t)pattern_write(&options->names, number, out_user->name);
  out_user->password_len = (uint8_t)pattern_write(&options->passwords, number, out_user->password);
  out_user->expected = options->expected;
}

uint8_t users_expected(const struct users *users, uint64_t login) {
  return users->listed ? users->listed[login % users->n_listed].expected : users->options.expected;
}
