#include "pattern.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_written(const char *text, uint64_t number, const char *want) {
  struct pattern pattern;
  uint8_t written[PATTERN_TEXT_SIZE];
  cr_assert(pattern_parse(text, &pattern), "%s was refused", text);
  size_t len = pattern_write(&pattern, number, written);
  cr_assert(len == strlen(want) && !memcmp(written, want, len), "%s of %llu became %.*s", text,
            (unsigned long long)number, (int)len, (const char *)written);
}

Test(pattern, the_counter_takes_its_place) {
  expect_written("user%06d", 123, "user000123");
  expect_written("user%d@corp.example", 0, "user0@corp.example");
  expect_written("CORP\\user%03d", 12345, "CORP\\user12345");
  expect_written("%d", UINT64_MAX, "18446744073709551615");
  expect_written("%020d", 1, "00000000000000000001");
  expect_written("alice", 9, "alice");
}

Test(pattern, anything_else_with_a_percent_sign_is_refused) {
  const char *const texts[] = {"user%",    "user%s",   "user%6d",  "%d%d", "user%06",
                               "user%-6d", "user%%6d", "user%0d",  "",     "user%021d",
                               "user%lu",  "user%06x", "user%00d", "%d%"};
  struct pattern pattern = {.width = 4711};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(pattern_parse(texts[i], &pattern), "%s was taken", texts[i]);
  cr_assert_eq(pattern.width, 4711);
}

Test(pattern, what_could_not_be_a_password_is_refused) {
  char text[PATTERN_TEXT_SIZE];
  struct pattern pattern;
  memset(text, 'x', sizeof text);
  text[108] = 0;
  cr_assert(pattern_parse(text, &pattern));
  text[108] = 'x';
  text[109] = 0;
  cr_assert_not(pattern_parse(text, &pattern));
}

Test(pattern, what_was_written_is_read_back) {
  struct pattern pattern;
  uint8_t text[PATTERN_TEXT_SIZE];
  cr_assert(pattern_parse("u%04d@x", &pattern));
  for (uint64_t number = 0; number < 200000; number += 37) {
    uint64_t again = 0;
    cr_assert(
        pattern_read(&pattern, (radmfa_span){text, pattern_write(&pattern, number, text)}, &again));
    cr_assert_eq(again, number);
  }
}

Test(pattern, other_texts_are_no_match) {
  const char *const texts[] = {"",           "user",       "user1",       "user00001",
                               "user00000x", "User000001", "user0000001", "user000001 "};
  struct pattern pattern;
  uint64_t number = 4711;
  cr_assert(pattern_parse("user%06d", &pattern));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_not(pattern_read(&pattern, radmfa_text(texts[i]), &number), "%s fits", texts[i]);
  cr_assert_eq(number, 4711);
}
