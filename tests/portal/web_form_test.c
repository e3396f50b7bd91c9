#include "portal/form.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parses a copy of just its size, which is returned; to be freed. */
static char *parsed(struct form *form, const char *text, bool is_good) {
  char *copy = strdup(text);
  cr_assert_eq(form_parse(form, copy, strlen(text)), is_good, "%s", text);
  return copy;
}

Test(form, fields_are_decoded) {
  struct form form;
  char *copy = parsed(&form, "user=CORP%5Cbob&password=a+b%2Bc%26%3D&empty=&alone", true);
  cr_assert_str_eq(form_get(&form, "user"), "CORP\\bob");
  cr_assert_str_eq(form_get(&form, "password"), "a b+c&=");
  cr_assert_str_eq(form_find(&form, "empty"), "");
  cr_assert_str_eq(form_find(&form, "alone"), "");
  cr_assert_null(form_find(&form, "other"));
  cr_assert_str_eq(form_get(&form, "other"), "");
  free(copy);
}

Test(form, the_first_of_two_counts) {
  struct form form;
  char *copy = parsed(&form, "a=1&a=2&&b=3&", true);
  cr_assert_str_eq(form_get(&form, "a"), "1");
  cr_assert_str_eq(form_get(&form, "b"), "3");
  cr_assert_eq(form.count, 3);
  free(copy);
}

Test(form, what_is_malformed_has_no_fields) {
  const char *const wrong[] = {"a=%",   "a=%4",  "a=%zz", "%=1",         "a=%00",
                               "%00=a", "a=%ff", "a=%c3", "a=%ed%a0%80", "b=1&a=%"};
  struct form form;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    free(parsed(&form, wrong[i], false));
    cr_assert_eq(form.count, 0);
  }
}

Test(form, there_are_not_too_many_fields) {
  char text[FORM_FIELDS_MAX * 2 + 3] = "";
  struct form form;
  for (size_t i = 0; i < FORM_FIELDS_MAX; i++) memcpy(text + 2 * i, "a&", 2);
  free(parsed(&form, text, true));
  memcpy(text + sizeof text - 3, "a&", 3);
  free(parsed(&form, text, false));
}

Test(form, utf8_is_in_its_shortest_form) {
  cr_assert(form_is_utf8("gr\xc3\xbc\xc3\x9f"
                         "e \xf0\x9f\x93\x9e"));
  cr_assert_not(form_is_utf8("\xc0\xaf"));
  cr_assert_not(form_is_utf8("\xe0\x80\xaf"));
  cr_assert_not(form_is_utf8("\xf4\x90\x80\x80"));
  cr_assert_not(form_is_utf8("\x80"));
  cr_assert_not(form_is_utf8("\xc3"));
}
