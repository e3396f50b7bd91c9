/* database_users.c: rows of the table of users. */
#include "database.h"
#include "user_record.h"

#include <errno.h>
#include <radmfa/error.h>
#include <string.h>

/* Where columns begin; texts come first, from 0 on. Parameters are counted from 1. */
enum {
  COLUMN_COUNTS = USER_TEXTS,
  COLUMN_NUMBER_STATE = COLUMN_COUNTS + USER_COUNTS,
  COLUMN_IS_DIRECTORYS,
  COLUMN_IS_BLOCKED,
  COLUMN_TOTP_SECRET,
  COLUMN_INVITE_HASH,
};

static int no_answer(sqlite3_stmt *statement, int result) {
  int error = database_end(statement, result);
  return error ? error : -EIO;
}

/* ---- reading ---- */

static bool read_text(sqlite3_stmt *row, int column, char *out, size_t size) {
  const unsigned char *text = sqlite3_column_text(row, column);
  size_t len = (size_t)sqlite3_column_bytes(row, column);
  if (!text || len >= size || memchr(text, '\0', len)) return false;
  memcpy(out, text, len + 1);
  return true;
}

static bool read_bytes(sqlite3_stmt *row, int column, uint8_t *out, size_t len) {
  if ((size_t)sqlite3_column_bytes(row, column) != len) return false;
  if (len) memcpy(out, sqlite3_column_blob(row, column), len);
  return true;
}

static bool read_secrets(sqlite3_stmt *row, struct store_user *out) {
  int len = sqlite3_column_bytes(row, COLUMN_TOTP_SECRET);
  if (len > (int)STORE_TOTP_SECRET_MAX) return false;
  out->totp_secret_len = (uint8_t)len;
  return read_bytes(row, COLUMN_TOTP_SECRET, out->totp_secret, (size_t)len) &&
         read_bytes(row, COLUMN_INVITE_HASH, out->invite_hash,
                    out->invite_until_ms ? sizeof out->invite_hash : 0);
}

/* False: nobody of ours wrote this row. */
static bool read_user(sqlite3_stmt *row, struct store_user *out) {
  *out = (struct store_user){0};
  for (int i = 0; i < USER_TEXTS; i++) {
    size_t size;
    char *text = user_text(out, (enum user_text)i, &size);
    if (!read_text(row, i, text, size)) return false;
  }
  for (int i = 0; i < USER_COUNTS; i++)
    *user_count(out, (size_t)i) = (uint64_t)sqlite3_column_int64(row, COLUMN_COUNTS + i);
  out->number_state = (enum store_number_state)sqlite3_column_int(row, COLUMN_NUMBER_STATE);
  out->number_is_directorys = sqlite3_column_int(row, COLUMN_IS_DIRECTORYS);
  out->is_blocked = sqlite3_column_int(row, COLUMN_IS_BLOCKED);
  return read_secrets(row, out) && user_is_valid(out);
}

int database_read_users(struct database *database,
                        int (*each)(const struct store_user *found, void *user), void *user) {
  sqlite3_stmt *statement = database->statements[DATABASE_ALL_USERS];
  struct store_user found;
  int result, error = 0;
  while (!error && (result = sqlite3_step(statement)) == SQLITE_ROW)
    error = read_user(statement, &found) ? each(&found, user) : -EILSEQ;
  radmfa_wipe(&found, sizeof found);
  int ended = database_end(statement, error ? SQLITE_OK : result);
  return error ? error : ended;
}

static void bind_key(sqlite3_stmt *statement, const char *primary, const char *identity) {
  (void)sqlite3_bind_text(statement, 1, primary, -1, SQLITE_STATIC);
  (void)sqlite3_bind_text(statement, 2, identity, -1, SQLITE_STATIC);
}

int database_find_user(struct database *database, const char *primary, const char *identity,
                       struct store_user *out_user, bool *out_found) {
  sqlite3_stmt *statement = database->statements[DATABASE_FIND_USER];
  bind_key(statement, primary, identity);
  int result = sqlite3_step(statement);
  bool is_sound = result != SQLITE_ROW || read_user(statement, out_user);
  int error = database_end(statement, result);
  if (!error && !is_sound) error = -EIO;
  if (!error) *out_found = result == SQLITE_ROW;
  return error;
}

/* ---- writing ---- */

static int bind_count(sqlite3_stmt *statement, int column, uint64_t count) {
  return sqlite3_bind_int64(statement, column + 1, (sqlite3_int64)count);
}

static int bind_bytes(sqlite3_stmt *statement, int column, const uint8_t *bytes, size_t len) {
  return sqlite3_bind_blob(statement, column + 1, bytes, (int)len, SQLITE_STATIC);
}

static int bind_user(sqlite3_stmt *statement, struct store_user *user) {
  size_t invite_len = user->invite_until_ms ? sizeof user->invite_hash : 0;
  int failed = 0;
  for (int i = 0; i < USER_TEXTS; i++)
    failed |= sqlite3_bind_text(statement, i + 1, user_text(user, (enum user_text)i, NULL), -1,
                                SQLITE_STATIC);
  for (int i = 0; i < USER_COUNTS; i++)
    failed |= bind_count(statement, COLUMN_COUNTS + i, *user_count(user, (size_t)i));
  failed |= bind_count(statement, COLUMN_NUMBER_STATE, user->number_state);
  failed |= bind_count(statement, COLUMN_IS_DIRECTORYS, user->number_is_directorys);
  failed |= bind_count(statement, COLUMN_IS_BLOCKED, user->is_blocked);
  failed |= bind_bytes(statement, COLUMN_TOTP_SECRET, user->totp_secret, user->totp_secret_len);
  failed |= bind_bytes(statement, COLUMN_INVITE_HASH, user->invite_hash, invite_len);
  return failed ? SQLITE_NOMEM : SQLITE_OK; /* texts that are borrowed need nothing else */
}

int database_write_user(struct database *database, const struct store_user *user) {
  sqlite3_stmt *statement = database->statements[DATABASE_WRITE_USER];
  struct store_user copy = *user;
  int result = bind_user(statement, &copy);
  if (result == SQLITE_OK) result = sqlite3_step(statement);
  int error = database_end(statement, result);
  radmfa_wipe(&copy, sizeof copy);
  return error;
}

int database_remove_user(struct database *database, const char *primary, const char *identity) {
  sqlite3_stmt *statement = database->statements[DATABASE_REMOVE_USER];
  bind_key(statement, primary, identity);
  return database_end(statement, sqlite3_step(statement));
}

/* ---- revisions ---- */

int database_read_revision(struct database *database, uint64_t *out_revision) {
  sqlite3_stmt *statement = database->statements[DATABASE_READ_REVISION];
  int result = sqlite3_step(statement);
  if (result != SQLITE_ROW) return no_answer(statement, result);
  *out_revision = (uint64_t)sqlite3_column_int64(statement, 0);
  return database_end(statement, result);
}

int database_write_revision(struct database *database, uint64_t revision) {
  sqlite3_stmt *statement = database->statements[DATABASE_WRITE_REVISION];
  (void)sqlite3_bind_int64(statement, 1, (sqlite3_int64)revision);
  return database_end(statement, sqlite3_step(statement));
}
