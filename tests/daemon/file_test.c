#include "primary/file.h"

#include "fold.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_S 60

/* ---- the table that answers go to, as a test sees it ---- */

struct answer {
  uint64_t login_id;
  radmfa_primary_verdict verdict;
  radmfa_reason reason;
  char identity[32];
};

struct inbox {
  pthread_mutex_t lock;
  pthread_cond_t more;
  struct answer answers[64];
  size_t n;
};

static struct inbox inbox = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static int take_answer(void *answers, uint64_t login_id, const radmfa_primary_answer *answer) {
  struct inbox *table = answers;
  pthread_mutex_lock(&table->lock);
  struct answer *taken = &table->answers[table->n++];
  *taken = (struct answer){login_id, answer->verdict, answer->reason, ""};
  if (answer->identity.len) memcpy(taken->identity, answer->identity.ptr, answer->identity.len);
  pthread_cond_signal(&table->more);
  pthread_mutex_unlock(&table->lock);
  return 0;
}

/* The n-th answer, from 0; it fails when there is none for long. */
static struct answer answer_number(size_t n) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_S;
  int result = 0;
  pthread_mutex_lock(&inbox.lock);
  while (inbox.n <= n && result == 0)
    result = pthread_cond_timedwait(&inbox.more, &inbox.lock, &until);
  struct answer answer = inbox.answers[n];
  pthread_mutex_unlock(&inbox.lock);
  cr_assert_eq(result, 0, "no answer %zu", n);
  return answer;
}

static size_t answers(void) {
  pthread_mutex_lock(&inbox.lock);
  size_t n = inbox.n;
  pthread_mutex_unlock(&inbox.lock);
  return n;
}

/* ---- a primary with users ---- */

static struct users *users;
static struct blocklist *blocklist;
static struct file_primary *primary;
static FILE *quiet;

static void open_primary(const char *text, unsigned threads, unsigned queue_max) {
  quiet = fopen("/dev/null", "w");
  struct diag diag = {.out = quiet};
  users = users_parse("u.yaml", text, strlen(text), &diag);
  cr_assert_not_null(users);
  blocklist = blocklist_new();
  inbox.n = 0;
  primary = file_primary_new(&(struct file_primary_options){.deliver = take_answer,
                                                            .answers = &inbox,
                                                            .users = users,
                                                            .blocklist = blocklist,
                                                            .threads = threads,
                                                            .queue_max = queue_max});
  cr_assert_not_null(primary);
}

static void close_primary(void) {
  file_primary_free(primary);
  blocklist_free(blocklist);
  users_free(users);
  fclose(quiet);
}

static void ask_from(const char *client, uint64_t id, const char *user, const char *password) {
  char copy[200];
  snprintf(copy, sizeof copy, "%s", password);
  radmfa_request request = {.login_id = id,
                            .method = RADMFA_METHOD_PAP,
                            .user = radmfa_text(user),
                            .password = {(const uint8_t *)copy, strlen(copy)},
                            .client = client,
                            .policy = "lab"};
  file_primary_vtable.start(primary, &request);
  memset(copy, 'x', sizeof copy); /* as the library does */
}

static void ask(uint64_t id, const char *user, const char *password) {
  ask_from("lab", id, user, password);
}

/* Each id another user. */
static void ask_somebody(uint64_t id) {
  char name[32];
  snprintf(name, sizeof name, "somebody%llu", (unsigned long long)id);
  ask(id, name, "wrong");
}

static void is_rejected(struct answer answer, radmfa_reason reason) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_REJECT);
  cr_assert_eq(answer.reason, reason, "%s", radmfa_reason_name(answer.reason));
}

static void is_accepted(struct answer answer, const char *identity) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_ACCEPT, "%s", radmfa_reason_name(answer.reason));
  cr_assert_str_eq(answer.identity, identity);
}

#define CLEAR "- {name: Alice, password: \"right horse\"}\n- {name: bob, password: x}\n"

/* A users file in which `names` have the password "right horse", hashed; `passes` says how long one
 * check takes. */
