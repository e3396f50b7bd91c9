#include "primary/ldap.h"

#include "directory.h"
#include "failures.h"
#include "loopback.h"
#include "people.h"
#include "questions.h"
#include "thread.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <radmfa/error.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SEC 86400L
#define LONG_MS 30000u   /* more than any test waits for */
#define SHORT_MS 100u    /* where it must pass */
#define WINDOW_MS 60000u /* of failures */
#define ANSWERS_MAX 20000u

/* ---- what comes out, from the primary's thread ---- */

struct answer {
  uint64_t login_id;
  radmfa_primary_verdict verdict;
  radmfa_reason reason;
  radmfa_admission admission;
  bool was_asked;
  char identity[64];
};

struct told {
  enum ldap_event_kind kind;
  char server[16], outcome[32], user[64], detail[128];
};

struct inbox {
  pthread_mutex_t lock;
  struct answer answers[ANSWERS_MAX];
  size_t n_answers;
  struct told events[64];
  size_t n_events;
  uv_async_t more;
};

static int take_answer(void *answers, uint64_t login_id, const radmfa_primary_answer *answer) {
  struct inbox *table = answers;
  pthread_mutex_lock(&table->lock);
  struct answer *taken = &table->answers[table->n_answers++];
  *taken = (struct answer){login_id,          answer->verdict,   answer->reason,
                           answer->admission, answer->was_asked, ""};
  if (answer->identity.len) memcpy(taken->identity, answer->identity.ptr, answer->identity.len);
  pthread_mutex_unlock(&table->lock);
  uv_async_send(&table->more);
  return 0;
}

static void copy_span(radmfa_span from, char *out, size_t size) {
  size_t len = from.len < size ? from.len : size - 1;
  if (len) memcpy(out, from.ptr, len);
  out[len] = '\0';
}

static void take_event(const struct ldap_event *event, void *user) {
  struct inbox *table = user;
  cr_assert_str_eq(event->primary, "corp");
  pthread_mutex_lock(&table->lock);
  struct told *told = &table->events[table->n_events++ % 64];
  told->kind = event->kind;
  copy_span(radmfa_text(event->server), told->server, sizeof told->server);
  copy_span(radmfa_text(event->outcome), told->outcome, sizeof told->outcome);
  copy_span(event->user, told->user, sizeof told->user);
  copy_span(event->detail, told->detail, sizeof told->detail);
  pthread_mutex_unlock(&table->lock);
  uv_async_send(&table->more);
}

static void on_more(uv_async_t *async) {
  (void)async;
}

/* ---- the stage: two directories, and a primary ---- */

static const char *const domains[] = {"CORP", "corp.example"};

struct stage {
  struct loopback loopback;
  struct inbox inbox;
  struct directory directories[2];
  struct ldap_server servers[2];
  struct blocklist *blocklist;
  struct ldap_options options;
  struct ldap_primary *primary;
  size_t n_expected;
  enum ldap_event_kind expected_kind;
  struct directory *watched;
};

static struct stage *open_stage(size_t n_servers) {
  static const char *const names[] = {"dc1", "dc2"};
  struct stage *stage = calloc(1, sizeof *stage);
  signal(SIGPIPE, SIG_IGN);
  loopback_open(&stage->loopback);
  pthread_mutex_init(&stage->inbox.lock, NULL);
  uv_async_init(&stage->loopback.loop, &stage->inbox.more, on_more);
  for (size_t i = 0; i < n_servers; i++) {
    directory_open(&stage->directories[i], &stage->loopback.loop, NULL, false);
    stage->servers[i] = (struct ldap_server){.name = names[i],
                                             .host = "127.0.0.1",
                                             .port = stage->directories[i].server.port,
                                             .tls = LDAP_TLS_PLAIN};
  }
  stage->blocklist = blocklist_new();
  stage->options = (struct ldap_options){.deliver = take_answer,
                                         .answers = &stage->inbox,
                                         .name = "corp",
                                         .servers = stage->servers,
                                         .n_servers = n_servers,
                                         .names = {domains, 2, "{user}@corp.example"},
                                         .connections = 1,
                                         .connect_timeout_ms = LONG_MS,
                                         .bind_timeout_ms = LONG_MS,
                                         .stall_ms = LONG_MS,
                                         .backoff_ms = 1,
                                         .backoff_max_ms = 1,
                                         .blocklist = stage->blocklist,
                                         .on_event = take_event,
                                         .event_user = &stage->inbox};
  return stage;
}

static void close_stage(struct stage *stage) {
  ldap_primary_free(stage->primary);
  for (size_t i = 0; i < stage->options.n_servers; i++)
    tls_server_hang_up_all(&stage->directories[i].server);
  uv_close((uv_handle_t *)&stage->inbox.more, NULL);
  for (size_t i = 0; i < stage->options.n_servers; i++)
    uv_close((uv_handle_t *)&stage->directories[i].server.listener, NULL);
  uv_run(&stage->loopback.loop, UV_RUN_DEFAULT);
  for (size_t i = 0; i < stage->options.n_servers; i++)
    SSL_CTX_free(stage->directories[i].server.context);
  loopback_close(&stage->loopback);
  blocklist_free(stage->blocklist);
  pthread_mutex_destroy(&stage->inbox.lock);
  free(stage);
}

static void run_until(struct stage *stage, bool (*done)(void *user)) {
  loopback_run_until(&stage->loopback, done, stage);
}

static unsigned count_events(struct stage *stage, enum ldap_event_kind kind) {
  unsigned n = 0;
  pthread_mutex_lock(&stage->inbox.lock);
  for (size_t i = 0; i < stage->inbox.n_events && i < 64; i++)
    n += stage->inbox.events[i].kind == kind;
  pthread_mutex_unlock(&stage->inbox.lock);
  return n;
}

static bool has_events(void *user) {
  struct stage *stage = user;
  return count_events(stage, stage->expected_kind) >= stage->n_expected;
}

