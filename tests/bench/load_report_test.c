#include "load_report.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct load_run run;
static struct load_options options;

static void set_up(void) {
  run = (struct load_run){.counts = {.planned = 2, .ok = 2}};
  options = (struct load_options){.request = {.message_authenticator = true}};
}

TestSuite(load_report, .init = set_up);

static bool says(const char *what) {
  char *written;
  size_t size;
  FILE *out = open_memstream(&written, &size);
  load_print(out, &run, &options);
  fclose(out);
  bool found = strstr(written, what);
  free(written);
  return found;
}

Test(load_report, a_sender_that_kept_its_plan_is_valid) {
  for (int i = 0; i < 1000; i++) hist_add(&run.behind, 50000);
  hist_add(&run.behind, 900000000); /* one hiccup is none */
  cr_assert(load_is_valid(&run));
  cr_assert_not(says("INVALID"));
}

Test(load_report, a_sender_more_than_10_ms_behind_at_p99_is_invalid) {
  for (int i = 0; i < 98; i++) hist_add(&run.behind, 50000);
  for (int i = 0; i < 2; i++) hist_add(&run.behind, 11000000);
  cr_assert_not(load_is_valid(&run));
  cr_assert(says("INVALID: the sender fell behind its plan, by 11 ms at p99 (10 ms allowed)."));
}

Test(load_report, a_login_that_could_not_be_sent_makes_it_invalid) {
  run.counts.not_sent = 1;
  cr_assert_not(load_is_valid(&run));
}

Test(load_report, it_is_as_expected_when_every_login_is) {
  cr_assert(load_is_as_expected(&run, &options));
  run.counts.ok = 1;
  cr_assert_not(load_is_as_expected(&run, &options));
}

Test(load_report, replies_that_are_not_signed_first_are_not_as_expected_unless_told) {
  run.counts.not_signed_first = 1;
  cr_assert_not(load_is_as_expected(&run, &options));
  options.request.message_authenticator = false;
  cr_assert(load_is_as_expected(&run, &options));
}
