/* database_texts.c: what the database is asked, in SQL. Parameters have the numbers that
 * database_users.c and database_logins.c bind by, columns the order in which they are read. */
#include "database.h"

#define USER_COLUMNS                                                             \
  "primary_name, identity, name, number, extension, language, factor, pin_hash," \
  " blocked_why, bypass_why, bypass_by,"                                         \
  " totp_step, blocked_ms, bypass_until_ms, invite_until_ms, created_ms,"        \
  " changed_ms, revision, calls, calls_window_ms,"                               \
  " number_state, number_is_directorys, is_blocked, totp_secret, invite_hash"

#define LOGIN_COLUMNS                                                      \
  "time_ms, number, login_id, primary_name, user, identity, client, peer," \
  " policy, verdict, reason, factor, primary_ms, factor_ms, total_ms"

#define LOGINS_BETWEEN                                                       \
  "SELECT " LOGIN_COLUMNS " FROM history WHERE (time_ms, number) < (?1, ?2)" \
  " AND time_ms >= ?3"
#define LATEST_FIRST " ORDER BY 1 DESC, 2 DESC"

const char *const database_texts[DATABASE_STATEMENTS] = {
    [DATABASE_BEGIN] = "BEGIN IMMEDIATE",
    [DATABASE_COMMIT] = "COMMIT",
    [DATABASE_ROLLBACK] = "ROLLBACK",
    [DATABASE_ALL_USERS] =
        "SELECT " USER_COLUMNS " FROM users ORDER BY name, primary_name, identity",
    [DATABASE_FIND_USER] =
        "SELECT " USER_COLUMNS " FROM users WHERE primary_name = ?1 AND identity = ?2",
    [DATABASE_WRITE_USER] = "REPLACE INTO users (" USER_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                            " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
                            " ?21, ?22, ?23, ?24, ?25)",
    [DATABASE_REMOVE_USER] = "DELETE FROM users WHERE primary_name = ?1 AND identity = ?2",
    [DATABASE_READ_REVISION] = "SELECT highest FROM revision",
    [DATABASE_WRITE_REVISION] = "UPDATE revision SET highest = ?1",
    [DATABASE_NOTE_LOGIN] =
        "INSERT INTO history (" LOGIN_COLUMNS ", who) VALUES (?1, NULL, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    [DATABASE_FORGET_LOGINS] = "DELETE FROM history WHERE number IN"
                               " (SELECT number FROM history WHERE time_ms < ?1 LIMIT ?2)",
    [DATABASE_LOGINS_BY_TIME] = LOGINS_BETWEEN LATEST_FIRST,
    [DATABASE_LOGINS_BY_USER] =
        LOGINS_BETWEEN " AND who = ?4 UNION ALL " LOGINS_BETWEEN " AND who = ?5" LATEST_FIRST,
};
