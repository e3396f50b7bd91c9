/* People read out of a directory that is a part of the test. */
#include "primary/ldap_list.h"

#include "directory.h"
#include "loopback.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <radmfa/error.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define LONG_MS 30000u

/* A directory on the test's loop, and who reads it in a thread. */
struct stage {
  struct loopback loopback;
  struct directory directory;
  struct ldap_server servers[2];
  struct ldap_options options;
  const char *typed; /* NULL: all are read */
  size_t pages_wanted;
  atomic_bool stop;
  struct ldap_list_end end;
  struct ldap_person people[16];
  size_t n, n_pages;
  uv_async_t done;
  bool is_done;
};

static void on_done(uv_async_t *async) {
  ((struct stage *)async->data)->is_done = true;
}

static bool is_done(void *user) {
  return ((struct stage *)user)->is_done;
}

static bool take_page(const struct ldap_person *people, size_t n, void *user) {
  struct stage *stage = user;
  cr_assert_leq(stage->n + n, 16);
  memcpy(&stage->people[stage->n], people, n * sizeof *people);
  stage->n += n;
  return ++stage->n_pages < stage->pages_wanted;
}

static void *read_it(void *user) {
  struct stage *stage = user;
  const struct ldap_list_request request = {take_page, stage, &stage->stop};
  if (stage->typed)
    ldap_find(&stage->options, radmfa_text(stage->typed), NULL, &stage->people[0], &stage->end);
  else
    ldap_list(&stage->options, &request, &stage->end);
  uv_async_send(&stage->done);
  return NULL;
}

static struct stage *open_stage(void) {
  static const char *const domains[] = {"CORP"};
  struct stage *stage = calloc(1, sizeof *stage);
  signal(SIGPIPE, SIG_IGN);
  loopback_open(&stage->loopback);
  uv_async_init(&stage->loopback.loop, &stage->done, on_done);
  stage->done.data = stage;
  directory_open(&stage->directory, &stage->loopback.loop, NULL, false);
  stage->directory.attribute = "entryUUID";
  stage->directory.value = radmfa_text("id-0");
  stage->directory.more[0].attribute = "uid";
  stage->directory.more[0].value = "alice";
  stage->servers[0] =
      (struct ldap_server){"dc1", "127.0.0.1", stage->directory.server.port, LDAP_TLS_PLAIN, NULL};
  stage->options = (struct ldap_options){.servers = stage->servers,
                                         .n_servers = 1,
                                         .names = {domains, 1, "{user}@corp.example"},
                                         .identity_attribute = "entryUUID",
                                         .base = "dc=corp",
                                         .service_name = radmfa_text("reader"),
                                         .service_password = radmfa_text("right"),
                                         .connect_timeout_ms = LONG_MS,
                                         .bind_timeout_ms = LONG_MS};
  stage->pages_wanted = 100;
  return stage;
}

static const struct ldap_list_end *result(struct stage *stage) {
  pthread_t thread;
  cr_assert_eq(pthread_create(&thread, NULL, read_it, stage), 0);
  loopback_run_until(&stage->loopback, is_done, stage);
  pthread_join(thread, NULL);
  return &stage->end;
}

static void close_stage(struct stage *stage) {
  uv_close((uv_handle_t *)&stage->done, NULL);
  directory_close(&stage->directory);
  loopback_close(&stage->loopback);
  free(stage);
}

static void ends_with(struct stage *stage, int error, const char *word) {
  const struct ldap_list_end *end = result(stage);
  cr_assert_eq(end->error, error, "%d, %s", end->error, end->detail);
  cr_assert_not_null(strstr(end->detail, word), "%s", end->detail);
  close_stage(stage);
}

Test(ldap_list, the_service_account_reads_page_after_page) {
  struct stage *stage = open_stage();
  stage->directory.n_entries = 2;
  stage->directory.n_pages = 3;
  const struct ldap_list_end *end = result(stage);
  cr_assert_eq(end->error, 0, "%s", end->detail);
  cr_assert_eq(end->n_people, 6);
  cr_assert_eq(stage->n, 6);
  cr_assert_eq(stage->n_pages, 3);
  cr_assert_str_eq(stage->people[0].identity, "id-0");
  cr_assert_str_eq(stage->people[5].identity, "id-5");
  cr_assert_str_eq(stage->people[5].name, "alice");
  cr_assert_str_eq(stage->directory.name, "reader");
  cr_assert_str_eq(stage->directory.base, "dc=corp");
  cr_assert_eq(stage->directory.page_size, LDAP_LIST_PAGE);
  close_stage(stage);
}

Test(ldap_list, an_empty_directory_has_nobody) {
  struct stage *stage = open_stage();
  stage->directory.n_entries = 0;
  cr_assert_eq(result(stage)->error, 0);
  cr_assert_eq(stage->n_pages, 0);
  close_stage(stage);
}

