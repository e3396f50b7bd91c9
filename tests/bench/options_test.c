#include "load_options.h"
#include "upstream_options.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *said;

static void tear_down(void) {
  free(said);
}

TestSuite(options, .fini = tear_down);

/* Words apart from each other by one space. */
static int split(char *text, char *argv[32]) {
  int argc = 0;
  for (char *rest = text, *word; (word = strtok_r(rest, " ", &rest));) argv[argc++] = word;
  return argc;
}

static enum args_result load_of(const char *line, struct load_options *out_options) {
  static char text[512];
  char *argv[32];
  size_t size;
  free(said);
  FILE *out = open_memstream(&said, &size);
  snprintf(text, sizeof text, "load --server 127.0.0.1:1 --secret s %s", line);
  enum args_result result = load_options_read(split(text, argv), argv, out_options, out, out);
  fclose(out);
  return result;
}

Test(options, a_load_is_500_logins_a_second_for_10_s_unless_told) {
  struct load_options load;
  cr_assert_eq(load_of("", &load), ARGS_OK);
  cr_assert_eq(load.n_logins, 5000);
  cr_assert_eq(load.users.expected, RADMFA_ACCESS_ACCEPT);
  cr_assert(load.request.message_authenticator);
}

Test(options, a_duration_and_a_rate_make_a_number_of_logins) {
  struct load_options load;
  cr_assert_eq(load_of("--rate 0.5 --duration 60s --expect reject", &load), ARGS_OK);
  cr_assert_eq(load.n_logins, 30);
  cr_assert_eq(load.users.expected, RADMFA_ACCESS_REJECT);
}

Test(options, logins_and_a_duration_exclude_each_other) {
  struct load_options load;
  cr_assert_eq(load_of("--logins 5 --duration 60s", &load), ARGS_WRONG);
  cr_assert_str_eq(said, "radmfa-bench load: --logins and --duration exclude each other; "
                         "see radmfa-bench load --help\n");
}

Test(options, a_closed_loop_has_no_rate_and_no_plan) {
  struct load_options load;
  cr_assert_eq(load_of("--outstanding 64 --duration 1s", &load), ARGS_OK);
  cr_assert_eq(load.outstanding, 64);
  cr_assert_eq(load.n_logins, UINT64_MAX);
  cr_assert_eq(load_of("--outstanding 64 --rate 5", &load), ARGS_WRONG);
  cr_assert_eq(load_of("--outstanding 64 --plan poisson", &load), ARGS_WRONG);
}

Test(options, a_plan_of_steps_says_itself_how_many_logins_there_are) {
  struct load_options load;
  cr_assert_eq(load_of("--plan step:100/10s,500/2s", &load), ARGS_OK);
  cr_assert_eq(load.n_logins, 2000);
  cr_assert_eq(load_of("--plan ramp:0..100/10s --logins 5", &load), ARGS_WRONG);
}

Test(options, a_profile_sets_what_an_ad_connector_does_and_what_follows_prevails) {
  struct load_options load;
  cr_assert_eq(load_of("--profile workspaces --timeout 3s --server 127.0.0.1:2", &load), ARGS_OK);
  cr_assert_eq(load.sources.count, 2);
  cr_assert_eq(load.retransmission.times, 4);
  cr_assert_eq(load.timeout_ns, 3000000000);
  cr_assert_eq(load.servers.count, 2);
}

Test(options, a_selftest_needs_no_server_and_everything_else_does) {
  struct load_options load;
  char *argv[] = {(char[]){"load"}, (char[]){"--selftest"}};
  cr_assert_eq(load_options_read(2, argv, &load, stdout, stderr), ARGS_OK);
  cr_assert(load.outstanding && load.secret.text);
  cr_assert_eq(load_options_read(1, argv, &load, stdout, stderr), ARGS_WRONG);
}

static enum args_result upstream_of(const char *line, struct upstream_options *out_options) {
  static char text[512];
  char *argv[32];
  size_t size;
  free(said);
  FILE *out = open_memstream(&said, &size);
  snprintf(text, sizeof text, "upstream --listen 127.0.0.1:0 --secret s %s", line);
  enum args_result result = upstream_options_read(split(text, argv), argv, out_options, out, out);
  fclose(out);
  return result;
}

Test(options, an_upstream_answers_at_once_and_signs_unless_told) {
  struct upstream_options upstream;
  cr_assert_eq(upstream_of("", &upstream), ARGS_OK);
  cr_assert_eq(upstream.delay.max_ns, 0);
  cr_assert(upstream.answer.message_authenticator && upstream.status_server);
  cr_assert_eq(upstream.faults.lose, 0);
}

Test(options, an_upstream_takes_all_it_can_be_told) {
  struct upstream_options upstream;
  cr_assert_eq(upstream_of("--verdict check --lose 5% --double 1% --no-message-authenticator "
                           "--status-server off --stop-after 3s --stop-for 2s --drop-duplicates",
                           &upstream),
               ARGS_OK);
  cr_assert_eq(upstream.answer.verdict, VERDICT_CHECK);
  cr_assert_float_eq(upstream.faults.twice, 0.01, 1e-12);
  cr_assert(!upstream.answer.message_authenticator && !upstream.status_server);
  cr_assert_eq(upstream.stop_for_ns, 2000000000);
  cr_assert(upstream.drop_duplicates);
}

Test(options, who_stops_must_come_back) {
  struct upstream_options upstream;
  cr_assert_eq(upstream_of("--stop-after 3s", &upstream), ARGS_WRONG);
  cr_assert_str_eq(said, "radmfa-bench upstream: --stop-after needs --stop-for\n");
}
