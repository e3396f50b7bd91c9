/* database_logins.c: rows of the history. */
#include "../fold.h"
#include "database.h"

#include <errno.h>
#include <radmfa/error.h>
#include <string.h>

/* A page whose filter lets few logins through ends after so many, so that changes need not wait. */
#define LOOKED_AT_MAX 20000u

/* In the order of the columns. */
enum {
  COLUMN_TIME,
  COLUMN_NUMBER,
  COLUMN_LOGIN_ID,
  COLUMN_PRIMARY,
  COLUMN_USER,
  COLUMN_IDENTITY,
  COLUMN_CLIENT,
  COLUMN_PEER,
  COLUMN_POLICY,
  COLUMN_VERDICT,
  COLUMN_REASON,
  COLUMN_FACTOR,
  COLUMN_PRIMARY_MS,
  COLUMN_FACTOR_MS,
  COLUMN_TOTAL_MS,
  COLUMN_WHO,
};

/* ---- writing ---- */

static int bind_number(sqlite3_stmt *statement, int column, uint64_t number) {
  return sqlite3_bind_int64(statement, column + 1, (sqlite3_int64)number);
}

static int bind_name(sqlite3_stmt *statement, int column, const char *name) {
  return sqlite3_bind_text(statement, column + 1, name, -1, SQLITE_STATIC);
}

static int bind_span(sqlite3_stmt *statement, int column, radmfa_span text) {
  return sqlite3_bind_text(statement, column + 1, text.len ? (const char *)text.ptr : "",
                           (int)text.len, SQLITE_STATIC);
}

static int bind_login(sqlite3_stmt *statement, const struct store_login *login, const char *peer) {
  return bind_number(statement, COLUMN_TIME, login->time_ms) |
         bind_number(statement, COLUMN_LOGIN_ID, login->login_id) |
         bind_name(statement, COLUMN_PRIMARY, login->primary) |
         bind_span(statement, COLUMN_USER, login->user) |
         bind_span(statement, COLUMN_IDENTITY, login->identity) |
         bind_name(statement, COLUMN_CLIENT, login->client) |
         bind_name(statement, COLUMN_PEER, peer) |
         bind_name(statement, COLUMN_POLICY, login->policy) |
         bind_name(statement, COLUMN_VERDICT, login->verdict) |
         bind_name(statement, COLUMN_REASON, login->reason) |
         bind_name(statement, COLUMN_FACTOR, login->factor) |
         bind_number(statement, COLUMN_PRIMARY_MS, login->primary_ms) |
         bind_number(statement, COLUMN_FACTOR_MS, login->factor_ms) |
         bind_number(statement, COLUMN_TOTAL_MS, login->total_ms) |
         bind_span(statement, COLUMN_WHO, login->identity.len ? login->identity : login->user);
}

int database_note_login(struct database *database, const struct store_login *login) {
  sqlite3_stmt *statement = database->statements[DATABASE_NOTE_LOGIN];
  char peer[RADMFA_ADDRESS_TEXT_SIZE];
  (void)radmfa_address_format(&login->peer, peer);
  int result = bind_login(statement, login, peer) ? SQLITE_NOMEM : sqlite3_step(statement);
  return database_end(statement, result);
}

int database_forget_logins(struct database *database, uint64_t before_ms, size_t *out_n) {
  sqlite3_stmt *statement = database->statements[DATABASE_FORGET_LOGINS];
  (void)bind_number(statement, 0, before_ms);
  (void)bind_number(statement, 1, DATABASE_FORGET_MAX);
  int error = database_end(statement, sqlite3_step(statement));
  if (!error) *out_n = (size_t)sqlite3_changes(database->handle);
  return error;
}

/* ---- reading ---- */

static const char *name_in(sqlite3_stmt *row, int column) {
  return (const char *)sqlite3_column_text(row, column);
}

static radmfa_span span_in(sqlite3_stmt *row, int column) {
  const unsigned char *text = sqlite3_column_text(row, column);
  return (radmfa_span){text, text ? (size_t)sqlite3_column_bytes(row, column) : 0};
}

static uint32_t duration_in(sqlite3_stmt *row, int column) {
  return (uint32_t)sqlite3_column_int64(row, column);
}

/* Borrowed from the row. */
static void read_login(sqlite3_stmt *row, struct store_login *out) {
  *out = (struct store_login){
      .time_ms = (uint64_t)sqlite3_column_int64(row, COLUMN_TIME),
      .number = (uint64_t)sqlite3_column_int64(row, COLUMN_NUMBER),
      .login_id = (uint64_t)sqlite3_column_int64(row, COLUMN_LOGIN_ID),
      .primary = name_in(row, COLUMN_PRIMARY),
      .user = span_in(row, COLUMN_USER),
      .identity = span_in(row, COLUMN_IDENTITY),
      .client = name_in(row, COLUMN_CLIENT),
      .policy = name_in(row, COLUMN_POLICY),
      .verdict = name_in(row, COLUMN_VERDICT),
      .reason = name_in(row, COLUMN_REASON),
      .factor = name_in(row, COLUMN_FACTOR),
      .primary_ms = duration_in(row, COLUMN_PRIMARY_MS),
      .factor_ms = duration_in(row, COLUMN_FACTOR_MS),
      .total_ms = duration_in(row, COLUMN_TOTAL_MS),
  };
  const char *peer = name_in(row, COLUMN_PEER);
  if (!peer || radmfa_address_parse(peer, &out->peer)) out->peer = (radmfa_address){0};
}

static bool is_word(const char *wanted, const char *word) {
  return !wanted || (word && strcmp(wanted, word) == 0);
}

static bool is_wanted(const struct store_history_filter *filter, const struct store_login *login) {
  return is_word(filter->verdict, login->verdict) && is_word(filter->reason, login->reason);
}

static sqlite3_stmt *question(struct database *database,
                              const struct store_history_filter *filter) {
  bool is_of_one = filter->identity.len || filter->user.len;
  sqlite3_stmt *statement =
      database->statements[is_of_one ? DATABASE_LOGINS_BY_USER : DATABASE_LOGINS_BY_TIME];
  uint64_t before_ms = filter->before.time_ms, number = filter->before.number;
  if (!before_ms && !number) before_ms = filter->until_ms ? filter->until_ms + 1 : INT64_MAX;
  (void)bind_number(statement, 0, before_ms);
  (void)bind_number(statement, 1, number);
  (void)bind_number(statement, 2, filter->from_ms);
  if (is_of_one) {
    /* NULL is nobody: none is told twice, and none who has no name */
    if (filter->identity.len) (void)bind_span(statement, 3, filter->identity);
    if (filter->user.len && !fold_equal(filter->identity, filter->user))
      (void)bind_span(statement, 4, filter->user);
  }
  return statement;
}

int database_read_logins(struct database *database, const struct store_history_filter *filter,
                         struct login_batch *batch, struct store_history_place *out_next) {
  sqlite3_stmt *statement = question(database, filter);
  struct store_history_place next = filter->before;
  struct store_login login;
  size_t max = filter->max < STORE_HISTORY_MAX ? filter->max : STORE_HISTORY_MAX, looked_at = 0;
  int result;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    read_login(statement, &login);
    if (looked_at++ == LOOKED_AT_MAX || batch->n == max) break;
    if (is_wanted(filter, &login) && !login_batch_add(batch, &login)) break;
    next = (struct store_history_place){login.time_ms, login.number};
  }
  bool has_more = result == SQLITE_ROW;
  int error = database_end(statement, result);
  if (!error) *out_next = has_more ? next : (struct store_history_place){0};
  return error;
}