static const char *hashed(const char *const *names, size_t n_names, unsigned long long passes) {
  static char text[4000];
  char hash[crypto_pwhash_STRBYTES];
  size_t at = 0;
  cr_assert_geq(sodium_init(), 0);
  cr_assert_eq(crypto_pwhash_str(hash, "right horse", 11, passes, 1u << 20), 0);
  for (size_t i = 0; i < n_names; i++)
    at += (size_t)snprintf(text + at, sizeof text - at, "- {name: %s, password_hash: \"%s\"}\n",
                           names[i], hash);
  return text;
}

static const char *const names[] = {"alice", "bob", "carol"};
#define QUICK hashed(names, 3, 1)
#define SLOW hashed(names, 3, 100)

/* ---- clear passwords ---- */

Test(file, it_checks_pap_and_nothing_else) {
  cr_assert_eq(file_primary_vtable.methods, RADMFA_METHOD_PAP);
}

Test(file, the_right_clear_password_is_accepted_at_once_under_the_name_in_the_file) {
  open_primary(CLEAR, 1, 0);
  ask(7, "CORP\\aLICE", "right horse");
  cr_assert_eq(answers(), 1);
  is_accepted(answer_number(0), "Alice");
  cr_assert_eq(answer_number(0).login_id, 7);
  close_primary();
}

Test(file, wrong_unknown_empty_and_blocked_are_told_apart_in_the_log_only) {
  open_primary(CLEAR, 1, 0);
  cr_assert(blocklist_add(blocklist, radmfa_text("BOB")));
  ask(1, "alice", "wrong");
  ask(2, "stranger", "x");
  ask(3, "alice", "");
  ask(4, "bob", "x");
  ask(5, "bob", "wrong");
  is_rejected(answer_number(0), RADMFA_REASON_WRONG_PASSWORD);
  is_rejected(answer_number(1), RADMFA_REASON_UNKNOWN_USER);
  is_rejected(answer_number(2), RADMFA_REASON_WRONG_PASSWORD);
  is_rejected(answer_number(3), RADMFA_REASON_BLOCKED);
  is_rejected(answer_number(4), RADMFA_REASON_BLOCKED);
  close_primary();
}

/* ---- hashes ---- */

Test(file, hashes_are_checked_off_the_loop) {
  open_primary(QUICK, 2, 0);
  ask(1, "alice", "right horse");
  is_accepted(answer_number(0), "alice");
  ask(2, "alice", "wrong");
  is_rejected(answer_number(1), RADMFA_REASON_WRONG_PASSWORD);
  close_primary();
}

Test(file, an_unknown_name_costs_a_verification_and_is_never_accepted) {
  open_primary(SLOW, 1, 0);
  ask(1, "stranger", "right horse");
  cr_assert_eq(answers(), 0, "not at once");
  is_rejected(answer_number(0), RADMFA_REASON_UNKNOWN_USER);
  close_primary();
}

Test(file, a_blocked_user_is_checked_first_and_blocked_whatever_the_password) {
  open_primary(SLOW, 1, 0);
  cr_assert(blocklist_add(blocklist, radmfa_text("alice")));
  ask(1, "alice", "right horse");
  ask(2, "alice", "wrong");
  cr_assert_eq(answers(), 0, "not at once");
  is_rejected(answer_number(0), RADMFA_REASON_BLOCKED);
  is_rejected(answer_number(1), RADMFA_REASON_BLOCKED);
  close_primary();
}

Test(file, a_full_queue_is_a_limit_at_once) {
  open_primary(SLOW, 1, 2);
  for (uint64_t id = 1; id <= 4; id++) ask_somebody(id);
  cr_assert_eq(answer_number(0).login_id, 4);
  cr_assert_eq(answer_number(0).verdict, RADMFA_PRIMARY_OVER_LIMIT);
  close_primary();
}

Test(file, a_flood_for_one_user_leaves_room_for_the_others) {
  open_primary(SLOW, 1, 10);
  for (uint64_t id = 1; id <= 30; id++) ask(id, id % 2 ? "alice" : "CORP\\Alice", "wrong");
  ask(31, "bob", "right horse");
  cr_assert_eq(answer_number(0).verdict, RADMFA_PRIMARY_OVER_LIMIT);
  size_t n = 0;
  while (answer_number(n).login_id != 31) n++;
  is_accepted(answer_number(n), "bob");
  close_primary();
}

