#include "primary/ldap_connection.h"

#include "directory.h"
#include "loopback.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SEC 86400L
#define LONG_MS 30000u /* more than any test waits for */
#define SHORT_MS 50u   /* where it must pass */

/* A directory, a connection to it, and what that told. */
struct stage {
  struct loopback loopback;
  struct identity ca, identity;
  radmfa_tls_context *context;
  struct directory directory;
  struct ldap_server server;
  struct ldap_connection_options options;
  struct ldap_connection *connection;

  bool is_ready, is_closed, closes_on_message;
  unsigned n_messages, n_entries;
  struct ldap_message last;
  char tls_version[16], diagnostic[128];
  int error;
  char detail[256];
};

static void on_ready(const radmfa_stream_info *info, void *user) {
  struct stage *stage = user;
  cr_assert_not(stage->is_ready);
  stage->is_ready = true;
  if (info->tls_version) strncpy(stage->tls_version, info->tls_version, 15);
}

static void on_message(const struct ldap_message *message, void *user) {
  struct stage *stage = user;
  stage->n_messages++;
  stage->n_entries += message->type == LDAP_SEARCH_ENTRY;
  stage->last = *message;
  cr_assert_lt(message->diagnostic.len, sizeof stage->diagnostic);
  memset(stage->diagnostic, 0, sizeof stage->diagnostic);
  if (message->diagnostic.len)
    memcpy(stage->diagnostic, message->diagnostic.ptr, message->diagnostic.len);
  if (stage->closes_on_message) ldap_connection_close(stage->connection);
}

static void on_closed(int error, const char *detail, void *user) {
  struct stage *stage = user;
  cr_assert_not(stage->is_closed);
  stage->is_closed = true;
  stage->error = error;
  strncpy(stage->detail, detail, sizeof stage->detail - 1);
}

/* ---- the stage ---- */

static radmfa_tls_context *trust(const struct identity *ca) {
  radmfa_tls_context *context;
  char *pem = identity_pem(ca);
  cr_assert_eq(radmfa_tls_context_new(radmfa_text(pem), NULL, &context), 0);
  free(pem);
  return context;
}

static struct stage *open_stage(enum ldap_tls tls) {
  struct stage *stage = calloc(1, sizeof *stage);
  signal(SIGPIPE, SIG_IGN);
  loopback_open(&stage->loopback);
  if (tls != LDAP_TLS_PLAIN) {
    stage->ca = identity_new(NULL, NULL, DAY_SEC);
    stage->identity = identity_new(&stage->ca, "DNS:dc1.example", DAY_SEC);
    stage->context = trust(&stage->ca);
  }
  directory_open(&stage->directory, &stage->loopback.loop,
                 tls == LDAP_TLS_PLAIN ? NULL : &stage->identity, tls == LDAP_TLS_START);
  stage->server = (struct ldap_server){.name = "dc1",
                                       .host = "127.0.0.1",
                                       .port = stage->directory.server.port,
                                       .tls = tls,
                                       .server_name = "dc1.example"};
  stage->options =
      (struct ldap_connection_options){&stage->server, stage->context, LONG_MS, LONG_MS};
  return stage;
}

static void connect_stage(struct stage *stage) {
  static const struct ldap_connection_callbacks callbacks = {on_ready, on_message, on_closed};
  cr_assert_eq(ldap_connection_open(&stage->loopback.loop, &stage->options, &callbacks, stage,
                                    &stage->connection),
               0);
  cr_assert_not(stage->is_ready || stage->is_closed, "a callback before open returned");
}

static bool is_closed(void *user) {
  return ((struct stage *)user)->is_closed;
}

static bool is_ready(void *user) {
  return ((struct stage *)user)->is_ready || is_closed(user);
}

static bool has_answer(void *user) {
  struct stage *stage = user;
  return (stage->n_messages > 0 && stage->last.type != LDAP_SEARCH_ENTRY) || is_closed(user);
}

