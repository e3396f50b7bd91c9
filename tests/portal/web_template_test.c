/* What templates can do, and that nothing gets past the escaping. */
#include "portal/template.h"

#include "portal/assets.h"
#include "portal/messages.h"

#include <criterion/criterion.h>
#include <string.h>

/* What `source` gives with these values, or NULL; valid until the next one. */
static const char *made(struct text *out, const char *source, const char *json) {
  json_t *data = json_loads(json, 0, NULL);
  cr_assert_not_null(data);
  text_free(out);
  bool put = template_put_source(out, source, strlen(source), data, LANGUAGE_EN);
  json_decref(data);
  return put ? out->len ? out->bytes : "" : NULL;
}

#define GIVES(source, json, wanted)             \
  do {                                          \
    struct text out = {0};                      \
    const char *got = made(&out, source, json); \
    cr_assert(got != NULL, "%s", source);       \
    cr_assert_str_eq(got, wanted);              \
    text_free(&out);                            \
  } while (0)
#define FAILS(source, json)                                 \
  do {                                                      \
    struct text out = {0};                                  \
    cr_assert_null(made(&out, source, json), "%s", source); \
    text_free(&out);                                        \
  } while (0)

Test(template, values_are_escaped) {
  GIVES("<p title=\"{{x}}\">", "{\"x\": \"a<b>&\\\"'\"}",
        "<p title=\"a&lt;b&gt;&amp;&quot;&#39;\">");
  GIVES("{{x}}", "{\"x\": \"{{y}}\"}", "{{y}}");
  GIVES("{{x}}", "{\"x\": \"gr\\u00fc\\u00dfe\"}",
        "gr\xc3\xbc\xc3\x9f"
        "e");
}

Test(template, addresses_are_percent_encoded) {
  GIVES("?a={{u:x}}", "{\"x\": \"a b&c=\\u00fc/'\\\"<\"}", "?a=a%20b%26c%3D%C3%BC%2F%27%22%3C");
}

Test(template, numbers_are_whole_ones) {
  GIVES("{{x}}", "{\"x\": 42}", "42");
  FAILS("{{x}}", "{\"x\": 4.2}");
  FAILS("{{x}}", "{\"x\": true}");
  FAILS("{{x}}", "{\"x\": {}}");
}

Test(template, null_is_nothing_and_an_unknown_name_is_an_error) {
  GIVES("[{{x}}]", "{\"x\": null}", "[]");
  FAILS("{{x}}", "{}");
  FAILS("{{#x}}{{/x}}", "{}");
  FAILS("{{^x}}{{/x}}", "{}");
  FAILS("{{t:no_such_message}}", "{}");
  FAILS("{{m:x}}", "{\"x\": \"no_such_message\"}");
  FAILS("{{>no_such_template}}", "{}");
  FAILS("{{>}}", "{}");
}

Test(template, messages_are_found_by_their_key) {
  GIVES("{{t:sign_out}}", "{}", "Sign out");
  GIVES("{{m:x}}", "{\"x\": \"sign_out\"}", "Sign out");
}

Test(template, a_section_is_put_for_each_of_a_list) {
  GIVES("{{#l}}<{{n}}{{o}}>{{/l}}", "{\"o\": \"!\", \"l\": [{\"n\": 1}, {\"n\": 2}]}", "<1!><2!>");
  GIVES("{{#l}}x{{/l}}{{^l}}none{{/l}}", "{\"l\": []}", "none");
}

Test(template, a_section_is_put_once_for_what_is_true) {
  GIVES("{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\": true}", "yes");
  GIVES("{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\": false}", "no");
  GIVES("{{#x}}yes{{/x}}{{^x}}no{{/x}}", "{\"x\": null}", "no");
  GIVES("{{#x}}yes {{x}}{{/x}}", "{\"x\": \"text\"}", "yes text");
  GIVES("{{#x}}{{y}}{{/x}}", "{\"x\": {\"y\": \"inner\"}, \"y\": \"outer\"}", "inner");
}

