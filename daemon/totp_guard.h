/* totp_guard.h: how many wrong passcodes somebody may try before none is looked at (failures.h), at
 * RADIUS and in the portal together. Six digits are a million, of which three are right at a time
 * with a window of 1: five tries in ten minutes leave a thief of the password a chance of some
 * 1 in 450 a day. */
#ifndef RADMFAD_TOTP_GUARD_H
#define RADMFAD_TOTP_GUARD_H

#include "failures.h"
#include "fold.h"

#include <inttypes.h>
#include <stdio.h>

/* Counted by identity; no primary has this name. */
static inline struct failures_rule totp_guard(void) {
  return (struct failures_rule){.primary = "passcode\n", .max = 5, .window_ms = 600000};
}

#define TOTP_GUARD_NAME_SIZE 17u

/* The name to count him by. Identities that look alike, unlike names that are typed, are those of
 * two: none must clear, or fill, the other's count. */
static inline radmfa_span totp_guard_name(radmfa_span identity, char out[TOTP_GUARD_NAME_SIZE]) {
  static const uint8_t key[FOLD_KEY_SIZE];
  (void)snprintf(out, TOTP_GUARD_NAME_SIZE, "%016" PRIx64, fold_hash(key, identity));
  return radmfa_text(out);
}

#endif
