/* call_limits.c: one lock over who calls and who waits. A number has one holder, which waits for
 * its turn or is called; whoever wants the number, too, stands behind it. Holders get their turn in
 * the order in which they came. */
#include "call_limits.h"

#include "../fold.h"
#include "call_party.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS 86400000u
#define SECOND_US 1000000u

struct call_owner {
  struct call_owner *next;
  void (*wake)(void *user);
  void *user;
  struct call_queue due; /* to be given out */
  size_t n_waiting;
  bool is_to_wake;
  unsigned n_waking; /* threads that are in `wake` */
};

struct call_limits {
  pthread_mutex_t lock; /* all below but key */
  pthread_cond_t woken;
  struct call_limits_options options;
  struct call_parties callers, numbers;
  struct recent day;
  struct call_owner *owners;
  struct heap turns, expiries;
  uint64_t sequence; /* of tickets */
  uint64_t free_us;  /* when the next call would begin, had nobody rested before */
  uint32_t calls, waiting;
  uint8_t key[FOLD_KEY_SIZE];
};

/* ---- life ---- */

static void set_options(struct call_limits *limits, const struct call_limits_options *options) {
  limits->options = *options;
  if (!limits->options.calls_per_second) limits->options.calls_per_second = 1;
  call_parties_set_window(&limits->callers,
                          options->per_user.count ? options->per_user.window_ms : 0);
  call_parties_set_window(&limits->numbers,
                          options->per_number.count ? options->per_number.window_ms : 0);
}

struct call_limits *call_limits_new(const struct call_limits_options *options) {
  struct call_limits *limits = calloc(1, sizeof *limits);
  if (!limits) return NULL;
  if (sodium_init() < 0 || pthread_mutex_init(&limits->lock, NULL) != 0) {
    free(limits);
    return NULL;
  }
  if (pthread_cond_init(&limits->woken, NULL) != 0) {
    pthread_mutex_destroy(&limits->lock);
    free(limits);
    return NULL;
  }
  randombytes_buf(limits->key, sizeof limits->key);
  set_options(limits, options);
  return limits;
}

void call_limits_free(struct call_limits *limits) {
  if (!limits) return;
  call_parties_free(&limits->callers);
  call_parties_free(&limits->numbers);
  heap_free(&limits->turns);
  heap_free(&limits->expiries);
  pthread_cond_destroy(&limits->woken);
  pthread_mutex_destroy(&limits->lock);
  free(limits);
}

/* ---- owners ---- */

static struct call_owner *owner_to_wake(const struct call_limits *limits) {
  struct call_owner *owner = limits->owners;
  while (owner && !owner->is_to_wake) owner = owner->next;
  return owner;
}

static void unlock_and_wake(struct call_limits *limits) {
  struct call_owner *owner;
  while ((owner = owner_to_wake(limits))) {
    owner->is_to_wake = false;
    owner->n_waking++;
    pthread_mutex_unlock(&limits->lock);
    owner->wake(owner->user);
    pthread_mutex_lock(&limits->lock);
    owner->n_waking--;
    pthread_cond_broadcast(&limits->woken);
  }
  pthread_mutex_unlock(&limits->lock);
}

/* Each one's next turn by the clock may have changed. */
static void wake_who_waits(struct call_limits *limits) {
  for (struct call_owner *owner = limits->owners; owner; owner = owner->next)
    if (owner->n_waiting) owner->is_to_wake = true;
}

struct call_owner *call_limits_join(struct call_limits *limits, void (*wake)(void *user),
                                    void *user) {
  struct call_owner *owner = calloc(1, sizeof *owner);
  if (!owner) return NULL;
  owner->wake = wake;
  owner->user = user;
  pthread_mutex_lock(&limits->lock);
  owner->next = limits->owners;
  limits->owners = owner;
  pthread_mutex_unlock(&limits->lock);
  return owner;
}

void call_limits_leave(struct call_limits *limits, struct call_owner *owner) {
  pthread_mutex_lock(&limits->lock);
  while (owner->n_waking) pthread_cond_wait(&limits->woken, &limits->lock);
  struct call_owner **place = &limits->owners;
  while (*place != owner) place = &(*place)->next;
  *place = owner->next;
  pthread_mutex_unlock(&limits->lock);
  free(owner);
}

