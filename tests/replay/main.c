/* Replays one .login script (README.md) through real engines: main.c reads lines and compares,
 * words.c knows what the words mean. */
#include "words.h"

#include "doom.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay {
  struct script script;
  const char *file;
  int line;
  bool has_calls;
};

_Noreturn static void fail(const struct replay *replay, const char *what, const char *text) {
  fprintf(stderr, "%s:%d: %s '%s'\n", replay->file, replay->line, what, text);
  exit(1);
}

static char *trim(char *text) {
  while (isspace((unsigned char)*text)) text++;
  for (size_t len = strlen(text); len && isspace((unsigned char)text[len - 1]);) text[--len] = 0;
  return text;
}

/* Blanks between words do not count. */
static bool same_words(const char *a, const char *b) {
  while (true) {
    while (isspace((unsigned char)*a) && (isspace((unsigned char)a[1]) || !a[1])) a++;
    while (isspace((unsigned char)*b) && (isspace((unsigned char)b[1]) || !b[1])) b++;
    if (*a != *b && !(isspace((unsigned char)*a) && isspace((unsigned char)*b))) return false;
    if (!*a) return true;
    a++;
    b++;
  }
}

static void expect_nothing(struct replay *replay, const char *when) {
  struct world *w = &replay->script.world;
  if (world_log_len(w)) fail(replay, when, world_log_line(w, 0));
}

/* Each action that was expected happened, no other did. The order within one moment is the engine's
 * own business. */
static void expect(struct replay *replay, char *expected) {
  struct world *w = &replay->script.world;
  bool seen[64] = {false};
  size_t n = world_log_len(w), n_seen = 0;
  if (n > 64) fail(replay, "too much happened", "");
  char *rest = expected;
  for (char *item = strtok_r(expected, ";", &rest); item; item = strtok_r(NULL, ";", &rest)) {
    size_t i = 0;
    item = trim(item);
    if (strcmp(item, "nothing") == 0) continue;
    while (i < n && (seen[i] || !same_words(world_log_line(w, i), item))) i++;
    if (i == n) {
      for (size_t j = 0; j < n; j++) fprintf(stderr, "  happened: %s\n", world_log_line(w, j));
      fail(replay, "did not happen:", item);
    }
    seen[i] = true;
    n_seen++;
  }
  for (size_t i = 0; i < n && n_seen < n; i++)
    if (!seen[i]) fail(replay, "not expected:", world_log_line(w, i));
  world_log_clear(w);
}

static void play(struct replay *replay, char *text) {
  struct script *script = &replay->script;
  char *arrow = strstr(text, "->"), *words[WORDS_MAX];
  uint64_t at_ms;
  if (!arrow) fail(replay, "no ->", text);
  *arrow = 0;
  size_t n = split(text, words);
  if (n < 2 || !parse_ms(words[0], &at_ms)) fail(replay, "no time and event:", text);
  script_begin(script);
  at_ms += script->began_ms;
  if (at_ms < world_now(&script->world)) fail(replay, "time goes back:", words[0]);
  if (at_ms > world_now(&script->world)) {
    world_advance_to(&script->world, at_ms - 1);
    expect_nothing(replay, "before this line, unexpected:");
    world_advance_to(&script->world, at_ms);
  }
  const char *error = script_event(script, words + 1, n - 1);
  if (error) fail(replay, error, words[1]);
  expect(replay, arrow + 2);
}

static void expect_calls(struct replay *replay, const char *number) {
  struct world *w = &replay->script.world;
  unsigned calls = (unsigned)strtoul(number, NULL, 10);
  char found[32];
  script_begin(&replay->script);
  world_advance_ms(w, 600000);
  expect_nothing(replay, "after the last line, unexpected:");
  snprintf(found, sizeof found, "%u", world_calls_placed(w));
  if (calls != world_calls_placed(w)) fail(replay, "calls placed:", found);
  replay->has_calls = true;
}

static void take_line(struct replay *replay, char *line) {
  char *words[WORDS_MAX];
  char *comment = strchr(line, '#');
  if (comment) *comment = 0;
  line = trim(line);
  if (!*line) return;
  if (replay->has_calls) fail(replay, "nothing may follow 'calls':", line);
  doom_context("%s:%d", replay->file, replay->line);
  if (isdigit((unsigned char)*line)) {
    play(replay, line);
    return;
  }
  size_t n = split(line, words);
  if (n == 2 && strcmp(words[0], "calls") == 0) {
    expect_calls(replay, words[1]);
    return;
  }
  if (replay->script.has_begun) fail(replay, "settings stand before the first event:", words[0]);
  const char *error = script_setting(&replay->script, words, n);
  if (error) fail(replay, error, words[0]);
}

int main(int argc, char **argv) {
  static struct replay replay;
  char line[512];
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) {
    fprintf(stderr, "usage: replay_test FILE.login\n");
    return 2;
  }
  replay.file = argv[1];
  script_init(&replay.script);
  for (replay.line = 1; fgets(line, sizeof line, file); replay.line++) take_line(&replay, line);
  fclose(file);
  if (!replay.has_calls) fail(&replay, "a script ends with", "calls N");
  world_end(&replay.script.world);
  return 0;
}
