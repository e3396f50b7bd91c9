#include "page.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char *written;
static size_t size;
static struct tree_document *documents[2];

static void tear_down(void) {
  free(written);
  tree_free(documents[0]);
  tree_free(documents[1]);
}

TestSuite(page, .fini = tear_down);

static const char valid[] =
    "{\"schema\": 1, \"command\": \"load\", \"valid\": true, \"as_expected\": true,"
    "\"arguments\": [\"--users\", \"<b>&\"], \"ran_s\": 2, \"plan\": \"constant\","
    "\"counts\": {\"planned\": 1234567, \"ok\": 1234567, \"lost\": 0},"
    "\"latency_ms\": {\"from_due\": {\"count\": 8000, \"p50\": 1.5, \"percentiles\":"
    "{\"0\": 1, \"50\": 1.5, \"90\": 3}}},"
    "\"series\": [{\"at_s\": 1, \"answered\": 4000, \"pending\": 5, \"p50_ms\": 1, \"p99_ms\": "
    "2}]}";
static const char invalid[] = "{\"schema\": 1, \"command\": \"load\", \"valid\": false,"
                              "\"latency_ms\": {\"behind\": {\"p99\": 20}}}";

static struct page_run run_of(size_t i, const char *name, const char *json) {
  documents[i] = tree_parse(json, strlen(json));
  cr_assert_not_null(documents[i]);
  return (struct page_run){name, tree_root(documents[i])};
}

static void write_page(const struct page_run *run, const struct page_run *other) {
  FILE *out = open_memstream(&written, &size);
  page_write(out, run, other);
  fclose(out);
}

static bool says(const char *what) {
  return strstr(written, what);
}

Test(page, it_shows_figures_and_pictures_and_needs_nothing_else) {
  struct page_run run = run_of(0, "now", valid);
  write_page(&run, NULL);
  cr_assert(says("1,234,567") && says("4,000") && says("1.5 ms"));
  cr_assert(says("<h2>Latency</h2>") && says("<h2>Throughput</h2>") && says("<h2>Pending</h2>"));
  cr_assert_not(says("<script") || says("src=") || says("href=") || says("url("));
  cr_assert_not(says("class=alert"));
}

Test(page, what_the_command_line_held_is_text_and_no_markup) {
  struct page_run run = run_of(0, "now", valid);
  write_page(&run, NULL);
  cr_assert(says("&lt;b&gt;&amp;"));
  cr_assert_not(says("<b>&"));
}

Test(page, two_runs_stand_side_by_side) {
  struct page_run run = run_of(0, "now", valid), other = run_of(1, "then", valid);
  write_page(&run, &other);
  cr_assert(says("<th class=a>now</th><th class=b>then</th>"));
  cr_assert(says("class=\"line a\"") && says("class=\"line b\""));
}

Test(page, an_invalid_run_says_so_first) {
  struct page_run run = run_of(0, "now", invalid);
  write_page(&run, NULL);
  cr_assert(says("<p class=alert>now: INVALID. The sender fell behind its plan, by 20 ms at p99"));
}

Test(page, only_reports_of_load_in_this_schema_can_be_shown) {
  struct page_run run = run_of(0, "now", valid);
  cr_assert(page_can_show(run.report));
  run = run_of(1, "now", "{\"schema\": 2, \"command\": \"load\"}");
  cr_assert_not(page_can_show(run.report));
}
