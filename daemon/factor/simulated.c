/* simulated.c: a heap of answers by when they are due, and the thread that delivers them. A million
 * may be out, so an entry is small and cancelling looks for none: an answer that nobody waits for
 * is dropped by the library, and its entry goes when it is due. */
#include "simulated.h"

#include "../thread.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 1024u
#define BATCH 64u

/* An answer that is due so long after its login's deadline finds nobody, even if others joined the
 * login (a client waits 180 s at most). It gets no entry: so entries of cancelled logins don't pile
 * up, however long `after` is. */
#define OVERTIME_MS 180000u

/* 16 octets, and 56 bits of milliseconds are two million years. */
struct entry {
  uint64_t due_ms : 56;
  uint64_t answer : 8;
  uint64_t login_id;
};

struct simulated {
  struct simulated_options options;
  pthread_t thread;
  pthread_mutex_t lock; /* all below */
  pthread_cond_t changed;
  struct entry *heap; /* no entry is due before the one at (its index - 1) / 2 */
  size_t count;
  size_t capacity;
  uint64_t random;
  bool stopping;
};

/* ---- the heap ---- */

static bool resize(struct simulated *simulated, size_t capacity) {
  struct entry *heap = realloc(simulated->heap, capacity * sizeof *heap);
  if (!heap) return false;
  simulated->heap = heap;
  simulated->capacity = capacity;
  return true;
}

static bool heap_push(struct simulated *simulated, struct entry entry) {
  if (simulated->count == simulated->capacity && !resize(simulated, simulated->capacity * 2))
    return false;
  struct entry *heap = simulated->heap;
  size_t at = simulated->count++;
  for (; at > 0 && heap[(at - 1) / 2].due_ms > entry.due_ms; at = (at - 1) / 2)
    heap[at] = heap[(at - 1) / 2];
  heap[at] = entry;
  return true;
}

/* The earlier child of `at`, or the end. */
static size_t earlier_child(const struct simulated *simulated, size_t at) {
  size_t left = 2 * at + 1, right = left + 1;
  if (right < simulated->count && simulated->heap[right].due_ms < simulated->heap[left].due_ms)
    return right;
  return left;
}

