/* Secrets: read whole, trimmed by one line end, kept apart, forgotten. */
#include "secrets.h"

#include "harden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/radmfa-secret-XXXXXX";

static void write_file(const char *text, size_t len) {
  int fd = mkstemp(path);
  cr_assert(fd >= 0);
  cr_assert_eq(write(fd, text, len), (ssize_t)len);
  close(fd);
}

static void expect_secret(const struct secret *secret, const char *text, size_t len) {
  cr_assert_eq(secret->len, len);
  cr_assert(!memcmp(secret->bytes, text, len));
}

static void expect_from_file(const char *text, size_t len, const char *wanted, size_t wanted_len) {
  struct secret secret = {NULL, 0};
  write_file(text, len);
  cr_assert_null(secret_from_file(path, &secret));
  expect_secret(&secret, wanted, wanted_len);
  secret_wipe(&secret);
  unlink(path);
}

Test(secrets, a_final_line_feed_is_cut) {
  expect_from_file("hunter2\n", 8, "hunter2", 7);
}

Test(secrets, a_final_carriage_return_and_line_feed_are_cut) {
  expect_from_file("hunter2\r\n", 9, "hunter2", 7);
}

Test(secrets, only_one_line_end_is_cut_and_nothing_else) {
  expect_from_file(" a b \n\n", 7, " a b \n", 6);
}

Test(secrets, a_lone_carriage_return_belongs_to_the_secret) {
  expect_from_file("a\r", 2, "a\r", 2);
}

Test(secrets, any_octet_may_be_in_a_file) {
  expect_from_file("\0\xff\0", 3, "\0\xff\0", 3);
}

Test(secrets, a_file_of_the_greatest_size_is_read_and_one_octet_more_refused) {
  static char text[SECRET_SIZE_MAX + 1];
  struct secret secret = {NULL, 0};
  memset(text, 'x', sizeof text);
  expect_from_file(text, SECRET_SIZE_MAX, text, SECRET_SIZE_MAX);
  memcpy(path + strlen(path) - 6, "XXXXXX", 6);
  write_file(text, sizeof text);
  cr_assert_str_eq(secret_from_file(path, &secret), "is longer than 4096 octets");
  unlink(path);
}

Test(secrets, an_empty_file_holds_no_secret) {
  struct secret secret = {NULL, 0};
  write_file("\n", 1);
  cr_assert_str_eq(secret_from_file(path, &secret), "is empty");
  cr_assert_null(secret.bytes);
  unlink(path);
}

Test(secrets, a_missing_file_or_a_folder_is_an_error_in_words) {
  struct secret secret = {NULL, 0};
  cr_assert_str_eq(secret_from_file("/nonexistent", &secret), "No such file or directory");
  cr_assert_str_eq(secret_from_file("/tmp", &secret), "is not a regular file");
}

Test(secrets, a_file_for_everybody_is_recognised) {
  write_file("x", 1);
  cr_assert_not(secret_file_is_world_readable(path));
  chmod(path, 0644);
  cr_assert(secret_file_is_world_readable(path));
  unlink(path);
}

Test(secrets, a_variable_leaves_the_environment_and_is_still_there_for_a_reload) {
  char variable[] = "RADMFA_TEST=hunter2";
  struct secret first = {NULL, 0}, second = {NULL, 0};
  putenv(variable); /* the environment uses this very memory */
  cr_assert_null(secret_from_env("RADMFA_TEST", &first));
  cr_assert_null(getenv("RADMFA_TEST"));
  cr_assert(!strstr(variable + 1, "hunter2"));
  cr_assert_null(secret_from_env("RADMFA_TEST", &second));
  expect_secret(&second, "hunter2", 7);
  secret_wipe(&first);
  secret_wipe(&second);
  secrets_forget_environment();
  cr_assert_str_eq(secret_from_env("RADMFA_TEST", &first), "is not set");
}

Test(secrets, ten_thousand_secrets_live_side_by_side) {
  enum { COUNT = 10000 };
  static struct secret secrets[COUNT];
  char text[32];
  for (int i = 0; i < COUNT; i++) {
    snprintf(text, sizeof text, "secret %d", i);
    cr_assert_null(secret_from_text(text, strlen(text), &secrets[i]));
  }
  for (int i = 0; i < COUNT; i++) {
    snprintf(text, sizeof text, "secret %d", i);
    expect_secret(&secrets[i], text, strlen(text));
    secret_wipe(&secrets[i]);
  }
}

Test(secrets, wiping_zeroes_what_was_there) {
  struct secret kept = {NULL, 0}, gone = {NULL, 0};
  cr_assert_null(secret_from_text("stays", 5, &kept)); /* so that the memory stays mapped */
  cr_assert_null(secret_from_text("hunter2", 7, &gone));
  const uint8_t *bytes = gone.bytes;
  secret_wipe(&gone);
  cr_assert(!memcmp(bytes, "\0\0\0\0\0\0\0", 7));
  cr_assert_null(gone.bytes);
  secret_wipe(&gone);
  secret_wipe(&kept);
}

Test(secrets, a_hardened_process_is_not_dumpable) {
  process_harden();
  cr_assert_eq(prctl(PR_GET_DUMPABLE), 0);
}