static void wait_for_events(struct stage *stage, enum ldap_event_kind kind, size_t n) {
  stage->expected_kind = kind;
  stage->n_expected = n;
  run_until(stage, has_events);
}

/* The latest event of a login. */
static struct told latest(struct stage *stage) {
  struct told told = {.outcome = ""};
  pthread_mutex_lock(&stage->inbox.lock);
  for (size_t i = 0; i < stage->inbox.n_events && i < 64; i++)
    if (stage->inbox.events[i].outcome[0]) told = stage->inbox.events[i];
  pthread_mutex_unlock(&stage->inbox.lock);
  return told;
}

static void start_primary(struct stage *stage) {
  cr_assert_eq(ldap_primary_new(&stage->options, &stage->primary), 0);
}

/* Waits until all its servers are up. */
static void start_ready(struct stage *stage) {
  start_primary(stage);
  wait_for_events(stage, LDAP_EVENT_UP,
                  stage->options.n_servers * (stage->options.service_name.len ? 2 : 1));
}

static struct stage *open_ready(void) {
  struct stage *stage = open_stage(1);
  start_ready(stage);
  return stage;
}

static void ask_until(struct stage *stage, uint64_t id, const char *user, const char *password,
                      uint64_t deadline_ms) {
  char copy[200] = "";
  strncpy(copy, password, sizeof copy - 1);
  radmfa_request request = {.login_id = id,
                            .method = RADMFA_METHOD_PAP,
                            .user = radmfa_text(user),
                            .password = {(const uint8_t *)copy, strlen(copy)},
                            .client = "lab",
                            .policy = "lab",
                            .now_ms = 1000,
                            .deadline_ms = 1000 + deadline_ms};
  ldap_primary_vtable.start(stage->primary, &request);
  memset(copy, 'x', sizeof copy); /* as the library does */
}

static void ask(struct stage *stage, uint64_t id, const char *user, const char *password) {
  ask_until(stage, id, user, password, LONG_MS);
}

static size_t count_answers(struct stage *stage) {
  pthread_mutex_lock(&stage->inbox.lock);
  size_t n = stage->inbox.n_answers;
  pthread_mutex_unlock(&stage->inbox.lock);
  return n;
}

static bool has_answers(void *user) {
  struct stage *stage = user;
  return count_answers(stage) >= stage->n_expected;
}

/* The n-th answer, from 1. */
static struct answer answer_number(struct stage *stage, size_t n) {
  stage->n_expected = n;
  run_until(stage, has_answers);
  pthread_mutex_lock(&stage->inbox.lock);
  struct answer answer = stage->inbox.answers[n - 1];
  pthread_mutex_unlock(&stage->inbox.lock);
  return answer;
}

static struct answer login(struct stage *stage, const char *user, const char *password) {
  size_t n = count_answers(stage) + 1;
  ask(stage, n, user, password);
  return answer_number(stage, n);
}

static bool holds_one(void *user) {
  return ((struct stage *)user)->watched->n_held > 0;
}

static void wait_for_held(struct stage *stage, size_t directory) {
  stage->watched = &stage->directories[directory];
  run_until(stage, holds_one);
}

static void is_accepted(struct answer answer, const char *identity) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_ACCEPT, "%s", radmfa_reason_name(answer.reason));
  cr_assert_str_eq(answer.identity, identity);
}

static void is_rejected(struct stage *stage, struct answer answer, radmfa_reason reason,
                        const char *outcome) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_REJECT);
  cr_assert_eq(answer.reason, reason, "%s", radmfa_reason_name(answer.reason));
  cr_assert_eq(latest(stage).kind, LDAP_EVENT_REFUSED);
  cr_assert_str_eq(latest(stage).outcome, outcome);
}

static void is_unavailable(struct answer answer, bool was_asked) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_UNAVAILABLE);
  cr_assert_eq(answer.was_asked, was_asked);
}

/* ---- right and wrong ---- */

Test(ldap, a_right_password_is_accepted_whatever_way_the_name_is_typed) {
  struct stage *stage = open_ready();
  is_accepted(login(stage, "Alice", "right"), "alice");
  is_accepted(login(stage, "CORP\\alice", "right"), "alice");
  is_accepted(login(stage, "alice@Corp.Example", "right"), "alice");
  cr_assert_str_eq(stage->directories[0].name, "alice@corp.example");
  cr_assert_eq(stage->directories[0].n_searches, 0);
  cr_assert_eq(stage->directories[0].server.n_connections, 1);
  close_stage(stage);
}

Test(ldap, a_wrong_password_is_rejected_after_one_bind) {
  struct stage *stage = open_ready();
  is_rejected(stage, login(stage, "alice", "wrong"), RADMFA_REASON_WRONG_PASSWORD,
              "wrong_password");
  cr_assert_str_eq(latest(stage).user, "alice");
  cr_assert_str_eq(latest(stage).server, "dc1");
  cr_assert_eq(stage->directories[0].n_binds, 1);
  close_stage(stage);
}

Test(ldap, the_log_hears_why_and_the_client_only_no) {
  struct stage *stage = open_ready();
  stage->directories[0].diagnostic = "AcceptSecurityContext error, data 775, v3839";
  is_rejected(stage, login(stage, "alice", "wrong"), RADMFA_REASON_WRONG_PASSWORD, "locked");
  stage->directories[0].diagnostic = "AcceptSecurityContext error, data 533, v3839";
  is_rejected(stage, login(stage, "alice", "wrong"), RADMFA_REASON_WRONG_PASSWORD, "disabled");
  stage->directories[0].diagnostic = "AcceptSecurityContext error, data 525, v3839";
  is_rejected(stage, login(stage, "alice", "wrong"), RADMFA_REASON_UNKNOWN_USER, "unknown_user");
  close_stage(stage);
}

Test(ldap, a_directory_that_cannot_say_is_unavailable) {
  struct stage *stage = open_ready();
  stage->directories[0].wrong_result = 51; /* busy */
  stage->directories[0].diagnostic = "come back later";
  is_unavailable(login(stage, "alice", "wrong"), true);
  cr_assert_eq(latest(stage).kind, LDAP_EVENT_UNANSWERED);
  cr_assert_str_eq(latest(stage).detail, "come back later");
  close_stage(stage);
}

