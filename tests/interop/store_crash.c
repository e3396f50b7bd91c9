/* store_crash FILE ROUNDS: a writer is killed (SIGKILL) in the middle of its changes, time and
 * again; each time the store must open afterwards, and hold every change that was acknowledged. */
#include "store/store.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define USERS 64u
#define OUT_MAX 40 /* changes under way */
#define NEVER UINT64_MAX

/* The changes of a round have rising numbers. A put writes its number as the reason of the bypass
 * that it grants, so that it shows in the store which one was the last. */
enum kind { PUT, USE_BYPASS, USE_STEP, REMOVE, KINDS };

/* Said before a change is asked for, and when it was acknowledged. */
struct ack {
  bool is_done;
  uint8_t kind, user;
  uint64_t number;
};

/* The last number of each kind of change of a user; 0: never. */
static struct {
  uint64_t asked[KINDS];
  uint64_t done[KINDS];
} users[USERS];
static uint64_t n_acks;

static void fail(const char *what, uint32_t user) {
  fprintf(stderr, "store_crash: user %u: %s\n", user, what);
  exit(1);
}

static struct store_user user_of(uint32_t number) {
  struct store_user user = {.primary = "corp"};
  (void)snprintf(user.identity, sizeof user.identity, "id-%u", number);
  (void)snprintf(user.name, sizeof user.name, "user%u", number);
  user.number_state = STORE_NUMBER_VERIFIED;
  strcpy(user.number.e164, "+15551230001");
  user.totp_secret_len = STORE_TOTP_SECRET_MAX;
  return user;
}

static struct store *open_store(const char *path) {
  char error[STORE_ERROR_SIZE];
  struct store_options options = {.path = path, .history_ms = UINT64_C(86400000)};
  struct store *store = store_new(&options, error);
  if (store) return store;
  fprintf(stderr, "store_crash: %s\n", error);
  exit(1);
}

/* ---- the writer ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int n_out;
static int ack_fd;

static void say(const struct ack *ack) {
  if (write(ack_fd, ack, sizeof *ack) != sizeof *ack) _exit(2);
}

static void on_done(int error, const struct store_user *now, void *user) {
  (void)now;
  struct ack *ack = user;
  ack->is_done = true;
  if (!error) say(ack);
  free(ack);
  pthread_mutex_lock(&lock);
  n_out--;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&lock);
}

static int start(struct store *store, const struct ack *what, struct ack *ack) {
  struct store_user user = user_of(what->user);
  radmfa_span identity = radmfa_text(user.identity);
  switch ((enum kind)what->kind) {
    case PUT:
      user.bypass_until_ms = NEVER;
      (void)snprintf(user.bypass_why, sizeof user.bypass_why, "%llu",
                     (unsigned long long)what->number);
      return store_put(store, &user, STORE_ANY_REVISION, on_done, ack);
    case USE_BYPASS: return store_use_bypass(store, "corp", identity, 1, on_done, ack);
    case USE_STEP: return store_use_step(store, "corp", identity, what->number, on_done, ack);
    default: return store_remove(store, "corp", identity, STORE_ANY_REVISION, on_done, ack);
  }
}

static void change_one(struct store *store, const struct ack *what) {
  struct ack *ack = malloc(sizeof *ack);
  if (!ack) _exit(2);
  *ack = *what;
  pthread_mutex_lock(&lock);
  while (n_out == OUT_MAX) pthread_cond_wait(&changed, &lock);
  n_out++;
  pthread_mutex_unlock(&lock);
  say(what);
  if (start(store, what, ack)) _exit(2);
}

/* Puts are as many as all others, so that there is something to use and remove. */
static enum kind kind_of(long dice) {
  static const enum kind kinds[] = {PUT, PUT, PUT, PUT, USE_BYPASS, USE_BYPASS, USE_STEP, REMOVE};
  return kinds[dice % 8];
}

