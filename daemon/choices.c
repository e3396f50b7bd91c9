/* choices.c: the list grows, and the closest word is remembered. */
#include "choices.h"

#include <stdio.h>
#include <string.h>

#define WORD_LEN_MAX 63u /* longer ones are not compared */
#define DISTANCE_MAX 2u

static size_t min(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Levenshtein's distance: how many letters to insert, remove or replace. */
static size_t edit_distance(const char *a, const char *b) {
  size_t row[WORD_LEN_MAX + 1], len = strlen(b);
  for (size_t j = 0; j <= len; j++) row[j] = j;
  for (size_t i = 0; a[i]; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < len; j++) {
      size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = min(replaced, min(row[j], diagonal) + 1);
    }
  }
  return row[len];
}

static void compare(struct choices *choices, const char *word) {
  size_t len = strlen(word);
  if (len > WORD_LEN_MAX || strlen(choices->wanted) > WORD_LEN_MAX) return;
  size_t distance = edit_distance(choices->wanted, word);
  if (distance > DISTANCE_MAX || distance >= len) return; /* nothing in common is no likeness */
  if (choices->closest && distance >= choices->distance) return;
  choices->closest = word;
  choices->distance = distance;
}

void choices_add(struct choices *choices, const char *word) {
  size_t room = sizeof choices->list - choices->used;
  compare(choices, word);
  if (strlen(word) + sizeof ", , ..." <= room) {
    const char *comma = choices->used ? ", " : "";
    choices->used += (size_t)snprintf(choices->list + choices->used, room, "%s%s", comma, word);
  } else {
    snprintf(choices->list + choices->used, room, ", ...");
  }
}

const char *choices_hint(struct choices *choices) {
  if (choices->closest)
    snprintf(choices->hint, sizeof choices->hint, "; did you mean `%s`?", choices->closest);
  return choices->hint;
}
