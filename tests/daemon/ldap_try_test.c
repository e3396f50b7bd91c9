#include "primary/ldap.h"

#include "directory.h"
#include "loopback.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <radmfa/error.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_SEC 86400L
#define LONG_MS 30000u

/* A directory on the test's loop, and `radmfad --check` in a thread. */
struct stage {
  struct loopback loopback;
  struct identity ca, identity;
  struct directory directory;
  struct ldap_server server;
  struct ldap_options options;
  struct ldap_trial trial;
  uv_async_t done;
  bool is_done;
};

static void on_done(uv_async_t *async) {
  ((struct stage *)async->data)->is_done = true;
}

static bool is_done(void *user) {
  return ((struct stage *)user)->is_done;
}

static void *try_it(void *user) {
  struct stage *stage = user;
  ldap_try(&stage->options, &stage->trial);
  uv_async_send(&stage->done);
  return NULL;
}

static struct stage *open_stage(enum ldap_tls tls) {
  struct stage *stage = calloc(1, sizeof *stage);
  signal(SIGPIPE, SIG_IGN);
  loopback_open(&stage->loopback);
  uv_async_init(&stage->loopback.loop, &stage->done, on_done);
  stage->done.data = stage;
  stage->ca = identity_new(NULL, NULL, DAY_SEC);
  stage->identity = identity_new(&stage->ca, "DNS:dc1.example", DAY_SEC);
  directory_open(&stage->directory, &stage->loopback.loop, &stage->identity, tls == LDAP_TLS_START);
  char *pem = identity_pem(&stage->ca);
  cr_assert_eq(radmfa_tls_context_new(radmfa_text(pem), NULL, &stage->options.tls), 0);
  free(pem);
  stage->server =
      (struct ldap_server){"dc1", "127.0.0.1", stage->directory.server.port, tls, "dc1.example"};
  stage->options.servers = &stage->server;
  stage->options.n_servers = 1;
  stage->options.bind_timeout_ms = LONG_MS;
  return stage;
}

static const struct ldap_trial *result(struct stage *stage) {
  pthread_t thread;
  cr_assert_eq(pthread_create(&thread, NULL, try_it, stage), 0);
  loopback_run_until(&stage->loopback, is_done, stage);
  pthread_join(thread, NULL);
  return &stage->trial;
}

static void close_stage(struct stage *stage) {
  uv_close((uv_handle_t *)&stage->done, NULL);
  directory_close(&stage->directory);
  loopback_close(&stage->loopback);
  radmfa_tls_context_unref(stage->options.tls);
  identity_free(&stage->identity);
  identity_free(&stage->ca);
  free(stage);
}

Test(ldap_try, a_good_server_is_told_with_its_certificate) {
  struct stage *stage = open_stage(LDAP_TLS_LDAPS);
  const struct ldap_trial *trial = result(stage);
  cr_assert_eq(trial->error, 0, "%s", trial->detail);
  cr_assert_eq(trial->address.port, stage->server.port);
  cr_assert_str_eq(trial->tls_version, "TLSv1.3");
  cr_assert_str_eq(trial->certificate, "CN=Test Server");
  cr_assert_lt(labs(trial->not_after_sec - (time(NULL) + DAY_SEC)), 60);
  cr_assert_not(trial->has_bound);
  cr_assert_eq(stage->directory.n_probes, 1);
  close_stage(stage);
}

Test(ldap_try, the_service_account_is_bound) {
  struct stage *stage = open_stage(LDAP_TLS_START);
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("right");
  const struct ldap_trial *trial = result(stage);
  cr_assert_eq(trial->error, 0, "%s", trial->detail);
  cr_assert(trial->has_bound);
  cr_assert_eq(trial->service, LDAP_BIND_OK);
  cr_assert_str_eq(stage->directory.name, "svc@corp.example");
  close_stage(stage);
}

Test(ldap_try, a_service_account_that_is_refused_is_told) {
  struct stage *stage = open_stage(LDAP_TLS_LDAPS);
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("wrong");
  const struct ldap_trial *trial = result(stage);
  cr_assert(trial->has_bound);
  cr_assert_eq(trial->service, LDAP_BIND_WRONG_PASSWORD);
  cr_assert_eq(stage->directory.n_binds, 1);
  close_stage(stage);
}

static struct stage *open_with_groups(void) {
  static const char *const refuse[] = {"cn=a,dc=x"}, *const exempt[] = {"cn=b,dc=x", "cn=c,dc=x"};
  struct stage *stage = open_stage(LDAP_TLS_LDAPS);
  stage->options.service_name = radmfa_text("svc@corp.example");
  stage->options.service_password = radmfa_text("right");
  stage->options.groups = (struct ldap_group_options){.refuse = {refuse, 1}, .exempt = {exempt, 2}};
  return stage;
}

Test(ldap_try, the_service_account_looks_for_each_group) {
  struct stage *stage = open_with_groups();
  const struct ldap_trial *trial = result(stage);
  cr_assert_eq(trial->error, 0, "%s", trial->detail);
  cr_assert_null(trial->missing_group);
  cr_assert_eq(stage->directory.n_searches, 3);
  cr_assert_str_eq(stage->directory.base, "cn=c,dc=x");
  close_stage(stage);
}

Test(ldap_try, a_group_that_is_not_there_is_told) {
  struct stage *stage = open_with_groups();
  stage->directory.n_entries = 0;
  cr_assert_str_eq(result(stage)->missing_group, "cn=a,dc=x");
  cr_assert_eq(stage->directory.n_searches, 1);
  close_stage(stage);
}

Test(ldap_try, groups_are_looked_for_by_nobody_else) {
  struct stage *stage = open_with_groups();
  stage->options.service_name = (radmfa_span){0};
  cr_assert_eq(result(stage)->error, 0);
  cr_assert_eq(stage->directory.n_searches, 0);
  close_stage(stage);
}

Test(ldap_try, a_server_that_hangs_up_at_a_group_is_told) {
  struct stage *stage = open_with_groups();
  stage->directory.on_search = MOOD_HANGS_UP;
  cr_assert_neq(result(stage)->error, 0);
  close_stage(stage);
}

Test(ldap_try, a_certificate_for_another_name_is_told) {
  struct stage *stage = open_stage(LDAP_TLS_LDAPS);
  stage->server.server_name = "dc2.example";
  const struct ldap_trial *trial = result(stage);
  cr_assert_eq(trial->error, RADMFA_E_NAME);
  cr_assert_str_neq(trial->detail, "");
  close_stage(stage);
}

Test(ldap_try, a_silent_server_ends_in_time) {
  struct stage *stage = open_stage(LDAP_TLS_LDAPS);
  stage->options.bind_timeout_ms = 50;
  stage->directory.server.options.is_silent = true;
  cr_assert_eq(result(stage)->error, RADMFA_E_TIMED_OUT);
  close_stage(stage);
}

Test(ldap_try, all_servers_are_tried_and_each_told) {
  struct stage *stage = open_stage(LDAP_TLS_LDAPS);
  struct ldap_server servers[] = {stage->server, stage->server};
  struct ldap_trial trials[2];
  servers[0].port = 0; /* none */
  servers[1].host = "127.0.0.1";
  servers[1].port = 1; /* nobody's */
  stage->options.servers = servers;
  stage->options.n_servers = 2;
  ldap_try(&stage->options, trials);
  cr_assert_eq(trials[0].error, RADMFA_E_INVALID);
  cr_assert_eq(trials[1].error, UV_ECONNREFUSED);
  close_stage(stage);
}