static bool has_request(void *user) {
  return ((struct stage *)user)->directory.n_held > 0 || is_closed(user);
}

static void run_until(struct stage *stage, bool (*done)(void *user)) {
  loopback_run_until(&stage->loopback, done, stage);
}

static struct stage *open_ready(enum ldap_tls tls) {
  struct stage *stage = open_stage(tls);
  connect_stage(stage);
  run_until(stage, is_ready);
  cr_assert(stage->is_ready, "%s", stage->detail);
  return stage;
}

static void close_stage(struct stage *stage) {
  if (stage->connection && !stage->is_closed) {
    ldap_connection_close(stage->connection);
    run_until(stage, is_closed);
    cr_assert_eq(stage->error, RADMFA_E_CANCELLED);
  }
  directory_close(&stage->directory);
  loopback_close(&stage->loopback);
  radmfa_tls_context_unref(stage->context);
  identity_free(&stage->identity);
  identity_free(&stage->ca);
  free(stage);
}

static int bind_as(struct stage *stage, const char *name, const char *password) {
  stage->n_messages = 0;
  return ldap_connection_bind(stage->connection, radmfa_text(name), radmfa_text(password));
}

static int result_of_bind(struct stage *stage, const char *password) {
  cr_assert_eq(bind_as(stage, "alice@corp.example", password), 0);
  run_until(stage, has_answer);
  cr_assert_eq(stage->n_messages, 1, "%s", stage->detail);
  cr_assert_eq(stage->last.type, LDAP_BIND_RESPONSE);
  return stage->last.result;
}

static int begin_search(struct stage *stage) {
  static const char *const attributes[] = {"entryUUID"};
  const struct ldap_search search = {.base = radmfa_text("dc=example"),
                                     .scope = LDAP_SCOPE_SUBTREE,
                                     .filter = radmfa_text("(uid=alice)"),
                                     .attributes = attributes,
                                     .n_attributes = 1};
  stage->n_messages = stage->n_entries = 0;
  return ldap_connection_search(stage->connection, &search);
}

/* How a connection ends after a bind that is answered so. */
static struct stage *after_bind(enum mood mood) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  stage->directory.on_bind = mood;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  run_until(stage, is_closed);
  return stage;
}

/* ---- what works ---- */

Test(ldap_connection, a_bind_is_answered_over_tls) {
  struct stage *stage = open_ready(LDAP_TLS_LDAPS);
  cr_assert_str_eq(stage->tls_version, "TLSv1.3");
  stage->directory.diagnostic = "error, data 52e, v3839";
  cr_assert_eq(result_of_bind(stage, "right"), 0);
  cr_assert_str_eq(stage->directory.name, "alice@corp.example");
  cr_assert_eq(result_of_bind(stage, "wrong"), 49);
  cr_assert_str_eq(stage->diagnostic, "error, data 52e, v3839");
  cr_assert_eq(stage->directory.server.n_connections, 1);
  close_stage(stage);
}

Test(ldap_connection, start_tls_comes_before_anything_else) {
  struct stage *stage = open_ready(LDAP_TLS_START);
  cr_assert_str_eq(stage->tls_version, "TLSv1.3");
  cr_assert_eq(stage->directory.n_start_tls, 1);
  cr_assert_eq(result_of_bind(stage, "right"), 0);
  cr_assert_gt(stage->directory.server.n_heard, 0, "the bind was not encrypted");
  close_stage(stage);
}

Test(ldap_connection, plain_is_plain) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  cr_assert_str_eq(stage->tls_version, "");
  cr_assert_eq(result_of_bind(stage, "right"), 0);
  close_stage(stage);
}

Test(ldap_connection, a_search_gives_entries_and_its_end) {
  struct stage *stage = open_ready(LDAP_TLS_LDAPS);
  stage->directory.n_entries = 2;
  cr_assert_eq(begin_search(stage), 0);
  run_until(stage, has_answer);
  cr_assert_eq(stage->n_entries, 2);
  cr_assert_eq(stage->last.type, LDAP_SEARCH_DONE);
  cr_assert_str_eq(stage->directory.base, "dc=example");
  close_stage(stage);
}

