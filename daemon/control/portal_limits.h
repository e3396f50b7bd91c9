/* portal_limits.h: how often somebody may guess, in a window that slides. Who guesses is a number
 * (portal_limits_user, portal_limits_address), a keyed hash that nobody can aim at. In memory,
 * bounded: over PORTAL_LIMITS_MAX who was not heard of for longest is forgotten. Not thread-safe.
 * Times are of one monotonic clock. */
#ifndef RADMFAD_CONTROL_PORTAL_LIMITS_H
#define RADMFAD_CONTROL_PORTAL_LIMITS_H

#include <radmfa/base.h>

#define PORTAL_LIMITS_MAX 20000u

struct portal_limits;

/* At most `max` wrong ones in `window_ms`. NULL: no memory. */
struct portal_limits *portal_limits_new(uint32_t max, uint32_t window_ms);
void portal_limits_free(struct portal_limits *limits); /* NULL is fine */

/* A user of a primary under each spelling that a directory may take for him (fold_account_hash). */
uint64_t portal_limits_user(const struct portal_limits *limits, const char *primary,
                            radmfa_span user);
/* An address; of IPv6 the network of 64 bits, which one household has. */
uint64_t portal_limits_address(const struct portal_limits *limits, const radmfa_address *address);

/* portal_limits_begin tells whether a guess may be tried now. If so it counts as a wrong one until
 * portal_limits_end is called, exactly once, so that many at once are no way around the limit.
 * False when out of memory, too. */
RADMFA_MUST_USE bool portal_limits_begin(struct portal_limits *limits, uint64_t who,
                                         uint64_t now_ms);
void portal_limits_end(struct portal_limits *limits, uint64_t who, bool was_wrong, uint64_t now_ms);

size_t portal_limits_count(const struct portal_limits *limits);

#endif