void call_limits_set(struct call_limits *limits, const struct call_limits_options *options) {
  pthread_mutex_lock(&limits->lock);
  set_options(limits, options);
  wake_who_waits(limits);
  unlock_and_wake(limits);
}

/* ---- queues ---- */

static void append(struct call_queue *queue, struct call_ticket *ticket) {
  ticket->previous = queue->last;
  ticket->next = NULL;
  *(queue->last ? &queue->last->next : &queue->first) = ticket;
  queue->last = ticket;
}

static void unlink_ticket(struct call_queue *queue, struct call_ticket *ticket) {
  *(ticket->previous ? &ticket->previous->next : &queue->first) = ticket->next;
  *(ticket->next ? &ticket->next->previous : &queue->last) = ticket->previous;
}

static struct call_ticket *of_turn(struct heap_node *node) {
  return node ? (struct call_ticket *)((char *)node - offsetof(struct call_ticket, turn)) : NULL;
}

static struct call_ticket *of_expiry(struct heap_node *node) {
  return node ? (struct call_ticket *)((char *)node - offsetof(struct call_ticket, expiry)) : NULL;
}

/* heap_reserve has been called for each that waits. */
static void make_ready(struct call_limits *limits, struct call_ticket *ticket) {
  ticket->number->holder = ticket;
  ticket->state = CALL_TICKET_READY;
  heap_add(&limits->turns, &ticket->turn);
}

/* Its number is free for who stands behind it. */
static void pass_number_on(struct call_limits *limits, struct call_party *number) {
  struct call_ticket *next = number->waiting.first;
  number->holder = NULL;
  if (!next) return;
  unlink_ticket(&number->waiting, next);
  make_ready(limits, next);
  next->owner->is_to_wake = true;
}

static void give_parties(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms) {
  if (ticket->number->holder == ticket) pass_number_on(limits, ticket->number);
  call_parties_give(&limits->callers, ticket->caller, now_ms);
  call_parties_give(&limits->numbers, ticket->number, now_ms);
}

/* Before the call, or where there will be none. */
static void stop_waiting(struct call_limits *limits, struct call_ticket *ticket) {
  if (ticket->state == CALL_TICKET_READY)
    heap_remove(&limits->turns, &ticket->turn);
  else
    unlink_ticket(&ticket->number->waiting, ticket);
  heap_remove(&limits->expiries, &ticket->expiry);
  ticket->caller->n_waiting--;
  ticket->number->n_waiting--;
  ticket->owner->n_waiting--;
  limits->waiting--;
}

static void give_out(struct call_ticket *ticket, bool is_granted) {
  ticket->is_granted = is_granted;
  ticket->state = is_granted ? CALL_TICKET_DUE : CALL_TICKET_LATE;
  append(&ticket->owner->due, ticket);
  ticket->owner->is_to_wake = true;
}

static bool has_place(const struct call_limits *limits) {
  return limits->calls < limits->options.calls;
}

/* ---- the clock ---- */

static uint32_t interval_us(const struct call_limits *limits) {
  return SECOND_US / limits->options.calls_per_second;
}

/* When a call may begin before which so many others will. */
static uint64_t turn_ms(const struct call_limits *limits, uint64_t n_before) {
  uint64_t at_us = limits->free_us + n_before * interval_us(limits);
  uint64_t rested_us = SECOND_US - interval_us(limits);
  return at_us > rested_us ? (at_us - rested_us + 999u) / 1000u : 0;
}

static void take_turn(struct call_limits *limits, uint64_t now_ms) {
  uint64_t now_us = now_ms * 1000u;
  if (limits->free_us < now_us) limits->free_us = now_us;
  limits->free_us += interval_us(limits);
}

static void grant(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms) {
  stop_waiting(limits, ticket);
  call_parties_count(&limits->callers, ticket->caller, now_ms);
  call_parties_count(&limits->numbers, ticket->number, now_ms);
  recent_add(&limits->day, DAY_MS, now_ms);
  take_turn(limits, now_ms);
  limits->calls++;
  give_out(ticket, true);
}

