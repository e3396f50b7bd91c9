#include "passcode.h"

#include "../thread.h"
#include "../totp_guard.h"

#include <radmfa/error.h>
#include <stdlib.h>
#include <time.h>

struct passcode_factor {
  struct passcode_options options;
};

/* A right code that waits until the store has noted its step; the factor may have gone by then. */
struct waiting {
  int (*deliver)(radmfa_join_table *answers, uint64_t login_id, radmfa_factor_answer answer);
  radmfa_join_table *answers;
  uint64_t login_id;
};

static uint64_t wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void answer(const struct passcode_factor *factor, uint64_t login_id,
                   radmfa_factor_answer what) {
  (void)factor->options.deliver(factor->options.answers, login_id, what);
}

/* What a change of the store comes to: a step that was used before is no proof of anything. */
static radmfa_factor_answer answer_of(int error) {
  switch (error) {
    case 0: return RADMFA_FACTOR_APPROVED;
    case RADMFA_E_EXISTS:
    case RADMFA_E_NOT_FOUND: return RADMFA_FACTOR_DENIED;
    default: return RADMFA_FACTOR_UNAVAILABLE;
  }
}

static void on_step(int error, const struct store_user *now, void *user) {
  struct waiting *waiting = user;
  (void)now;
  (void)waiting->deliver(waiting->answers, waiting->login_id, answer_of(error));
  free(waiting);
}

static void use_step(struct passcode_factor *factor, uint64_t login_id,
                     const struct store_user *user, uint64_t step) {
  struct waiting *waiting = malloc(sizeof *waiting);
  if (waiting) {
    *waiting = (struct waiting){factor->options.deliver, factor->options.answers, login_id};
    if (!store_use_step(factor->options.store, user->primary, radmfa_text(user->identity), step,
                        on_step, waiting))
      return;
    free(waiting);
  }
  answer(factor, login_id, RADMFA_FACTOR_OVER_LIMIT); /* its queue is full */
}

/* Whether the code is one of his; wrong ones are counted, and over the limit none is looked at. */
static bool is_right(const struct passcode_factor *factor, const struct store_user *user,
                     radmfa_span code, uint64_t *out_step) {
  const struct passcode_options *options = &factor->options;
  struct failures_rule rule = totp_guard();
  char name[TOTP_GUARD_NAME_SIZE];
  radmfa_span who = totp_guard_name(radmfa_text(user->identity), name);
  radmfa_span secret = {user->totp_secret, user->totp_secret_len};
  uint64_t now_ms = options->clock_ms ? options->clock_ms() : wall_ms();
  if (!failures_allow(options->failures, &rule, who, thread_now_ms())) return false;
  /* one that was used is a wrong one: it must not clear the count of those who guess */
  bool right =
      totp_code_is(secret, code, now_ms, options->window, out_step) && *out_step > user->totp_step;
  failures_end(options->failures, &rule, who, right ? FAILURES_RIGHT : FAILURES_WRONG,
               thread_now_ms());
  return right;
}

static void check(struct passcode_factor *factor, uint64_t login_id,
                  const struct store_user *user) {
  uint8_t code[TOTP_DIGITS];
  uint64_t step = 0;
  bool right = passcodes_take(factor->options.passcodes, login_id, code) &&
               is_right(factor, user, (radmfa_span){code, sizeof code}, &step);
  radmfa_wipe(code, sizeof code);
  if (right)
    use_step(factor, login_id, user, step);
  else
    answer(factor, login_id, RADMFA_FACTOR_DENIED);
}

static void start(void *backend, const radmfa_request *request) {
  struct passcode_factor *factor = backend;
  struct store_user user;
  if (!factor->options.find(factor->options.user, request, &user)) {
    answer(factor, request->login_id, RADMFA_FACTOR_NOT_ENROLLED);
    return;
  }
  check(factor, request->login_id, &user);
  radmfa_wipe(&user, sizeof user);
}

const radmfa_factor passcode_vtable = {.start = start, .cancel = NULL};

struct passcode_factor *passcode_factor_new(const struct passcode_options *options) {
  struct passcode_factor *factor = calloc(1, sizeof *factor);
  if (factor) factor->options = *options;
  return factor;
}

void passcode_factor_free(struct passcode_factor *factor) {
  free(factor);
}
