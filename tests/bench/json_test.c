#include "json.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static char *written;
static size_t size;
static struct json json;

static void set_up(void) {
  json = (struct json){.out = open_memstream(&written, &size)};
}

static const char *text(void) {
  fclose(json.out);
  return written;
}

static void tear_down(void) {
  free(written);
}

TestSuite(json, .init = set_up, .fini = tear_down);

Test(json, objects_and_arrays_are_laid_out_in_levels) {
  json_open(&json, NULL, '{');
  json_count(&json, "n", 1);
  json_open(&json, "list", '[');
  json_text(&json, NULL, "a");
  json_text(&json, NULL, NULL);
  json_close(&json, ']');
  json_bool(&json, "yes", true);
  json_close(&json, '}');
  cr_assert_str_eq(
      text(), "{\n  \"n\": 1,\n  \"list\": [\n    \"a\",\n    null\n  ],\n  \"yes\": true\n}\n");
}

Test(json, empty_ones_stay_on_their_line) {
  json_open(&json, NULL, '{');
  json_open(&json, "list", '[');
  json_close(&json, ']');
  json_number(&json, "x", 1.5);
  json_close(&json, '}');
  cr_assert_str_eq(text(), "{\n  \"list\": [],\n  \"x\": 1.500000\n}\n");
}

Test(json, quotes_backslashes_and_controls_are_escaped) {
  json_open(&json, NULL, '[');
  json_text(&json, NULL, "a\"b\\c\n\x01é");
  json_close(&json, ']');
  cr_assert_str_eq(text(), "[\n  \"a\\\"b\\\\c\\u000a\\u0001é\"\n]\n");
}
