#include "portal/text.h"

#include <criterion/criterion.h>
#include <string.h>

Test(text, it_grows_as_it_is_written) {
  struct text text = {0};
  for (int i = 0; i < 1000; i++) text_puts(&text, "abc");
  cr_assert_eq(text.len, 3000);
  cr_assert_eq(strlen(text.bytes), 3000);
  cr_assert_not(text.failed);
  text_free(&text);
}

Test(text, what_is_over_its_limit_fails_once_and_for_all) {
  struct text text = {.max = 300};
  for (int i = 0; i < 200; i++) text_puts(&text, "abc");
  cr_assert(text.failed);
  cr_assert_leq(text.len, 300);
  text_puts(&text, "");
  cr_assert(text.failed);
  text_free(&text);
  cr_assert_not(text.failed);
}

Test(text, its_head_can_be_dropped) {
  struct text text = {0};
  text_puts(&text, "one\ntwo\n");
  text_drop(&text, 4);
  cr_assert_eq(text.len, 4);
  cr_assert(!memcmp(text.bytes, "two\n", 4));
  text_drop(&text, 4);
  cr_assert_eq(text.len, 0);
  text_free(&text);
}
