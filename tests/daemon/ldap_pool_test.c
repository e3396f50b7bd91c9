#include "primary/ldap_pool.h"

#include "directory.h"
#include "loopback.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define LONG_MS 30000u /* more than any test waits for */
#define SHORT_MS 50u   /* where it must pass */

/* A directory, a pool of connections to it, and what that told. */
struct stage {
  struct loopback loopback;
  struct directory directory;
  struct ldap_server server;
  struct ldap_pool_options options;
  struct ldap_pool *pool;
  unsigned n_up, n_down, n_free, n_answers, n_lost, n_expected;
  int result, error;
  bool searches_on;
  char detail[256];
};

static void on_free(void *user) {
  ((struct stage *)user)->n_free++;
}

static void on_up(void *user) {
  ((struct stage *)user)->n_up++;
}

static void on_down(int error, const char *detail, void *user) {
  struct stage *stage = user;
  stage->n_down++;
  stage->error = error;
  strncpy(stage->detail, detail, sizeof stage->detail - 1);
}

static void on_answer(struct ldap_line *line, const struct ldap_message *message,
                      const char *detail, void *user);

static struct ldap_search search_of_somebody(void) {
  return (struct ldap_search){.base = radmfa_text("dc=example"),
                              .scope = LDAP_SCOPE_SUBTREE,
                              .filter = radmfa_text("(uid=alice)")};
}

static void on_answer(struct ldap_line *line, const struct ldap_message *message,
                      const char *detail, void *user) {
  struct stage *stage = user;
  struct ldap_search search = search_of_somebody();
  cr_assert_eq(message == NULL, detail != NULL);
  if (!message) {
    stage->n_lost++;
  } else if (message->type == LDAP_BIND_RESPONSE && stage->searches_on) {
    cr_assert_eq(ldap_line_search(line, &search, on_answer, stage), 0);
  } else if (message->type != LDAP_SEARCH_ENTRY) {
    stage->n_answers++;
    stage->result = message->result;
  }
}

/* ---- the stage ---- */

static struct stage *open_stage(unsigned n_connections) {
  struct stage *stage = calloc(1, sizeof *stage);
  signal(SIGPIPE, SIG_IGN);
  cr_assert_geq(sodium_init(), 0);
  loopback_open(&stage->loopback);
  directory_open(&stage->directory, &stage->loopback.loop, NULL, false);
  stage->server = (struct ldap_server){.name = "dc1",
                                       .host = "127.0.0.1",
                                       .port = stage->directory.server.port,
                                       .tls = LDAP_TLS_PLAIN};
  stage->options = (struct ldap_pool_options){.connection = {.server = &stage->server,
                                                             .connect_timeout_ms = LONG_MS,
                                                             .answer_timeout_ms = LONG_MS},
                                              .n_connections = n_connections,
                                              .stall_ms = LONG_MS,
                                              .backoff_ms = 1,
                                              .backoff_max_ms = 1,
                                              .free_again = on_free,
                                              .up = on_up,
                                              .down = on_down,
                                              .user = stage};
  return stage;
}

static void go(struct stage *stage) {
  cr_assert_eq(ldap_pool_new(&stage->loopback.loop, &stage->options, &stage->pool), 0);
  cr_assert_eq(stage->n_up + stage->n_down + stage->n_free, 0, "a callback before it returned");
}

static void close_stage(struct stage *stage) {
  ldap_pool_close(stage->pool);
  directory_close(&stage->directory);
  loopback_close(&stage->loopback);
  free(stage);
}

static void run_until(struct stage *stage, bool (*done)(void *user)) {
  loopback_run_until(&stage->loopback, done, stage);
}

static bool may_ask(void *user) {
  return ldap_pool_may_ask(((struct stage *)user)->pool);
}

static bool may_not_ask(void *user) {
  return !may_ask(user);
}

static bool has_proved_all(void *user) {
  struct stage *stage = user;
  return stage->directory.n_probes == stage->options.n_connections;
}

static bool has_all_free(void *user) {
  struct stage *stage = user;
  return stage->n_free >= stage->options.n_connections;
}

static bool is_down(void *user) {
  return ((struct stage *)user)->n_down > 0;
}

