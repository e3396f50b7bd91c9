/* directory_import.h: the store's users of a primary, made what its directory says: who is new is
 * added, who is there is changed where that is the directory's affair, who is gone is removed if
 * they are not too many. It asks no directory and waits for the store: for a thread that may. */
#ifndef RADMFAD_CONTROL_DIRECTORY_IMPORT_H
#define RADMFAD_CONTROL_DIRECTORY_IMPORT_H

#include "../primary/ldap_person.h"
#include "../store/store.h"

#include <stdatomic.h>

#define DIRECTORY_IMPORT_SHARE UINT64_MAX /* 5 % of the primary's users, but at least one */

struct directory_import_options {
  struct store *store;
  const char *primary; /* borrowed */
  uint64_t remove_max; /* or DIRECTORY_IMPORT_SHARE */
  bool is_dry;         /* nothing is changed, all is counted */
  uint64_t began_ms;   /* since 1970; users who came to the store later stay */
  const atomic_bool *stop;
  /* Whether a factor may call it. */
  bool (*may_call)(const struct number *number, void *user);
  /* What has been done to whom, for the log: "added", "changed", "removed"; on any thread. */
  void (*told)(const char *what, const struct store_user *who, void *user);
  void *user;
};

struct directory_import_counts {
  size_t added, changed, removed, unchanged;
  size_t refused_removals; /* who is gone: they were too many, and nobody was removed */
  size_t kept;             /* who is gone, but blocked: somebody must take him away himself */
  size_t disabled;         /* cannot log in, so they were not added */
  size_t bad_numbers;      /* none, several, or one that no factor may call: not taken over */
  size_t busy;             /* changed by somebody else meanwhile, and left as they are */
};

struct directory_import;

/* NULL: no memory. */
struct directory_import *directory_import_new(const struct directory_import_options *options);
void directory_import_free(struct directory_import *import); /* NULL is fine */

/* Takes a page of people and waits until their changes are written. False: the store cannot be
 * written, or it was stopped: no more. */
bool directory_import_page(struct directory_import *import, const struct ldap_person *people,
                           size_t n);

/* After the last page of a directory that was read to its end: those who are gone. Nobody is
 * removed where nobody was in the directory, or the import has failed. */
void directory_import_remove(struct directory_import *import);

/* 0, or the first error of the store. */
int directory_import_error(const struct directory_import *import);
const struct directory_import_counts *directory_import_counts(
    const struct directory_import *import);

#endif
