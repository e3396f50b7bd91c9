/* simulated.h: factor of type simulated: answers by itself after a while, for demos, tests and
 * load. One thread of its own keeps the time; an answer after 0s comes at once. */
#ifndef RADMFAD_FACTOR_SIMULATED_H
#define RADMFAD_FACTOR_SIMULATED_H

#include "../duration.h"

#include <radmfa/backend.h>

struct simulated_options {
  /* Where answers go; any thread. Its result is not looked at. */
  int (*deliver)(void *answers, uint64_t login_id, radmfa_factor_answer answer);
  void *answers;
  radmfa_factor_answer answer; /* approved, denied, busy, no_answer, fraud or unavailable */
  struct duration_range after; /* uniformly random inside */
  /* Changes what this user has of his own, or nothing; any thread. Or NULL. */
  void (*override)(void *user, radmfa_span identity, radmfa_factor_answer *inout_answer,
                   struct duration_range *inout_after);
  void *override_user;
};

struct simulated;

extern const radmfa_factor simulated_vtable;

struct simulated *simulated_new(
    const struct simulated_options *options); /* NULL when out of memory or threads */
void simulated_free(
    struct simulated *simulated); /* drops what is still out; no start may be under way */

size_t simulated_pending(struct simulated *simulated); /* answers that are still out; any thread */

/* "approve", "deny", "busy", "no_answer", "fraud", "unavailable"; false for another word. */
bool simulated_answer_parse(const char *word, radmfa_factor_answer *out_answer);
extern const char simulated_answer_words[]; /* the above, for messages */

#endif
