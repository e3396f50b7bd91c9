/* fold.h: names that differ in nothing but the case of ASCII letters are one name. */
#ifndef RADMFAD_FOLD_H
#define RADMFAD_FOLD_H

#include <radmfa/base.h>

#define FOLD_KEY_SIZE 16u

/* fold_hash is a hash nobody can aim at who does not know the key (16 random octets); equal for
 * equal names. */
uint64_t fold_hash(const uint8_t key[FOLD_KEY_SIZE], radmfa_span name);
bool fold_equal(radmfa_span a, radmfa_span b);

#endif
