/* inbox.h: what other threads leave for an engine: backends' answers, verdicts for its
 * followers. Any thread puts in, the engine's takes out. */
#ifndef RADMFA_CORE_INBOX_H
#define RADMFA_CORE_INBOX_H

#include "record.h"

#include <pthread.h>

enum note_kind { NOTE_PRIMARY, NOTE_FACTOR, NOTE_ABANDONED, NOTE_HANG_UP };

struct note {
  uint64_t number; /* the login's, without the engine's part */
  struct blob *blob;
  uint8_t kind;
  uint8_t answer; /* radmfa_primary_verdict or radmfa_factor_answer */
  uint8_t reason;
  uint8_t admission;
  bool was_asked;
};

struct notes {
  struct note *items;
  uint32_t n, size;
};

struct inbox {
  pthread_mutex_t lock;
  const radmfa_allocator *allocator;
  struct notes notes;
  struct list verdicts; /* followers' join_link: those whose leader has ended */
  bool is_asleep;       /* the engine will not look by itself */
  bool is_deaf;         /* the engine is gone: what comes is dropped */
  void (*wake)(void *user);
  void *wake_user;
};

RADMFA_MUST_USE int radmfa__inbox_init(struct inbox *inbox, const radmfa_allocator *allocator,
                                       void (*wake)(void *user), void *wake_user);
void radmfa__inbox_cleanup(struct inbox *inbox);

/* 0, RADMFA_E_NO_MEMORY or RADMFA_E_NOT_FOUND (deaf); the note's blob is the inbox's on success. */
RADMFA_MUST_USE int radmfa__inbox_put(struct inbox *inbox, const struct note *note);
/* Under the lock of the follower's stripe. Also where the engine has gone deaf: it takes its
 * followers out by itself before it frees them. */
void radmfa__inbox_put_verdict(struct inbox *inbox, struct login *follower);

/* Takes all notes (into `inout_notes`, whose old array the inbox uses next: nothing is allocated
 * in the long run) and all verdicts. False, and asleep, where there is nothing. */
bool radmfa__inbox_take(struct inbox *inbox, struct notes *inout_notes, struct list *out_verdicts);
/* the engine promises to look before it rests */
void radmfa__inbox_stay_awake(struct inbox *inbox);
void radmfa__inbox_remove(struct inbox *inbox, struct login *follower);

#endif
