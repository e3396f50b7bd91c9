/* failures.h: how many wrong passwords each account had of late, so that we stop asking a directory
 * before it locks the account. It counts as Active Directory does: a wrong password adds one, a
 * right one clears, and so does a window without a wrong one (MS-SAMR 3.1.5.14.6). Then a limit
 * below the directory's holds whenever the wrong passwords come.
 *
 * One table for the process: a reload forgets nothing, and whoever asks for a password at all asks
 * here. Bounded: over FAILURES_ACCOUNTS_MAX the account that was not heard of for longest is
 * forgotten. Any thread. */
#ifndef RADMFAD_FAILURES_H
#define RADMFAD_FAILURES_H

#include <radmfa/base.h>

#define FAILURES_ACCOUNTS_MAX 100000u

struct failures;

struct failures *failures_new(void); /* NULL when out of memory */
void failures_free(struct failures *failures);

/* What a primary's accounts may have: `max` wrong passwords, and then none is tried until
 * `window_ms` after the last one. It belongs to the call, not to the table: after a reload the new
 * limit counts for what was counted before. Accounts of one name at two primaries are two. */
struct failures_rule {
  const char *primary;
  uint32_t max; /* 0: no limit, and nothing is counted */
  uint32_t window_ms;
};

enum failures_result {
  FAILURES_WRONG,
  FAILURES_RIGHT,
  FAILURES_UNANSWERED, /* nobody could say, or nobody was asked */
};

/* failures_allow tells whether a password of this user (in any spelling: fold_account_hash) may be
 * tried now. If so it counts as a wrong one until failures_end is called, exactly once and with the
 * same rule, with what came of it, so that many at once are no way around the limit. False when out
 * of memory, too. `user` are octets of the caller's choice that name one account; 255 of them
 * count. `failures` may be NULL in both where the rule has no limit. */
RADMFA_MUST_USE bool failures_allow(struct failures *failures, const struct failures_rule *rule,
                                    radmfa_span user, uint64_t now_ms);
void failures_end(struct failures *failures, const struct failures_rule *rule, radmfa_span user,
                  enum failures_result result, uint64_t now_ms);

/* failures_accounts: how many accounts are remembered. */
size_t failures_accounts(struct failures *failures);

#endif
