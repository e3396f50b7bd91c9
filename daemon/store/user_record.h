/* user_record.h: a user in as few octets as he has: some 300 where a struct store_user has 2000.
 * Immutable. Records are counted by who holds them, all on the store's thread. */
#ifndef RADMFAD_STORE_USER_RECORD_H
#define RADMFAD_STORE_USER_RECORD_H

#include "store.h"

/* The fields of struct store_user by their kind, in the order of the database's columns. */
enum user_text {
  USER_PRIMARY,
  USER_IDENTITY,
  USER_NAME,
  USER_NUMBER,
  USER_EXTENSION,
  USER_LANGUAGE,
  USER_FACTOR,
  USER_PIN_HASH,
  USER_BLOCKED_WHY,
  USER_BYPASS_WHY,
  USER_BYPASS_BY,
  USER_TEXTS
};
enum { USER_COUNTS = 9 }; /* times, step, revision and limit of calls */

char *user_text(struct store_user *user, enum user_text which, size_t *out_size);
uint64_t *user_count(struct store_user *user, size_t which);

/* user_is_valid: it has a key, its texts end within their fields, and its number and
 * limit are such. */
bool user_is_valid(const struct store_user *user);

struct user_record {
  struct user_record *next_in_bucket; /* user_index.c's, so the next one */
  uint64_t hash;
  unsigned holders;
  size_t size;
  uint64_t counts[USER_COUNTS];
  uint8_t number_state;
  bool number_is_directorys;
  bool is_blocked;
  uint8_t totp_secret_len;
  uint16_t starts[USER_TEXTS]; /* of texts in `bytes` */
  char bytes[];                /* the texts, then the TOTP secret and the invitation's hash */
};

/* With one holder; NULL when out of memory. */
struct user_record *user_record_new(const struct store_user *user);
struct user_record *user_record_hold(struct user_record *record);
void user_record_drop(struct user_record *record); /* wipes with the last holder; NULL is fine */

void user_record_read(const struct user_record *record, struct store_user *out_user);
const char *user_record_text(const struct user_record *record, enum user_text which);

#endif