static void expire(struct call_limits *limits, uint64_t now_ms) {
  struct call_ticket *ticket;
  while ((ticket = of_expiry(heap_least(&limits->expiries))) && ticket->expiry.key < now_ms) {
    stop_waiting(limits, ticket);
    give_parties(limits, ticket, now_ms);
    give_out(ticket, false);
  }
}

/* Whoever has got his turn is to be given out. */
static void advance(struct call_limits *limits, uint64_t now_ms) {
  struct call_ticket *ticket;
  expire(limits, now_ms);
  while (has_place(limits) && turn_ms(limits, 0) <= now_ms &&
         (ticket = of_turn(heap_least(&limits->turns))))
    grant(limits, ticket, now_ms);
}

/* ---- asking ---- */

static bool is_over(const struct call_parties *parties, const struct call_party *party,
                    const struct rate *rate, uint64_t now_ms) {
  return rate->count && call_parties_used(parties, party, now_ms) >= rate->count;
}

/* GRANTED: nothing speaks against it now. */
static enum call_permit judge(const struct call_limits *limits, const struct call_ticket *ticket,
                              uint64_t now_ms, uint64_t latest_ms) {
  const struct call_limits_options *options = &limits->options;
  uint32_t today = recent_count(&limits->day, DAY_MS, now_ms);
  const struct rate *per_user = ticket->per_user.count ? &ticket->per_user : &options->per_user;
  if (!ticket->is_exempt && is_over(&limits->callers, ticket->caller, per_user, now_ms))
    return CALL_PERMIT_REFUSED_USER;
  struct rate per_number = options->per_number;
  if (ticket->is_trial) per_number.count = (per_number.count + 1) / 2;
  if (!ticket->is_exempt && is_over(&limits->numbers, ticket->number, &per_number, now_ms))
    return CALL_PERMIT_REFUSED_NUMBER;
  if (options->calls_per_day && today + limits->waiting >= options->calls_per_day)
    return CALL_PERMIT_REFUSED_DAY;
  if (limits->waiting >= CALL_LIMITS_WAITING_MAX || turn_ms(limits, limits->turns.n) > latest_ms)
    return CALL_PERMIT_REFUSED_QUEUE;
  return CALL_PERMIT_GRANTED;
}

static bool take_parties(struct call_limits *limits, struct call_ticket *ticket,
                         radmfa_span identity, const struct number *number, uint64_t now_ms) {
  uint32_t window_ms = ticket->per_user.count ? ticket->per_user.window_ms : 0;
  uint64_t caller = fold_hash(limits->key, identity) ^ window_ms;
  uint64_t called = fold_hash(limits->key, radmfa_text(number->e164));
  ticket->caller = call_parties_take(&limits->callers, caller, window_ms, now_ms);
  if (!ticket->caller) return false;
  ticket->number = call_parties_take(&limits->numbers, called, 0, now_ms);
  if (ticket->number) return true;
  call_parties_give(&limits->callers, ticket->caller, now_ms);
  return false;
}

/* Both heaps get their room here, so that nobody who waits is ever lost for want of memory. */
static bool wait_in_line(struct call_limits *limits, struct call_ticket *ticket,
                         uint64_t latest_ms) {
  if (!heap_reserve(&limits->turns, limits->waiting + 1u)) return false;
  if (!heap_reserve(&limits->expiries, limits->waiting + 1u)) return false;
  ticket->turn.key = limits->sequence++;
  ticket->expiry.key = latest_ms;
  heap_add(&limits->expiries, &ticket->expiry);
  ticket->caller->n_waiting++;
  ticket->number->n_waiting++;
  ticket->owner->n_waiting++;
  limits->waiting++;
  if (!ticket->number->holder) {
    make_ready(limits, ticket);
    return true;
  }
  ticket->state = CALL_TICKET_BEHIND;
  append(&ticket->number->waiting, ticket);
  return true;
}

/* Its parties are taken; it is in line, if it may be there. */
static enum call_permit ask(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms,
                            uint64_t latest_ms) {
  enum call_permit permit = judge(limits, ticket, now_ms, latest_ms);
  if (permit != CALL_PERMIT_GRANTED) return permit;
  if (!wait_in_line(limits, ticket, latest_ms)) return CALL_PERMIT_REFUSED_QUEUE;
  advance(limits, now_ms);
  if (ticket->state == CALL_TICKET_DUE) {
    unlink_ticket(&ticket->owner->due, ticket);
    ticket->state = CALL_TICKET_CALLING;
    return CALL_PERMIT_GRANTED;
  }
  if (latest_ms > now_ms) return CALL_PERMIT_WAITS;
  stop_waiting(limits, ticket);
  return CALL_PERMIT_REFUSED_QUEUE;
}

