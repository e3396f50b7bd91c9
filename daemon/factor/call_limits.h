/* call_limits.h: which call may be placed when: every INVITE passes here, whoever asked for it. One
 * for the process: limits and numbers being called hold across a reload. Any thread.
 *
 * A number that is being called is not dialled a second time; who must wait does so in the order in
 * which he came, and those who wait for a number hold up nobody else. */
#ifndef RADMFAD_FACTOR_CALL_LIMITS_H
#define RADMFAD_FACTOR_CALL_LIMITS_H

#include "../duration.h"
#include "../number.h"

struct call_limits_options {
  uint32_t calls; /* at once */
  uint32_t
      calls_per_second;   /* evenly: at most one each 1/calls_per_second s, bursts of one second */
  uint32_t calls_per_day; /* of the last 24 hours, by hours; 0: without limit */
  struct rate per_user;   /* by identity, ASCII letters in either case */
  struct rate per_number; /* by E.164 */
};

struct call_limits;

struct call_limits *call_limits_new(
    const struct call_limits_options *options); /* NULL: no memory */
void call_limits_free(struct call_limits *limits);
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
  struct call_ticket *previous, *next; /* the rest is call_limits.c's */
  void *owner;                         /* who asked: of the same one in call_limits_granted */
  void *user;                          /* the caller's own */
  struct number number;
  uint64_t user_hash;
  uint64_t latest_ms;
  bool is_granted;
};

/* call_limits_ask asks for a call of this number now, or until `latest_ms` at the latest.
 * GRANTED and WAITS take the ticket. `owner` is one of call_limits_join. */
enum call_permit call_limits_ask(struct call_limits *limits, struct call_ticket *ticket,
                                 void *owner, radmfa_span identity, const struct number *number,
                                 uint64_t now_ms, uint64_t latest_ms);
/* The call has ended, or nobody waits for it any more. */
void call_limits_end(struct call_limits *limits, struct call_ticket *ticket, uint64_t now_ms);

/* An owner is woken, on any thread and with no lock of ours held, when one of its tickets may have
 * got its turn by what others did: it then calls call_limits_granted. */
void *call_limits_join(struct call_limits *limits, void (*wake)(void *user), void *user);
void call_limits_leave(struct call_limits *limits, void *owner); /* it has no ticket any more */

/* The next of this owner's tickets whose turn has come, which is a call at work then, or NULL;
 * call it until then. Those whose `latest_ms` is over are given out, too, with is_granted false:
 * they are refused and have left the queue. */
struct call_ticket *call_limits_granted(struct call_limits *limits, void *owner, uint64_t now_ms);
/* When call_limits_granted has something by the clock alone; UINT64_MAX: never. */
uint64_t call_limits_next_ms(struct call_limits *limits, void *owner, uint64_t now_ms);

struct call_limits_stats {
  uint32_t calls, waiting;
  uint32_t today;
};
void call_limits_stats(struct call_limits *limits, uint64_t now_ms,
                       struct call_limits_stats *out_stats);

#endif