Test(file, an_unknown_name_has_as_many_places_as_a_known_one_whatever_its_domain) {
  open_primary(SLOW, 1, 10);
  for (uint64_t id = 1; id <= 9; id++) {
    char name[32];
    snprintf(name, sizeof name, "D%u\\Nobody", (unsigned)id);
    ask(id, name, "wrong");
  }
  cr_assert_eq(answer_number(0).verdict, RADMFA_PRIMARY_OVER_LIMIT);
  close_primary();
}

Test(file, a_cancelled_job_makes_room_and_is_not_answered) {
  open_primary(SLOW, 1, 1);
  ask(1, "alice", "wrong");
  ask(2, "alice", "wrong");
  file_primary_vtable.cancel(primary, 2);
  ask(3, "alice", "right horse");
  cr_assert_eq(answer_number(0).login_id, 1);
  cr_assert_eq(answer_number(1).login_id, 3);
  close_primary();
  cr_assert_eq(answers(), 2);
}

Test(file, cancelling_is_harmless_where_nothing_waits) {
  open_primary(CLEAR, 1, 0);
  file_primary_vtable.cancel(primary, 1);
  close_primary();
  open_primary(QUICK, 1, 0);
  file_primary_vtable.cancel(primary, 1);
  close_primary();
}

Test(file, freeing_waits_for_the_job_at_work_and_forgets_the_others) {
  open_primary(SLOW, 1, 0);
  for (uint64_t id = 1; id <= 20; id++) ask_somebody(id);
  close_primary();
  cr_assert_leq(answers(), 1);
}

/* Whether the writable memory of this process holds those 12 octets, each with its lowest bit
 * flipped (so that they are not found in `flipped`). Sanitizers' shadows are too large, and left
 * out. */
static bool holds(const char *memory, size_t len, const char *flipped) {
  for (size_t at = 0; at + 12 <= len; at++) {
    size_t i = 0;
    while (i < 12 && memory[at + i] == (flipped[i] ^ 1)) i++;
    if (i == 12) return true;
  }
  return false;
}

static bool range_holds(FILE *mem, unsigned long from, size_t len, const char *flipped) {
  char *copy = len <= 64u << 20 ? malloc(len) : NULL;
  bool found = copy && fseek(mem, (long)from, SEEK_SET) == 0 && fread(copy, 1, len, mem) == len &&
               holds(copy, len, flipped);
  free(copy);
  return found;
}

static bool memory_holds(const char *flipped) {
  FILE *maps = fopen("/proc/self/maps", "r"), *mem = fopen("/proc/self/mem", "r");
  unsigned long from, to;
  char line[512], mode[5];
  bool found = false;
  while (!found && fgets(line, sizeof line, maps))
    if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) == 3 && strncmp(mode, "rw", 2) == 0)
      found = range_holds(mem, from, to - from, flipped);
  fclose(maps);
  fclose(mem);
  return found;
}

/* Asks with a password that is kept flipped everywhere but in the request, which is wiped. */
static void ask_secretly(const char *user, const char *flipped) {
  char password[13] = "";
  for (int i = 0; i < 12; i++) password[i] = (char)(flipped[i] ^ 1);
  radmfa_request request = {.login_id = 1,
                            .user = radmfa_text(user),
                            .password = {(const uint8_t *)password, 12},
                            .client = "lab"};
  file_primary_vtable.start(primary, &request);
  sodium_memzero(password, sizeof password);
}

Test(file, the_search_for_a_password_in_memory_finds_one_that_is_there) {
  char *there = strdup("a fine secret"), flipped[12];
  for (int i = 0; i < 12; i++) flipped[i] = (char)(there[i] ^ 1);
  cr_assert(memory_holds(flipped));
  free(there);
}

Test(file, no_password_is_left_in_memory) {
  static const char flipped[] = "b`u!rx!!onu!";
  open_primary(QUICK, 1, 0);
  ask_secretly("alice", flipped);
  is_rejected(answer_number(0), RADMFA_REASON_WRONG_PASSWORD);
  ask_secretly("stranger", flipped);
  answer_number(1);
  cr_assert_not(memory_holds(flipped));
  close_primary();
  open_primary(CLEAR, 1, 0);
  ask_secretly("alice", flipped);
  cr_assert_not(memory_holds(flipped));
  close_primary();
}
