/* fold.h: names that differ in nothing but the case of ASCII letters are one name. And what a
 * directory may take for one account although it is spelled in many ways. */
#ifndef RADMFAD_FOLD_H
#define RADMFAD_FOLD_H

#include <radmfa/base.h>

#define FOLD_KEY_SIZE 16u

/* fold_hash is a hash nobody can aim at who does not know the key (16 random octets); equal for
 * equal names. */
uint64_t fold_hash(const uint8_t key[FOLD_KEY_SIZE], radmfa_span name);
bool fold_equal(radmfa_span a, radmfa_span b);

/* fold_account_hash is equal, too, for names that a directory may take for one account, so that
 * whoever spells a name anew gets no further guess. Active Directory compares without regard to
 * case, marks on letters, width and kana (MS-ADTS 6.5; Windows passes over what has no weight for
 * it, as what nobody sees and what is no character), OpenLDAP without regard to case, forms and
 * spaces (RFC 4518). All of that is folded here, for each of them, and what Unicode does not
 * decompose as well (a stroke, ae, ss). Characters that are in nobody's name, as signs, circled
 * letters, those for private use or beyond U+FFFF, make all names with one of them one account.
 *
 * It is for counting only: two people whose names differ in a mark share their count. 255 octets
 * of the name count; it is UTF-8, or one of those. */
uint64_t fold_account_hash(const uint8_t key[FOLD_KEY_SIZE], radmfa_span name);

#endif
