/* join.h: one login, one call, over all engines of a process: which logins are under way by key,
 * who follows whom, fresh approvals. */
#ifndef RADMFA_CORE_JOIN_H
#define RADMFA_CORE_JOIN_H

#include "approvals.h"
#include "inbox.h"
#include "learned.h"

#define ENGINE_BITS 10u /* the upper bits of a login id name the engine: RADMFA_ENGINES_MAX */

/* What each engine brings. */
RADMFA_MUST_USE int radmfa__join_register(radmfa_join_table *table, void (*wake)(void *user),
                                          void *wake_user, uint16_t *out_engine,
                                          struct inbox **out_inbox);
void radmfa__join_unregister(radmfa_join_table *table, uint16_t engine);
radmfa_join_table *radmfa__join_table_ref(radmfa_join_table *table);

const radmfa_allocator *radmfa__join_allocator(const radmfa_join_table *table);
radmfa_hash_key radmfa__join_key(const radmfa_join_table *table);
/* What this process writes into Proxy-State of what it forwards, to know it again: 16 octets. */
radmfa_span radmfa__join_mark(const radmfa_join_table *table);
/* the counter that pending_max limits */
atomic_uint *radmfa__join_pending(radmfa_join_table *table);

/* The engine of a login id, and the id of an engine's login. */
uint16_t radmfa__login_engine(uint64_t login_id);
uint64_t radmfa__login_number(uint64_t login_id); /* in the engine's pool */
uint64_t radmfa__login_id(uint16_t engine, const struct login *login);

/* radmfa__join_enter: is a login with this login's key and name under way? Then it becomes a
 * follower of it, and true comes back; else it leads, and others may follow it. */
bool radmfa__join_enter(radmfa_join_table *table, struct login *login);

/* radmfa__join_person: the primary said who this leader is. Is a login of the same person with the
 * same key, typed with another domain, under way? Then it becomes a follower of it, and so do those
 * who followed it. Else it is known from now on. */
bool radmfa__join_person(radmfa_join_table *table, struct login *login, uint64_t person);

/* The same for a request that must not begin a login: it follows or nothing happens. */
bool radmfa__join_follow(radmfa_join_table *table, struct login *login);

/* radmfa__join_finish: the leader has its verdict and reason. Each follower gets them with a
 * reference to the leader's blob, in its own engine's inbox. Returns how many of them wait for an
 * answer. */
uint32_t radmfa__join_finish(radmfa_join_table *table, struct login *leader);

/* radmfa__join_leave: a follower does not wait any more. A leader that now has nobody who waits
 * hears NOTE_ABANDONED. */
void radmfa__join_leave(radmfa_join_table *table, struct login *follower, struct inbox *own_inbox);

/* radmfa__join_leave_alone: where nobody follows, it leads no longer, and true comes back. */
bool radmfa__join_leave_alone(radmfa_join_table *table, struct login *leader);

/* radmfa__join_abandon: the leader's own request waits no more. True where nobody follows: then
 * it leads no longer. False: it goes on for its followers, and is marked so. */
bool radmfa__join_abandon(radmfa_join_table *table, struct login *leader);

/* Fresh approvals, by user and key. */
void radmfa__join_approve(radmfa_join_table *table, uint64_t user, radmfa_hash128 key,
                          uint64_t now_ms, uint32_t for_ms);
bool radmfa__join_approved(radmfa_join_table *table, uint64_t user, radmfa_hash128 key,
                           uint64_t now_ms);
void radmfa__join_disapprove(radmfa_join_table *table, uint64_t user);

/* Addresses that sign (learned.h). */
void radmfa__join_learn(radmfa_join_table *table, const uint8_t ip[16]);
bool radmfa__join_knows(radmfa_join_table *table, const uint8_t ip[16]);

#endif
