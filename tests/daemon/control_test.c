/* A control socket as programs see it: lines in, lines out. */
#include "control/control.h"
#include "control/control_request.h"
#include "control/control_text.h"
#include "control/control_user.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[64], path[96];
static struct control *control;
static struct control_call *kept; /* by the verb `wait` */
static unsigned n_gone;

static void echo(struct control_call *call, const json_t *arguments, void *context) {
  (void)context;
  control_event(call, "working", NULL);
  control_end(call, json_pack("{s:O?}", "said", json_object_get(arguments, "say")));
}

static void refuse(struct control_call *call, const json_t *arguments, void *context) {
  (void)arguments;
  (void)context;
  control_fail(call, "invalid", "not %s", "so");
}

static void on_gone(void *user) {
  n_gone++;
  control_end(user, json_object());
}

/* Ends when the connection goes. */
static void wait_for_the_end(struct control_call *call, const json_t *arguments, void *context) {
  (void)arguments;
  (void)context;
  kept = call;
  control_on_gone(call, on_gone, call);
  control_event(call, "waits", NULL);
}

static void end_kept(void *arg) {
  control_end(kept, json_pack("{s:b}", "by_post", arg == &kept));
}

/* From another thread, as far as the control thread is concerned. */
static void let_end(struct control_call *call, const json_t *arguments, void *context) {
  (void)arguments;
  (void)context;
  cr_assert(control_post(control, end_kept, &kept));
  control_end(call, json_object());
}

static const struct control_verb verbs[] = {{"echo", echo, NULL},
                                            {"refuse", refuse, NULL},
                                            {"wait", wait_for_the_end, NULL},
                                            {"let_end", let_end, "call"}};

static struct control *open_control(char error[CONTROL_ERROR_SIZE]) {
  bool has_group;
  struct control_options options = {.path = path,
                                    .group = "no such group",
                                    .thread = "control",
                                    .verbs = verbs,
                                    .n_verbs = sizeof verbs / sizeof *verbs};
  struct control *opened = control_new(&options, &has_group, error);
  cr_assert(!opened || !has_group);
  return opened;
}

static void start(void) {
  char error[CONTROL_ERROR_SIZE];
  snprintf(folder, sizeof folder, "/tmp/control.XXXXXX");
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/socket", folder);
  control = open_control(error);
  cr_assert_not_null(control, "%s", error);
  cr_assert(control_start(control));
  n_gone = 0;
}

static void stop(void) {
  control_free(control);
  cr_assert_eq(access(path, F_OK), -1);
  rmdir(folder);
}

TestSuite(control, .init = start, .fini = stop);

static int connect_to(const char *at) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", at);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
  return fd;
}

static void say(int fd, const char *text) {
  for (size_t len = strlen(text); len;) {
    ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
    if (n <= 0) return; /* it was closed: what was said tells */
    text += n;
    len -= (size_t)n;
  }
}

/* The next line without its end; "" at the end of all. */
static const char *hear(int fd) {
  static char line[4096];
  size_t n = 0;
  struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
  while (n < sizeof line - 1) {
    cr_assert_eq(poll(&poll_fd, 1, 20000), 1, "nothing comes");
    if (read(fd, line + n, 1) <= 0 || line[n] == '\n') break;
    n++;
  }
  line[n] = '\0';
  return line;
}

Test(control, events_come_before_the_answer_and_all_carry_the_id) {
  int fd = connect_to(path);
  say(fd, "{\"do\":\"echo\",\"id\":{\"n\":7},\"say\":\"x\"}\n");
  cr_assert_str_eq(hear(fd), "{\"id\":{\"n\":7},\"event\":\"working\"}");
  cr_assert_str_eq(hear(fd), "{\"id\":{\"n\":7},\"ok\":{\"said\":\"x\"}}");
  close(fd);
}

