/* hashing.h: Argon2id verifications on threads of their own, since one takes tens of milliseconds
 * and some 20 MiB. A bounded queue: one job for each subject at a time (a later one of it waits,
 * others overtake it), and clients take turns. */
#ifndef RADMFAD_HASHING_H
#define RADMFAD_HASHING_H

#include <radmfa/base.h>

struct hashing_job {
  uint64_t login_id;
  uint64_t client;      /* jobs of the same number share a client's turn */
  uint64_t subject;     /* no two jobs of the same number are at work at once */
  const char *hash;     /* "$argon2id$...", copied */
  const void *user;     /* for `done`; not looked at */
  radmfa_span password; /* to RADMFA_PASSWORD_SIZE_MAX octets; copied, wiped when the job is done */
};

struct hashing_options {
  unsigned threads;
  unsigned queue_max; /* jobs that wait */
  /* Called on a thread of this queue when a job is done: its user, and whether the password is
   * right. The job is over then. */
  void (*done)(void *context, uint64_t login_id, const void *user, bool right);
  void *context;
};

struct hashing;

struct hashing *hashing_new(
    const struct hashing_options *options); /* NULL when out of memory or threads */
/* Waits for the jobs at work, which are still told; waiting ones are wiped and forgotten. */
void hashing_free(struct hashing *hashing);

/* False: the queue is full, or four jobs of that subject wait already. */
bool hashing_submit(struct hashing *hashing, const struct hashing_job *job);
/* hashing_cancel forgets and wipes the job of that login if it still waits. */
void hashing_cancel(struct hashing *hashing, uint64_t login_id);

#endif
