/* database.c: opening, locking and closing the file; transactions. */
#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <radmfa/error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lock lasts as long as the connection, and needs no file beside it for shared memory. FULL: a
 * commit has reached the disk when it returns. What is removed, a PIN's hash say, is overwritten.
 */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA temp_store = MEMORY;";

__attribute__((format(printf, 2, 3))) static enum database_opening fail(
    char out_error[STORE_ERROR_SIZE], const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)vsnprintf(out_error, STORE_ERROR_SIZE, format, args);
  va_end(args);
  return DATABASE_FAILED;
}

/* ---- errors ---- */

int database_error(int result) {
  switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return 0;
    case SQLITE_NOMEM: return RADMFA_E_NO_MEMORY;
    case SQLITE_FULL: return -ENOSPC;
    case SQLITE_READONLY: return -EROFS;
    default: return -EIO;
  }
}

int database_end(sqlite3_stmt *statement, int result) {
  (void)sqlite3_reset(statement); /* says what the step has said */
  (void)sqlite3_clear_bindings(statement);
  return database_error(result);
}

void database_why(const struct database *database, char out_text[STORE_ERROR_SIZE]) {
  int number = sqlite3_system_errno(database->handle);
  (void)snprintf(out_text, STORE_ERROR_SIZE, "%s%s%s", sqlite3_errmsg(database->handle),
                 number ? ": " : "", number ? strerrordesc_np(number) : "");
}

/* ---- the file ---- */

/* By its name, never by a descriptor: to close one would give up the locks that this process has on
 * the file (https://www.sqlite.org/howtocorrupt.html 2.2). */
static enum database_opening look_at_file(const char *path, char out_error[STORE_ERROR_SIZE]) {
  struct stat file;
  if (stat(path, &file) != 0)
    return errno == ENOENT ? DATABASE_ABSENT : fail(out_error, "%s: %s", path, strerror(errno));
  if (!S_ISREG(file.st_mode)) return fail(out_error, "%s: is no file", path);
  return DATABASE_OPEN;
}

static enum database_opening look_at_folder(const char *path, char out_error[STORE_ERROR_SIZE]) {
  char *copy = strdup(path);
  if (!copy) return fail(out_error, "out of memory");
  const char *folder = dirname(copy);
  enum database_opening opening = DATABASE_ABSENT;
  if (access(folder, W_OK | X_OK) != 0)
    opening = fail(out_error, "%s: cannot be made: folder %s: %s", path, folder, strerror(errno));
  free(copy);
  return opening;
}

/* Only who runs radmfad shall read it: there are hashes of PINs and secrets in it. */
static enum database_opening make_file(const char *path, char out_error[STORE_ERROR_SIZE]) {
  enum database_opening opening = look_at_file(path, out_error);
  if (opening == DATABASE_ABSENT) {
    if (look_at_folder(path, out_error) == DATABASE_FAILED) return DATABASE_FAILED;
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return fail(out_error, "%s: cannot be made: %s", path, strerror(errno));
    close(fd);
    opening = DATABASE_OPEN;
  }
  if (opening == DATABASE_OPEN && chmod(path, 0600) != 0)
    opening = fail(out_error, "%s: cannot be made private (mode 0600): %s", path, strerror(errno));
  return opening;
}

/* ---- opening ---- */

/* For somebody who has a look at the file while radmfad starts. */
#define LOCK_WAIT_MS 500

static bool connect_to(struct database *database, const char *path) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  return sqlite3_open_v2(path, &database->handle, flags, NULL) == SQLITE_OK &&
         sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
         sqlite3_busy_timeout(database->handle, LOCK_WAIT_MS) == SQLITE_OK &&
         sqlite3_exec(database->handle, settings, NULL, NULL, NULL) == SQLITE_OK;
}