enum call_permit call_limits_ask(struct call_limits *limits, struct call_ticket *ticket,
                                 struct call_owner *owner, radmfa_span identity,
                                 const struct number *number, uint64_t now_ms, uint64_t latest_ms) {
  enum call_permit permit = CALL_PERMIT_REFUSED_QUEUE;
  *ticket = (struct call_ticket){.user = ticket->user,
                                 .is_exempt = ticket->is_exempt,
                                 .is_trial = ticket->is_trial,
                                 .per_user = ticket->per_user,
                                 .owner = owner};
  pthread_mutex_lock(&limits->lock);
  advance(limits, now_ms);
  if (take_parties(limits, ticket, identity, number, now_ms)) {
    permit = ask(limits, ticket, now_ms, latest_ms < now_ms ? now_ms : latest_ms);
    if (permit != CALL_PERMIT_GRANTED && permit != CALL_PERMIT_WAITS) {
      ticket->state = CALL_TICKET_NONE;
      give_parties(limits, ticket, now_ms);
    }
  }
  unlock_and_wake(limits);
  return permit;
}

/* ---- turns and ends ---- */

struct call_ticket *call_limits_granted(struct call_limits *limits, struct call_owner *owner,
                                        uint64_t now_ms) {
  pthread_mutex_lock(&limits->lock);
  advance(limits, now_ms);
  struct call_ticket *ticket = owner->due.first;
  if (ticket) {
    unlink_ticket(&owner->due, ticket);
    ticket->state = ticket->is_granted ? CALL_TICKET_CALLING : CALL_TICKET_NONE;
  }
  owner->is_to_wake = false; /* it is just asking */
  unlock_and_wake(limits);
  return ticket;
}

uint64_t call_limits_next_ms(struct call_limits *limits, struct call_owner *owner,
                             uint64_t now_ms) {
  uint64_t next_ms = UINT64_MAX;
  pthread_mutex_lock(&limits->lock);
  if (owner->due.first) {
    next_ms = now_ms;
  } else if (owner->n_waiting) {
    next_ms = heap_least(&limits->expiries)->key + 1;
    if (has_place(limits) && limits->turns.n && turn_ms(limits, 0) < next_ms)
      next_ms = turn_ms(limits, 0);
  }
  pthread_mutex_unlock(&limits->lock);
  return next_ms;
}

/* The number first: who stood behind is in line before places are given away. */
static void end_call(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms) {
  give_parties(limits, ticket, now_ms);
  limits->calls--;
}

static void end(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms) {
  switch (ticket->state) {
    case CALL_TICKET_NONE: break;
    case CALL_TICKET_BEHIND:
    case CALL_TICKET_READY:
      stop_waiting(limits, ticket);
      give_parties(limits, ticket, now_ms);
      break;
    case CALL_TICKET_LATE: unlink_ticket(&ticket->owner->due, ticket); break;
    case CALL_TICKET_DUE:
      unlink_ticket(&ticket->owner->due, ticket);
      end_call(limits, ticket, now_ms);
      break;
    case CALL_TICKET_CALLING: end_call(limits, ticket, now_ms); break;
  }
  ticket->state = CALL_TICKET_NONE;
}

void call_limits_end(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms) {
  pthread_mutex_lock(&limits->lock);
  bool was_full = !has_place(limits);
  end(limits, ticket, now_ms);
  advance(limits, now_ms);
  if (was_full && has_place(limits)) wake_who_waits(limits);
  unlock_and_wake(limits);
}

void call_limits_stats(struct call_limits *limits, uint64_t now_ms,
                       struct call_limits_stats *out_stats) {
  pthread_mutex_lock(&limits->lock);
  *out_stats = (struct call_limits_stats){limits->calls, limits->waiting,
                                          recent_count(&limits->day, DAY_MS, now_ms)};
  pthread_mutex_unlock(&limits->lock);
}