Test(ldap_connection, a_probe_asks_for_the_root) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  cr_assert_eq(ldap_connection_probe(stage->connection), 0);
  run_until(stage, has_answer);
  cr_assert_eq(stage->directory.n_probes, 1);
  close_stage(stage);
}

Test(ldap_connection, an_answer_may_come_octet_by_octet) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  stage->directory.on_bind = MOOD_SLOW;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  run_until(stage, has_request);
  while (directory_say_octet(&stage->directory)) loopback_run_once(&stage->loopback);
  run_until(stage, has_answer);
  cr_assert_eq(stage->n_messages, 1, "%s", stage->detail);
  close_stage(stage);
}

Test(ldap_connection, what_is_idle_says_goodbye) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  ldap_connection_close(stage->connection);
  run_until(stage, is_closed);
  while (stage->directory.n_unbinds == 0) loopback_run_once(&stage->loopback);
  close_stage(stage);
}

Test(ldap_connection, it_may_be_closed_by_its_answer) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  stage->closes_on_message = true;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  run_until(stage, is_closed);
  cr_assert_eq(stage->error, RADMFA_E_CANCELLED);
  close_stage(stage);
}

/* ---- one thing at a time ---- */

Test(ldap_connection, nothing_is_sent_while_a_bind_is_out) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  stage->directory.on_bind = MOOD_SILENT;
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  cr_assert_not(ldap_connection_is_idle(stage->connection));
  cr_assert_eq(bind_as(stage, "bob", "right"), RADMFA_E_BUSY);
  cr_assert_eq(begin_search(stage), RADMFA_E_BUSY);
  run_until(stage, has_request);
  directory_answer_all(&stage->directory);
  run_until(stage, has_answer);
  cr_assert_eq(stage->directory.n_binds, 1);
  cr_assert(ldap_connection_is_idle(stage->connection));
  close_stage(stage);
}

Test(ldap_connection, nothing_is_sent_before_it_is_ready) {
  struct stage *stage = open_stage(LDAP_TLS_PLAIN);
  connect_stage(stage);
  cr_assert_eq(bind_as(stage, "alice", "right"), RADMFA_E_BUSY);
  close_stage(stage);
}

Test(ldap_connection, a_name_without_a_password_is_never_sent) {
  struct stage *stage = open_ready(LDAP_TLS_PLAIN);
  cr_assert_eq(bind_as(stage, "alice", ""), RADMFA_E_INVALID);
  cr_assert(ldap_connection_is_idle(stage->connection));
  close_stage(stage);
}

/* ---- how it ends ---- */

Test(ldap_connection, silence_ends_it) {
  struct stage *stage = open_stage(LDAP_TLS_PLAIN);
  stage->options.answer_timeout_ms = SHORT_MS;
  stage->directory.on_bind = MOOD_SILENT;
  connect_stage(stage);
  run_until(stage, is_ready);
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  run_until(stage, is_closed);
  cr_assert_eq(stage->error, RADMFA_E_TIMED_OUT);
  close_stage(stage);
}

/* Each octet comes early enough, the message does not. */
Test(ldap_connection, a_trickle_of_octets_ends_it_like_silence) {
  struct stage *stage = open_stage(LDAP_TLS_PLAIN);
  stage->options.answer_timeout_ms = SHORT_MS;
  stage->directory.on_bind = MOOD_SLOW;
  connect_stage(stage);
  run_until(stage, is_ready);
  cr_assert_eq(bind_as(stage, "alice", "right"), 0);
  run_until(stage, has_request);
  for (unsigned i = 0; i < 10; i++) directory_say_octet(&stage->directory);
  run_until(stage, is_closed);
  cr_assert_eq(stage->error, RADMFA_E_TIMED_OUT);
  cr_assert_eq(stage->n_messages, 0);
  close_stage(stage);
}

