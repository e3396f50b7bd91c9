/* words.h: what the words of a .login script mean. */
#ifndef RADMFA_TESTS_WORDS_H
#define RADMFA_TESTS_WORDS_H

#include "world.h"

#define WORDS_MAX 24u
#define LABELS_MAX 26u

struct script {
  struct world_options options;
  struct world world;
  bool has_begun;
  uint64_t began_ms;
  int waiters[LABELS_MAX]; /* of A to Z, -1 before its request */
  char text[8192];         /* words that the world goes on using */
  size_t text_len;
};

void script_init(struct script *script);
/* Makes the world when the settings are complete; later calls do nothing. */
void script_begin(struct script *script);

size_t split(char *text, char *words[WORDS_MAX]);
bool parse_ms(const char *text, uint64_t *out_ms);

/* Both return NULL or what is wrong. */
const char *script_setting(struct script *script, char **words, size_t n);
const char *script_event(struct script *script, char **words, size_t n);

#endif