Test(ldap, an_empty_password_is_wrong_without_a_bind) {
  struct stage *stage = open_ready();
  is_rejected(stage, login(stage, "alice", ""), RADMFA_REASON_WRONG_PASSWORD, "empty_password");
  cr_assert_eq(stage->directories[0].n_binds, 0);
  close_stage(stage);
}

Test(ldap, a_password_that_cannot_be_bound_with_is_wrong_without_a_bind) {
  struct stage *stage = open_ready();
  radmfa_request request = {.login_id = 1,
                            .user = radmfa_text("alice"),
                            .password = {(const uint8_t *)"right\0x", 7},
                            .deadline_ms = LONG_MS};
  ldap_primary_vtable.start(stage->primary, &request);
  is_rejected(stage, answer_number(stage, 1), RADMFA_REASON_WRONG_PASSWORD, "impossible_password");
  cr_assert_eq(stage->directories[0].n_binds, 0);
  close_stage(stage);
}

Test(ldap, a_name_of_another_domain_is_unknown_without_a_bind) {
  struct stage *stage = open_ready();
  is_rejected(stage, login(stage, "OTHER\\alice", "right"), RADMFA_REASON_UNKNOWN_USER,
              "not_our_name");
  cr_assert_eq(stage->directories[0].n_binds, 0);
  close_stage(stage);
}

Test(ldap, after_too_many_failures_nobody_is_asked) {
  struct stage *stage = open_stage(1);
  struct failures *failures = failures_new();
  stage->options.failures = failures;
  stage->options.max_failures = 2;
  stage->options.failures_window_ms = WINDOW_MS;
  start_ready(stage);
  for (unsigned i = 0; i < 2; i++) (void)login(stage, "alice", "wrong");
  is_rejected(stage, login(stage, "ALICE", "right"), RADMFA_REASON_WRONG_PASSWORD,
              "too_many_failures");
  cr_assert_eq(stage->directories[0].n_binds, 2);
  is_accepted(login(stage, "bob", "right"), "bob");
  close_stage(stage);
  failures_free(failures);
}

Test(ldap, what_was_not_answered_is_no_failure) {
  struct stage *stage = open_stage(1);
  struct failures *failures = failures_new();
  stage->options.failures = failures;
  stage->options.max_failures = 1;
  stage->options.failures_window_ms = WINDOW_MS;
  start_ready(stage);
  stage->directories[0].on_bind = MOOD_HANGS_UP;
  is_unavailable(login(stage, "alice", "right"), true);
  stage->directories[0].on_bind = MOOD_GOOD;
  is_accepted(login(stage, "alice", "right"), "alice");
  close_stage(stage);
  failures_free(failures);
}

Test(ldap, a_new_primary_knows_the_failures_of_the_old_one) {
  struct stage *stage = open_stage(1);
  struct failures *failures = failures_new();
  stage->options.failures = failures;
  stage->options.max_failures = 1;
  stage->options.failures_window_ms = WINDOW_MS;
  start_ready(stage);
  (void)login(stage, "alice", "wrong");
  ldap_primary_free(stage->primary); /* as after a reload */
  start_primary(stage);
  wait_for_events(stage, LDAP_EVENT_UP, 2);
  is_rejected(stage, login(stage, "alice", "right"), RADMFA_REASON_WRONG_PASSWORD,
              "too_many_failures");
  cr_assert_eq(stage->directories[0].n_binds, 1);
  close_stage(stage);
  failures_free(failures);
}

/* ---- who it is ---- */

static const uint8_t guid[] = {0x40, 0xfc, 0x29, 0x6b, 0x47, 0xca, 0x67, 0x10,
                               0xb3, 0x1d, 0x00, 0xdd, 0x01, 0x06, 0x62, 0xda};

static struct stage *open_with_guid(void) {
  struct stage *stage = open_stage(1);
  stage->options.identity_attribute = "objectGUID";
  stage->options.base = "dc=corp,dc=example";
  stage->directories[0].attribute = "objectGUID";
  stage->directories[0].value = (radmfa_span){guid, sizeof guid};
  return stage;
}

static bool has_requested(const struct directory *directory, const char *text) {
  return memmem(directory->request, directory->request_len, text, strlen(text)) != NULL;
}