Test(ldap_connection, what_is_no_message_ends_it) {
  struct stage *stage = after_bind(MOOD_BROKEN);
  cr_assert_eq(stage->error, RADMFA_E_MALFORMED);
  close_stage(stage);
}

Test(ldap_connection, a_huge_message_ends_it_by_its_header) {
  struct stage *stage = after_bind(MOOD_HUGE);
  cr_assert_eq(stage->error, RADMFA_E_MALFORMED);
  cr_assert(strstr(stage->detail, "too long"), "%s", stage->detail);
  close_stage(stage);
}

Test(ldap_connection, an_answer_to_another_request_ends_it) {
  struct stage *stage = after_bind(MOOD_WRONG_ID);
  cr_assert_eq(stage->error, RADMFA_E_INVALID);
  cr_assert_eq(stage->n_messages, 0);
  close_stage(stage);
}

Test(ldap_connection, an_answer_of_another_kind_ends_it) {
  struct stage *stage = after_bind(MOOD_OTHER);
  cr_assert_eq(stage->error, RADMFA_E_INVALID);
  close_stage(stage);
}

Test(ldap_connection, an_answer_that_comes_twice_ends_it) {
  struct stage *stage = after_bind(MOOD_UNASKED);
  cr_assert_eq(stage->n_messages, 1);
  cr_assert_eq(stage->error, RADMFA_E_INVALID);
  close_stage(stage);
}

Test(ldap_connection, a_server_that_hangs_up_owes_an_answer) {
  struct stage *stage = after_bind(MOOD_HANGS_UP);
  cr_assert_eq(stage->error, UV_EOF, "%d %s", stage->error, stage->detail);
  close_stage(stage);
}

Test(ldap_connection, a_notice_of_disconnection_is_told) {
  struct stage *stage = after_bind(MOOD_NOTICE);
  cr_assert_eq(stage->error, UV_EOF);
  cr_assert(strstr(stage->detail, "going down"), "%s", stage->detail);
  close_stage(stage);
}

/* ---- StartTLS ---- */

/* How it ends when StartTLS is answered so. */
static struct stage *after_start_tls(enum mood mood) {
  struct stage *stage = open_stage(LDAP_TLS_START);
  stage->directory.on_start_tls = mood;
  stage->options.connect_timeout_ms = mood == MOOD_SILENT ? 500 : LONG_MS;
  connect_stage(stage);
  run_until(stage, is_closed);
  cr_assert_not(stage->is_ready);
  cr_assert_eq(stage->directory.n_binds, 0);
  return stage;
}

Test(ldap_connection, without_start_tls_it_is_not_used) {
  struct stage *stage = after_start_tls(MOOD_REFUSES);
  cr_assert_eq(stage->error, RADMFA_E_INVALID);
  cr_assert(strstr(stage->detail, "StartTLS was refused: result 53, unwilling"), "%s",
            stage->detail);
  close_stage(stage);
}

Test(ldap_connection, octets_behind_the_answer_to_start_tls_end_it) {
  struct stage *stage = after_start_tls(MOOD_UNASKED);
  cr_assert_eq(stage->error, RADMFA_E_INJECTED);
  close_stage(stage);
}

Test(ldap_connection, silence_after_start_tls_ends_it) {
  struct stage *stage = after_start_tls(MOOD_SILENT);
  cr_assert_eq(stage->error, RADMFA_E_TIMED_OUT);
  close_stage(stage);
}

Test(ldap_connection, another_name_in_the_certificate_ends_it) {
  struct stage *stage = open_stage(LDAP_TLS_START);
  stage->server.server_name = "dc2.example";
  connect_stage(stage);
  run_until(stage, is_closed);
  cr_assert_eq(stage->error, RADMFA_E_NAME);
  close_stage(stage);
}
