#include "series.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct series series;

static void tear_down(void) {
  series_cleanup(&series);
}

TestSuite(series, .fini = tear_down);

static const struct series_second *end_second(uint64_t end_ns, uint64_t sent, uint64_t answered) {
  const struct series_totals totals = {.sent = sent, .answered = answered};
  return series_end_second(&series, end_ns, &totals, sent - answered);
}

Test(series, a_second_has_what_was_added_to_the_totals_in_it) {
  end_second(1000000000, 100, 90);
  const struct series_second *second = end_second(2000000000, 250, 240);
  cr_assert_eq(second->now.sent, 150);
  cr_assert_eq(second->now.answered, 150);
  cr_assert_eq(second->pending, 10);
}

Test(series, its_latencies_are_of_its_own_answers) {
  for (int i = 0; i < 100; i++) series_answer(&series, 1000);
  cr_assert_eq(end_second(1000000000, 100, 100)->p99_ns, 1000);
  series_answer(&series, 500);
  cr_assert_eq(end_second(2000000000, 101, 101)->p50_ns, 500);
  cr_assert_eq(end_second(3000000000, 101, 101)->p50_ns, 0);
}

Test(series, an_hour_is_kept_and_told) {
  struct json json;
  char *written;
  size_t size;
  for (uint64_t i = 1; i <= 3600; i++) end_second(i * 1000000000, i, i);
  cr_assert_eq(series.count, 3600);
  cr_assert_eq(series.seconds[1799].end_ns, 1800000000000);
  json = (struct json){.out = open_memstream(&written, &size)};
  json_open(&json, NULL, '{');
  series_put_json(&json, &series);
  json_close(&json, '}');
  fclose(json.out);
  cr_assert_not_null(strstr(written, "\"at_s\": 3600.000000,\n      \"sent\": 1,"));
  free(written);
}
