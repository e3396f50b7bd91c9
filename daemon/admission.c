#include "admission.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct admission {
  struct admission_options options;
};

/* A yes that waits for the store. */
struct waiting {
  struct admission *admission;
  uint64_t login_id;
  radmfa_primary_answer answer; /* its spans are in `bytes` */
  size_t len;
  uint8_t bytes[];
};

struct admission *admission_new(const struct admission_options *options) {
  struct admission *admission = calloc(1, sizeof *admission);
  if (admission) admission->options = *options;
  return admission;
}

void admission_free(struct admission *admission) {
  free(admission);
}

static int deliver(const struct admission *admission, uint64_t login_id,
                   const radmfa_primary_answer *answer) {
  return admission->options.deliver(admission->options.answers, login_id, answer);
}

/* Bypasses end by the clock on the wall. */
static uint64_t wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- a bypass ---- */

static radmfa_span keep(struct waiting *waiting, radmfa_span octets) {
  uint8_t *at = waiting->bytes + waiting->len;
  if (octets.len) memcpy(at, octets.ptr, octets.len);
  waiting->len += octets.len;
  return (radmfa_span){at, octets.len};
}

static struct waiting *waiting_new(struct admission *admission, uint64_t login_id,
                                   const radmfa_primary_answer *answer) {
  struct waiting *waiting = malloc(sizeof *waiting + answer->attributes.len + answer->identity.len);
  if (!waiting) return NULL;
  *waiting = (struct waiting){.admission = admission, .login_id = login_id, .answer = *answer};
  waiting->answer.attributes = keep(waiting, answer->attributes);
  waiting->answer.identity = keep(waiting, answer->identity);
  return waiting;
}

static void waiting_free(struct waiting *waiting) {
  radmfa_wipe(waiting->bytes, waiting->len); /* keys of the session may be among them */
  free(waiting);
}

/* Who did not get the bypass, since another login had it first or the disk failed, has none. */
static void on_bypass(int error, const struct store_user *now, void *user) {
  struct waiting *waiting = user;
  (void)now;
  if (!error) waiting->answer.admission = RADMFA_ADMISSION_BYPASS;
  (void)deliver(waiting->admission, waiting->login_id, &waiting->answer);
  waiting_free(waiting);
}

static bool ask_for_bypass(struct admission *admission, const struct store_user *user,
                           uint64_t login_id, const radmfa_primary_answer *answer) {
  struct waiting *waiting = waiting_new(admission, login_id, answer);
  if (!waiting) return false;
  if (!store_use_bypass(admission->options.store, user->primary, radmfa_text(user->identity),
                        wall_ms(), on_bypass, waiting))
    return true;
  waiting_free(waiting);
  return false;
}

/* ---- all answers ---- */

static int refuse(const struct admission *admission, uint64_t login_id) {
  const radmfa_primary_answer blocked = {.verdict = RADMFA_PRIMARY_REJECT,
                                         .reason = RADMFA_REASON_BLOCKED};
  return deliver(admission, login_id, &blocked);
}

static bool has_bypass(const struct store_user *user, const radmfa_primary_answer *answer) {
  return answer->admission == RADMFA_ADMISSION_FACTOR && user->bypass_until_ms &&
         user->bypass_until_ms >= wall_ms();
}

int admission_answer(struct admission *admission, const char *primary, uint64_t login_id,
                     radmfa_span typed_user, const radmfa_primary_answer *answer) {
  const struct admission_options *options = &admission->options;
  radmfa_span identity = answer->identity.len ? answer->identity : typed_user;
  struct store_user user;
  if (answer->verdict != RADMFA_PRIMARY_ACCEPT) return deliver(admission, login_id, answer);
  if (blocklist_has(options->blocklist, identity)) return refuse(admission, login_id);
  if (!options->store || !store_find(options->store, primary, identity, &user))
    return deliver(admission, login_id, answer);
  bool is_blocked = user.is_blocked;
  bool waits = !is_blocked && has_bypass(&user, answer) &&
               ask_for_bypass(admission, &user, login_id, answer);
  radmfa_wipe(&user, sizeof user);
  if (is_blocked) return refuse(admission, login_id);
  return waits ? 0 : deliver(admission, login_id, answer);
}