_Noreturn static void write_until_killed(const char *path, uint64_t first) {
  struct store *store = open_store(path);
  for (uint64_t number = first;; number++) {
    struct ack what = {
        .kind = (uint8_t)kind_of(random()), .user = (uint8_t)(random() % USERS), .number = number};
    struct store_login login = {.time_ms = number, .user = radmfa_text("somebody")};
    store_note_login(store, &login);
    change_one(store, &what);
  }
}

/* ---- who kills him and looks ---- */

static void note(const struct ack *ack) {
  uint64_t *last = ack->is_done ? users[ack->user].done : users[ack->user].asked;
  last[ack->kind] = ack->number;
  n_acks += ack->is_done;
}

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until that time, or until the other end is closed. */
static void read_acks(int fd, long until_ms) {
  struct pollfd readable = {.fd = fd, .events = POLLIN};
  struct ack ack;
  long left_ms;
  while ((left_ms = until_ms - now_ms()) > 0) {
    if (poll(&readable, 1, (int)left_ms) <= 0) continue;
    if (read(fd, &ack, sizeof ack) != sizeof ack) return;
    note(&ack);
  }
}

static void wait_for_first_ack(int fd) {
  struct ack ack = {.is_done = false};
  while (!ack.is_done) {
    if (read(fd, &ack, sizeof ack) != sizeof ack) fail("the writer ended by itself", 0);
    note(&ack);
  }
}

static void let_write_and_kill(const char *path, uint64_t first) {
  int ends[2], status;
  if (pipe(ends)) exit(1);
  fflush(NULL);
  pid_t writer = fork();
  if (writer < 0) exit(1);
  if (!writer) {
    close(ends[0]);
    ack_fd = ends[1];
    write_until_killed(path, first);
  }
  close(ends[1]);
  wait_for_first_ack(ends[0]);
  read_acks(ends[0], now_ms() + random() % 40);
  kill(writer, SIGKILL);
  read_acks(ends[0], now_ms() + 10000);
  if (waitpid(writer, &status, 0) != writer || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
    fail("the writer ended by itself", 0);
  close(ends[0]);
}

/* More may have been done than was acknowledged, never less. */
static void check_there(uint32_t number, const struct store_user *user) {
  const uint64_t *done = users[number].done;
  uint64_t put = strtoull(user->bypass_why, NULL, 10);
  if (put < done[PUT]) fail("an acknowledged put is lost", number);
  if (put < done[REMOVE]) fail("an acknowledged removal is undone", number);
  if (put < done[USE_BYPASS] && user->bypass_until_ms)
    fail("a used bypass can be used again", number);
  if (put < done[USE_STEP] && user->totp_step < done[USE_STEP])
    fail("a used step can be used again", number);
}

static void check_gone(uint32_t number) {
  if (users[number].done[PUT] > users[number].asked[REMOVE])
    fail("an acknowledged user is lost", number);
}

static void check_users(struct store *store) {
  for (uint32_t i = 0; i < USERS; i++) {
    struct store_user wanted = user_of(i), user;
    if (store_find(store, "corp", radmfa_text(wanted.identity), &user))
      check_there(i, &user);
    else
      check_gone(i);
  }
}

static int is_ok(void *user, int n_columns, char **columns, char **names) {
  (void)names;
  *(bool *)user = n_columns == 1 && strcmp(columns[0], "ok") == 0;
  return 0;
}

static void check_file(const char *path) {
  sqlite3 *handle;
  bool is_sound = false;
  if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
      sqlite3_exec(handle, "PRAGMA integrity_check", is_ok, &is_sound, NULL) != SQLITE_OK ||
      !is_sound)
    fail("the file is damaged", 0);
  (void)sqlite3_close(handle);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int rounds = atoi(argv[2]);
  for (int round = 0; round < rounds; round++) {
    srandom((unsigned)round);
    let_write_and_kill(argv[1], (uint64_t)round * 1000000 + 1);
    struct store *store = open_store(argv[1]);
    check_users(store);
    store_free(store);
  }
  check_file(argv[1]);
  printf("killed %d times; %llu acknowledged changes, none lost\n", rounds,
         (unsigned long long)n_acks);
  return 0;
}