Test(control, many_requests_come_in_one_piece_and_one_in_many) {
  int fd = connect_to(path);
  say(fd, "{\"do\":\"refuse\"}\n{\"do\":\"refuse\",\"id\":2}\n{\"do\":");
  cr_assert_str_eq(hear(fd), "{\"id\":null,\"error\":\"invalid\",\"text\":\"not so\"}");
  cr_assert_str_eq(hear(fd), "{\"id\":2,\"error\":\"invalid\",\"text\":\"not so\"}");
  say(fd, "\"refuse\",\"id\":3}\n");
  cr_assert_str_eq(hear(fd), "{\"id\":3,\"error\":\"invalid\",\"text\":\"not so\"}");
  close(fd);
}

Test(control, one_that_waits_holds_up_no_other) {
  int fd = connect_to(path);
  say(fd, "{\"do\":\"wait\",\"id\":1}\n{\"do\":\"refuse\",\"id\":2}\n");
  cr_assert_str_eq(hear(fd), "{\"id\":1,\"event\":\"waits\"}");
  cr_assert_str_eq(hear(fd), "{\"id\":2,\"error\":\"invalid\",\"text\":\"not so\"}");
  say(fd, "{\"do\":\"let_end\",\"id\":3}\n");
  cr_assert_str_eq(hear(fd), "{\"id\":3,\"ok\":{}}");
  cr_assert_str_eq(hear(fd), "{\"id\":1,\"ok\":{\"by_post\":true}}");
  close(fd);
}

Test(control, what_is_no_request_is_told_and_the_connection_goes_on) {
  int fd = connect_to(path);
  say(fd, "nonsense\n[]\n{\"id\":5}\n{\"do\":\"nothing\",\"id\":6}\n{\"do\":\"echo\",\"do\":"
          "\"echo\"}\n");
  cr_assert(strstr(hear(fd), "\"error\":\"bad_request\",\"text\":\"no JSON: "));
  cr_assert_str_eq(hear(fd),
                   "{\"id\":null,\"error\":\"bad_request\",\"text\":\"a request is an object\"}");
  cr_assert_str_eq(hear(fd),
                   "{\"id\":5,\"error\":\"bad_request\",\"text\":\"`do` must name a verb\"}");
  cr_assert_str_eq(hear(fd),
                   "{\"id\":6,\"error\":\"unknown_verb\",\"text\":\"there is no such verb\"}");
  cr_assert(strstr(hear(fd), "bad_request"));
  close(fd);
}

Test(control, too_long_a_line_ends_the_connection) {
  int fd = connect_to(path);
  char *text = malloc(CONTROL_LINE_MAX + 2);
  memset(text, 'x', CONTROL_LINE_MAX + 1);
  text[CONTROL_LINE_MAX + 1] = '\0';
  say(fd, text);
  free(text);
  cr_assert_str_eq(hear(fd),
                   "{\"id\":null,\"error\":\"too_long\",\"text\":\"a line has at most 64 KiB\"}");
  cr_assert_str_eq(hear(fd), "");
  close(fd);
}

Test(control, the_longest_line_is_fine) {
  int fd = connect_to(path);
  char *text = malloc(CONTROL_LINE_MAX + 1);
  memset(text, ' ', CONTROL_LINE_MAX);
  memcpy(text, "{\"do\":\"refuse\"}", 15);
  text[CONTROL_LINE_MAX - 1] = '\n';
  text[CONTROL_LINE_MAX] = '\0';
  say(fd, text);
  free(text);
  cr_assert_str_eq(hear(fd), "{\"id\":null,\"error\":\"invalid\",\"text\":\"not so\"}");
  close(fd);
}

Test(control, who_waits_is_told_that_the_connection_has_gone) {
  int fd = connect_to(path);
  say(fd, "{\"do\":\"wait\"}\n");
  (void)hear(fd);
  close(fd);
  control_free(control);
  control = NULL;
  cr_assert_eq(n_gone, 1);
}

Test(control, at_the_end_who_is_connected_is_told_too) {
  int fd = connect_to(path);
  say(fd, "{\"do\":\"wait\"}\n");
  (void)hear(fd);
  control_free(control);
  control = NULL;
  cr_assert_eq(n_gone, 1);
  cr_assert_str_eq(hear(fd), "");
  close(fd);
}