Test(ldap, the_identity_is_the_guid_of_the_entry_seen_by_the_user) {
  struct stage *stage = open_with_guid();
  start_ready(stage);
  is_accepted(login(stage, "alice", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
  cr_assert_str_eq(stage->directories[0].base, "dc=corp,dc=example");
  cr_assert(has_requested(&stage->directories[0], "sAMAccountName"));
  cr_assert_eq(stage->directories[0].server.n_connections, 1);
  close_stage(stage);
}

Test(ldap, a_wrong_password_is_not_looked_up) {
  struct stage *stage = open_with_guid();
  start_ready(stage);
  is_rejected(stage, login(stage, "alice", "wrong"), RADMFA_REASON_WRONG_PASSWORD,
              "wrong_password");
  cr_assert_eq(stage->directories[0].n_searches, 0);
  close_stage(stage);
}

/* ---- that it is the one whose password was right ---- */

static const uint8_t other_sid[] = {1, 1, 0, 0, 0, 0, 0, 5, 99, 0, 0, 0};

Test(ldap, the_entry_of_somebody_else_than_was_bound_is_refused) {
  for (unsigned is_service = 0; is_service < 2; is_service++) {
    struct stage *stage = open_with_guid();
    if (is_service) stage->options.service_name = radmfa_text("svc@corp.example");
    stage->options.service_password = radmfa_text("right");
    stage->directories[0].sid = (radmfa_span){other_sid, sizeof other_sid};
    start_ready(stage);
    is_rejected(stage, login(stage, "alice", "right"), RADMFA_REASON_UNKNOWN_USER,
                "another_person");
    stage->directories[0].token[1] = stage->directories[0].sid;
    is_accepted(login(stage, "alice", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
    stage->directories[0].object_class = "group";
    is_rejected(stage, login(stage, "alice", "right"), RADMFA_REASON_UNKNOWN_USER,
                "another_person");
    cr_assert_eq(stage->directories[0].n_tokens, 3);
    close_stage(stage);
  }
}

Test(ldap, an_entry_without_sid_is_refused) {
  struct stage *stage = open_with_guid();
  stage->directories[0].sid = (radmfa_span){0};
  start_ready(stage);
  is_rejected(stage, login(stage, "alice", "right"), RADMFA_REASON_UNKNOWN_USER, "another_person");
  close_stage(stage);
}

Test(ldap, a_directory_that_does_not_tell_who_is_bound_lets_nobody_in) {
  static const enum mood moods[] = {MOOD_BROKEN, MOOD_HANGS_UP, MOOD_WRONG_ID, MOOD_OTHER,
                                    MOOD_NOTICE, MOOD_HUGE,     MOOD_REFUSES};
  struct stage *stage = open_with_guid();
  stage->directories[0].token[0] = (radmfa_span){0};
  start_ready(stage);
  is_unavailable(login(stage, "alice", "right"), true);
  cr_assert_str_eq(latest(stage).outcome, "look_up");
  close_stage(stage);
  for (size_t i = 0; i < sizeof moods / sizeof *moods; i++) {
    stage = open_with_guid();
    start_ready(stage);
    stage->directories[0].on_token = moods[i];
    is_unavailable(login(stage, "alice", "right"), true);
    cr_assert_eq(stage->directories[0].n_searches, 0);
    close_stage(stage);
  }
}

Test(ldap, who_is_bound_by_the_name_of_his_entry_is_not_asked_for) {
  struct stage *stage = open_with_guid();
  stage->options.names.bind = "uid={user},dc=corp,dc=example";
  stage->directories[0].sid = (radmfa_span){other_sid, sizeof other_sid};
  start_ready(stage);
  is_accepted(login(stage, "alice", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
  cr_assert_eq(stage->directories[0].n_tokens, 0);
  close_stage(stage);
}

/* ---- searches that are not answered ---- */

static struct stage *open_two_with_guid(void) {
  struct stage *stage = open_stage(2);
  stage->options.identity_attribute = "objectGUID";
  stage->options.base = "dc=corp,dc=example";
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("right");
  for (size_t i = 0; i < 2; i++) {
    stage->directories[i].attribute = "objectGUID";
    stage->directories[i].value = (radmfa_span){guid, sizeof guid};
  }
  start_ready(stage);
  return stage;
}

Test(ldap, a_search_that_is_not_answered_goes_to_another_server_and_the_bind_does_not) {
  struct stage *stage = open_two_with_guid();
  stage->directories[0].on_search = MOOD_HANGS_UP;
  is_accepted(login(stage, "alice", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
  cr_assert_eq(stage->directories[0].n_searches, 1);
  cr_assert_eq(stage->directories[1].n_searches, 1);
  cr_assert_str_eq(stage->directories[1].name, "svc@corp.example", "nobody else was bound");
  close_stage(stage);
}

Test(ldap, a_search_is_asked_twice_and_no_further_time) {
  struct stage *stage = open_two_with_guid();
  stage->directories[0].on_search = stage->directories[1].on_search = MOOD_HANGS_UP;
  is_unavailable(login(stage, "alice", "right"), true);
  cr_assert_eq(stage->directories[0].n_searches + stage->directories[1].n_searches, 2);
  close_stage(stage);
}

Test(ldap, a_service_account_looks_up_on_connections_of_its_own) {
  struct stage *stage = open_with_guid();
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("right");
  start_ready(stage);
  is_accepted(login(stage, "alice", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
  is_accepted(login(stage, "alice", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
  cr_assert_eq(stage->directories[0].n_searches, 2);
  close_stage(stage);
}

Test(ldap, where_the_bind_name_is_a_dn_it_is_the_entry) {
  struct stage *stage = open_stage(1);
  stage->options.names.bind = "uid={user},ou=people,dc=example";
  stage->options.identity_attribute = "entryUUID";
  stage->directories[0].attribute = "entryuuid";
  stage->directories[0].value = radmfa_text("0ac9bfc2-0001");
  start_ready(stage);
  is_accepted(login(stage, "a,b", "right"), "0ac9bfc2-0001");
  cr_assert_str_eq(stage->directories[0].name, "uid=a\\,b,ou=people,dc=example");
  cr_assert_str_eq(stage->directories[0].base, stage->directories[0].name);
  close_stage(stage);
}

Test(ldap, a_filter_may_be_given_and_names_are_escaped_in_it) {
  struct stage *stage = open_with_guid();
  stage->options.filter = "(&(mail={bind})(cn={user}))";
  start_ready(stage);
  is_accepted(login(stage, "a*(b", "right"), "6b29fc40-ca47-1067-b31d-00dd010662da");
  cr_assert(has_requested(&stage->directories[0], "a*(b"), "as octets of one value");
  cr_assert(has_requested(&stage->directories[0], "a*(b@corp.example"));
  close_stage(stage);
}

static void look_up_fails(struct stage *stage, const char *detail) {
  start_ready(stage);
  is_unavailable(login(stage, "alice", "right"), true);
  cr_assert_str_eq(latest(stage).outcome, "look_up");
  cr_assert(strstr(latest(stage).detail, detail), "%s", latest(stage).detail);
  close_stage(stage);
}

Test(ldap, no_entry_is_no_yes) {
  struct stage *stage = open_with_guid();
  stage->directories[0].n_entries = 0;
  look_up_fails(stage, "no entry");
}

Test(ldap, several_entries_are_no_yes) {
  struct stage *stage = open_with_guid();
  stage->directories[0].n_entries = 2;
  look_up_fails(stage, "several entries");
}

Test(ldap, an_entry_without_the_attribute_is_no_yes) {
  struct stage *stage = open_with_guid();
  stage->directories[0].attribute = NULL;
  look_up_fails(stage, "lacks the identity attribute");
}

Test(ldap, a_guid_of_another_length_is_no_yes) {
  struct stage *stage = open_with_guid();
  stage->directories[0].value.len = 15;
  look_up_fails(stage, "is none");
}

Test(ldap, a_lost_look_up_is_no_yes) {
  struct stage *stage = open_with_guid();
  stage->directories[0].on_search = MOOD_BROKEN;
  look_up_fails(stage, "no LDAP message");
}

Test(ldap, a_look_up_without_a_connection_ends_in_time) {
  struct stage *stage = open_with_guid();
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("wrong");
  stage->options.bind_timeout_ms = 500;
  start_primary(stage);
  wait_for_events(stage, LDAP_EVENT_DOWN, 1);
  is_unavailable(login(stage, "alice", "right"), true);
  close_stage(stage);
}

Test(ldap, who_is_blocked_is_rejected_by_identity) {
  struct stage *stage = open_with_guid();
  cr_assert(blocklist_add(stage->blocklist, radmfa_text("6B29FC40-ca47-1067-b31d-00dd010662da")));
  start_ready(stage);
  is_rejected(stage, login(stage, "alice", "right"), RADMFA_REASON_BLOCKED, "blocked");
  close_stage(stage);
}

/* ---- groups ---- */

static const char *const staff[] = {"cn=staff,dc=example"};
static const char *const robots[] = {"cn=robots,dc=example"};
static const char *const leavers[] = {"cn=leavers,dc=example"};

static struct stage *open_with_groups(void) {
  struct stage *stage = open_with_guid();
  stage->options.groups = (struct ldap_group_options){
      .refuse = {leavers, 1}, .require = {staff, 1}, .exempt = {robots, 1}, .is_nested = true};
  return stage;
}

static struct answer login_of(struct stage *stage, const char *group, const char *other_group) {
  struct directory *directory = &stage->directories[0];
  directory->groups[0] = group;
  directory->groups[1] = other_group;
  directory->n_searches = 0;
  return login(stage, "alice", "right");
}

static void needs_factor(struct answer answer) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_ACCEPT);
  cr_assert_eq(answer.admission, RADMFA_ADMISSION_FACTOR);
}

static void is_exempt(struct answer answer) {
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_ACCEPT);
  cr_assert_eq(answer.admission, RADMFA_ADMISSION_EXEMPT);
}

Test(ldap, groups_say_whether_a_factor_is_needed) {
  struct stage *stage = open_with_groups();
  start_ready(stage);
  needs_factor(login_of(stage, NULL, NULL));
  cr_assert_eq(stage->directories[0].n_searches, 2, "most users cost one question");
  cr_assert_str_eq(stage->directories[0].base, DIRECTORY_ENTRY);
  needs_factor(login_of(stage, *staff, NULL));
  is_exempt(login_of(stage, *robots, NULL));
  cr_assert_eq(stage->directories[0].n_searches, 3);
  is_rejected(stage, login_of(stage, *leavers, NULL), RADMFA_REASON_BLOCKED, "group");
  cr_assert_eq(stage->directories[0].n_searches, 4);
  cr_assert_eq(stage->directories[0].server.n_connections, 1);
  close_stage(stage);
}

Test(ldap, refuse_wins_over_require_and_that_over_exempt) {
  struct stage *stage = open_with_groups();
  start_ready(stage);
  needs_factor(login_of(stage, *robots, *staff));
  is_rejected(stage, login_of(stage, *robots, *leavers), RADMFA_REASON_BLOCKED, "group");
  is_rejected(stage, login_of(stage, *leavers, *staff), RADMFA_REASON_BLOCKED, "group");
  close_stage(stage);
}

Test(ldap, groups_within_groups_count_where_they_shall) {
  for (unsigned nested = 0; nested < 2; nested++) {
    struct stage *stage = open_with_groups();
    stage->options.groups.is_nested = nested;
    stage->directories[0].outer_groups[0] = *robots;
    start_ready(stage);
    if (nested)
      is_exempt(login(stage, "alice", "right"));
    else
      needs_factor(login(stage, "alice", "right"));
    close_stage(stage);
  }
}

Test(ldap, a_service_account_asks_for_groups_too) {
  struct stage *stage = open_with_groups();
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("right");
  start_ready(stage);
  is_exempt(login_of(stage, *robots, NULL));
  close_stage(stage);
}

Test(ldap, who_is_blocked_is_not_let_in_by_a_group) {
  struct stage *stage = open_with_groups();
  cr_assert(blocklist_add(stage->blocklist, radmfa_text("6b29fc40-ca47-1067-b31d-00dd010662da")));
  start_ready(stage);
  is_rejected(stage, login_of(stage, *robots, NULL), RADMFA_REASON_BLOCKED, "blocked");
  close_stage(stage);
}

Test(ldap, groups_that_nobody_may_read_let_nobody_in) {
  static const enum standing others[] = {STANDING_REQUIRE, STANDING_EXEMPT, STANDING_REFUSE};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    struct stage *stage = open_with_groups();
    stage->options.groups.others = others[i];
    stage->directories[0].hides_groups = true;
    look_up_fails(stage, "does not tell in which groups");
  }
}

/* The identity is found before its directory changes its mood. */
static void question_fails(enum mood mood) {
  struct stage *stage = open_with_groups();
  start_ready(stage);
  stage->directories[0].on_groups = mood;
  is_unavailable(login_of(stage, *robots, NULL), true);
  cr_assert_str_eq(latest(stage).outcome, "look_up");
  close_stage(stage);
}

Test(ldap, a_question_about_groups_that_fails_is_unavailable_and_never_exempt) {
  static const enum mood moods[] = {MOOD_BROKEN, MOOD_HANGS_UP, MOOD_WRONG_ID, MOOD_OTHER,
                                    MOOD_NOTICE, MOOD_HUGE,     MOOD_REFUSES};
  for (size_t i = 0; i < sizeof moods / sizeof *moods; i++) question_fails(moods[i]);
}

Test(ldap, groups_of_nobody_in_particular_are_refused) {
  static const char *const none[] = {"staff"};
  struct stage *stage = open_with_groups();
  stage->options.groups.exempt.dns = none;
  cr_assert_eq(ldap_primary_new(&stage->options, &stage->primary), RADMFA_E_INVALID);
  stage->options.groups.exempt.dns = robots;
  stage->options.identity_attribute = NULL;
  cr_assert_eq(ldap_primary_new(&stage->options, &stage->primary), RADMFA_E_INVALID);
  close_stage(stage);
}

/* ---- administrators ---- */

struct rights {
  struct stage *stage;
  struct people *people;
  struct questions *questions;
};

static struct rights open_with_rights(void) {
  struct rights rights = {open_with_guid(), people_new(0), questions_new()};
  rights.stage->options.rights = (struct ldap_group_options){
      .require = {staff, 1}, .others = STANDING_REFUSE, .is_nested = true};
  rights.stage->options.people = rights.people;
  return rights;
}

static void close_rights(struct rights *rights) {
  close_stage(rights->stage);
  people_free(rights->people);
  questions_free(rights->questions);
}

static bool is_administrator(const struct rights *rights) {
  radmfa_span identity = radmfa_text("6b29fc40-ca47-1067-b31d-00dd010662da");
  return people_is_administrator(rights->people, identity, thread_now_ms());
}

static void hear_nothing(const radmfa_primary_answer *answer, void *user) {
  (void)answer;
  (void)user;
}

/* A member of `group` signs in to the portal, where nobody's rights keep him out. */
static bool signs_in_with_rights(const struct rights *rights, const char *group) {
  struct stage *stage = rights->stage;
  const struct question question = {.wait_ms = LONG_MS, .primary = hear_nothing};
  uint64_t id = questions_open(rights->questions, &question);
  size_t n = count_answers(stage) + 1;
  stage->directories[0].groups[0] = group;
  stage->directories[0].n_searches = 0;
  ask(stage, id, "alice", "right");
  needs_factor(answer_number(stage, n));
  questions_end(rights->questions, id);
  return is_administrator(rights);
}

Test(ldap, who_signs_in_is_an_administrator_by_his_groups) {
  struct rights rights = open_with_rights();
  start_ready(rights.stage);
  cr_assert_not(signs_in_with_rights(&rights, NULL));
  cr_assert_eq(rights.stage->directories[0].n_searches, 2, "most users cost one question");
  cr_assert(signs_in_with_rights(&rights, *staff));
  cr_assert_not(signs_in_with_rights(&rights, *robots), "what was true before is forgotten");
  close_rights(&rights);
}

Test(ldap, no_login_asks_who_administers) {
  struct rights rights = open_with_rights();
  start_ready(rights.stage);
  needs_factor(login_of(rights.stage, *staff, NULL));
  cr_assert_eq(rights.stage->directories[0].n_searches, 1);
  cr_assert_not(is_administrator(&rights));
  close_rights(&rights);
}

Test(ldap, an_administrator_who_is_refused_is_none) {
  struct rights rights = open_with_rights();
  rights.stage->options.groups = (struct ldap_group_options){.refuse = {staff, 1}};
  start_ready(rights.stage);
  is_rejected(rights.stage, login_of(rights.stage, *staff, NULL), RADMFA_REASON_BLOCKED, "group");
  cr_assert_not(is_administrator(&rights));
  close_rights(&rights);
}

/* He was one a moment ago, and comes in as anybody does. */
static void rights_fail(enum mood mood, bool hides_groups) {
  struct rights rights = open_with_rights();
  start_ready(rights.stage);
  cr_assert(signs_in_with_rights(&rights, *staff));
  rights.stage->directories[0].on_groups = mood;
  rights.stage->directories[0].hides_groups = hides_groups;
  cr_assert_not(signs_in_with_rights(&rights, *staff), "mood %d", mood);
  close_rights(&rights);
}

Test(ldap, whose_groups_cannot_be_known_is_no_administrator) {
  static const enum mood moods[] = {MOOD_BROKEN, MOOD_HANGS_UP, MOOD_WRONG_ID, MOOD_OTHER,
                                    MOOD_NOTICE, MOOD_HUGE,     MOOD_REFUSES};
  for (size_t i = 0; i < sizeof moods / sizeof *moods; i++) rights_fail(moods[i], false);
  rights_fail(MOOD_GOOD, true);
}

Test(ldap, it_may_be_freed_while_it_asks_who_administers) {
  struct rights rights = open_with_rights();
  const struct question question = {.wait_ms = LONG_MS, .primary = hear_nothing};
  uint64_t id = questions_open(rights.questions, &question);
  start_ready(rights.stage);
  rights.stage->directories[0].on_groups = MOOD_SILENT;
  ask(rights.stage, id, "alice", "right");
  wait_for_held(rights.stage, 0);
  ldap_primary_free(rights.stage->primary);
  rights.stage->primary = NULL;
  cr_assert_eq(count_answers(rights.stage), 0);
  questions_end(rights.questions, id);
  close_rights(&rights);
}

Test(ldap, administrators_need_an_entry) {
  struct rights rights = open_with_rights();
  rights.stage->options.identity_attribute = NULL;
  cr_assert_eq(ldap_primary_new(&rights.stage->options, &rights.stage->primary), RADMFA_E_INVALID);
  close_rights(&rights);
}

/* ---- what is remembered ---- */

static unsigned searches_of_logins(struct stage *stage, unsigned n) {
  stage->directories[0].n_searches = 0;
  for (unsigned i = 0; i < n; i++) is_exempt(login(stage, "alice", "right"));
  return stage->directories[0].n_searches;
}

Test(ldap, groups_are_asked_about_once_for_several_logins) {
  struct stage *stage = open_with_groups();
  struct people *people = people_new(LONG_MS);
  stage->options.people = people;
  stage->directories[0].groups[0] = *robots;
  start_ready(stage);
  cr_assert_eq(searches_of_logins(stage, 3), 3 + 2, "who it is each time, and his groups once");
  cr_assert_eq(stage->directories[0].n_binds, 3, "the password each time");
  is_rejected(stage, login(stage, "alice", "wrong"), RADMFA_REASON_WRONG_PASSWORD,
              "wrong_password");
  close_stage(stage);
  people_free(people);
}

Test(ldap, another_person_under_the_same_name_is_asked_about) {
  struct stage *stage = open_with_groups();
  struct people *people = people_new(LONG_MS);
  stage->options.people = people;
  start_ready(stage);
  is_exempt(login_of(stage, *robots, NULL));
  uint8_t other[sizeof guid] = {1};
  stage->directories[0].value = (radmfa_span){other, sizeof other};
  needs_factor(login_of(stage, NULL, NULL));
  close_stage(stage);
  people_free(people);
}

Test(ldap, without_a_cache_a_change_of_groups_counts_at_once) {
  struct stage *stage = open_with_groups();
  struct people *people = people_new(0);
  stage->options.people = people;
  start_ready(stage);
  is_exempt(login_of(stage, *robots, NULL));
  is_rejected(stage, login_of(stage, *leavers, NULL), RADMFA_REASON_BLOCKED, "group");
  close_stage(stage);
  people_free(people);
}

Test(ldap, a_look_up_that_failed_is_not_remembered) {
  struct stage *stage = open_with_groups();
  struct people *people = people_new(LONG_MS);
  stage->options.people = people;
  start_ready(stage);
  stage->directories[0].on_groups = MOOD_REFUSES;
  is_unavailable(login_of(stage, *robots, NULL), true);
  cr_assert_eq(people_count(people), 0);
  stage->directories[0].on_groups = MOOD_GOOD;
  is_exempt(login_of(stage, *robots, NULL));
  close_stage(stage);
  people_free(people);
}

Test(ldap, a_number_is_noted_under_the_identity) {
  struct stage *stage = open_stage(1);
  struct people *people = people_new(0);
  stage->options.people = people;
  stage->options.base = "dc=corp,dc=example";
  stage->options.identity_attribute = stage->options.number_attribute = "mobile";
  stage->directories[0].attribute = "mobile";
  stage->directories[0].value = radmfa_text("+1 (555) 123-0001");
  start_ready(stage);
  is_accepted(login(stage, "alice", "right"), "+1 (555) 123-0001");
  struct phone phone = people_number(people, radmfa_text("+1 (555) 123-0001"), thread_now_ms());
  cr_assert_eq(phone.kind, PHONE_GOOD);
  cr_assert_str_eq(phone.number.e164, "+15551230001");
  close_stage(stage);
  people_free(people);
}

/* ---- servers ---- */

Test(ldap, the_first_server_is_asked) {
  struct stage *stage = open_stage(2);
  start_ready(stage);
  for (unsigned i = 1; i <= 3; i++) {
    is_accepted(login(stage, "alice", "right"), "alice");
    cr_assert_eq(stage->directories[0].n_binds, i);
  }
  cr_assert_eq(stage->directories[1].n_binds, 0);
  close_stage(stage);
}

Test(ldap, the_second_is_asked_while_the_first_is_down_and_then_the_first_again) {
  struct stage *stage = open_stage(2);
  stage->directories[0].on_probe = MOOD_HANGS_UP;
  start_primary(stage);
  wait_for_events(stage, LDAP_EVENT_DOWN, 1);
  is_accepted(login(stage, "alice", "right"), "alice");
  cr_assert_eq(stage->directories[1].n_binds, 1);
  stage->directories[0].on_probe = MOOD_GOOD;
  wait_for_events(stage, LDAP_EVENT_UP, 2);
  is_accepted(login(stage, "alice", "right"), "alice");
  cr_assert_eq(stage->directories[0].n_binds, 1);
  close_stage(stage);
}

Test(ldap, a_bind_that_is_not_answered_is_sent_to_nobody_else) {
  struct stage *stage = open_stage(2);
  stage->options.bind_timeout_ms = 500;
  start_ready(stage);
  stage->directories[0].on_bind = MOOD_SILENT;
  is_unavailable(login(stage, "alice", "right"), true);
  cr_assert_eq(stage->directories[0].n_binds, 1);
  cr_assert_eq(stage->directories[1].n_binds, 0);
  cr_assert_str_eq(latest(stage).server, "dc1");
  close_stage(stage);
}

Test(ldap, a_silent_server_holds_nobody_else_up) {
  struct stage *stage = open_stage(2);
  stage->options.connections = 2;
  stage->options.stall_ms = 10;
  start_ready(stage);
  stage->directories[0].on_bind = MOOD_SILENT;
  ask(stage, 1, "alice", "right");
  wait_for_held(stage, 0);
  stage->directories[0].on_bind = MOOD_GOOD;
  size_t n = 0; /* its other connection serves until the time has come */
  for (; stage->directories[1].n_binds == 0 && n < ANSWERS_MAX - 2; n++)
    is_accepted(login(stage, "bob", "right"), "bob");
  cr_assert_gt(stage->directories[1].n_binds, 0);
  directory_answer_all(&stage->directories[0]);
  (void)answer_number(stage, n + 1);
  unsigned n_second = stage->directories[1].n_binds;
  is_accepted(login(stage, "bob", "right"), "bob");
  cr_assert_eq(stage->directories[1].n_binds, n_second, "the first works again");
  close_stage(stage);
}

Test(ldap, a_busy_server_gets_help) {
  struct stage *stage = open_stage(2);
  start_ready(stage);
  stage->directories[0].on_bind = MOOD_SILENT;
  ask(stage, 1, "alice", "right");
  wait_for_held(stage, 0);
  ask(stage, 2, "bob", "right");
  cr_assert_eq(answer_number(stage, 1).login_id, 2);
  cr_assert_eq(stage->directories[1].n_binds, 1);
  close_stage(stage);
}

Test(ldap, without_any_server_a_login_ends_in_time_and_unasked) {
  struct stage *stage = open_stage(2);
  stage->options.bind_timeout_ms = SHORT_MS;
  stage->directories[0].on_probe = stage->directories[1].on_probe = MOOD_HANGS_UP;
  start_primary(stage);
  is_unavailable(login(stage, "alice", "right"), false);
  cr_assert_eq(stage->directories[0].n_binds + stage->directories[1].n_binds, 0);
  cr_assert_str_eq(latest(stage).detail, "no server could be asked in time");
  close_stage(stage);
}

Test(ldap, a_login_waits_no_longer_than_its_deadline) {
  struct stage *stage = open_stage(1);
  stage->directories[0].on_probe = MOOD_SILENT;
  start_primary(stage);
  ask_until(stage, 1, "alice", "right", SHORT_MS);
  is_unavailable(answer_number(stage, 1), false);
  close_stage(stage);
}

Test(ldap, a_login_waits_for_a_server_that_comes_up) {
  struct stage *stage = open_stage(1);
  stage->directories[0].on_probe = MOOD_SILENT;
  start_primary(stage);
  ask(stage, 1, "alice", "right");
  wait_for_held(stage, 0);
  directory_answer_all(&stage->directories[0]);
  is_accepted(answer_number(stage, 1), "alice");
  close_stage(stage);
}

Test(ldap, a_server_that_misbehaves_is_unavailable_and_never_a_wrong_password) {
  static const enum mood moods[] = {MOOD_BROKEN, MOOD_HANGS_UP, MOOD_WRONG_ID,
                                    MOOD_OTHER,  MOOD_NOTICE,   MOOD_HUGE};
  for (size_t i = 0; i < sizeof moods / sizeof *moods; i++) {
    struct stage *stage = open_ready();
    stage->directories[0].on_bind = moods[i];
    is_unavailable(login(stage, "alice", "right"), true);
    cr_assert_eq(stage->directories[0].n_binds, 1);
    close_stage(stage);
  }
}

/* ---- queues and the end ---- */

Test(ldap, the_queue_is_bounded) {
  struct stage *stage = open_stage(1);
  stage->options.queue_max = 2;
  stage->directories[0].on_probe = MOOD_SILENT;
  start_primary(stage);
  ask(stage, 1, "alice", "right");
  ask(stage, 2, "bob", "right");
  ask(stage, 3, "carol", "right");
  struct answer answer = answer_number(stage, 1);
  cr_assert_eq(answer.login_id, 3);
  cr_assert_eq(answer.verdict, RADMFA_PRIMARY_OVER_LIMIT);
  close_stage(stage);
}

Test(ldap, one_user_has_his_share_of_the_queue_and_no_more) {
  struct stage *stage = open_stage(1);
  stage->directories[0].on_probe = MOOD_SILENT;
  start_primary(stage);
  for (uint64_t id = 1; id <= 4; id++) ask(stage, id, id % 2 ? "alice" : "CORP\\Alice", "right");
  ask(stage, 5, "alice", "right");
  cr_assert_eq(answer_number(stage, 1).login_id, 5);
  cr_assert_eq(answer_number(stage, 1).verdict, RADMFA_PRIMARY_OVER_LIMIT);
  wait_for_held(stage, 0);
  directory_answer_all(&stage->directories[0]);
  is_accepted(answer_number(stage, 5), "alice");
  close_stage(stage);
}

Test(ldap, a_login_that_is_cancelled_while_it_waits_is_never_sent) {
  struct stage *stage = open_stage(1);
  stage->directories[0].on_probe = MOOD_SILENT;
  start_primary(stage);
  ask(stage, 1, "alice", "right");
  ask(stage, 2, "bob", "right");
  ldap_primary_vtable.cancel(stage->primary, 1);
  ldap_primary_vtable.cancel(stage->primary, 77);
  wait_for_held(stage, 0);
  directory_answer_all(&stage->directories[0]);
  cr_assert_eq(answer_number(stage, 1).login_id, 2);
  cr_assert_eq(stage->directories[0].n_binds, 1);
  close_stage(stage);
}

Test(ldap, a_login_that_is_cancelled_under_way_goes_on_to_its_end) {
  struct stage *stage = open_ready();
  stage->directories[0].on_bind = MOOD_SILENT;
  ask(stage, 1, "alice", "right");
  wait_for_held(stage, 0);
  ldap_primary_vtable.cancel(stage->primary, 1);
  stage->directories[0].on_bind = MOOD_GOOD;
  directory_answer_all(&stage->directories[0]);
  (void)answer_number(stage, 1); /* which the library drops */
  is_accepted(login(stage, "bob", "right"), "bob");
  cr_assert_eq(stage->directories[0].n_binds, 2);
  close_stage(stage);
}

Test(ldap, it_may_be_freed_with_logins_waiting_and_under_way) {
  struct stage *stage = open_ready();
  stage->directories[0].on_bind = MOOD_SILENT;
  ask(stage, 1, "alice", "right");
  wait_for_held(stage, 0);
  ask(stage, 2, "bob", "right");
  ldap_primary_free(stage->primary);
  stage->primary = NULL;
  cr_assert_eq(count_answers(stage), 0);
  close_stage(stage);
}

Test(ldap, it_may_be_freed_at_once) {
  struct stage *stage = open_stage(2);
  start_primary(stage);
  close_stage(stage);
}

Test(ldap, a_filter_that_is_none_and_no_server_are_refused) {
  struct stage *stage = open_with_guid();
  stage->options.filter = "(cn={user}";
  cr_assert_eq(ldap_primary_new(&stage->options, &stage->primary), RADMFA_E_INVALID);
  stage->options.filter = NULL;
  stage->options.n_servers = 0;
  cr_assert_eq(ldap_primary_new(&stage->options, &stage->primary), RADMFA_E_INVALID);
  stage->options.n_servers = 1;
  close_stage(stage);
}
