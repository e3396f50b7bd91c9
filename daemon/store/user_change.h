/* user_change.h: what becomes of a user by a change. Pure. */
#ifndef RADMFAD_STORE_USER_CHANGE_H
#define RADMFAD_STORE_USER_CHANGE_H

#include "store.h"

enum user_change_kind {
  USER_CHANGE_PUT,
  USER_CHANGE_REMOVE,
  USER_CHANGE_USE_BYPASS,
  USER_CHANGE_USE_STEP,
  USER_CHANGE_BLOCK,
  USER_CHANGE_UNBLOCK,
};

struct user_change {
  enum user_change_kind kind;
  uint64_t argument; /* the revision; the time; the step */
  uint64_t now_ms;
};

/* `wanted` has the key, and what the change is about: for PUT all, for BLOCK the reason and the
 * name. `before` is NULL where there is nobody. `*out_after` is all but its revision, and has no
 * key where the user is to go. Returns 0 or what store.h says of the change. */
RADMFA_MUST_USE int user_change_make(const struct user_change *change,
                                     const struct store_user *wanted,
                                     const struct store_user *before, struct store_user *out_after);

#endif
