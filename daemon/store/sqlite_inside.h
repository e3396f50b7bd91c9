/* sqlite_inside.h: what sqlite.c and its thread in sqlite_writer.c share. */
#ifndef RADMFAD_STORE_SQLITE_INSIDE_H
#define RADMFAD_STORE_SQLITE_INSIDE_H

#include "database.h"
#include "user_change.h"
#include "user_index.h"

#include <pthread.h>

/* A change on its way; only the thread looks at what stands from `error` on. */
struct job {
  struct job *next;
  struct user_change change;
  struct user_record *wanted; /* the user it is about, and what is to be known of him */
  store_done_cb done;
  void *user;
  int error;
  struct user_record *now; /* how he is when all is over, or NULL */
};

struct query {
  struct query *next;
  struct store_history_filter filter; /* its texts are those below */
  char identity[STORE_TEXT_SIZE], typed[STORE_TEXT_SIZE];
  char verdict[STORE_WORD_SIZE], reason[STORE_WORD_SIZE];
  store_history_cb done;
  void *user;
};

struct store {
  struct store_options options; /* its path is the next one */
  char *path;
  pthread_t thread;

  pthread_mutex_t index_lock; /* held for a copy of a user, and for few changes; never for I/O */
  struct user_index index;

  pthread_mutex_t lock; /* all below, to the next empty line */
  pthread_cond_t changed;
  struct job *first_job, **last_job; /* where the next one is linked */
  struct query *first_query, **last_query;
  size_t n_waiting;
  struct login_batch *filling; /* logins to be written */
  uint64_t filling_since_ms;   /* by the monotonic clock; where there is one */
  uint64_t n_lost;
  bool stopping;

  /* The thread's own, once it runs. */
  struct database database;
  struct login_batch *writing;
  struct login_batch batches[2]; /* the two above */
  struct login_batch page;
  uint64_t revision;       /* the last one that was given */
  uint64_t next_forget_ms; /* by the monotonic clock */
  bool has_trouble;
};

/* The store's thread: until `stopping`, and nothing is left to do. */
void *store_run(void *store);

uint64_t store_clock_ms(const struct store *store);

#endif
