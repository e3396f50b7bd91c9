/* admission.h: between a primary's yes and the engine: what the store says of who has the right
 * password. A blocked user is refused as if it were wrong, with a reason of its own; one with a
 * bypass is let in without a factor, once the store has taken the bypass away from him for good.
 * What the store does not know passes as it came. One for the process; any thread. */
#ifndef RADMFAD_ADMISSION_H
#define RADMFAD_ADMISSION_H

#include "blocklist.h"
#include "store/store.h"

#include <radmfa/backend.h>

struct admission;

struct admission_options {
  struct store *store;         /* NULL: there is none; freed before the admission */
  struct blocklist *blocklist; /* borrowed, so the next one */
  /* Where answers go: radmfa_answer_primary and the table it wants. */
  int (*deliver)(radmfa_join_table *answers, uint64_t login_id,
                 const radmfa_primary_answer *answer);
  radmfa_join_table *answers;
};

struct admission *admission_new(const struct admission_options *options); /* NULL: no memory */
/* No store has anything to tell it any more. NULL is fine. */
void admission_free(struct admission *admission);

/* admission_answer hands the answer of `primary` on, at once or when the store has answered.
 * `typed_user` stands for the identity where the primary named nobody. Returns what delivering it
 * returned, or 0. */
int admission_answer(struct admission *admission, const char *primary, uint64_t login_id,
                     radmfa_span typed_user, const radmfa_primary_answer *answer);

#endif
