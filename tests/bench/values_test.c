#include "values.h"

#include <criterion/criterion.h>

Test(values, durations_have_units) {
  static const struct {
    const char *text;
    uint64_t ns;
  } good[] = {{"0", 0},
              {"50us", 50000},
              {"10ms", 10000000},
              {"20s", 20000000000},
              {"2m", 120000000000},
              {"24h", 86400000000000}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    uint64_t ns = 1;
    cr_assert(read_duration(good[i].text, &ns), "%s was refused", good[i].text);
    cr_assert_eq(ns, good[i].ns, "%s became %llu", good[i].text, (unsigned long long)ns);
  }
}

Test(values, other_durations_are_refused) {
  const char *const texts[] = {
      "", "5", "s", "-1s", "1.5s", "1 s", "25h", "99999999999999999999s", "1sec"};
  uint64_t ns = 4711;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_duration(texts[i], &ns), "%s was taken", texts[i]);
  cr_assert_eq(ns, 4711);
}

Test(values, a_share_is_a_percentage) {
  double share = 1;
  cr_assert(read_share("5%", &share));
  cr_assert_float_eq(share, 0.05, 1e-12);
  cr_assert(read_share("0.1%", &share));
  cr_assert_float_eq(share, 0.001, 1e-12);
  cr_assert(read_share("0", &share));
  cr_assert_eq(share, 0);
}

Test(values, other_shares_are_refused) {
  const char *const texts[] = {"",    "5",    "%",    "101%", "-1%",
                               "5%%", "0x5%", "nan%", "1e1%", "1.1.1%"};
  double share = 0.5;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_share(texts[i], &share), "%s was taken", texts[i]);
  cr_assert_eq(share, 0.5);
}

Test(values, a_rate_is_above_zero_and_finite) {
  const char *const texts[] = {"", "0", "-5", "abc", "inf", "nan", "5/s", "1e9", "99999999999"};
  double rate = 0;
  cr_assert(read_rate("0.25", &rate));
  cr_assert_eq(rate, 0.25);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_rate(texts[i], &rate), "%s was taken", texts[i]);
}

Test(values, a_count_is_a_whole_number_from_1_on) {
  const char *const texts[] = {"", "0", "-1", "+1", " 1", "1.0", "1k", "18446744073709551616"};
  uint64_t count = 0;
  cr_assert(read_count("18446744073709551615", &count));
  cr_assert_eq(count, UINT64_MAX);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_count(texts[i], &count), "%s was taken", texts[i]);
}

Test(values, retransmission_is_a_time_and_how_often) {
  const char *const texts[] = {"", "5s", "5s,", ",3", "5s,0", "0s,3", "5s,3,1", "5s,1000"};
  struct retransmission found = {0};
  cr_assert(read_retransmission("5s,3", &found));
  cr_assert_eq(found.every_ns, 5000000000);
  cr_assert_eq(found.times, 3);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(read_retransmission(texts[i], &found), "%s was taken", texts[i]);
  cr_assert(read_retransmission("none", &found));
  cr_assert_eq(found.times, 0);
}

Test(values, a_server_has_a_port) {
  radmfa_address address = {.port = 1};
  cr_assert_not(read_address("127.0.0.1", &address));
  cr_assert_not(read_address("127.0.0.1:0", &address));
  cr_assert(read_address("[::1]:1812", &address));
  cr_assert_eq(address.port, 1812);
  cr_assert(read_listen_address("127.0.0.1:0", &address));
}
