/* Files that are no store, or not ours to have: what is said of them. */
#include "store_world.h"

#include <radmfa/error.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

TestSuite(store_open, .init = world_up, .fini = world_down);

static void assert_refused(const char *why) {
  char error[STORE_ERROR_SIZE] = "";
  cr_assert_null(world_try_store(error));
  cr_assert_not_null(strstr(error, why), "%s", error);
  cr_assert_eq(strncmp(error, folder, strlen(folder)), 0, "it names the file: %s", error);
}

static void assert_tried(enum store_trial_result result, const char *why) {
  struct store_trial trial;
  store_try(db_path, &trial);
  cr_assert_eq(trial.result, result, "%s", trial.text);
  cr_assert_not_null(strstr(trial.text, why), "%s", trial.text);
}

static void write_file(const char *text, size_t len) {
  FILE *file = fopen(db_path, "w");
  cr_assert_eq(fwrite(text, 1, len, file), len);
  fclose(file);
}

static void run_sql(const char *sql) {
  sqlite3 *handle;
  cr_assert_eq(sqlite3_open(db_path, &handle), SQLITE_OK);
  cr_assert_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
               sqlite3_errmsg(handle));
  sqlite3_close(handle);
}

Test(store_open, a_folder_that_is_not_there_is_named) {
  strcpy(db_path, "/nowhere/at/all/users.db");
  char error[STORE_ERROR_SIZE];
  cr_assert_null(world_try_store(error));
  cr_assert_not_null(strstr(error, "/nowhere/at/all: No such file"), "%s", error);
  assert_tried(STORE_TRIAL_BAD, "/nowhere/at/all: No such file");
}

Test(store_open, a_folder_is_no_file) {
  strcpy(db_path, folder);
  assert_refused("is no file");
}

Test(store_open, a_file_of_something_else_is_refused) {
  char text[4096];
  memset(text, 'x', sizeof text);
  write_file(text, sizeof text);
  assert_refused("not a database");
  assert_tried(STORE_TRIAL_BAD, "not a database");
}

Test(store_open, a_database_of_another_program_is_left_alone) {
  run_sql("CREATE TABLE users (name TEXT)");
  assert_refused("another program");
  assert_tried(STORE_TRIAL_BAD, "another program");
}

Test(store_open, a_newer_version_is_refused) {
  store_free(world_store());
  run_sql("PRAGMA user_version = 99");
  assert_refused("version 99, made by a newer radmfad");
  assert_tried(STORE_TRIAL_BAD, "version 99");
}

/* Takes out what the second step brought, as a radmfad of the first version left it. */
static void make_version_one(void) {
  run_sql("ALTER TABLE users DROP COLUMN calls; ALTER TABLE users DROP COLUMN calls_window_ms;"
          "PRAGMA user_version = 1");
}

Test(store_open, a_file_of_the_first_version_is_brought_to_ours_with_all_its_users) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice"), found;
  put_new(store, &alice);
  store_free(store);
  make_version_one();
  assert_tried(STORE_TRIAL_OK, "");
  store = world_store();
  cr_assert(store_find(store, alice.primary, id_of(&alice), &found));
  cr_assert_eq(found.calls, 0);
  cr_assert_str_eq(found.name, "Alice");
  found.calls = 3;
  found.calls_window_ms = 1800000;
  cr_assert_eq(put(store, &found, found.revision), 0);
  store_free(store);
  store = world_store();
  cr_assert(store_find(store, alice.primary, id_of(&alice), &found));
  cr_assert_eq(found.calls, 3);
  cr_assert_eq(found.calls_window_ms, 1800000);
  store_free(store);
}

Test(store_open, a_limit_of_calls_without_a_time_is_none) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  alice.calls = 3;
  cr_assert_eq(store_put(store, &alice, STORE_NEW_USER, NULL, NULL), RADMFA_E_INVALID);
  store_free(store);
}

Test(store_open, an_empty_file_becomes_a_store) {
  write_file("", 0);
  assert_tried(STORE_TRIAL_OK, "");
  struct store *store = world_store();
  cr_assert_eq(store_count(store), 0);
  store_free(store);
}

Test(store_open, a_look_tells_how_many_users_there_are_and_makes_nothing) {
  struct store_trial trial;
  assert_tried(STORE_TRIAL_ABSENT, "");
  cr_assert_neq(access(db_path, F_OK), 0);
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  store_free(store);
  store_try(db_path, &trial);
  cr_assert_eq(trial.result, STORE_TRIAL_OK);
  cr_assert_eq(trial.n_users, 1);
}

Test(store_open, a_second_process_is_told_that_the_file_is_in_use) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  assert_refused("another radmfad?");
  assert_tried(STORE_TRIAL_IN_USE, "another radmfad?");
  strcpy(alice.name, "still at work");
  cr_assert_eq(put(store, &alice, STORE_ANY_REVISION), 0);
  store_free(store);
}

static void damage(long offset, size_t len) {
  FILE *file = fopen(db_path, "r+");
  fseek(file, offset, SEEK_SET);
  for (size_t i = 0; i < len; i++) fputc(0xee, file);
  fclose(file);
}

Test(store_open, a_damaged_table_of_users_is_noticed) {
  struct store *store = world_store();
  for (unsigned i = 0; i < 200; i++) {
    char name[16];
    snprintf(name, sizeof name, "user%u", i);
    struct store_user user = user_named(name);
    put_new(store, &user);
  }
  store_free(store);
  struct stat file;
  cr_assert_eq(stat(db_path, &file), 0);
  damage(4096, (size_t)file.st_size - 4096);
  assert_refused("damaged");
  assert_tried(STORE_TRIAL_BAD, "damaged");
}

Test(store_open, a_user_whom_nobody_of_ours_wrote_is_noticed) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  store_free(store);
  run_sql("UPDATE users SET number_state = 2, number = 'nobody'");
  assert_refused("a user in it is none");
}

Test(store_open, a_text_that_is_too_long_for_us_is_noticed) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  store_free(store);
  run_sql("UPDATE users SET factor = hex(zeroblob(100))");
  assert_refused("a user in it is none");
}