static bool is_up(void *user) {
  return ((struct stage *)user)->n_up > 0;
}

static bool has_answers(void *user) {
  struct stage *stage = user;
  return stage->n_answers + stage->n_lost >= stage->n_expected;
}

static bool holds_as_expected(void *user) {
  struct stage *stage = user;
  return stage->directory.n_held >= stage->n_expected;
}

static bool has_connections(void *user) {
  struct stage *stage = user;
  return stage->directory.server.n_connections >= stage->n_expected;
}

static struct stage *open_ready(unsigned n_connections) {
  struct stage *stage = open_stage(n_connections);
  go(stage);
  run_until(stage, has_all_free);
  return stage;
}

static int bind_as(struct stage *stage, const char *name, const char *password) {
  return ldap_pool_bind(stage->pool, radmfa_text(name), radmfa_text(password), on_answer, stage);
}

static void wait_for_answers(struct stage *stage, unsigned n) {
  stage->n_expected = n;
  run_until(stage, has_answers);
}

static void wait_for_held(struct stage *stage, unsigned n) {
  stage->n_expected = n;
  run_until(stage, holds_as_expected);
}

/* ---- opened ahead ---- */

Test(ldap_pool, connections_are_opened_ahead_and_proved) {
  struct stage *stage = open_stage(4);
  go(stage);
  run_until(stage, has_proved_all);
  run_until(stage, may_ask);
  cr_assert_eq(stage->directory.server.n_connections, 4);
  cr_assert_eq(stage->n_up, 1);
  close_stage(stage);
}

Test(ldap_pool, two_are_opened_at_a_time) {
  struct stage *stage = open_stage(4);
  stage->directory.on_probe = MOOD_SILENT;
  go(stage);
  wait_for_held(stage, 2);
  cr_assert_eq(stage->directory.server.n_connections, 2);
  cr_assert_not(may_ask(stage), "a server that connects and says nothing");
  cr_assert_eq(stage->n_up, 0);
  directory_answer_all(&stage->directory);
  wait_for_held(stage, 2);
  cr_assert_eq(stage->directory.server.n_connections, 4);
  close_stage(stage);
}

Test(ldap_pool, what_is_asked_goes_over_what_is_open) {
  struct stage *stage = open_ready(1);
  for (unsigned i = 1; i <= 3; i++) {
    cr_assert_eq(bind_as(stage, "alice", i == 2 ? "right" : "wrong"), 0);
    cr_assert_eq(bind_as(stage, "bob", "right"), RADMFA_E_BUSY);
    wait_for_answers(stage, i);
    cr_assert_eq(stage->result, i == 2 ? 0 : 49);
  }
  cr_assert_eq(stage->directory.server.n_connections, 1);
  close_stage(stage);
}

Test(ldap_pool, a_search_may_follow_on_the_line_of_a_bind) {
  struct stage *stage = open_ready(2);
  stage->searches_on = true;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_answers(stage, 1);
  cr_assert_eq(stage->directory.n_binds, 1);
  cr_assert_eq(stage->directory.n_searches, 1);
  cr_assert_eq(stage->directory.server.n_connections, 2);
  close_stage(stage);
}

Test(ldap_pool, it_tells_when_something_is_free_again) {
  struct stage *stage = open_ready(1);
  stage->directory.on_bind = MOOD_SILENT;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_held(stage, 1);
  cr_assert_not(may_ask(stage));
  unsigned n_free = stage->n_free;
  directory_answer_all(&stage->directory);
  run_until(stage, may_ask);
  cr_assert_eq(stage->n_free, n_free + 1);
  close_stage(stage);
}

/* ---- silence ---- */

Test(ldap_pool, a_server_that_has_not_answered_for_long_gets_no_more) {
  struct stage *stage = open_stage(2);
  stage->options.stall_ms = SHORT_MS;
  go(stage);
  run_until(stage, has_all_free);
  stage->directory.on_bind = MOOD_SILENT;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  loopback_turn_until(&stage->loopback, may_not_ask, stage);
  cr_assert_eq(bind_as(stage, "bob", "right"), RADMFA_E_BUSY);
  cr_assert_eq(stage->n_down, 0);
  wait_for_held(stage, 1);
  directory_answer_all(&stage->directory);
  run_until(stage, may_ask);
  close_stage(stage);
}

