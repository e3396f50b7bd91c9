#include "inbox.h"

#include "mem.h"

#include "core.h"

int radmfa__inbox_init(struct inbox *inbox, const radmfa_allocator *allocator,
                       void (*wake)(void *user), void *wake_user) {
  *inbox = (struct inbox){
      .allocator = allocator, .is_asleep = true, .wake = wake, .wake_user = wake_user};
  list_init(&inbox->verdicts);
  return pthread_mutex_init(&inbox->lock, NULL) ? RADMFA_E_NO_MEMORY : 0;
}

void radmfa__inbox_cleanup(struct inbox *inbox) {
  for (uint32_t i = 0; i < inbox->notes.n; i++)
    radmfa__blob_unref(inbox->allocator, inbox->notes.items[i].blob);
  radmfa__free(inbox->allocator, inbox->notes.items,
               inbox->notes.size * sizeof *inbox->notes.items);
  pthread_mutex_destroy(&inbox->lock);
}

static bool make_room(struct inbox *inbox) {
  struct notes *notes = &inbox->notes;
  if (notes->n < notes->size) return true;
  uint32_t size = notes->size ? 2 * notes->size : 64;
  struct note *items = radmfa__alloc(inbox->allocator, size * sizeof *items);
  if (!items) return false;
  if (notes->n) memcpy(items, notes->items, notes->n * sizeof *items);
  radmfa__free(inbox->allocator, notes->items, notes->size * sizeof *items);
  notes->items = items;
  notes->size = size;
  return true;
}

/* Under the lock, so that an engine that was unregistered is never woken. */
static void rouse(struct inbox *inbox) {
  if (inbox->is_asleep && inbox->wake) inbox->wake(inbox->wake_user);
  inbox->is_asleep = false;
}

int radmfa__inbox_put(struct inbox *inbox, const struct note *note) {
  int error = 0;
  pthread_mutex_lock(&inbox->lock);
  if (inbox->is_deaf) {
    error = RADMFA_E_NOT_FOUND;
  } else if (!make_room(inbox)) {
    error = RADMFA_E_NO_MEMORY;
  } else {
    inbox->notes.items[inbox->notes.n++] = *note;
    rouse(inbox);
  }
  pthread_mutex_unlock(&inbox->lock);
  return error;
}

void radmfa__inbox_put_verdict(struct inbox *inbox, struct login *follower) {
  pthread_mutex_lock(&inbox->lock);
  list_append(&inbox->verdicts, &follower->join_link);
  rouse(inbox);
  pthread_mutex_unlock(&inbox->lock);
}

bool radmfa__inbox_take(struct inbox *inbox, struct notes *inout_notes, struct list *out_verdicts) {
  pthread_mutex_lock(&inbox->lock);
  struct notes empty = {inout_notes->items, 0, inout_notes->size};
  *inout_notes = inbox->notes;
  inbox->notes = empty;
  list_move_all(&inbox->verdicts, out_verdicts);
  bool any = inout_notes->n || !list_empty(out_verdicts);
  inbox->is_asleep = !any;
  pthread_mutex_unlock(&inbox->lock);
  return any;
}

void radmfa__inbox_stay_awake(struct inbox *inbox) {
  pthread_mutex_lock(&inbox->lock);
  inbox->is_asleep = false;
  pthread_mutex_unlock(&inbox->lock);
}

void radmfa__inbox_remove(struct inbox *inbox, struct login *follower) {
  pthread_mutex_lock(&inbox->lock);
  list_remove(&follower->join_link);
  pthread_mutex_unlock(&inbox->lock);
}
