/* engine.h: the inside of an engine, shared by engine.c (in), arrive.c (whose a datagram is, and
 * whether it is genuine), admit.c (a datagram becomes a login), events.c (an answer becomes an
 * event), turn.c (an event becomes an action) and operations.c (out). */
#ifndef RADMFA_CORE_ENGINE_H
#define RADMFA_CORE_ENGINE_H

#include "dedup.h"
#include "join.h"

#define SIGNERS 256u /* a cache of learned addresses, so that most packets need no lock */

#define REVEALED_MAX 64u /* a batch of datagrams */

/* A password that was opened for a login's join key, and is wanted once more when its check is
 * fetched: in the same moment, so that opening it twice can be saved. */
struct revealed {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t len;
};

#define ARRIVE_AT_ONCE 16u /* enough for memory to answer in the meantime, and for lanes.h */

/* A datagram on its way in: what is known of it before its place in the tables has been fetched. */
struct arrival {
  const radmfa_datagram *datagram;
  struct client *client; /* NULL: it goes no further */
  radmfa_packet packet;
  uint64_t hash;                          /* what dedup.c knows it by */
  bool matches;                           /* its Message-Authenticator is right */
  bool has_pad;                           /* the next has been computed (auth.h) */
  uint8_t pad[RADMFA_AUTHENTICATOR_SIZE]; /* secret: it opens the password */
};

/* Logins one behind the other, by queue_next. */
struct queue {
  struct login *first, **end;
};

struct radmfa_engine {
  radmfa_allocator allocator;
  radmfa_join_table *join;
  uint16_t number;
  struct inbox *inbox;
  struct notes notes; /* the array that takes turns with the inbox's */
  bool is_awake;
  bool is_draining;
  uint64_t now_ms;

  struct pool logins;
  struct dedup dedup;
  struct deadlines deadlines;
  struct epoch *epoch;
  struct quota pending;
  struct queue operations; /* with something to start or to cancel */
  struct queue sends;      /* with a reply to send */
  struct queue spent;      /* sent and of no more use: freed when the caller comes back */

  struct revealed revealed[REVEALED_MAX];
  uint32_t n_revealed;
  radmfa_hash_key key;
  uint8_t signers[SIGNERS][16];
  radmfa_notice_cb on_notice;
  void *notice_user;
  radmfa_engine_stats stats;
  /* of the operation that was fetched last, until the next is */
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX];
  size_t password_len;
  struct epoch *cancelled; /* of a login which that operation cancels: its use of it ends too */
  uint8_t forward[RADMFA_PACKET_SIZE_MAX];
  size_t forward_len;
  uint8_t reply[RADMFA_PACKET_SIZE_MAX];
  radmfa_packet packet; /* of the operation that was fetched last */
};

/* engine.c */
void radmfa__engine_drop(radmfa_engine *engine, const radmfa_datagram *datagram,
                         const struct client *client, radmfa_drop drop);
void radmfa__engine_notice(radmfa_engine *engine, const struct login *login, radmfa_notice *notice);

/* operations.c */
void radmfa__engine_init_queues(radmfa_engine *engine);
void radmfa__engine_queue(radmfa_engine *engine, struct login *login, enum todo todo);
/* Queues the reply in the record of a login that is DONE. `signer` is what it is to be signed with,
 * together with others, when they are sent; NULL: it is signed. */
void radmfa__engine_send(radmfa_engine *engine, struct login *login, const radmfa_secret *signer);
/* Signs what is queued: the secrets may go. */
void radmfa__engine_sign_all(radmfa_engine *engine);
/* Out of every table; freed now, or when it is out of its queue. */
void radmfa__engine_discard(radmfa_engine *engine, struct login *login);
void radmfa__engine_discard_removed(radmfa_engine *engine, struct login *login); /* by dedup.c */
/* Where its password is kept until its check is fetched, or `spare`. */
struct revealed *radmfa__engine_revealed(radmfa_engine *engine, struct login *login,
                                         struct revealed *spare);
/* the caller is back: what he borrowed is ours again */
void radmfa__engine_end_operations(radmfa_engine *engine);

/* arrive.c */
void radmfa__engine_arrive(radmfa_engine *engine, const radmfa_datagram *datagrams,
                           size_t n); /* ARRIVE_AT_ONCE at most */

/* admit.c: a genuine request of a known client. */
void radmfa__engine_admit(radmfa_engine *engine, const struct arrival *arrival);
/* Over a limit, or a loop: refused before anything is kept, so that a retransmission is a fresh
 * try. */
void radmfa__engine_refuse_early(radmfa_engine *engine, const struct arrival *arrival,
                                 radmfa_drop drop);
void radmfa__engine_answer_status(radmfa_engine *engine, const struct arrival *arrival);

/* turn.c */
void radmfa__engine_step(radmfa_engine *engine, struct login *login, radmfa_login_event event);
bool radmfa__login_is_follower(const struct login *login);
/* the kept request needs its User-Password no more, hidden as it is */
void radmfa__login_forget_password(struct login *login);
/* of the name as typed, without its domain: what fresh approvals are found by */
uint64_t radmfa__engine_user(const radmfa_engine *engine, const struct login *login);
/* The part of an ended login that its reply no longer needs; also for one that was admitted and
 * taken back. Its use of the ruleset ends here too, or, where a backend must still be told of
 * the end, with that. */
void radmfa__engine_release(radmfa_engine *engine, struct login *login);
void radmfa__engine_leave_epoch(radmfa_engine *engine, struct epoch *epoch);

/* events.c */
void radmfa__engine_take_note(radmfa_engine *engine, struct note *note);
void radmfa__engine_take_verdict(radmfa_engine *engine, struct login *follower);
void radmfa__engine_take_due(radmfa_engine *engine, struct login *login);
void radmfa__engine_supersede_rivals(radmfa_engine *engine, struct login *login, enum rivals which);
void radmfa__engine_refuse(radmfa_engine *engine, struct login *login, radmfa_reason reason);

#endif
