/* failures.h: how many wrong passwords each user had of late, so that we stop asking the directory
 * before it locks the account. It counts as Active Directory does: a wrong password adds one, a
 * right one clears, and so does a window without a wrong one (MS-SAMR 3.1.5.14.6). Then a limit
 * below the directory's holds whenever the wrong passwords come. Bounded: over FAILURES_USERS_MAX
 * the user who was not heard of for longest is forgotten. Any thread. */
#ifndef RADMFAD_PRIMARY_FAILURES_H
#define RADMFAD_PRIMARY_FAILURES_H

#include <radmfa/base.h>

#define FAILURES_USERS_MAX 100000u

struct failures;

/* `max` wrong passwords, at least 1, and then none is tried until `window_ms` after the last one.
 * NULL when out of memory. */
struct failures *failures_new(uint32_t max, uint32_t window_ms);
void failures_free(struct failures *failures);

enum failures_result {
  FAILURES_WRONG,
  FAILURES_RIGHT,
  FAILURES_UNANSWERED, /* nobody could say, or nobody was asked */
};

/* failures_allow tells whether a password of this user (ASCII letters in either case) may be tried
 * now. If so it counts as a wrong one until failures_end is called, exactly once, with what came of
 * it, so that many at once are no way around the limit. False when out of memory, too. `user` are
 * octets of the caller's choice that name one account; 255 of them count. `failures` may be NULL in
 * both: then there is no limit. */
RADMFA_MUST_USE bool failures_allow(struct failures *failures, radmfa_span user, uint64_t now_ms);
void failures_end(struct failures *failures, radmfa_span user, enum failures_result result,
                  uint64_t now_ms);

/* failures_users: how many users are remembered. */
size_t failures_users(struct failures *failures);

#endif
