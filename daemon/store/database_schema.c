/* database_schema.c: the tables, and how they came to be what they are. A step that was released is
 * never changed: what is new is a new step. */
#include "database.h"

#include <stdio.h>

/* "rmfa": what the file is (https://www.sqlite.org/fileformat2.html 1.3.16) */
#define APPLICATION_ID 0x726d6661

#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)

/* No name of a column is quoted, so that one that is misspelt is an error and not a text. */
static const char *const steps[] = {
    "CREATE TABLE users ("
    " primary_name TEXT NOT NULL,"
    " identity TEXT NOT NULL COLLATE NOCASE,"
    " name TEXT NOT NULL COLLATE NOCASE,"
    " number TEXT NOT NULL,"
    " extension TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " factor TEXT NOT NULL,"
    " pin_hash TEXT NOT NULL,"
    " blocked_why TEXT NOT NULL,"
    " bypass_why TEXT NOT NULL,"
    " bypass_by TEXT NOT NULL,"
    " totp_step INTEGER NOT NULL,"
    " blocked_ms INTEGER NOT NULL,"
    " bypass_until_ms INTEGER NOT NULL,"
    " invite_until_ms INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL,"
    " changed_ms INTEGER NOT NULL,"
    " revision INTEGER NOT NULL,"
    " number_state INTEGER NOT NULL,"
    " number_is_directorys INTEGER NOT NULL,"
    " is_blocked INTEGER NOT NULL,"
    " totp_secret BLOB NOT NULL,"
    " invite_hash BLOB NOT NULL,"
    " PRIMARY KEY (primary_name, identity)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE revision (highest INTEGER NOT NULL) STRICT;"
    "INSERT INTO revision VALUES (0);"
    "CREATE TABLE history ("
    " number INTEGER PRIMARY KEY,"
    " time_ms INTEGER NOT NULL,"
    " who TEXT NOT NULL COLLATE NOCASE," /* the identity; where there is none the typed name */
    " login_id INTEGER NOT NULL,"
    " primary_name TEXT,"
    " user TEXT NOT NULL,"
    " identity TEXT NOT NULL,"
    " client TEXT,"
    " peer TEXT NOT NULL,"
    " policy TEXT,"
    " verdict TEXT,"
    " reason TEXT,"
    " factor TEXT,"
    " primary_ms INTEGER NOT NULL,"
    " factor_ms INTEGER NOT NULL,"
    " total_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX history_time ON history (time_ms);"
    "CREATE INDEX history_who ON history (who, time_ms);"
    "PRAGMA application_id = " TEXT_OF(APPLICATION_ID) ";",
    "ALTER TABLE users ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE users ADD COLUMN calls_window_ms INTEGER NOT NULL DEFAULT 0;",
};

#define VERSION ((int)(sizeof steps / sizeof *steps))

static bool ask(sqlite3 *handle, const char *question, int *out_number) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(handle, question, -1, &statement, NULL) != SQLITE_OK) return false;
  bool is_answered = sqlite3_step(statement) == SQLITE_ROW;
  if (is_answered) *out_number = sqlite3_column_int(statement, 0);
  (void)sqlite3_finalize(statement);
  return is_answered;
}

bool database_check_version(sqlite3 *handle, const char *path, char out_error[STORE_ERROR_SIZE]) {
  int n_tables, application, version;
  if (!ask(handle, "SELECT count(*) FROM sqlite_schema", &n_tables) ||
      !ask(handle, "PRAGMA application_id", &application) ||
      !ask(handle, "PRAGMA user_version", &version))
    (void)snprintf(out_error, STORE_ERROR_SIZE, "%s: cannot be read: %s", path,
                   sqlite3_errmsg(handle));
  else if (application != APPLICATION_ID && (application || version || n_tables))
    (void)snprintf(out_error, STORE_ERROR_SIZE, "%s: is a database of another program", path);
  else if (version > VERSION)
    (void)snprintf(out_error, STORE_ERROR_SIZE,
                   "%s: is of version %d, made by a newer radmfad; this one knows version %d", path,
                   version, VERSION);
  else
    return true;
  return false;
}

static int take_step(sqlite3 *handle, int version) {
  char set_version[64];
  (void)snprintf(set_version, sizeof set_version, "PRAGMA user_version = %d; COMMIT", version + 1);
  int result = sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  if (result == SQLITE_OK) result = sqlite3_exec(handle, steps[version], NULL, NULL, NULL);
  if (result == SQLITE_OK) result = sqlite3_exec(handle, set_version, NULL, NULL, NULL);
  return result; /* an unfinished one ends with the connection */
}

int database_migrate(sqlite3 *handle) {
  int result = SQLITE_OK, version = 0;
  if (!ask(handle, "PRAGMA user_version", &version)) return sqlite3_errcode(handle);
  for (; result == SQLITE_OK && version < VERSION; version++) result = take_step(handle, version);
  return result;
}

bool database_count_users(sqlite3 *handle, size_t *out_n) {
  int version, n = 0;
  if (!ask(handle, "PRAGMA user_version", &version)) return false;
  if (version && !ask(handle, "SELECT count(*) FROM users", &n)) return false;
  *out_n = (size_t)n;
  return true;
}
