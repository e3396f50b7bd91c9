#include "report.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct counts {
  uint64_t logins, ok, lost;
};

#define ROW(member, label, depth, flags) \
  { #member, label, offsetof(struct counts, member), depth, flags }
static const struct report_row rows[] = {
    ROW(logins, "logins", 0, 0),
    ROW(ok, "as expected", 1, REPORT_SHARE),
    ROW(lost, "lost", 1, REPORT_IF_ANY | REPORT_SHARE),
};

static char *written;
static size_t size;
static FILE *out;

static void set_up(void) {
  out = open_memstream(&written, &size);
}

static void tear_down(void) {
  free(written);
}

TestSuite(report, .init = set_up, .fini = tear_down);

Test(report, counts_are_aligned_and_have_shares) {
  const struct counts counts = {.logins = 2000, .ok = 1999, .lost = 1};
  report_print_counts(out, rows, 3, &counts);
  fclose(out);
  cr_assert_str_eq(written, "logins         2,000\n"
                            "  as expected  1,999    99.95 %\n"
                            "  lost             1     0.05 %\n");
}

Test(report, a_row_for_a_fault_that_did_not_happen_is_left_out) {
  const struct counts counts = {.logins = 5, .ok = 5};
  report_print_counts(out, rows, 3, &counts);
  fclose(out);
  cr_assert_str_eq(written, "logins         5\n"
                            "  as expected  5   100.00 %\n");
}

Test(report, latencies_are_a_table_and_none_is_a_dash) {
  static struct hist some, none;
  const struct report_latency latencies[] = {{"a", "from when due", &some}, {"b", "none", &none}};
  hist_add(&some, 20000000);
  report_print_latencies(out, latencies, 2);
  fclose(out);
  cr_assert_not_null(strstr(written, "\nlatency in ms         p50"));
  cr_assert_not_null(strstr(written, "\nfrom when due      20.000"));
  cr_assert_not_null(strstr(written, "\nnone                    -"));
}

Test(report, the_secret_stays_out_of_the_json) {
  char words[][24] = {"load", "--secret", "hunter2", "--secret=hunter2", "--quiet"};
  char *argv[] = {words[0], words[1], words[2], words[3], words[4]};
  struct json json;
  report_begin_json(&json, out, "load", 5, argv);
  json_close(&json, '}');
  fclose(out);
  cr_assert_null(strstr(written, "hunter2"));
  cr_assert_not_null(strstr(written, "\"--secret=***\""));
  cr_assert_not_null(strstr(written, "\"schema\": 1,\n  \"command\": \"load\""));
}
