/* A disk that fails or is full, and memory that is not to be had: what fails says so and changes
 * nothing, what was acknowledged stays. SQLite's layer for files (its VFS) and its allocator are
 * ours here. */
#include "store_world.h"

#include <errno.h>
#include <radmfa/error.h>
#include <sqlite3.h>
#include <stdatomic.h>

/* ---- a disk ---- */

struct disk_file {
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct */
  bool is_log;
};

/* Writes are counted, or syncs where `result` is about them; the one of the number `fail_at` fails,
 * or with `fail_all` that one and all after it. */
static struct {
  atomic_uint n;
  atomic_uint fail_at; /* 0: none */
  atomic_bool fail_all;
  atomic_int result;
  atomic_uint n_unsynced; /* writes to the log since its last sync */
  sqlite3_vfs *real;
  sqlite3_vfs vfs;
} disk;

static int disk_fault(bool is_sync) {
  if (is_sync != (disk.result == SQLITE_IOERR_FSYNC)) return SQLITE_OK;
  unsigned n = ++disk.n, fail_at = disk.fail_at;
  bool fails = fail_at && (n == fail_at || (disk.fail_all && n > fail_at));
  return fails ? disk.result : SQLITE_OK;
}

static sqlite3_file *real_of(sqlite3_file *file) {
  return ((struct disk_file *)file)->real;
}

static int disk_close(sqlite3_file *file) {
  return real_of(file)->pMethods->xClose(real_of(file));
}

static int disk_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at) {
  return real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int disk_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at) {
  int fault = disk_fault(false);
  disk.n_unsynced += ((struct disk_file *)file)->is_log;
  /* some of it may have been written before it failed */
  if (fault) (void)real_of(file)->pMethods->xWrite(real_of(file), bytes, len / 2, at);
  return fault ? fault : real_of(file)->pMethods->xWrite(real_of(file), bytes, len, at);
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int fault = disk_fault(false);
  return fault ? fault : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int disk_sync(sqlite3_file *file, int flags) {
  int fault = disk_fault(true);
  if (((struct disk_file *)file)->is_log) disk.n_unsynced = 0;
  return fault ? fault : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int disk_size(sqlite3_file *file, sqlite3_int64 *out_size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), out_size);
}