/* The first that is read: here it shows whether it is a database, and whose. */
static bool lock(struct database *database) {
  return sqlite3_exec(database->handle, "BEGIN EXCLUSIVE; COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

static enum database_opening open_failed(struct database *database, const char *path,
                                         char out_error[STORE_ERROR_SIZE]) {
  char why[STORE_ERROR_SIZE] = "out of memory";
  int result = database->handle ? sqlite3_errcode(database->handle) & 0xff : SQLITE_NOMEM;
  if (database->handle) database_why(database, why);
  database_close(database);
  if (result != SQLITE_BUSY)
    return fail(out_error, "%s: %s%.400s", path, result == SQLITE_CORRUPT ? "is damaged: " : "",
                why);
  (void)fail(out_error, "%s: another process uses it, another radmfad?", path);
  return DATABASE_IN_USE;
}

static enum database_opening open_and_check(struct database *database, const char *path,
                                            char out_error[STORE_ERROR_SIZE]) {
  *database = (struct database){0};
  if (!connect_to(database, path) || !lock(database)) return open_failed(database, path, out_error);
  if (database_check_version(database->handle, path, out_error)) return DATABASE_OPEN;
  database_close(database);
  return DATABASE_FAILED;
}

static int keep_verdict(void *user, int n_columns, char **columns, char **names) {
  (void)names;
  char *verdict = user;
  if (n_columns > 0 && columns[0]) (void)snprintf(verdict, STORE_ERROR_SIZE / 2, "%s", columns[0]);
  return 0;
}

/* The whole table of users will be read, so that to look through it first costs little. */
static bool is_sound(sqlite3 *handle, const char *path, char out_error[STORE_ERROR_SIZE]) {
  char verdict[STORE_ERROR_SIZE / 2] = "";
  int result = sqlite3_exec(handle, "PRAGMA quick_check(users)", keep_verdict, verdict, NULL);
  if (result == SQLITE_OK && strcmp(verdict, "ok") == 0) return true;
  (void)fail(out_error, "%s: is damaged: %s", path,
             result == SQLITE_OK ? verdict : sqlite3_errmsg(handle));
  return false;
}

static bool prepare(struct database *database) {
  for (size_t i = 0; i < DATABASE_STATEMENTS; i++)
    if (sqlite3_prepare_v3(database->handle, database_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                           &database->statements[i], NULL) != SQLITE_OK)
      return false;
  return true;
}

static bool make_ready(struct database *database) {
  char mode[STORE_ERROR_SIZE / 2] = "";
  return sqlite3_exec(database->handle, "PRAGMA journal_mode = WAL", keep_verdict, mode, NULL) ==
             SQLITE_OK &&
         strcmp(mode, "wal") == 0 && database_migrate(database->handle) == SQLITE_OK &&
         prepare(database);
}

enum database_opening database_open(struct database *database, const char *path,
                                    char out_error[STORE_ERROR_SIZE]) {
  enum database_opening opening = make_file(path, out_error);
  if (opening == DATABASE_OPEN) opening = open_and_check(database, path, out_error);
  if (opening != DATABASE_OPEN) return opening;
  if (!make_ready(database)) return open_failed(database, path, out_error);
  if (is_sound(database->handle, path, out_error)) return DATABASE_OPEN;
  database_close(database);
  return DATABASE_FAILED;
}

enum database_opening database_look(const char *path, size_t *out_n_users,
                                    char out_error[STORE_ERROR_SIZE]) {
  struct database database;
  enum database_opening opening = look_at_file(path, out_error);
  if (opening == DATABASE_ABSENT) return look_at_folder(path, out_error);
  if (opening == DATABASE_OPEN) opening = open_and_check(&database, path, out_error);
  if (opening != DATABASE_OPEN) return opening;
  if (!database_count_users(database.handle, out_n_users))
    return open_failed(&database, path, out_error);
  bool is_good = !*out_n_users || is_sound(database.handle, path, out_error);
  database_close(&database);
  return is_good ? DATABASE_OPEN : DATABASE_FAILED;
}

void database_close(struct database *database) {
  for (size_t i = 0; i < DATABASE_STATEMENTS; i++) (void)sqlite3_finalize(database->statements[i]);
  (void)sqlite3_close(database->handle);
  *database = (struct database){0};
}

/* ---- transactions ---- */

static int step_once(struct database *database, enum database_statement which) {
  sqlite3_stmt *statement = database->statements[which];
  return database_end(statement, sqlite3_step(statement));
}

int database_begin(struct database *database) {
  return step_once(database, DATABASE_BEGIN);
}

int database_commit(struct database *database) {
  return step_once(database, DATABASE_COMMIT);
}

/* Where an error has ended it already there is nothing to do. */
void database_rollback(struct database *database) {
  if (!sqlite3_get_autocommit(database->handle)) (void)step_once(database, DATABASE_ROLLBACK);
}
