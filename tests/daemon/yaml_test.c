/* YAML: a tree with places, syntax errors with places, and nothing left behind. */
#include "yaml.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *messages;
static size_t messages_len;

static struct diag new_diag(void) {
  return (struct diag){.out = open_memstream(&messages, &messages_len)};
}

static void end_diag(struct diag *diag) {
  fclose(diag->out);
  free(messages);
}

static struct yaml_doc *parse(const char *text) {
  struct diag diag = new_diag();
  struct yaml_doc *doc = yaml_doc_parse("t.yaml", text, strlen(text), &diag);
  fflush(diag.out);
  cr_assert_not_null(doc, "%s", messages);
  end_diag(&diag);
  return doc;
}

static void expect_error(const char *text, size_t len, const char *wanted) {
  struct diag diag = new_diag();
  cr_assert_null(yaml_doc_parse("t.yaml", text, len, &diag));
  fflush(diag.out);
  cr_assert_eq(diag.errors, 1);
  cr_assert(!strncmp(messages, wanted, strlen(wanted)), "%s", messages);
  end_diag(&diag);
}

static void refused(const char *text, const char *wanted) {
  expect_error(text, strlen(text), wanted);
}

Test(yaml, mappings_and_lists_keep_their_order_and_places) {
  struct yaml_doc *doc = parse("a: [x, yy]\nbb:\n  c: \"z z\"\n");
  const struct yaml_node *root = yaml_doc_root(doc), *list = yaml_find(root, "a");
  cr_assert_eq(root->count, 2);
  cr_assert_eq(list->kind, YAML_SEQUENCE);
  cr_assert(yaml_text_is(list->first->next, "yy"));
  cr_assert_eq(list->first->next->at.column, 8);
  const struct yaml_node *c = yaml_find(yaml_find(root, "bb"), "c");
  cr_assert(yaml_text_is(c, "z z"));
  cr_assert_eq(c->at.line, 3);
  cr_assert_eq(c->at.column, 6);
  cr_assert_eq(c->key->at.column, 3);
  cr_assert_null(yaml_find(root, "c"));
  cr_assert_null(yaml_find(c, "c"));
  yaml_doc_free(doc);
}

Test(yaml, scalars_are_text_whatever_yaml_makes_of_them) {
  struct yaml_doc *doc = parse("[off, 010, ~, '', \"a\\0b\"]");
  const struct yaml_node *one = yaml_doc_root(doc)->first;
  cr_assert(yaml_text_is(one, "off"));
  cr_assert(yaml_text_is(one->next, "010"));
  cr_assert(yaml_text_is(one->next->next, "~"));
  cr_assert_eq(one->next->next->next->len, 0);
  cr_assert_eq(one->next->next->next->next->len, 3);
  cr_assert(!yaml_text_is(one->next->next->next->next, "a"));
  yaml_doc_free(doc);
}

Test(yaml, a_syntax_error_names_line_and_column) {
  refused("a: 1\nb: [1\n", "t.yaml:3:1: not YAML: ");
  refused("a: [1\n b: }{", "t.yaml:2:");
}

Test(yaml, bytes_that_are_no_utf8_are_found) {
  refused("a: 1\nbc: \xff\n", "t.yaml:2:5: not YAML: invalid leading UTF-8 octet");
}

Test(yaml, a_key_given_twice_is_an_error_at_the_second) {
  refused("a: 1\nb: 2\na: 3\n", "t.yaml:3:1: `a` is given twice, first in line 1");
}

Test(yaml, anchors_aliases_and_tags_are_refused) {
  refused("a: &x 1\n", "t.yaml:1:4: anchors");
  refused("a: *x\n", "t.yaml:1:4: anchors");
  refused("a: &x [1]\n", "t.yaml:1:4: anchors");
  refused("a: !!int 1\n", "t.yaml:1:4: tags");
}

Test(yaml, an_empty_file_and_a_second_document_are_refused) {
  refused("", "t.yaml:1:1: is empty");
  refused("# only a comment\n", "t.yaml:1:1: is empty");
  refused("a: 1\n---\nb: 1\n", "t.yaml:2:1: a second document");
}

