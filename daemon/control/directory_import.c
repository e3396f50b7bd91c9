/* directory_import.c: who was seen is remembered by keyed hashes, so that a million people are
 * eight megabytes. Two who share one only keep each other from being removed. */
#include "directory_import.h"

#include "../fold.h"
#include "../users.h"

#include <pthread.h>
#include <radmfa/error.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SHARE_PERCENT 5u
#define USERS_AT_A_TIME 200u
#define SEEN_FIRST 1024u

struct directory_import {
  struct directory_import_options options;
  struct directory_import_counts counts;
  uint8_t key[FOLD_KEY_SIZE];
  uint64_t *seen; /* hashes of identities */
  size_t n_seen, seen_size;
  struct store_user *users; /* USERS_AT_A_TIME */

  pthread_mutex_t lock; /* all below, and counts while something waits */
  pthread_cond_t changed;
  size_t n_waiting; /* changes that are not written yet */
  int error;
};

struct directory_import *directory_import_new(const struct directory_import_options *options) {
  struct directory_import *import = sodium_init() < 0 ? NULL : calloc(1, sizeof *import);
  if (!import) return NULL;
  import->options = *options;
  import->seen_size = SEEN_FIRST;
  import->seen = calloc(import->seen_size, sizeof *import->seen);
  import->users = calloc(USERS_AT_A_TIME, sizeof *import->users);
  if (!import->seen || !import->users) {
    free(import->seen);
    free(import->users);
    free(import);
    return NULL;
  }
  randombytes_buf(import->key, sizeof import->key);
  (void)pthread_mutex_init(&import->lock, NULL);
  (void)pthread_cond_init(&import->changed, NULL);
  return import;
}

void directory_import_free(struct directory_import *import) {
  if (!import) return;
  pthread_cond_destroy(&import->changed);
  pthread_mutex_destroy(&import->lock);
  free(import->seen);
  free(import->users);
  free(import);
}

int directory_import_error(const struct directory_import *import) {
  return import->error;
}

const struct directory_import_counts *directory_import_counts(
    const struct directory_import *import) {
  return &import->counts;
}

static bool is_stopped(const struct directory_import *import) {
  return import->error || (import->options.stop && *import->options.stop);
}

/* ---- changes ---- */

struct change {
  struct directory_import *import;
  size_t *count; /* where it counts once it is done */
  const char *what;
  struct store_user who; /* what was wanted */
};

static void note_end(struct directory_import *import, int error, size_t *count) {
  pthread_mutex_lock(&import->lock);
  bool is_other = error == RADMFA_E_BUSY || error == RADMFA_E_EXISTS || error == RADMFA_E_NOT_FOUND;
  if (!error)
    ++*count;
  else if (is_other)
    import->counts.busy++;
  else if (!import->error)
    import->error = error;
  import->n_waiting--;
  pthread_cond_signal(&import->changed);
  pthread_mutex_unlock(&import->lock);
}

static void on_done(int error, const struct store_user *now, void *user) {
  struct change *change = user;
  const struct directory_import_options *options = &change->import->options;
  (void)now;
  if (!error && options->told) options->told(change->what, &change->who, options->user);
  note_end(change->import, error, change->count);
  radmfa_wipe(change, sizeof *change);
  free(change);
}

static struct change *begin_change(struct directory_import *import, const struct store_user *who,
                                   const char *what, size_t *count) {
  struct change *change = calloc(1, sizeof *change);
  pthread_mutex_lock(&import->lock);
  import->n_waiting++;
  pthread_mutex_unlock(&import->lock);
  if (!change) {
    note_end(import, RADMFA_E_NO_MEMORY, count);
    return NULL;
  }
  *change = (struct change){.import = import, .count = count, .what = what, .who = *who};
  return change;
}

static void put(struct directory_import *import, const struct store_user *user, uint64_t revision,
                const char *what, size_t *count) {
  if (import->options.is_dry) {
    ++*count;
    return;
  }
  struct change *change = begin_change(import, user, what, count);
  if (!change) return;
  int error = store_put(import->options.store, user, revision, on_done, change);
  if (error) on_done(error, NULL, change);
}

