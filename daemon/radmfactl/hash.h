/* hash.h: hashes of passwords and PINs. What is typed is in locked memory, and wiped. */
#ifndef RADMFACTL_HASH_H
#define RADMFACTL_HASH_H

#define HASH_SIZE 128u /* "$argon2id$..." and its NUL */

struct ctl;

/* Both return what the program is to end with, and have complained unless it is EXIT_OK. */
int hash_pin(char out_hash[HASH_SIZE]); /* asks for a PIN */
int hash_command(struct ctl *ctl);

#endif