Test(yaml, a_key_must_be_one_value) {
  refused("[a]: 1\n", "t.yaml:1:1: a key must be a single value");
}

Test(yaml, nesting_has_an_end) {
  char text[YAML_DEPTH_MAX * 2 + 2] = "";
  memset(text, '[', YAML_DEPTH_MAX);
  memset(text + YAML_DEPTH_MAX, ']', YAML_DEPTH_MAX);
  yaml_doc_free(parse(text));
  memset(text, '[', YAML_DEPTH_MAX + 1);
  refused(text, "t.yaml:1:33: nested too deeply");
}

Test(yaml, what_is_no_regular_file_is_refused) {
  struct diag diag = new_diag();
  cr_assert_null(yaml_doc_load("/nonexistent/t.yaml", &diag));
  cr_assert_null(yaml_doc_load("/tmp", &diag));
  cr_assert_null(yaml_doc_load("/dev/zero", &diag));
  fflush(diag.out);
  cr_assert_str_eq(messages, "/nonexistent/t.yaml: cannot be opened: No such file or directory\n"
                             "/tmp: is not a regular file\n/dev/zero: is not a regular file\n");
  end_diag(&diag);
}

Test(yaml, a_file_that_is_too_large_is_refused) {
  char path[] = "/tmp/radmfa-yaml-XXXXXX";
  struct diag diag = new_diag();
  int fd = mkstemp(path);
  cr_assert(!ftruncate(fd, (off_t)YAML_FILE_SIZE_MAX + 1));
  cr_assert_null(yaml_doc_load(path, &diag));
  fflush(diag.out);
  cr_assert(strstr(messages, "is larger than 64 MiB"));
  end_diag(&diag);
  close(fd);
  unlink(path);
}

Test(yaml, control_characters_do_not_reach_the_terminal) {
  refused("\"\\e[2J\": 1\n\"\\e[2J\": 2\n", "t.yaml:2:1: `\\x1b[2J` is given twice");
}

/* How often the pattern stands there. It is given with a bit of each octet flipped, so as not to be
 * found itself. */
static int count_in_range(int memory, size_t start, size_t end, const char *flipped, size_t len) {
  int found = 0;
  size_t size = end - start;
  char *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  cr_assert(copy != MAP_FAILED && pread(memory, copy, size, (off_t)start) == (ssize_t)size);
  for (size_t i = 0; i + len <= size; i++) {
    size_t same = 0;
    while (same < len && (copy[i + same] ^ 1) == flipped[same]) same++;
    found += same == len;
  }
  munmap(copy, size);
  return found;
}

static int count_in_heap(const char *flipped, size_t len) {
  char line[256];
  int found = 0, memory = open("/proc/self/mem", O_RDONLY);
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof line, maps)) {
    size_t start, end;
    bool is_heap = strstr(line, "[heap]") != NULL;
    if (sscanf(line, "%zx-%zx", &start, &end) == 2 && is_heap)
      found += count_in_range(memory, start, end, flipped, len);
  }
  if (maps) fclose(maps);
  close(memory);
  return found;
}

static void flip(char *text, size_t len) {
  for (size_t i = 0; i < len; i++) text[i] ^= 1;
}

/* 9 octets out of a password that is long enough for libyaml to move it several times while it
 * grows. A sanitizer's or valgrind's heap cannot be looked through: there the planted piece is not
 * found, and nothing is proven. */
Test(yaml, no_piece_of_a_long_password_stays_in_memory) {
  char text[] = "password: \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\"";
  char piece[9];
  memcpy(piece, text + 13, sizeof piece);
  char *volatile planted = strndup(piece, sizeof piece); /* no compiler may leave it out */
  flip(piece, sizeof piece);
  int found_planted = count_in_heap(piece, sizeof piece);
  struct yaml_doc *doc = parse(text);
  cr_assert_eq(count_in_heap(piece, sizeof piece), 2 * found_planted);
  yaml_doc_free(doc);
  cr_assert_eq(count_in_heap(piece, sizeof piece), found_planted);
  free(planted);
}
