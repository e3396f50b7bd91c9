#include "secret.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct secret secret;
static char *said;

static void tear_down(void) {
  secret_close(&secret);
  free(said);
}

TestSuite(secret, .fini = tear_down);

static bool open_with(const char *text, const char *file) {
  const struct secret_options options = {.text = text, .file = file};
  size_t size;
  FILE *messages = open_memstream(&said, &size);
  bool opened = secret_open(&secret, &options, "tool", messages);
  fclose(messages);
  return opened;
}

static bool open_content(const char *content) {
  char path[] = "/tmp/radmfa-secret-XXXXXX";
  int fd = mkstemp(path);
  cr_assert_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
  close(fd);
  bool opened = open_with(NULL, path);
  unlink(path);
  return opened;
}

Test(secret, it_is_the_option_as_it_stands) {
  cr_assert(open_with(" s \n", NULL));
  cr_assert_eq(secret.len, 4);
}

Test(secret, one_line_end_of_a_file_is_cut_and_nothing_else) {
  cr_assert(open_content(" s \r\n\r\n"));
  cr_assert_eq(secret.len, 5);
}

Test(secret, neither_and_both_are_refused) {
  cr_assert_not(open_with(NULL, NULL));
  cr_assert_str_eq(said, "tool: it needs --secret or --secret-file, and not both\n");
}

Test(secret, an_empty_file_is_refused) {
  cr_assert_not(open_content("\n"));
  cr_assert_not_null(strstr(said, "it is empty"));
}

Test(secret, a_file_that_is_not_there_is_named) {
  cr_assert_not(open_with(NULL, "/nowhere/secret"));
  cr_assert_str_eq(said, "tool: --secret-file /nowhere/secret: No such file or directory\n");
}
