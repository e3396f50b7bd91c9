/* invite.h: the one-time codes with which an administrator lets somebody enrol: made, and told from
 * all others by their hash, which is all that is kept of them. Any thread. */
#ifndef RADMFAD_INVITE_H
#define RADMFAD_INVITE_H

#include <radmfa/base.h>

#define INVITE_CODE_SIZE 15u /* "ABCD-EFGH-JKLM" and a NUL: 60 bits that nobody can guess */
#define INVITE_HASH_SIZE 32u

/* A new code, and its hash. False: no randomness is to be had. */
RADMFA_MUST_USE bool invite_make(char out_code[INVITE_CODE_SIZE],
                                 uint8_t out_hash[INVITE_HASH_SIZE]);

/* The hash of a code as people type it: in either case, with hyphens and spaces or without; O is
 * read as 0, I and L as 1. False: it is none, and the hash is untouched. */
RADMFA_MUST_USE bool invite_hash(radmfa_span typed, uint8_t out_hash[INVITE_HASH_SIZE]);

/* In constant time. */
bool invite_hash_equal(const uint8_t a[INVITE_HASH_SIZE], const uint8_t b[INVITE_HASH_SIZE]);

#endif
