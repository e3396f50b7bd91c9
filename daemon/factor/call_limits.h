/* call_limits.h: which call may be placed when: every INVITE passes here, whoever asked for it. One
 * for the process: limits and numbers being called hold across a reload. Any thread.
 *
 * A number that is being called is not dialled a second time; who must wait does so in the order in
 * which he came, and those who wait for a number hold up nobody else. Who waits counts for
 * per_user, per_number and calls_per_day as if he had been granted his call, so that many at once
 * are no way around them. */
#ifndef RADMFAD_FACTOR_CALL_LIMITS_H
#define RADMFAD_FACTOR_CALL_LIMITS_H

#include "../duration.h"
#include "../heap.h"
#include "../number.h"

struct call_limits_options {
  uint32_t calls;            /* at once */
  uint32_t calls_per_second; /* one each 1/calls_per_second s, and after a rest as many as a second
                              * has at once */
  uint32_t calls_per_day;    /* of the last 24 hours, by hours; 0: without limit */
  struct rate per_user;      /* by identity, ASCII letters in either case */
  struct rate per_number;    /* by E.164, whatever the extension */
};

struct call_limits;
struct call_owner;
struct call_party;

#define CALL_LIMITS_WAITING_MAX 100000u

struct call_limits *call_limits_new(
    const struct call_limits_options *options); /* NULL: no memory */
void call_limits_free(
    struct call_limits *limits); /* no owner and no ticket is left; NULL is fine */
/* Others from now on; who waits goes on waiting. Another window of per_user or per_number forgets
 * what was granted in it. */
void call_limits_set(struct call_limits *limits, const struct call_limits_options *options);

enum call_permit {
  CALL_PERMIT_GRANTED,
  CALL_PERMIT_WAITS,
  CALL_PERMIT_REFUSED_USER,   /* per_user */
  CALL_PERMIT_REFUSED_NUMBER, /* per_number */
  CALL_PERMIT_REFUSED_DAY,
  CALL_PERMIT_REFUSED_QUEUE, /* its turn would not come before `latest_ms`, or too many wait */
};

/* A place in the queue or a call at work; in the caller's record, from call_limits_ask to
 * call_limits_end. */
struct call_ticket {
  void *user; /* the caller's own, so the next ones */
  /* no limit of a user or number is in its way: who makes the other calls could use those up */
  bool is_exempt;
  /* of a number that is not known to be the caller's: half of its limit is left to whose it is */
  bool is_trial;
  /* The user's own limit in place of per_user of the options; count 0: he has none. Another window
   * of his forgets what was granted to him. */
  struct rate per_user;
  bool is_granted;

  /* The rest is call_limits.c's. */
  struct call_owner *owner;
  struct call_ticket *previous, *next; /* waiting for a number, or given out next */
  struct call_party *caller, *number;
  struct heap_node turn;   /* by the order in which they came; of those whose number is free */
  struct heap_node expiry; /* by the last millisecond in which it may be granted */
  enum {
    CALL_TICKET_NONE,
    CALL_TICKET_BEHIND, /* waits for its number */
    CALL_TICKET_READY,  /* waits for its turn */
    CALL_TICKET_DUE,    /* granted, and its owner has not heard of it */
    CALL_TICKET_LATE,   /* refused, and so on */
    CALL_TICKET_CALLING,
  } state;
};

/* call_limits_ask asks for a call of this number now, or until `latest_ms` at the latest.
 * GRANTED and WAITS take the ticket; after WAITS call_limits_next_ms may be another. */
enum call_permit call_limits_ask(struct call_limits *limits, struct call_ticket *ticket,
                                 struct call_owner *owner, radmfa_span identity,
                                 const struct number *number, uint64_t now_ms, uint64_t latest_ms);
/* The call has ended, or nobody waits for it any more. Nothing for a ticket that was refused. */
void call_limits_end(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms);

/* An owner is woken, on any thread and with no lock of ours held, when one of its tickets may have
 * got its turn, or call_limits_next_ms is another: it then calls call_limits_granted until that is
 * NULL, and call_limits_next_ms. NULL: no memory. */
struct call_owner *call_limits_join(struct call_limits *limits, void (*wake)(void *user),
                                    void *user);
/* It has no ticket any more, and is woken no more afterwards: waits where it is just being woken;
 * so never from within `wake`. */
void call_limits_leave(struct call_limits *limits, struct call_owner *owner);

/* The next of this owner's tickets whose turn has come, which is a call at work then, or NULL;
 * call it until then. Those whose `latest_ms` is over are given out, too, with is_granted false:
 * they are refused and have left the queue. */
struct call_ticket *call_limits_granted(struct call_limits *limits, struct call_owner *owner,
                                        uint64_t now_ms);
/* When call_limits_granted may have something by the clock alone; UINT64_MAX: never. */
uint64_t call_limits_next_ms(struct call_limits *limits, struct call_owner *owner, uint64_t now_ms);

struct call_limits_stats {
  uint32_t calls, waiting;
  uint32_t today; /* granted in the last 24 hours */
};
void call_limits_stats(struct call_limits *limits, uint64_t now_ms,
                       struct call_limits_stats *out_stats);

#endif