Test(ldap_list, an_entry_without_identity_is_nobodys) {
  struct stage *stage = open_stage();
  stage->directory.attribute = NULL;
  cr_assert_eq(result(stage)->error, 0);
  cr_assert_eq(stage->end.n_people, 0);
  cr_assert_eq(stage->end.n_unfit, 1);
  close_stage(stage);
}

Test(ldap_list, who_takes_pages_may_have_had_enough) {
  struct stage *stage = open_stage();
  stage->directory.n_pages = 3;
  stage->pages_wanted = 1;
  ends_with(stage, RADMFA_E_CANCELLED, "no more are wanted");
}

Test(ldap_list, a_service_account_that_is_refused_is_told_and_tried_once) {
  struct stage *stage = open_stage();
  stage->servers[1] = stage->servers[0];
  stage->options.n_servers = 2;
  stage->options.service_password = radmfa_text("wrong");
  cr_assert_eq(result(stage)->error, RADMFA_E_UNREACHABLE);
  cr_assert_str_eq(stage->end.detail, "dc1: wrong_password");
  cr_assert_eq(stage->directory.n_binds, 1);
  close_stage(stage);
}

Test(ldap_list, a_directory_that_refuses_pages_is_told) {
  struct stage *stage = open_stage();
  stage->directory.on_search = MOOD_REFUSES;
  ends_with(stage, RADMFA_E_UNREACHABLE,
            "dc1: the directory ends the search: result 53, unwilling");
}

Test(ldap_list, a_server_that_hangs_up_has_not_given_all) {
  struct stage *stage = open_stage();
  stage->directory.on_search = MOOD_HANGS_UP;
  ends_with(stage, UV_EOF, "dc1");
}

Test(ldap_list, the_next_server_is_asked_where_the_first_is_down) {
  struct stage *stage = open_stage();
  stage->servers[1] = stage->servers[0];
  stage->servers[0].port = 1; /* nobody's */
  stage->options.n_servers = 2;
  cr_assert_eq(result(stage)->error, 0, "%s", stage->end.detail);
  cr_assert_eq(stage->n, 1);
  close_stage(stage);
}

Test(ldap_list, no_server_that_answers_is_told) {
  struct stage *stage = open_stage();
  stage->servers[0].port = 0; /* none */
  stage->servers[1] = stage->servers[0];
  stage->options.n_servers = 2;
  ends_with(stage, RADMFA_E_INVALID, "dc1");
}

Test(ldap_list, more_than_a_page_that_was_asked_for_is_not_taken) {
  struct stage *stage = open_stage();
  stage->typed = "alice";
  stage->directory.n_entries = 4;
  ends_with(stage, RADMFA_E_TOO_BIG, "more entries");
}

static bool is_asked(void *user) {
  return ((struct stage *)user)->directory.n_held > 0;
}

Test(ldap_list, it_can_be_stopped_while_the_directory_is_silent) {
  struct stage *stage = open_stage();
  pthread_t thread;
  stage->directory.on_search = MOOD_SILENT;
  cr_assert_eq(pthread_create(&thread, NULL, read_it, stage), 0);
  loopback_run_until(&stage->loopback, is_asked, stage);
  stage->stop = true;
  loopback_run_until(&stage->loopback, is_done, stage);
  pthread_join(thread, NULL);
  cr_assert_eq(stage->end.error, RADMFA_E_CANCELLED);
  close_stage(stage);
}

Test(ldap_list, without_service_account_nobody_reads) {
  struct stage *stage = open_stage();
  stage->options.service_name = (radmfa_span){0};
  const struct ldap_list_request request = {take_page, stage, NULL};
  ldap_list(&stage->options, &request, &stage->end);
  cr_assert_eq(stage->end.error, RADMFA_E_INVALID);
  close_stage(stage);
}

/* ---- one ---- */

Test(ldap_list, one_is_found_under_the_names_that_he_types) {
  struct stage *stage = open_stage();
  stage->typed = "CORP\\alice";
  cr_assert_eq(result(stage)->error, 0, "%s", stage->end.detail);
  cr_assert_str_eq(stage->people[0].identity, "id-0");
  cr_assert_eq(stage->directory.page_size, 0);
  cr_assert_not_null(memmem(stage->directory.request, stage->directory.request_len,
                            "alice@corp.example", strlen("alice@corp.example")));
  close_stage(stage);
}

Test(ldap_list, one_who_is_not_there_is_not_found) {
  struct stage *stage = open_stage();
  stage->typed = "alice";
  stage->directory.n_entries = 0;
  ends_with(stage, RADMFA_E_NOT_FOUND, "");
}

Test(ldap_list, several_are_nobody) {
  struct stage *stage = open_stage();
  stage->typed = "alice";
  stage->directory.n_entries = 2;
  ends_with(stage, RADMFA_E_EXISTS, "");
}

Test(ldap_list, another_domains_user_is_not_asked_for) {
  struct stage *stage = open_stage();
  stage->typed = "OTHER\\alice";
  cr_assert_eq(result(stage)->error, RADMFA_E_NOT_FOUND);
  cr_assert_eq(stage->directory.n_binds, 0);
  close_stage(stage);
}
