/* user_change.c: a function for each kind of change. */
#include "user_change.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <string.h>

static int check_revision(uint64_t expected, const struct store_user *before) {
  if (expected == STORE_ANY_REVISION) return 0;
  if (expected == STORE_NEW_USER) return before ? RADMFA_E_EXISTS : 0;
  if (!before) return RADMFA_E_NOT_FOUND;
  return before->revision == expected ? 0 : RADMFA_E_BUSY;
}

static bool has_same_secret(const struct store_user *a, const struct store_user *b) {
  return a->totp_secret_len == b->totp_secret_len &&
         sodium_memcmp(a->totp_secret, b->totp_secret, a->totp_secret_len) == 0;
}

static int put(const struct user_change *change, const struct store_user *wanted,
               const struct store_user *before, struct store_user *after) {
  int error = check_revision(change->argument, before);
  if (error) return error;
  *after = *wanted;
  if (after->number_state == STORE_NUMBER_NONE) after->number = (struct number){0};
  if (after->is_blocked && !after->blocked_ms) after->blocked_ms = change->now_ms;
  /* Who read the user before a login used a step must not make that step good again. */
  if (before && has_same_secret(before, after) && before->totp_step > after->totp_step)
    after->totp_step = before->totp_step;
  return 0;
}

static int take_away(const struct user_change *change, const struct store_user *before,
                     struct store_user *after) {
  if (!before) return RADMFA_E_NOT_FOUND;
  int error = check_revision(change->argument, before);
  if (!error) *after = (struct store_user){0};
  return error;
}

static int use_bypass(const struct user_change *change, const struct store_user *before,
                      struct store_user *after) {
  if (!before || !before->bypass_until_ms || before->bypass_until_ms < change->argument)
    return RADMFA_E_NOT_FOUND;
  *after = *before;
  after->bypass_until_ms = 0;
  return 0;
}

static int use_step(const struct user_change *change, const struct store_user *before,
                    struct store_user *after) {
  if (!before || !before->totp_secret_len) return RADMFA_E_NOT_FOUND;
  if (before->totp_step >= change->argument) return RADMFA_E_EXISTS;
  *after = *before;
  after->totp_step = change->argument;
  return 0;
}

static int block(const struct user_change *change, const struct store_user *wanted,
                 const struct store_user *before, struct store_user *after) {
  *after = before ? *before : *wanted;
  if (before && before->is_blocked) return 0;
  after->is_blocked = true;
  after->blocked_ms = change->now_ms;
  memcpy(after->blocked_why, wanted->blocked_why, sizeof after->blocked_why);
  return 0;
}

static int unblock(const struct store_user *before, struct store_user *after) {
  if (!before) return RADMFA_E_NOT_FOUND;
  *after = *before;
  after->is_blocked = false;
  after->blocked_ms = 0;
  after->blocked_why[0] = '\0';
  return 0;
}

static int make(const struct user_change *change, const struct store_user *wanted,
                const struct store_user *before, struct store_user *after) {
  switch (change->kind) {
    case USER_CHANGE_PUT: return put(change, wanted, before, after);
    case USER_CHANGE_REMOVE: return take_away(change, before, after);
    case USER_CHANGE_USE_BYPASS: return use_bypass(change, before, after);
    case USER_CHANGE_USE_STEP: return use_step(change, before, after);
    case USER_CHANGE_BLOCK: return block(change, wanted, before, after);
    case USER_CHANGE_UNBLOCK: return unblock(before, after);
  }
  return RADMFA_E_INVALID;
}

int user_change_make(const struct user_change *change, const struct store_user *wanted,
                     const struct store_user *before, struct store_user *out_after) {
  int error = make(change, wanted, before, out_after);
  if (error) return error;
  out_after->created_ms = before ? before->created_ms : change->now_ms;
  out_after->changed_ms = change->now_ms;
  return 0;
}