Test(control, one_connection_has_so_many_requests_under_way_and_no_more) {
  int fd = connect_to(path);
  for (unsigned i = 0; i < CONTROL_CALLS_MAX; i++) {
    say(fd, "{\"do\":\"wait\"}\n");
    (void)hear(fd);
  }
  say(fd, "{\"do\":\"wait\"}\n");
  cr_assert(strstr(hear(fd), "\"error\":\"limit\""));
  close(fd);
}

Test(control, so_many_are_connected_and_no_more) {
  int fds[CONTROL_CONNECTIONS_MAX + 1];
  for (unsigned i = 0; i <= CONTROL_CONNECTIONS_MAX; i++) fds[i] = connect_to(path);
  cr_assert_str_eq(hear(fds[CONTROL_CONNECTIONS_MAX]), "");
  for (unsigned i = 0; i <= CONTROL_CONNECTIONS_MAX; i++) close(fds[i]);
}

Test(control, the_socket_is_its_owners_where_there_is_no_such_group) {
  struct stat status;
  cr_assert_eq(stat(path, &status), 0);
  cr_assert_eq(status.st_mode & 0777, 0600);
}

Test(control, a_second_one_does_not_take_the_socket) {
  char error[CONTROL_ERROR_SIZE];
  cr_assert_null(open_control(error));
  cr_assert(strstr(error, "something is there already"), "%s", error);
}

Test(control, what_a_killed_one_left_behind_is_replaced) {
  char error[CONTROL_ERROR_SIZE];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  control_free(control);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  close(fd);
  control = open_control(error);
  cr_assert_not_null(control, "%s", error);
}

Test(control, a_file_that_is_no_socket_is_left_alone) {
  char error[CONTROL_ERROR_SIZE];
  control_free(control);
  control = NULL;
  FILE *file = fopen(path, "w");
  fclose(file);
  cr_assert_null(open_control(error));
  cr_assert_eq(unlink(path), 0);
}

/* ---- texts ---- */

static void shows(radmfa_span octets, const char *wanted) {
  json_t *json = control_text(octets);
  char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
  cr_assert_str_eq(text, wanted);
  free(text);
  json_decref(json);
}

Test(control_text, octets_that_are_no_text_are_shown_as_the_log_shows_them) {
  shows(radmfa_text("Alice"), "\"Alice\"");
  shows(radmfa_text("\xff\x80 \xc3\xa4"), "\"\\u00FF\\u0080 \\u00E4\"");
  shows(radmfa_text("a\xe2\x80\xae"
                    "b\n"),
        "\"a\\u202Eb\\n\"");
  shows((radmfa_span){(const uint8_t *)"a\0b", 3}, "\"a\\uFFFDb\"");
  shows((radmfa_span){0}, "\"\"");
}

Test(control_text, times_are_texts_and_none_is_null) {
  json_t *json = control_time(UINT64_C(1796122800007));
  cr_assert_str_eq(json_string_value(json), "2026-12-01T11:00:00.007Z");
  json_decref(json);
  json = control_time(0);
  cr_assert(json_is_null(json));
  json = control_id(0x1f);
  cr_assert_str_eq(json_string_value(json), "000000000000001f");
  json_decref(json);
}

Test(control_user, a_user_is_shown_without_his_secrets) {
  struct store_user user = {.primary = "corp",
                            .identity = "id",
                            .name = "alice",
                            .pin_hash = "$argon2id$secret",
                            .totp_secret = "TOTPTOTPTOTPTOTPTOTP",
                            .totp_secret_len = 20,
                            .invite_hash = "HASHHASH",
                            .is_blocked = true,
                            .blocked_ms = 1000,
                            .blocked_why = "fraud",
                            .revision = 9};
  json_t *json = control_user(&user);
  char *text = json_dumps(json, JSON_COMPACT);
  cr_assert_not_null(text);
  cr_assert(!strstr(text, "argon2id") && !strstr(text, "TOTP") && !strstr(text, "HASH"));
  cr_assert(strstr(text, "\"has_pin\":true") && strstr(text, "\"has_passcode\":true"));
  cr_assert(strstr(text, "\"blocked\":{\"since\":\"1970-01-01T00:00:01.000Z\",\"why\":\"fraud\"}"));
  cr_assert(strstr(text, "\"number\":null") && strstr(text, "\"bypass\":null"));
  free(text);
  json_decref(json);
}
