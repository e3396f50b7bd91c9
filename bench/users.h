/* users.h: who logs in, with which password, and which answer is expected: numbered names, or a
 * file. */
#ifndef RADMFA_BENCH_USERS_H
#define RADMFA_BENCH_USERS_H

#include "pattern.h"

#include <stdio.h>

#define USER_NAME_SIZE_MAX 253u /* RFC 2865 5 */

struct user {
  uint8_t name[USER_NAME_SIZE_MAX], password[RADMFA_PASSWORD_SIZE_MAX];
  uint8_t name_len, password_len;
  uint8_t expected; /* code of the answer that counts as expected */
};

/* What the options say. */
struct users_options {
  struct pattern names, passwords;
  uint64_t count;   /* then they come again from the first one; 0: never */
  uint8_t expected; /* where the file does not say */
  const char *file; /* or NULL; then the four above are of no interest but `expected` */
};

struct users {
  struct users_options options;
  struct user *listed; /* of the file */
  size_t n_listed;
};

/* The options' strings are borrowed. False, and a message with `program` first, where the file
 * cannot be read or one of its lines is not NAME PASSWORD [accept|reject|challenge]. */
bool users_open(struct users *users, const struct users_options *options, const char *program,
                FILE *messages);
void users_close(struct users *users);

void users_get(const struct users *users, uint64_t login, struct user *out_user);
uint8_t users_expected(const struct users *users, uint64_t login);

/* accept, reject or challenge, as a code; a reader of an option (values.h) into a uint8_t. */
bool read_verdict_code(const char *text, void *out);

#endif
