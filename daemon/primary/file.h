/* file.h: primary of type file: PAP passwords against the users file. Clear ones are compared on
 * the loop; Argon2id ones on threads of its own: one job for each user at a time and a few that
 * wait, fair between clients, in a bounded queue. */
#ifndef RADMFAD_PRIMARY_FILE_H
#define RADMFAD_PRIMARY_FILE_H

#include "../blocklist.h"
#include "../users.h"

struct file_primary_options {
  /* Where answers go; any thread. Its result is not looked at. */
  int (*deliver)(void *answers, uint64_t login_id, const radmfa_primary_answer *answer);
  void *answers;
  const struct users *users;   /* borrowed, outlives the primary */
  struct blocklist *blocklist; /* borrowed */
  unsigned threads;            /* 0: one for each core, at most 4 */
  unsigned queue_max;          /* jobs that wait; 0: 1000 */
};

struct file_primary;

extern const radmfa_primary file_primary_vtable;

/* NULL when out of memory or threads. No thread is started where no user has a hash. */
struct file_primary *file_primary_new(const struct file_primary_options *options);
/* Waits for the job at work; queued jobs are dropped and wiped. No start may be under way. */
void file_primary_free(struct file_primary *primary);

#endif
