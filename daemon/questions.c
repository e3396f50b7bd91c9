/* questions.c: a table by id, a heap by when each is given up, and the thread that does that. */
#include "questions.h"

#include "heap.h"
#include "thread.h"

#include <radmfa/engine.h>
#include <sodium.h>
#include <stdlib.h>

#define BUCKETS 1024u

/* The upper ten bits of a login's id are its engine's number, the last of which no engine of ours
 * is ever given: there are as many as workers. */
#define NUMBER_BITS 54u
#define QUESTION_ENGINE (RADMFA_ENGINES_MAX - 1u)

struct open_question {
  struct heap_node due; /* first: the heap's nodes are these */
  struct open_question *next_in_bucket;
  uint64_t id;
  struct question question;
};

struct questions {
  pthread_mutex_t lock; /* all below */
  pthread_cond_t changed;
  pthread_t thread;
  struct open_question *buckets[BUCKETS];
  struct heap heap;
  size_t n;
  uint64_t last_number;
  bool stopping;
};

bool question_is(uint64_t id) {
  return id >> NUMBER_BITS == QUESTION_ENGINE;
}

/* ---- with the lock ---- */

static struct open_question **place_of(struct questions *questions, uint64_t id) {
  struct open_question **place = &questions->buckets[id % BUCKETS];
  while (*place && (*place)->id != id) place = &(*place)->next_in_bucket;
  return place;
}

/* Out of the table: whoever takes it answers it. NULL: somebody else has. */
static struct open_question *take(struct questions *questions, uint64_t id) {
  struct open_question **place = place_of(questions, id), *open = *place;
  if (!open) return NULL;
  *place = open->next_in_bucket;
  heap_remove(&questions->heap, &open->due);
  questions->n--;
  return open;
}

static struct open_question *take_due(struct questions *questions, uint64_t now_ms) {
  struct heap_node *least = heap_least(&questions->heap);
  return least && least->key <= now_ms ? take(questions, ((struct open_question *)least)->id)
                                       : NULL;
}

static bool add(struct questions *questions, struct open_question *open) {
  if (questions->n == QUESTIONS_MAX || !heap_reserve(&questions->heap, questions->n + 1))
    return false;
  open->id = (uint64_t)QUESTION_ENGINE << NUMBER_BITS | ++questions->last_number;
  open->due.key = thread_now_ms() + open->question.wait_ms;
  *place_of(questions, open->id) = open;
  heap_add(&questions->heap, &open->due);
  questions->n++;
  return true;
}

/* ---- without it ---- */

static void give_up(struct open_question *open, radmfa_factor_answer answer) {
  const struct question *question = &open->question;
  if (question->cancel) question->cancel(question->backend, open->id);
  if (question->primary)
    question->primary(&(radmfa_primary_answer){.verdict = RADMFA_PRIMARY_UNAVAILABLE},
                      question->user);
  else
    question->factor(answer, question->user);
  free(open);
}

static struct open_question *take_locked(struct questions *questions, uint64_t id) {
  pthread_mutex_lock(&questions->lock);
  struct open_question *open = take(questions, id);
  pthread_mutex_unlock(&questions->lock);
  return open;
}

static void *run(void *arg) {
  struct questions *questions = arg;
  pthread_mutex_lock(&questions->lock);
  while (!questions->stopping) {
    struct open_question *open = take_due(questions, thread_now_ms());
    if (open) {
      pthread_mutex_unlock(&questions->lock);
      give_up(open, RADMFA_FACTOR_NO_ANSWER);
      pthread_mutex_lock(&questions->lock);
      continue;
    }
    const struct heap_node *least = heap_least(&questions->heap);
    thread_wait_until(&questions->changed, &questions->lock, least ? least->key : UINT64_MAX);
  }
  pthread_mutex_unlock(&questions->lock);
  return NULL;
}

/* ---- callers ---- */

uint64_t questions_open(struct questions *questions, const struct question *question) {
  struct open_question *open = calloc(1, sizeof *open);
  if (!open) return 0;
  open->question = *question;
  pthread_mutex_lock(&questions->lock);
  bool is_open = add(questions, open);
  uint64_t id = is_open ? open->id : 0; /* it may be gone as soon as the lock is */
  if (is_open) pthread_cond_signal(&questions->changed);
  pthread_mutex_unlock(&questions->lock);
  if (!is_open) free(open);
  return id;
}

void questions_answer_primary(struct questions *questions, uint64_t id,
                              const radmfa_primary_answer *answer) {
  struct open_question *open = take_locked(questions, id);
  if (open && open->question.primary) open->question.primary(answer, open->question.user);
  free(open);
}

void questions_answer_factor(struct questions *questions, uint64_t id,
                             radmfa_factor_answer answer) {
  struct open_question *open = take_locked(questions, id);
  if (open && open->question.factor) open->question.factor(answer, open->question.user);
  free(open);
}

void questions_progress(struct questions *questions, uint64_t id, const char *word) {
  pthread_mutex_lock(&questions->lock);
  struct open_question *open = *place_of(questions, id);
  if (open && open->question.progress) open->question.progress(word, open->question.user);
  pthread_mutex_unlock(&questions->lock);
}

void questions_end(struct questions *questions, uint64_t id) {
  struct open_question *open = take_locked(questions, id);
  if (open) give_up(open, RADMFA_FACTOR_HUNG_UP);
}

size_t questions_count(struct questions *questions) {
  pthread_mutex_lock(&questions->lock);
  size_t n = questions->n;
  pthread_mutex_unlock(&questions->lock);
  return n;
}

struct questions *questions_new(void) {
  struct questions *questions = calloc(1, sizeof *questions);
  if (!questions) return NULL;
  (void)pthread_mutex_init(&questions->lock, NULL);
  if (thread_wait_init(&questions->changed)) {
    if (thread_start(&questions->thread, "questions", run, questions)) return questions;
    pthread_cond_destroy(&questions->changed);
  }
  pthread_mutex_destroy(&questions->lock);
  free(questions);
  return NULL;
}

void questions_free(struct questions *questions) {
  if (!questions) return;
  pthread_mutex_lock(&questions->lock);
  questions->stopping = true;
  pthread_cond_signal(&questions->changed);
  pthread_mutex_unlock(&questions->lock);
  pthread_join(questions->thread, NULL);
  heap_free(&questions->heap);
  pthread_cond_destroy(&questions->changed);
  pthread_mutex_destroy(&questions->lock);
  free(questions);
}
