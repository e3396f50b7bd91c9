/* passcodes.h: the six digits behind a password, between the primary, which must not see them, and
 * the factor, which checks them. By login; forgotten when they are taken, when the login is
 * cancelled, or after PASSCODES_KEPT_MS, which is longer than any login lasts. Any thread. */
#ifndef RADMFAD_PASSCODES_H
#define RADMFAD_PASSCODES_H

#include "totp.h"

#define PASSCODES_MAX 200000u /* at once; over it none is kept, and the factor denies */
#define PASSCODES_KEPT_MS 200000u

struct passcodes;

struct passcodes *passcodes_new(void); /* NULL when out of memory */
void passcodes_free(struct passcodes *passcodes);

/* Where there is no room or memory it is not kept. */
void passcodes_put(struct passcodes *passcodes, uint64_t login_id, const uint8_t code[TOTP_DIGITS],
                   uint64_t now_ms);
/* False: there is none. It is gone afterwards, as with the next one. */
RADMFA_MUST_USE bool passcodes_take(struct passcodes *passcodes, uint64_t login_id,
                                    uint8_t out_code[TOTP_DIGITS]);
void passcodes_drop(struct passcodes *passcodes, uint64_t login_id);

/* passcodes_split: how many octets of `password` are the password alone, if six digits stand behind
 * it; else all of them. */
size_t passcodes_split(radmfa_span password);

size_t passcodes_count(struct passcodes *passcodes);

#endif
