#include "users.h"

#include <criterion/criterion.h>
#include <radmfa/attr.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct users users;
static struct users_options options;
static char path[] = "/tmp/radmfa-bench-users-XXXXXX";
static char *said;
static size_t said_size;

static void set_up(void) {
  options = (struct users_options){.expected = RADMFA_ACCESS_ACCEPT};
  cr_assert(pattern_parse("user%d", &options.names));
  cr_assert(pattern_parse("pass%d", &options.passwords));
  int fd = mkstemp(path);
  cr_assert(fd >= 0);
  close(fd);
}

static void tear_down(void) {
  users_close(&users);
  unlink(path);
  free(said);
}

TestSuite(bench_users, .init = set_up, .fini = tear_down);

static bool open_file(const char *content) {
  FILE *file = fopen(path, "w");
  fputs(content, file);
  fclose(file);
  options.file = path;
  free(said);
  FILE *messages = open_memstream(&said, &said_size);
  bool opened = users_open(&users, &options, "test", messages);
  fclose(messages);
  return opened;
}

static void expect_user(uint64_t login, const char *name, const char *password, uint8_t expected) {
  struct user user;
  users_get(&users, login, &user);
  cr_assert_eq(user.name_len, strlen(name));
  cr_assert_arr_eq(user.name, name, user.name_len);
  cr_assert_eq(user.password_len, strlen(password));
  cr_assert_arr_eq(user.password, password, user.password_len);
  cr_assert_eq(user.expected, expected);
  cr_assert_eq(users_expected(&users, login), expected);
}

Test(bench_users, without_a_file_they_are_numbered) {
  cr_assert(users_open(&users, &options, "test", stderr));
  expect_user(42, "user42", "pass42", RADMFA_ACCESS_ACCEPT);
}

Test(bench_users, numbered_ones_come_again_after_their_count) {
  options.count = 10;
  cr_assert(users_open(&users, &options, "test", stderr));
  expect_user(42, "user2", "pass2", RADMFA_ACCESS_ACCEPT);
}

Test(bench_users, a_file_has_a_user_on_each_line_with_or_without_a_verdict) {
  cr_assert(open_file("alice right\n\nbob\twrong reject\r\ncarol x challenge"));
  expect_user(0, "alice", "right", RADMFA_ACCESS_ACCEPT);
  expect_user(1, "bob", "wrong", RADMFA_ACCESS_REJECT);
  expect_user(2, "carol", "x", RADMFA_ACCESS_CHALLENGE);
  expect_user(3, "alice", "right", RADMFA_ACCESS_ACCEPT);
}

Test(bench_users, what_a_line_does_not_say_the_option_says) {
  options.expected = RADMFA_ACCESS_REJECT;
  cr_assert(open_file("alice wrong\nbob right accept\n"));
  expect_user(0, "alice", "wrong", RADMFA_ACCESS_REJECT);
  expect_user(1, "bob", "right", RADMFA_ACCESS_ACCEPT);
}

Test(bench_users, a_line_that_is_no_user_is_named_by_its_number) {
  cr_assert_not(open_file("alice right\nbob\n"));
  cr_assert_not_null(strstr(said, ":2: it is not NAME PASSWORD [accept|reject|challenge]"));
}

Test(bench_users, an_unknown_verdict_or_a_word_too_many_is_refused) {
  cr_assert_not(open_file("alice right maybe\n"));
  cr_assert_not(open_file("alice right accept 1\n"));
}

Test(bench_users, an_empty_file_and_none_at_all_are_refused) {
  cr_assert_not(open_file("\n"));
  cr_assert_not_null(strstr(said, "nobody is in it"));
  options.file = "/nowhere/users";
  cr_assert_not(users_open(&users, &options, "test", stderr));
}

Test(bench_users, a_thousand_lines_are_a_thousand_users) {
  char content[20000];
  size_t len = 0;
  for (int i = 0; i < 1000; i++)
    len += (size_t)snprintf(content + len, sizeof content - len, "u%d p%d\n", i, i);
  cr_assert_lt(len, sizeof content);
  cr_assert(open_file(content));
  expect_user(999, "u999", "p999", RADMFA_ACCESS_ACCEPT);
}