static void take_away(struct directory_import *import, const struct store_user *user) {
  size_t *count = &import->counts.removed;
  if (import->options.is_dry) {
    ++*count;
    return;
  }
  struct change *change = begin_change(import, user, "removed", count);
  if (!change) return;
  int error = store_remove(import->options.store, user->primary, radmfa_text(user->identity),
                           user->revision, on_done, change);
  if (error) on_done(error, NULL, change);
}

static void wait_for_all(struct directory_import *import) {
  pthread_mutex_lock(&import->lock);
  while (import->n_waiting) pthread_cond_wait(&import->changed, &import->lock);
  pthread_mutex_unlock(&import->lock);
}

static void count_one(struct directory_import *import, size_t *count) {
  pthread_mutex_lock(&import->lock);
  ++*count;
  pthread_mutex_unlock(&import->lock);
}

/* ---- who is in the directory ---- */

static uint64_t mark_of(const struct directory_import *import, const char *identity) {
  return fold_hash(import->key, radmfa_text(identity));
}

/* Without memory for it nobody could be told from who is gone. */
static bool note_seen(struct directory_import *import, const char *identity) {
  if (import->n_seen == import->seen_size) {
    size_t size = 2 * import->seen_size;
    uint64_t *seen = reallocarray(import->seen, size, sizeof *seen);
    if (!seen) {
      import->error = RADMFA_E_NO_MEMORY;
      return false;
    }
    import->seen = seen;
    import->seen_size = size;
  }
  import->seen[import->n_seen++] = mark_of(import, identity);
  return true;
}

static bool may_call(const struct directory_import *import, const struct number *number) {
  const struct directory_import_options *options = &import->options;
  return !options->may_call || options->may_call(number, options->user);
}

static bool same_number(const struct number *a, const struct number *b) {
  return strcmp(a->e164, b->e164) == 0 && strcmp(a->extension, b->extension) == 0;
}

/* What a person, or an administrator, has entered is not the directory's, nor is a number that was
 * called and is verified. */
static bool is_directorys(const struct store_user *user) {
  return user->number_state == STORE_NUMBER_NONE ||
         (user->number_is_directorys && user->number_state == STORE_NUMBER_ENTERED);
}

/* True: it is another one now. */
static bool merge_number(struct directory_import *import, const struct phone *phone,
                         struct store_user *user) {
  bool is_good = phone->kind == PHONE_GOOD && may_call(import, &phone->number);
  if (phone->kind == PHONE_BAD || (phone->kind == PHONE_GOOD && !is_good)) {
    count_one(import, &import->counts.bad_numbers);
    return false;
  }
  if (phone->kind == PHONE_UNKNOWN || !is_directorys(user)) return false;
  bool has_one = user->number_state != STORE_NUMBER_NONE;
  if (is_good ? has_one && same_number(&user->number, &phone->number) : !has_one) return false;
  user->number = is_good ? phone->number : (struct number){.e164 = ""};
  user->number_state = is_good ? STORE_NUMBER_ENTERED : STORE_NUMBER_NONE;
  user->number_is_directorys = is_good;
  return true;
}

/* A login may have noted it with a domain, or in other letters. */
static bool merge_name(const char *name, struct store_user *user) {
  radmfa_span known = users_without_domain(radmfa_text(user->name));
  if (fold_equal(known, radmfa_text(name)) || strcasecmp(user->name, name) == 0) return false;
  memcpy(user->name, name, strlen(name) + 1);
  return true;
}

_Static_assert(sizeof(((struct ldap_person *)0)->name) <= STORE_TEXT_SIZE, "names fit");
_Static_assert(sizeof(((struct ldap_person *)0)->identity) <= STORE_TEXT_SIZE, "so identities");