static int disk_lock(sqlite3_file *file, int level) {
  return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int disk_unlock(sqlite3_file *file, int level) {
  return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int disk_is_reserved(sqlite3_file *file, int *out) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int disk_control(sqlite3_file *file, int operation, void *arg) {
  return real_of(file)->pMethods->xFileControl(real_of(file), operation, arg);
}

static int disk_sector_size(sqlite3_file *file) {
  return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int disk_traits(sqlite3_file *file) {
  return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

/* Version 1 has no shared memory: a store needs none. */
static const sqlite3_io_methods disk_methods = {1,
                                                disk_close,
                                                disk_read,
                                                disk_write,
                                                disk_truncate,
                                                disk_sync,
                                                disk_size,
                                                disk_lock,
                                                disk_unlock,
                                                disk_is_reserved,
                                                disk_control,
                                                disk_sector_size,
                                                disk_traits,
                                                NULL,
                                                NULL,
                                                NULL,
                                                NULL,
                                                NULL,
                                                NULL};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags) {
  (void)vfs;
  struct disk_file *opened = (struct disk_file *)file;
  opened->real = (sqlite3_file *)(void *)(opened + 1);
  opened->base.pMethods = NULL;
  opened->is_log = flags & SQLITE_OPEN_WAL;
  int result = disk.real->xOpen(disk.real, name, opened->real, flags, out_flags);
  if (opened->real->pMethods) opened->base.pMethods = &disk_methods;
  return result;
}

static void disk_install(void) {
  disk.real = sqlite3_vfs_find(NULL);
  disk.vfs = *disk.real;
  disk.vfs.zName = "disk";
  disk.vfs.szOsFile += (int)sizeof(struct disk_file);
  disk.vfs.xOpen = disk_open;
  cr_assert_eq(sqlite3_vfs_register(&disk.vfs, 1), SQLITE_OK);
}

static void disk_fail(unsigned at, bool all, int result) {
  disk.n = 0;
  disk.fail_all = all;
  disk.result = result;
  disk.fail_at = at;
}

/* Whether it has failed. */
static bool disk_mend(void) {
  bool has_failed = disk.n >= disk.fail_at;
  disk.fail_at = 0;
  return has_failed;
}

/* ---- memory ---- */

static sqlite3_mem_methods real_memory;
static atomic_uint n_allocations, fail_allocation; /* 0: none */

static bool is_refused(void) {
  return ++n_allocations == fail_allocation;
}

static void *memory_alloc(int size) {
  return is_refused() ? NULL : real_memory.xMalloc(size);
}

static void *memory_realloc(void *memory, int size) {
  return is_refused() ? NULL : real_memory.xRealloc(memory, size);
}

static void memory_install(void) {
  cr_assert_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory), SQLITE_OK);
  sqlite3_mem_methods memory = real_memory;
  memory.xMalloc = memory_alloc;
  memory.xRealloc = memory_realloc;
  cr_assert_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &memory), SQLITE_OK);
  cr_assert_eq(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

static void memory_fail(unsigned at) {
  n_allocations = 0;
  fail_allocation = at;
}

static bool memory_mend(void) {
  bool has_failed = n_allocations >= fail_allocation;
  fail_allocation = 0;
  return has_failed;
}

/* ---- a story of changes, of which some may fail ---- */

#define PEOPLE 4u

/* What each of them must be like: what was acknowledged last. */
static struct {
  bool is_there;
  char language[STORE_LANGUAGE_SIZE];
  uint64_t bypass_until_ms;
} expected[PEOPLE];

static struct store_user person(unsigned number) {
  char name[16];
  snprintf(name, sizeof name, "p%u", number);
  return user_named(name);
}

static void assert_as_expected(struct store *store) {
  for (unsigned i = 0; i < PEOPLE; i++) {
    struct store_user wanted = person(i), user;
    cr_assert_eq(store_find(store, "corp", id_of(&wanted), &user), expected[i].is_there);
    if (!expected[i].is_there) continue;
    cr_assert_str_eq(user.language, expected[i].language);
    cr_assert_eq(user.bypass_until_ms, expected[i].bypass_until_ms);
  }
}

static bool story_put(struct store *store, unsigned number, const char *language) {
  struct store_user user = person(number);
  strcpy(user.language, language);
  user.bypass_until_ms = 100;
  if (put(store, &user, STORE_ANY_REVISION)) return false;
  expected[number].is_there = true;
  strcpy(expected[number].language, language);
  expected[number].bypass_until_ms = 100;
  return true;
}

static bool story_use_bypass(struct store *store, unsigned number) {
  struct store_user user = person(number);
  int error = use_bypass(store, &user, 1);
  if (!error) expected[number].bypass_until_ms = 0;
  return !error || error == RADMFA_E_NOT_FOUND;
}

static bool story_remove(struct store *store, unsigned number) {
  struct store_user user = person(number);
  int error = take_away(store, &user, STORE_ANY_REVISION);
  if (!error) expected[number].is_there = false;
  return !error || error == RADMFA_E_NOT_FOUND;
}

/* How many of the changes failed. */
static unsigned tell_story(struct store *store) {
  unsigned n_failed = 0;
  for (unsigned i = 0; i < PEOPLE; i++) n_failed += !story_put(store, i, "en");
  n_failed += !story_use_bypass(store, 1);
  n_failed += !story_put(store, 2, "de");
  n_failed += !story_remove(store, 3);
  return n_failed;
}

static void copy_file(const char *from, const char *to) {
  char bytes[4096];
  FILE *in = fopen(from, "r"), *out = fopen(to, "w");
  cr_assert(in && out);
  for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
    cr_assert_eq(fwrite(bytes, 1, n, out), n);
  fclose(in);
  fclose(out);
}

/* What a crash now would leave behind. */
static void assert_survives_crash(void) {
  char copy[96], log[96], copy_of_log[100], error[STORE_ERROR_SIZE];
  snprintf(copy, sizeof copy, "%s.copy", db_path);
  snprintf(log, sizeof log, "%s-wal", db_path);
  snprintf(copy_of_log, sizeof copy_of_log, "%s-wal", copy);
  copy_file(db_path, copy);
  copy_file(log, copy_of_log);
  struct store *store = store_new(&(struct store_options){.path = copy}, error);
  cr_assert_not_null(store, "%s", error);
  assert_as_expected(store);
  store_free(store);
  unlink(copy);
}

/* ---- what fails once, or from one moment on ---- */

static void fail_write_once(unsigned at) {
  disk_fail(at, false, SQLITE_IOERR_WRITE);
}

static void fail_sync_once(unsigned at) {
  disk_fail(at, false, SQLITE_IOERR_FSYNC);
}

static void fill_disk(unsigned at) {
  disk_fail(at, true, SQLITE_FULL);
}

static void fail_all_syncs(unsigned at) {
  disk_fail(at, true, SQLITE_IOERR_FSYNC);
}

struct fault {
  void (*arm)(unsigned at);
  bool (*mend)(void);
  bool is_healed;    /* no change fails: it is tried again */
  bool leaves_trace; /* a crash may show what was not acknowledged */
};

/* One store; false: the fault did not happen any more. */
static bool live_through(const struct fault *fault, unsigned at) {
  world_up();
  struct store *store = world_store();
  memset(expected, 0, sizeof expected);
  fault->arm(at);
  unsigned n_failed = tell_story(store);
  bool has_failed = fault->mend();
  if (fault->is_healed) cr_assert_eq(n_failed, 0);
  assert_as_expected(store);
  if (!fault->leaves_trace) assert_survives_crash();
  cr_assert(story_put(store, 0, "fr"), "it can be written again");
  store_free(store);
  store = world_store();
  assert_as_expected(store);
  store_free(store);
  world_down();
  return has_failed;
}

static void live_through_all(struct fault fault) {
  unsigned at = 1;
  while (live_through(&fault, at)) at += 1 + at / 50;
  cr_assert_gt(at, 3, "something did fail");
}

Test(store_fault, a_write_that_fails_once_loses_nothing, .init = disk_install) {
  live_through_all((struct fault){fail_write_once, disk_mend, true, false});
}

Test(store_fault, a_sync_that_fails_once_loses_nothing, .init = disk_install) {
  live_through_all((struct fault){fail_sync_once, disk_mend, true, false});
}

Test(store_fault, a_disk_that_is_full_at_any_moment_loses_nothing, .init = disk_install) {
  live_through_all((struct fault){fill_disk, disk_mend, false, false});
}

Test(store_fault, a_disk_that_syncs_no_more_loses_nothing, .init = disk_install) {
  live_through_all((struct fault){fail_all_syncs, disk_mend, false, true});
}

Test(store_fault, memory_that_is_not_to_be_had_loses_nothing, .init = memory_install) {
  live_through_all((struct fault){memory_fail, memory_mend, false, false});
}

static void synced_and_told(int error, const struct store_user *now, void *user) {
  cr_assert_eq(disk.n_unsynced, 0);
  outcome_told(error, now, user);
}

Test(store_fault, nothing_is_acknowledged_before_it_has_reached_the_disk, .init = disk_install) {
  world_up();
  struct store *store = world_store();
  for (unsigned i = 0; i < 50; i++) {
    struct store_user user = person(i);
    struct outcome outcome = OUTCOME;
    cr_assert_eq(store_put(store, &user, STORE_NEW_USER, synced_and_told, &outcome), 0);
    cr_assert_eq(outcome_wait(&outcome), 0);
  }
  store_free(store);
  world_down();
}

/* ---- opening ---- */

static bool open_through(const struct fault *fault, unsigned at) {
  char error[STORE_ERROR_SIZE] = "";
  world_up();
  fault->arm(at);
  struct store *store = world_try_store(error);
  bool has_failed = fault->mend();
  if (!store) cr_assert_eq(strncmp(error, db_path, strlen(db_path)), 0, "%s", error);
  if (!has_failed) cr_assert_not_null(store, "%s", error);
  store_free(store);
  store_free(world_store()); /* whatever was left behind is no hindrance */
  world_down();
  return has_failed;
}

static void open_through_all(struct fault fault) {
  unsigned at = 1;
  while (open_through(&fault, at)) at += 1 + at / 50;
  cr_assert_gt(at, 3);
}

Test(store_fault, a_store_that_could_not_be_made_can_be_made_later, .init = disk_install) {
  open_through_all((struct fault){.arm = fill_disk, .mend = disk_mend});
}

Test(store_fault, without_memory_it_says_so_and_opens_later, .init = memory_install) {
  open_through_all((struct fault){.arm = memory_fail, .mend = memory_mend});
}

/* ---- a full disk, seen from outside ---- */

static atomic_uint n_troubles, n_reliefs;
static char trouble[STORE_ERROR_SIZE];

static void on_trouble(const char *text, void *user) {
  cr_assert_eq(user, &n_troubles);
  if (!text) n_reliefs++;
  if (text && n_troubles++ == 0) snprintf(trouble, sizeof trouble, "%s", text);
}

static struct store *store_with_trouble(void) {
  char error[STORE_ERROR_SIZE];
  struct store_options options = {
      .path = db_path, .history_ms = HISTORY_MS, .on_trouble = on_trouble, .user = &n_troubles};
  struct store *store = store_new(&options, error);
  cr_assert_not_null(store, "%s", error);
  return store;
}

static void install_and_up(void) {
  disk_install();
  world_up();
}

Test(store_fault, a_full_disk_is_told_once_and_once_when_it_has_passed, .init = install_and_up,
     .fini = world_down) {
  struct store *store = store_with_trouble();
  struct store_user alice = user_named("Alice"), bob = user_named("Bob");
  put_new(store, &alice);
  fill_disk(1);
  cr_assert_eq(put(store, &bob, STORE_NEW_USER), -ENOSPC);
  cr_assert_eq(take_away(store, &alice, STORE_ANY_REVISION), -ENOSPC);
  cr_assert_eq(block(store, &alice, "fraud"), -ENOSPC);
  cr_assert_eq(unblock(store, &bob), RADMFA_E_NOT_FOUND, "nothing had to be written");
  cr_assert_not(found(store, &alice).is_blocked);
  cr_assert_eq(store_count(store), 1);
  disk_mend();
  cr_assert_eq(put(store, &bob, STORE_NEW_USER), 0);
  cr_assert_eq(n_troubles, 1);
  cr_assert_eq(n_reliefs, 1);
  cr_assert_not_null(strstr(trouble, "full"), "%s", trouble);
  store_free(store);
}

Test(store_fault, logins_that_a_full_disk_cannot_take_are_counted, .init = install_and_up,
     .fini = world_down) {
  struct store *store = store_with_trouble();
  struct store_user alice = user_named("Alice");
  struct store_login login = {.time_ms = 1, .verdict = "accept", .reason = "approved"};
  fill_disk(1);
  for (int i = 0; i < 3; i++) store_note_login(store, &login);
  cr_assert_eq(put(store, &alice, STORE_NEW_USER), -ENOSPC);
  while (store_lost_logins(store) < 3) usleep(1000);
  disk_mend();
  cr_assert_eq(put(store, &alice, STORE_NEW_USER), 0);
  cr_assert_eq(store_lost_logins(store), 3);
  store_free(store);
}