/* A bind is lost to silence; the pool has another idle connection. */
static struct stage *open_with_a_lost_bind(enum mood probe) {
  struct stage *stage = open_stage(2);
  stage->options.connection.answer_timeout_ms = 500;
  go(stage);
  run_until(stage, has_all_free);
  stage->directory.on_bind = MOOD_SILENT;
  stage->directory.on_probe = probe;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_answers(stage, 1);
  cr_assert_eq(stage->n_lost, 1);
  cr_assert_eq(stage->n_down, 1);
  cr_assert_eq(stage->error, RADMFA_E_TIMED_OUT);
  return stage;
}

Test(ldap_pool, after_a_lost_bind_only_a_new_connection_brings_trust) {
  struct stage *stage = open_with_a_lost_bind(MOOD_SILENT);
  wait_for_held(stage, 1);
  cr_assert_not(may_ask(stage));
  cr_assert_eq(stage->n_up, 1);
  directory_answer_all(&stage->directory);
  run_until(stage, may_ask);
  cr_assert_eq(stage->n_up, 2);
  cr_assert_eq(stage->directory.n_binds, 1, "a bind was sent again");
  close_stage(stage);
}

Test(ldap_pool, after_a_lost_bind_what_was_idle_proves_itself_anew) {
  struct stage *stage = open_with_a_lost_bind(MOOD_GOOD);
  stage->options.n_connections = 4; /* proofs to wait for, the two before included */
  run_until(stage, has_proved_all);
  cr_assert_eq(stage->directory.server.n_connections, 4);
  close_stage(stage);
}

Test(ldap_pool, on_trial_one_is_asked_at_a_time) {
  struct stage *stage = open_with_a_lost_bind(MOOD_GOOD);
  run_until(stage, may_ask);
  cr_assert_eq(bind_as(stage, "bob", "right"), 0);
  cr_assert_not(may_ask(stage));
  wait_for_held(stage, 1);
  directory_answer_all(&stage->directory);
  wait_for_answers(stage, 2);
  cr_assert_eq(bind_as(stage, "bob", "right"), 0);
  run_until(stage, may_ask); /* an answer ended the trial */
  close_stage(stage);
}

Test(ldap_pool, a_server_that_hangs_up_on_a_bind_loses_it) {
  struct stage *stage = open_ready(2);
  stage->directory.on_bind = MOOD_HANGS_UP;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_answers(stage, 1);
  cr_assert_eq(stage->n_lost, 1);
  cr_assert_eq(stage->directory.n_binds, 1);
  close_stage(stage);
}

/* ---- down and up ---- */

Test(ldap_pool, down_and_up_are_told_once) {
  struct stage *stage = open_stage(2);
  stage->directory.on_probe = MOOD_HANGS_UP;
  go(stage);
  stage->n_expected = 5;
  run_until(stage, has_connections);
  cr_assert_eq(stage->n_down, 1);
  cr_assert_eq(stage->n_up, 0);
  stage->directory.on_probe = MOOD_GOOD;
  run_until(stage, is_up);
  run_until(stage, may_ask);
  cr_assert_eq(stage->n_up, 1);
  cr_assert_eq(stage->n_down, 1);
  close_stage(stage);
}

Test(ldap_pool, nobody_there_is_told_with_the_address) {
  struct stage *stage = open_stage(2);
  tls_server_close(&stage->directory.server);
  go(stage);
  run_until(stage, is_down);
  cr_assert_eq(stage->error, UV_ECONNREFUSED);
  cr_assert(strstr(stage->detail, "127.0.0.1"), "%s", stage->detail);
  ldap_pool_close(stage->pool);
  loopback_close(&stage->loopback);
  free(stage);
}

