/* Points in time as administrators write them. */
#include "radmfactl/moment.h"

#include <criterion/criterion.h>

#define NOW UINT64_C(1796115600250) /* 2026-12-01T09:00:00.250Z */

static void is_from(const char *text, const char *want) {
  char moment[MOMENT_SIZE];
  cr_assert(moment_parse(text, MOMENT_FIRST, NOW, moment), "%s", text);
  cr_assert_str_eq(moment, want, "%s: %s", text, moment);
}

static void is_until(const char *text, const char *want) {
  char moment[MOMENT_SIZE];
  cr_assert(moment_parse(text, MOMENT_LAST, NOW, moment), "%s", text);
  cr_assert_str_eq(moment, want, "%s: %s", text, moment);
}

Test(moment, a_day_begins_or_ends) {
  is_from("2026-12-01", "2026-12-01T00:00:00.000Z");
  is_until("2026-12-01", "2026-12-01T23:59:59.999Z");
  is_from("2024-02-29", "2024-02-29T00:00:00.000Z");
}

Test(moment, a_time_is_utc) {
  is_from("2026-12-01 09:30", "2026-12-01T09:30:00.000Z");
  is_until("2026-12-01 09:30", "2026-12-01T09:30:59.999Z");
  is_from("2026-12-01T09:30:15Z", "2026-12-01T09:30:15.000Z");
  is_until("2026-12-01T09:30:15", "2026-12-01T09:30:15.999Z");
  is_until("2026-12-01T09:30:15.123Z", "2026-12-01T09:30:15.123Z");
}

Test(moment, it_may_be_so_long_ago) {
  is_from("90s", "2026-12-01T08:58:30.250Z");
  is_from("30m", "2026-12-01T08:30:00.250Z");
  is_until("2h", "2026-12-01T07:00:00.250Z");
  is_from("7d", "2026-11-24T09:00:00.250Z");
  is_from("999999d", "1970-01-01T00:00:00.000Z");
}

Test(moment, what_is_none_is_refused) {
  static const char *const none[] = {"",
                                     "yesterday",
                                     "2026",
                                     "2026-13-01",
                                     "2026-02-30",
                                     "2026-12-1",
                                     "2026-12-01Z",
                                     "2026-12-01 25:00",
                                     "2026-12-01 09:00 +0100",
                                     "2026-12-01x09:00",
                                     "2026/12/01",
                                     "1969-12-31",
                                     "-1h",
                                     "1",
                                     "h",
                                     "1w",
                                     "1h30",
                                     "12345678s",
                                     "2026-12-01T09:00:00.000000Z"};
  char moment[MOMENT_SIZE];
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    cr_assert_not(moment_parse(none[i], MOMENT_FIRST, NOW, moment), "%s: %s", none[i], moment);
}

Test(moment, radmfads_times_are_shown_to_the_second) {
  char shown[MOMENT_SHOWN_SIZE];
  uint64_t ms;
  cr_assert_str_eq(moment_show("2026-12-01T09:00:00.250Z", shown), "2026-12-01 09:00:00");
  cr_assert_str_eq(moment_show("soon", shown), "");
  cr_assert(moment_ms("2026-12-01T09:00:00.250Z", &ms));
  cr_assert_eq(ms, NOW);
}