static struct entry heap_pop(struct simulated *simulated) {
  struct entry *heap = simulated->heap, first = heap[0], last = heap[--simulated->count];
  size_t at = 0, child;
  while ((child = earlier_child(simulated, at)) < simulated->count &&
         heap[child].due_ms < last.due_ms) {
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}

/* Gives memory back after a rush. A realloc that shrinks and fails leaves things as they are. */
static void shrink(struct simulated *simulated) {
  size_t capacity = simulated->capacity;
  while (capacity > CAPACITY_MIN && simulated->count <= capacity / 4) capacity /= 2;
  if (capacity < simulated->capacity) (void)resize(simulated, capacity);
}

/* ---- delivering ---- */

static void deliver(const struct simulated *simulated, uint64_t login_id,
                    radmfa_factor_answer answer) {
  /* Where it can't be delivered the login ends at its deadline (backend.h). */
  (void)simulated->options.deliver(simulated->options.answers, login_id, answer);
}

/* With the lock. */
static size_t take_due(struct simulated *simulated, struct entry out_entries[BATCH]) {
  uint64_t now_ms = thread_now_ms();
  size_t n = 0;
  while (n < BATCH && simulated->count && simulated->heap[0].due_ms <= now_ms)
    out_entries[n++] = heap_pop(simulated);
  shrink(simulated);
  return n;
}

static void *deliver_due(void *arg) {
  struct simulated *simulated = arg;
  struct entry due[BATCH];
  pthread_mutex_lock(&simulated->lock);
  while (!simulated->stopping) {
    size_t n = take_due(simulated, due);
    if (n == 0) {
      uint64_t until_ms = simulated->count ? simulated->heap[0].due_ms : UINT64_MAX;
      thread_wait_until(&simulated->changed, &simulated->lock, until_ms);
      continue;
    }
    pthread_mutex_unlock(&simulated->lock);
    for (size_t i = 0; i < n; i++)
      deliver(simulated, due[i].login_id, (radmfa_factor_answer)due[i].answer);
    pthread_mutex_lock(&simulated->lock);
  }
  pthread_mutex_unlock(&simulated->lock);
  return NULL;
}

/* ---- starting ---- */

/* xorshift64* (Marsaglia 2003, Vigna 2016): good enough for a telephone that is none. */
static uint32_t next_random(struct simulated *simulated) {
  uint64_t x = simulated->random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  simulated->random = x;
  return (uint32_t)((x * 0x2545f4914f6cdd1du) >> 32);
}

/* With the lock. */
static uint32_t pick(struct simulated *simulated, struct duration_range range) {
  uint64_t n_values = (uint64_t)range.max_ms - range.min_ms + 1;
  return range.min_ms + (uint32_t)(next_random(simulated) * n_values >> 32);
}

/* False when out of memory. */
static bool schedule(struct simulated *simulated, const radmfa_request *request,
                     radmfa_factor_answer answer, struct duration_range range) {
  uint64_t latest_ms = request->deadline_ms + OVERTIME_MS;
  bool first = false, scheduled = true;
  pthread_mutex_lock(&simulated->lock);
  uint32_t after_ms = pick(simulated, range);
  if (request->now_ms + after_ms <= latest_ms) {
    uint64_t due_ms = thread_now_ms() + after_ms;
    struct entry entry = {.due_ms = due_ms & (UINT64_MAX >> 8),
                          .answer = (uint64_t)answer & 0xff,
                          .login_id = request->login_id};
    first = simulated->count == 0 || due_ms < simulated->heap[0].due_ms;
    scheduled = heap_push(simulated, entry);
  }
  pthread_mutex_unlock(&simulated->lock);
  if (first) pthread_cond_signal(&simulated->changed);
  return scheduled;
}

static void start(void *backend, const radmfa_request *request) {
  struct simulated *simulated = backend;
  radmfa_factor_answer answer = simulated->options.answer;
  struct duration_range after = simulated->options.after;
  if (simulated->options.override)
    simulated->options.override(simulated->options.override_user, request->identity, &answer,
                                &after);
  if (after.max_ms == 0)
    deliver(simulated, request->login_id, answer);
  else if (!schedule(simulated, request, answer, after))
    deliver(simulated, request->login_id, RADMFA_FACTOR_OVER_LIMIT);
}

const radmfa_factor simulated_vtable = {.start = start, .cancel = NULL};

/* ---- life ---- */

static uint64_t random_seed(void) {
  uint64_t seed;
  randombytes_buf(&seed, sizeof seed);
  return seed ? seed : 1; /* xorshift stays at 0 for ever */
}

static void destroy(struct simulated *simulated) {
  pthread_cond_destroy(&simulated->changed);
  pthread_mutex_destroy(&simulated->lock);
  free(simulated->heap);
  free(simulated);
}

struct simulated *simulated_new(const struct simulated_options *options) {
  struct simulated *simulated = calloc(1, sizeof *simulated);
  if (!simulated) return NULL;
  simulated->options = *options;
  simulated->random = random_seed();
  if (!thread_wait_init(&simulated->changed)) {
    free(simulated);
    return NULL;
  }
  pthread_mutex_init(&simulated->lock, NULL);
  if (resize(simulated, CAPACITY_MIN) &&
      thread_start(&simulated->thread, "simulated", deliver_due, simulated))
    return simulated;
  destroy(simulated);
  return NULL;
}

void simulated_free(struct simulated *simulated) {
  if (!simulated) return;
  pthread_mutex_lock(&simulated->lock);
  simulated->stopping = true;
  pthread_mutex_unlock(&simulated->lock);
  pthread_cond_signal(&simulated->changed);
  pthread_join(simulated->thread, NULL);
  destroy(simulated);
}

size_t simulated_pending(struct simulated *simulated) {
  pthread_mutex_lock(&simulated->lock);
  size_t count = simulated->count;
  pthread_mutex_unlock(&simulated->lock);
  return count;
}

/* ---- words ---- */

const char simulated_answer_words[] = "approve, deny, busy, no_answer, fraud, unavailable";

bool simulated_answer_parse(const char *word, radmfa_factor_answer *out_answer) {
  static const struct {
    const char *word;
    radmfa_factor_answer answer;
  } answers[] = {
      {"approve", RADMFA_FACTOR_APPROVED}, {"deny", RADMFA_FACTOR_DENIED},
      {"busy", RADMFA_FACTOR_BUSY},        {"no_answer", RADMFA_FACTOR_NO_ANSWER},
      {"fraud", RADMFA_FACTOR_FRAUD},      {"unavailable", RADMFA_FACTOR_UNAVAILABLE},
  };
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    if (strcmp(answers[i].word, word) == 0) {
      *out_answer = answers[i].answer;
      return true;
    }
  return false;
}