/* The n-th wait is 2^(n-1) times the first, the upper half of it random. */
Test(ldap_pool, the_wait_between_attempts_doubles) {
  struct stage *stage = open_stage(1);
  stage->directory.on_probe = MOOD_HANGS_UP;
  stage->options.backoff_ms = 20;
  stage->options.backoff_max_ms = 1000;
  go(stage);
  uint64_t latest_ms = 0, least_ms = 10;
  for (unsigned n = 1; n <= 4; n++, least_ms *= 2) {
    stage->n_expected = n;
    run_until(stage, has_connections);
    uint64_t now_ms = uv_now(&stage->loopback.loop);
    if (n > 1) cr_assert_geq(now_ms, latest_ms + least_ms / 2);
    latest_ms = now_ms;
  }
  close_stage(stage);
}

Test(ldap_pool, what_ends_together_is_one_failure) {
  struct stage *stage = open_stage(4);
  stage->options.backoff_ms = 10000;
  stage->options.backoff_max_ms = 100000;
  go(stage);
  run_until(stage, has_all_free);
  stage->directory.on_bind = MOOD_SILENT;
  for (unsigned i = 0; i < 4; i++) cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_held(stage, 4);
  directory_hang_up(&stage->directory);
  wait_for_answers(stage, 4);
  cr_assert_eq(stage->n_lost, 4);
  cr_assert_leq(uv_backend_timeout(&stage->loopback.loop), 10000);
  cr_assert_eq(stage->n_down, 1);
  close_stage(stage);
}

Test(ldap_pool, the_wait_has_a_limit) {
  struct stage *stage = open_stage(1);
  stage->directory.on_probe = MOOD_HANGS_UP;
  go(stage);
  stage->n_expected = 40; /* at 1 ms each, and 2^40 ms are 34 years */
  run_until(stage, has_connections);
  close_stage(stage);
}

Test(ldap_pool, what_the_server_ends_while_idle_is_opened_again_and_no_fault) {
  struct stage *stage = open_ready(2);
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_answers(stage, 1);
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  cr_assert_eq(bind_as(stage, "bob", "right"), 0);
  wait_for_answers(stage, 3);
  stage->options.n_connections = 4; /* proofs to wait for, those before included */
  directory_hang_up(&stage->directory);
  run_until(stage, has_proved_all);
  run_until(stage, may_ask);
  cr_assert_eq(stage->n_down, 0);
  close_stage(stage);
}

/* ---- the service account ---- */

Test(ldap_pool, a_service_account_is_bound_before_anything_is_asked) {
  struct stage *stage = open_stage(1);
  struct ldap_search search = search_of_somebody();
  stage->options.name = radmfa_text("svc@corp.example");
  stage->options.password = radmfa_text("right");
  go(stage);
  run_until(stage, may_ask);
  cr_assert_str_eq(stage->directory.name, "svc@corp.example");
  cr_assert_eq(ldap_pool_search(stage->pool, &search, on_answer, stage), 0);
  wait_for_answers(stage, 1);
  cr_assert_eq(stage->directory.n_binds, 1);
  cr_assert_eq(stage->directory.n_searches, 1);
  close_stage(stage);
}

Test(ldap_pool, a_service_account_that_is_refused_is_not_locked_by_us) {
  struct stage *stage = open_stage(2);
  stage->options.name = radmfa_text("svc@corp.example");
  stage->options.password = radmfa_text("wrong");
  stage->directory.diagnostic = "error, data 775, v3839";
  go(stage);
  run_until(stage, is_down);
  cr_assert(strstr(stage->detail, "locked"), "%s", stage->detail);
  directory_hang_up(&stage->directory);
  while (stage->directory.server.peers) loopback_run_once(&stage->loopback);
  cr_assert_eq(stage->directory.n_binds, 1);
  cr_assert_gt(uv_backend_timeout(&stage->loopback.loop), 60000, "it is tried again soon");
  close_stage(stage);
}

/* ---- the end ---- */

Test(ldap_pool, a_pool_that_is_closed_tells_of_what_was_out) {
  struct stage *stage = open_ready(2);
  stage->directory.on_bind = MOOD_SILENT;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  wait_for_held(stage, 1);
  ldap_pool_close(stage->pool);
  stage->pool = NULL;
  wait_for_answers(stage, 1);
  cr_assert_eq(stage->n_lost, 1);
  cr_assert_eq(stage->n_down, 0);
  close_stage(stage);
}
