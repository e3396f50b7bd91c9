#include "tree.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct tree_document *document;

static void tear_down(void) {
  tree_free(document);
}

TestSuite(tree, .fini = tear_down);

static const struct tree *parse(const char *text) {
  tree_free(document);
  document = tree_parse(text, strlen(text));
  return document ? tree_root(document) : NULL;
}

Test(tree, members_are_found_by_their_path) {
  const struct tree *root = parse(" {\"a\": {\"99.9\": 1.5e3, \"n\": -2}, \"yes\": true} ");
  cr_assert_not_null(root);
  cr_assert_float_eq(tree_number_at(root, "a/99.9"), 1500, 1e-9);
  cr_assert_float_eq(tree_number_at(root, "a/n"), -2, 1e-9);
  cr_assert(tree_is_true_at(root, "yes"));
}

Test(tree, what_is_not_there_or_of_another_kind_is_nothing) {
  const struct tree *root = parse("{\"a\": \"1\", \"b\": null, \"c\": [1]}");
  cr_assert_null(tree_at(root, "x/y"));
  cr_assert_null(tree_at(root, "c/0"));
  cr_assert_float_eq(tree_number_at(root, "a"), 0, 1e-9);
  cr_assert_str_eq(tree_text_at(root, "b"), "");
  cr_assert_not(tree_is_true_at(NULL, "a"));
}

Test(tree, an_array_keeps_its_order) {
  const struct tree *root = parse("[1, 2,[],{}, 3]");
  cr_assert_float_eq(root->first->number, 1, 1e-9);
  cr_assert_eq(root->first->next->next->type, TREE_ARRAY);
  cr_assert_float_eq(root->first->next->next->next->next->number, 3, 1e-9);
}

Test(tree, escapes_are_what_they_stand_for) {
  const struct tree *root = parse("[\"a\\\"b\\\\c\\n\\u0041\\u20acé\"]");
  cr_assert_str_eq(root->first->text, "a\"b\\c\nA?é");
}

Test(tree, a_document_that_is_cut_anywhere_is_none) {
  const char whole[] = "{\"a\": [1, {\"b\": \"\\u0041\"}, true, null, -0.5], \"c\": {}}";
  char part[sizeof whole];
  for (size_t len = 0; len < strlen(whole); len++) {
    memcpy(part, whole, len);
    part[len] = 0;
    cr_assert_null(parse(part), "%s was taken", part);
  }
  cr_assert_not_null(parse(whole));
}

Test(tree, anything_else_is_refused) {
  const char *const texts[] = {"{\"a\" 1}", "[1 2]", "[1,]",      "{1: 2}",  "[tru]",
                               "\"\\x\"",   "[+1]",  "\"\\u00\"", "[1] [2]", "\"\\u0000\""};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_assert_null(parse(texts[i]), "%s was taken", texts[i]);
}

Test(tree, deeper_than_32_is_refused) {
  char text[200];
  for (int depth = 32; depth <= 33; depth++) {
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    text[2 * depth] = 0;
    cr_assert_eq(parse(text) != NULL, depth == 32);
  }
}

Test(tree, a_thousand_members_are_kept) {
  char text[20000];
  size_t len = (size_t)snprintf(text, sizeof text, "[0");
  for (int i = 1; i < 1000; i++) len += (size_t)snprintf(text + len, sizeof text - len, ",%d", i);
  len += (size_t)snprintf(text + len, sizeof text - len, "]");
  cr_assert_lt(len, sizeof text);
  int n = 0;
  for (const struct tree *at = parse(text)->first; at; at = at->next) cr_assert_eq(at->number, n++);
  cr_assert_eq(n, 1000);
}