Test(template, sections_are_nested) {
  GIVES("{{#a}}{{#b}}{{^c}}x{{/c}}{{/b}}{{/a}}", "{\"a\": true, \"b\": [{}, {}], \"c\": false}",
        "xx");
  GIVES("{{#a}}{{#a}}x{{/a}}{{/a}}", "{\"a\": true}", "x");
  GIVES("{{^a}}{{#b}}{{no}}{{/b}}{{/a}}", "{\"a\": true, \"b\": true}", "");
}

Test(template, what_is_not_closed_is_an_error) {
  const char *const wrong[] = {"{{x",          "{{x}",   "{{#x}}",
                               "{{#x}}{{/y}}", "{{/x}}", "{{",
                               "{{}}",         "{{#}}",  "{{#x}}{{#y}}{{/x}}{{/y}}",
                               "{{ {{x}}",     "{{t:}}", "{{#x}}{{>}}"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    FAILS(wrong[i], "{\"x\": true, \"y\": true}");
}

Test(template, sections_are_not_nested_without_end) {
  char source[64 * 6 + 1];
  for (size_t i = 0; i < 64; i++) memcpy(source + i * 6, "{{#x}}", 6);
  source[sizeof source - 1] = '\0';
  FAILS(source, "{\"x\": true}");
}

/* All names that a template could want are asked for in vain, but each tag can be read. */
static void check_tags(const struct asset *asset) {
  for (const char *at = asset->bytes; (at = strstr(at, "{{t:"));) {
    char key[64];
    size_t len = strcspn(at + 4, "}");
    cr_assert(len < sizeof key);
    memcpy(key, at + 4, len);
    key[len] = '\0';
    cr_assert_not_null(messages_find(key, LANGUAGE_DE), "%s: {{t:%s}}", asset->name, key);
    at += 4;
  }
}

Test(template, every_message_of_our_templates_is_there) {
  struct asset asset;
  for (size_t i = 0; assets_at(i, &asset); i++)
    if (!asset.type) check_tags(&asset);
}

Test(template, our_templates_have_no_script_and_no_style_in_them) {
  const char *const wrong[] = {"<style", "style=", "onclick", "onload", "javascript:", "<script>"};
  struct asset asset;
  for (size_t i = 0; assets_at(i, &asset); i++) {
    for (size_t n = 0; !asset.type && n < sizeof wrong / sizeof *wrong; n++)
      cr_assert_null(strstr(asset.bytes, wrong[n]), "%s: %s", asset.name, wrong[n]);
  }
}

/* In an attribute that is not quoted, a value could end it with a space. What stands behind "?a="
 * or "&amp;a=" is within an address, and so within quotes. */
static bool is_in_address(const char *text, const char *equals) {
  while (equals > text && strchr("abcdefghijklmnopqrstuvwxyz_", equals[-1])) equals--;
  return equals > text && strchr("?;", equals[-1]);
}

Test(template, values_stand_in_quoted_attributes) {
  struct asset asset;
  for (size_t i = 0; assets_at(i, &asset); i++) {
    for (const char *at = asset.bytes; !asset.type && (at = strstr(at, "={{")); at++)
      cr_assert(is_in_address(asset.bytes, at), "%s: %.30s", asset.name, at);
  }
}

Test(template, every_form_that_changes_something_has_its_token) {
  struct asset asset;
  for (size_t i = 0; assets_at(i, &asset); i++) {
    for (const char *at = asset.bytes; !asset.type && (at = strstr(at, "method=\"post\"")); at++) {
      const char *end = strstr(at, "</form>"), *token = strstr(at, "value=\"{{csrf}}\"");
      cr_assert(token && end && token < end, "%s", asset.name);
    }
  }
}

Test(messages, every_one_is_there_in_each_language_and_once) {
  const char *key;
  for (size_t i = 0; (key = messages_at(i)); i++) {
    for (int language = 0; language < LANGUAGES; language++) {
      const char *text = messages_find(key, (enum language)language);
      cr_assert(text && *text, "%s", key);
    }
    for (size_t n = 0; n < i; n++) cr_assert_str_neq(messages_at(n), key);
  }
}

Test(messages, an_unknown_word_is_another) {
  cr_assert_str_eq(messages_key("error_", "limit"), "error_limit");
  cr_assert_str_eq(messages_key("error_", "never heard of"), "error_other");
  cr_assert_null(messages_key("nothing_", "limit"));
}