static void add(struct directory_import *import, const struct ldap_person *person) {
  struct store_user user = {.number_state = STORE_NUMBER_NONE};
  if (person->is_disabled) {
    count_one(import, &import->counts.disabled);
    return;
  }
  (void)snprintf(user.primary, sizeof user.primary, "%s", import->options.primary);
  memcpy(user.identity, person->identity, sizeof person->identity);
  memcpy(user.name, person->name, sizeof person->name);
  (void)merge_number(import, &person->phone, &user);
  put(import, &user, STORE_NEW_USER, "added", &import->counts.added);
}

static void take_person(struct directory_import *import, const struct ldap_person *person) {
  struct store_user user;
  if (!store_find(import->options.store, import->options.primary, radmfa_text(person->identity),
                  &user)) {
    add(import, person);
    return;
  }
  bool is_other = merge_number(import, &person->phone, &user);
  is_other |= merge_name(person->name, &user);
  if (is_other)
    put(import, &user, user.revision, "changed", &import->counts.changed);
  else
    count_one(import, &import->counts.unchanged);
  radmfa_wipe(&user, sizeof user);
}

bool directory_import_page(struct directory_import *import, const struct ldap_person *people,
                           size_t n) {
  for (size_t i = 0; i < n && !is_stopped(import); i++)
    if (note_seen(import, people[i].identity)) take_person(import, &people[i]);
  wait_for_all(import);
  return !is_stopped(import);
}

/* ---- who is gone ---- */

static int compare_marks(const void *a, const void *b) {
  uint64_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x < y ? -1 : x > y;
}

static bool was_seen(const struct directory_import *import, const struct store_user *user) {
  uint64_t mark = mark_of(import, user->identity);
  return bsearch(&mark, import->seen, import->n_seen, sizeof mark, compare_marks);
}

/* Calls `with` for each of the primary's users who were there when it began. */
static void walk(struct directory_import *import,
                 void (*with)(struct directory_import *import, const struct store_user *user,
                              void *sum),
                 void *sum) {
  const struct directory_import_options *options = &import->options;
  struct store_user after;
  size_t n = USERS_AT_A_TIME;
  for (bool is_first = true; n == USERS_AT_A_TIME && !is_stopped(import); is_first = false) {
    n = store_list(options->store, (radmfa_span){0}, is_first ? NULL : &after, import->users,
                   USERS_AT_A_TIME);
    for (size_t i = 0; i < n; i++)
      if (strcmp(import->users[i].primary, options->primary) == 0 &&
          import->users[i].created_ms < options->began_ms)
        with(import, &import->users[i], sum);
    if (n) after = import->users[n - 1];
    wait_for_all(import);
  }
  radmfa_wipe(import->users, USERS_AT_A_TIME * sizeof *import->users);
  radmfa_wipe(&after, sizeof after);
}

struct sum {
  size_t n, n_gone;
};

static void count_user(struct directory_import *import, const struct store_user *user, void *sum) {
  struct sum *counts = sum;
  counts->n++;
  if (was_seen(import, user)) return;
  if (user->is_blocked)
    import->counts.kept++;
  else
    counts->n_gone++;
}

static void remove_user(struct directory_import *import, const struct store_user *user, void *sum) {
  (void)sum;
  if (!was_seen(import, user) && !user->is_blocked) take_away(import, user);
}

static uint64_t most_of(const struct directory_import *import, const struct sum *sum) {
  uint64_t share = sum->n * SHARE_PERCENT / 100;
  if (import->options.remove_max != DIRECTORY_IMPORT_SHARE) return import->options.remove_max;
  return share ? share : 1;
}

void directory_import_remove(struct directory_import *import) {
  struct sum sum = {0, 0};
  if (is_stopped(import) || !import->n_seen) return;
  qsort(import->seen, import->n_seen, sizeof *import->seen, compare_marks);
  walk(import, count_user, &sum);
  if (sum.n_gone > most_of(import, &sum))
    import->counts.refused_removals = sum.n_gone;
  else if (sum.n_gone)
    walk(import, remove_user, NULL);
}
