/* questions.h: passwords to be checked and calls to be made that belong to no login: a portal asks.
 * Backends answer them like logins, by id; ids of questions are no login's. One table for the
 * process, so that a reload loses none. Any thread. */
#ifndef RADMFAD_QUESTIONS_H
#define RADMFAD_QUESTIONS_H

#include <radmfa/backend.h>

#define QUESTIONS_MAX 10000u /* at once */

struct questions;

struct questions *questions_new(void); /* NULL when out of memory or threads */
/* None is open: who asked has been answered. NULL is fine. */
void questions_free(struct questions *questions);

/* Whether an answer for this id is for questions_answer_*, and for no engine. */
bool question_is(uint64_t id);

struct question {
  uint32_t wait_ms; /* how long an answer is waited for; then it is unavailable, or no_answer */
  /* Nobody waits for the answer any more; before `primary` or `factor` is called. Or NULL. */
  void (*cancel)(void *backend, uint64_t id);
  void *backend;
  /* One of the two, called once, on the thread that answers; borrowed for the call. */
  void (*primary)(const radmfa_primary_answer *answer, void *user);
  void (*factor)(radmfa_factor_answer answer, void *user);
  /* of a call: "calling", "ringing", "answered"; never after the answer, and with a lock: it asks
   * nothing of this table. Or NULL */
  void (*progress)(const char *word, void *user);
  void *user;
};

/* An id for the question, which is open from then on; 0: too many, or no memory. */
uint64_t questions_open(struct questions *questions, const struct question *question);

/* An answer for what is no open question any more is dropped. */
void questions_answer_primary(struct questions *questions, uint64_t id,
                              const radmfa_primary_answer *answer);
void questions_answer_factor(struct questions *questions, uint64_t id, radmfa_factor_answer answer);
void questions_progress(struct questions *questions, uint64_t id, const char *word);

/* Whoever asked wants no answer any more: it is cancelled, and answered with `hung_up` or
 * `unavailable`. Nothing where it was answered. */
void questions_end(struct questions *questions, uint64_t id);

size_t questions_count(struct questions *questions);

#endif
