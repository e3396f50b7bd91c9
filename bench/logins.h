/* logins.h: the logins of one run on a loop: sent when the plan says, sent again, answered, passed
 * to the next server or given up. */
#ifndef RADMFA_BENCH_LOGINS_H
#define RADMFA_BENCH_LOGINS_H

#include "load_report.h"

#include <uv.h>

struct logins;

/* Options, secret, users and run are borrowed. */
struct logins *logins_new(uv_loop_t *loop, const struct load_options *options,
                          const struct secret *secret, const struct users *users,
                          struct load_run *run);
/* Opens the first sockets, so that a server out of reach is told, and begins the plan. Stops the
 * loop when every login has ended. Returns 0 or a negative error of libuv or the system. */
int logins_start(struct logins *logins);
/* Once, at the end: what the run has not counted on its way. `now_ns` is of uv_hrtime's clock. */
void logins_finish_counts(const struct logins *logins, uint64_t now_ns);
struct series_totals logins_totals(const struct logins *logins);
uint64_t logins_pending(const struct logins *logins);
uint64_t logins_started_ns(const struct logins *logins);
uint64_t logins_ended_ns(const struct logins *logins); /* 0: not yet */

/* Closes the handles: the memory is the loop's until it has run on. */
void logins_close(struct logins *logins);
void logins_free(struct logins *logins);

#endif
