/* database.h: the file of a store of type sqlite. Used by one thread at a time, the store's. All
 * functions return 0, RADMFA_E_NO_MEMORY, -ENOSPC, -EROFS or -EIO. */
#ifndef RADMFAD_STORE_DATABASE_H
#define RADMFAD_STORE_DATABASE_H

#include "login_batch.h"
#include "store.h"

#include <sqlite3.h>

enum database_statement {
  DATABASE_BEGIN,
  DATABASE_COMMIT,
  DATABASE_ROLLBACK,
  DATABASE_ALL_USERS,
  DATABASE_FIND_USER,
  DATABASE_WRITE_USER,
  DATABASE_REMOVE_USER,
  DATABASE_READ_REVISION,
  DATABASE_WRITE_REVISION,
  DATABASE_NOTE_LOGIN,
  DATABASE_FORGET_LOGINS,
  DATABASE_LOGINS_BY_TIME,
  DATABASE_LOGINS_BY_USER,
  DATABASE_STATEMENTS
};

struct database {
  sqlite3 *handle;
  sqlite3_stmt *statements[DATABASE_STATEMENTS];
};

enum database_opening {
  DATABASE_FAILED,
  DATABASE_OPEN,
  DATABASE_ABSENT, /* only where it is not to be made */
  DATABASE_IN_USE, /* by another process */
};

/* database_open locks the file against all others, makes it where that is wanted, and brings it to
 * our version. Where it is not open, `out_error` says why. */
enum database_opening database_open(struct database *database, const char *path,
                                    char out_error[STORE_ERROR_SIZE]);
/* The same for a look: nothing is made or changed, and it is closed again. */
enum database_opening database_look(const char *path, size_t *out_n_users,
                                    char out_error[STORE_ERROR_SIZE]);
void database_close(struct database *database);

/* What went wrong last, in words. */
void database_why(const struct database *database, char out_text[STORE_ERROR_SIZE]);

/* A transaction is on the disk when database_commit has returned 0; else nothing of it is, and it
 * is over. */
RADMFA_MUST_USE int database_begin(struct database *database);
RADMFA_MUST_USE int database_commit(struct database *database);
void database_rollback(struct database *database);

/* ---- users ---- */

/* By name, then primary and identity, until `each` returns an error; -EILSEQ: one of them is no
 * user of ours. */
RADMFA_MUST_USE int database_read_users(struct database *database,
                                        int (*each)(const struct store_user *found, void *user),
                                        void *user);
RADMFA_MUST_USE int database_find_user(struct database *database, const char *primary,
                                       const char *identity, struct store_user *out_user,
                                       bool *out_found);
RADMFA_MUST_USE int database_write_user(struct database *database, const struct store_user *user);
RADMFA_MUST_USE int database_remove_user(struct database *database, const char *primary,
                                         const char *identity);
/* The highest one that was ever given to a user. */
RADMFA_MUST_USE int database_read_revision(struct database *database, uint64_t *out_revision);
RADMFA_MUST_USE int database_write_revision(struct database *database, uint64_t revision);

/* ---- logins ---- */

RADMFA_MUST_USE int database_note_login(struct database *database, const struct store_login *login);
/* Those before that time, at most DATABASE_FORGET_MAX; `*out_n`: how many they were. */
RADMFA_MUST_USE int database_forget_logins(struct database *database, uint64_t before_ms,
                                           size_t *out_n);
/* Fills `batch` and says in `*out_next` where to go on. */
RADMFA_MUST_USE int database_read_logins(struct database *database,
                                         const struct store_history_filter *filter,
                                         struct login_batch *batch,
                                         struct store_history_place *out_next);

#define DATABASE_FORGET_MAX 500u

/* ---- for the files of the database ---- */

int database_error(int result); /* of sqlite's */
/* Resets the statement after its last step, and returns what `result` of it means. */
int database_end(sqlite3_stmt *statement, int result);

extern const char *const database_texts[DATABASE_STATEMENTS];

/* database_schema.c */
bool database_check_version(sqlite3 *handle, const char *path, char out_error[STORE_ERROR_SIZE]);
int database_migrate(sqlite3 *handle); /* a result of sqlite's */
/* Of any version that was checked. */
bool database_count_users(sqlite3 *handle, size_t *out_n);

#endif
