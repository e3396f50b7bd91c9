/* call_inbox.c: a list and its lock. */
#include "call_inbox.h"

#include <radmfa/base.h>
#include <stdlib.h>

void call_inbox_init(struct call_inbox *inbox) {
  (void)pthread_mutex_init(&inbox->lock, NULL);
  inbox->first = NULL;
  inbox->end = &inbox->first;
}

void call_inbox_cleanup(struct call_inbox *inbox) {
  struct call_letter *letter = call_inbox_take(inbox), *next;
  for (; letter; letter = next) {
    next = letter->next;
    call_letter_free(letter);
  }
  pthread_mutex_destroy(&inbox->lock);
}

struct call_letter *call_letter_new(size_t extra) {
  struct call_letter *letter = calloc(1, sizeof *letter + extra);
  if (letter) letter->extra = extra;
  return letter;
}

void call_letter_free(struct call_letter *letter) {
  if (!letter) return;
  radmfa_wipe(letter, sizeof *letter + letter->extra);
  free(letter);
}

void call_inbox_put(struct call_inbox *inbox, struct call_letter *letter) {
  letter->next = NULL;
  pthread_mutex_lock(&inbox->lock);
  *inbox->end = letter;
  inbox->end = &letter->next;
  pthread_mutex_unlock(&inbox->lock);
}

struct call_letter *call_inbox_take(struct call_inbox *inbox) {
  pthread_mutex_lock(&inbox->lock);
  struct call_letter *letters = inbox->first;
  inbox->first = NULL;
  inbox->end = &inbox->first;
  pthread_mutex_unlock(&inbox->lock);
  return letters;
}
