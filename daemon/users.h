/* users.h: the users file (YAML), read once and immutable: who, with which password, phone, PIN and
 * simulated answer. No clear password or PIN stays in memory: it is kept as a hash under a key of
 * this process. Any thread once loaded. */
#ifndef RADMFAD_USERS_H
#define RADMFAD_USERS_H

#include "diag.h"
#include "duration.h"
#include "number.h"

#include <radmfa/backend.h>

enum user_password_kind { USER_PASSWORD_NONE, USER_PASSWORD_CLEAR, USER_PASSWORD_ARGON2ID };
enum user_pin_kind { USER_PIN_NONE, USER_PIN_CLEAR, USER_PIN_ARGON2ID };

#define USER_DIGEST_SIZE 16u /* of a clear password or PIN */

struct user {
  const char *name;     /* as written; the identity */
  const char *phone;    /* as written, or NULL; then `number` is what it says */
  const char *language; /* of calls: "de"; or NULL */
  bool has_number;
  struct number number;
  enum user_password_kind password_kind;
  const char *password_hash;                 /* ARGON2ID: "$argon2id$..." */
  uint8_t password_digest[USER_DIGEST_SIZE]; /* CLEAR */
  enum user_pin_kind pin_kind;
  const char *pin_hash;                 /* ARGON2ID */
  uint8_t pin_digest[USER_DIGEST_SIZE]; /* CLEAR */
  bool has_simulated_answer; /* this user's own answer of a simulated factor; so its time */
  bool has_simulated_after;
  radmfa_factor_answer simulated_answer;
  struct duration_range simulated_after;
};

struct users;

/* users_load reads `path`; errors and warnings go to `diag` with their places. NULL where there
 * was an error. */
struct users *users_load(const char *path, struct diag *diag);
/* The same from memory; `name` stands for the file in messages. */
struct users *users_parse(const char *name, const char *bytes, size_t len, struct diag *diag);
void users_free(struct users *users);

/* users_find looks a typed name up: first as it is, then without "DOMAIN\" or "@domain", ASCII
 * letters in either case. NULL: nobody. */
const struct user *users_find(const struct users *users, radmfa_span typed);

/* users_without_domain: "alice" of "CORP\alice", "alice@corp.example" and "CORP\alice@lab": what
 * stands behind the first backslash and before the last "@"; the name as it is where nothing would
 * remain. The library joins requests by the same rule. */
radmfa_span users_without_domain(radmfa_span typed);

size_t users_count(const struct users *users);

/* users_any_hash is the hash of one of the users who have one, or NULL: what it costs to check
 * the password of somebody who is none. */
const char *users_any_hash(const struct users *users);

/* users_clear_password_is compares in constant time; for USER_PASSWORD_CLEAR. */
bool users_clear_password_is(const struct user *user, radmfa_span password);
bool users_clear_pin_is(const struct user *user, radmfa_span pin); /* for USER_PIN_CLEAR */

/* users_simulated has the form of struct simulated_options' `override`: it changes what the user
 * has of his own. `users` is a struct users. */
void users_simulated(void *users, radmfa_span identity, radmfa_factor_answer *inout_answer,
                     struct duration_range *inout_after);

#endif
