#include "log.h"

#include "factor/call_event.h"
#include "primary/ldap.h"
#include "user_event.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static int pipe_fds[2];
static FILE *reader;
static struct log *logger; /* not `log`: that is a function of libm's */

static void open_log(enum log_format format, enum log_level level) {
  cr_assert_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
  reader = fdopen(pipe_fds[0], "r");
  setvbuf(reader, NULL, _IONBF, 0);
  logger = log_new(pipe_fds[1], format, level);
  cr_assert_not_null(logger);
}

/* The next line, without its timestamp; NULL after PATIENCE_MS. */
static const char *next_line(void) {
  static char line[10000];
  struct pollfd ready = {.fd = pipe_fds[0], .events = POLLIN};
  if (poll(&ready, 1, PATIENCE_MS) != 1 || !fgets(line, sizeof line, reader)) return NULL;
  const char *start = strchr(line, 'Z');
  return start ? start + 1 : line;
}

/* Ends the log; what it had left to say can still be read, until NULL. */
static void close_log(void) {
  log_free(logger);
  close(pipe_fds[1]);
}

static radmfa_notice login(void) {
  radmfa_notice notice = {.type = RADMFA_NOTICE_LOGIN,
                          .login_id = 0x1f,
                          .client = "lab",
                          .policy = "workspaces",
                          .factor = "robot",
                          .user = radmfa_text("CORP\\alice"),
                          .identity = radmfa_text("alice"),
                          .verdict = RADMFA_VERDICT_ACCEPT,
                          .reason = RADMFA_REASON_APPROVED,
                          .waiters = 2,
                          .primary_ms = 3,
                          .factor_ms = 1000,
                          .total_ms = 1004};
  cr_assert_eq(radmfa_address_parse("10.0.1.23:49152", &notice.peer), 0);
  return notice;
}

static radmfa_notice drop(void) {
  radmfa_notice notice = {
      .type = RADMFA_NOTICE_DROP, .drop = RADMFA_DROP_FORGED, .dropped = 1, .client = "lab"};
  cr_assert_eq(radmfa_address_parse("10.0.1.23:49152", &notice.peer), 0);
  notice.secret_may_be_wrong = true;
  return notice;
}

Test(log, a_login_is_one_json_line) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  radmfa_notice notice = login();
  log_notice(logger, &notice);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"login\",\"id\":\"000000000000001f\",\"client\":\"lab\","
                   "\"peer\":\"10.0.1.23:49152\",\"user\":\"CORP\\\\alice\","
                   "\"identity\":\"alice\",\"policy\":\"workspaces\",\"verdict\":\"accept\","
                   "\"reason\":\"approved\",\"factor\":\"robot\",\"waiters\":2,"
                   "\"stages_ms\":{\"primary\":3,\"factor\":1000,\"total\":1004}}\n");
  close_log();
}

Test(log, a_login_without_factor_says_null_and_a_strange_password_gives_a_hint) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  radmfa_notice notice = login();
  notice.factor = NULL;
  notice.identity = (radmfa_span){NULL, 0};
  notice.secret_may_be_wrong = true;
  log_notice(logger, &notice);
  const char *line = next_line();
  cr_assert_not_null(strstr(line, "\"factor\":null,"));
  cr_assert_not_null(strstr(line, "\"identity\":null,"));
  cr_assert_not_null(strstr(line, "},\"hint\":\"secret may be wrong\"}\n"));
  close_log();
}

Test(log, a_factor_start_is_one_line_too) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  radmfa_notice notice = login();
  notice.type = RADMFA_NOTICE_FACTOR_START;
  log_notice(logger, &notice);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"factor_start\",\"id\":\"000000000000001f\",\"client\":\"lab\","
                   "\"user\":\"CORP\\\\alice\",\"policy\":\"workspaces\",\"factor\":\"robot\"}\n");
  close_log();
}

Test(log, the_text_format_is_for_people) {
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
  radmfa_notice notice = login();
  log_notice(logger, &notice);
  cr_assert_str_eq(next_line(),
                   " info    login        id=000000000000001f client=lab peer=10.0.1.23:49152 "
                   "user=\"CORP\\\\alice\" identity=alice policy=workspaces verdict=accept "
                   "reason=approved factor=robot waiters=2 "
                   "stages_ms=primary:3,factor:1000,total:1004\n");
  close_log();
}

Test(log, a_drop_is_told_at_once_and_the_others_are_counted_into_the_next_line) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_WARNING);
  radmfa_notice notice = drop();
  for (int i = 0; i < 1000; i++) log_notice(logger, &notice);
  cr_assert_str_eq(next_line(), "\",\"event\":\"drop\",\"reason\":\"forged\","
                                "\"peer\":\"10.0.1.23:49152\",\"client\":\"lab\",\"count\":1,"
                                "\"hint\":\"secret may be wrong\"}\n");
  cr_assert_not_null(strstr(next_line(), "\"count\":999"), "by the writer's own clock");
  close_log();
}

Test(log, an_unknown_client_is_not_in_the_line) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_WARNING);
  radmfa_notice notice = drop();
  notice.client = NULL;
  notice.drop = RADMFA_DROP_UNKNOWN_CLIENT;
  notice.secret_may_be_wrong = false;
  log_notice(logger, &notice);
  cr_assert_str_eq(next_line(), "\",\"event\":\"drop\",\"reason\":\"unknown_client\","
                                "\"peer\":\"10.0.1.23:49152\",\"count\":1}\n");
  close_log();
}

Test(log, drops_that_were_only_counted_are_told_at_the_end) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_WARNING);
  radmfa_notice notice = drop();
  for (int i = 0; i < 5; i++) log_notice(logger, &notice);
  close_log();
  cr_assert_not_null(strstr(next_line(), "\"count\":1,"));
  cr_assert_not_null(strstr(next_line(), "\"count\":4,"));
  cr_assert_null(next_line());
}

Test(log, levels_are_kept) {
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_WARNING);
  radmfa_notice notice = login();
  log_notice(logger, &notice);
  log_message(logger, LOG_LEVEL_INFO, "silent");
  log_message(logger, LOG_LEVEL_WARNING, "told");
  cr_assert(log_wants(logger, LOG_LEVEL_ERROR));
  cr_assert_not(log_wants(logger, LOG_LEVEL_DEBUG));
  close_log();
  cr_assert_str_eq(next_line(), " warning message      told\n");
  cr_assert_null(next_line());
}

Test(log, a_reload_changes_format_and_level) {
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_ERROR);
  log_set(logger, LOG_FORMAT_JSON, LOG_LEVEL_DEBUG);
  log_message(logger, LOG_LEVEL_DEBUG, "%s=%d", "port", 1812);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"message\",\"level\":\"debug\",\"text\":\"port=1812\"}\n");
  close_log();
}

Test(log, a_message_is_cut_after_500_octets) {
  static char longer[2000];
  memset(longer, 'x', sizeof longer - 1);
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
  log_message(logger, LOG_LEVEL_INFO, "%s", longer);
  cr_assert_eq(strlen(next_line()), strlen(" info    message      ") + 500 + 1);
  close_log();
}

/* Nobody reads: ring and pipe fill up. */
static unsigned fill(void) {
  unsigned n = 0;
  for (; log_lost(logger) < 10; n++) log_message(logger, LOG_LEVEL_INFO, "line %u", n);
  return n;
}

Test(log, a_reader_that_stands_still_stops_nobody_and_lost_lines_are_told) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  unsigned n_written = fill(), n_read = 0, n_lost = 0;
  while (n_read + n_lost < n_written) {
    const char *line = next_line(), *lost = strstr(line, "log lines lost");
    if (lost)
      n_lost += (unsigned)strtoul(strstr(line, "\"text\":\"") + strlen("\"text\":\""), NULL, 10);
    else
      n_read++;
  }
  cr_assert_eq(n_read + n_lost, n_written);
  cr_assert_eq(n_lost, log_lost(logger));
  close_log();
}

Test(log, lines_keep_their_order_and_are_whole_around_the_ring) {
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
  const unsigned n_lines = 40000; /* more than the ring holds */
  char want[64];
  for (unsigned i = 0; i < n_lines; i += 1000) {
    for (unsigned j = i; j < i + 1000; j++) log_message(logger, LOG_LEVEL_INFO, "line %u", j);
    for (unsigned j = i; j < i + 1000; j++) {
      snprintf(want, sizeof want, " info    message      line %u\n", j);
      cr_assert_str_eq(next_line(), want);
    }
  }
  cr_assert_eq(log_lost(logger), 0);
  close_log();
}

Test(log, freeing_gives_a_reader_that_stands_still_up) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  fill();
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  close_log();
  clock_gettime(CLOCK_MONOTONIC, &after);
  cr_assert_leq(after.tv_sec - before.tv_sec, 10);
}

Test(log, freeing_writes_what_is_in_the_ring) {
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
  for (int i = 0; i < 100; i++) log_message(logger, LOG_LEVEL_INFO, "%d", i);
  close_log();
  int n = 0;
  while (next_line()) n++;
  cr_assert_eq(n, 100);
}

Test(log, a_reader_that_has_gone_kills_nobody_and_counts_as_loss) {
  open_log(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
  fclose(reader);
  log_message(logger, LOG_LEVEL_INFO, "to nobody");
  struct timespec pause = {.tv_nsec = 1000000};
  for (int i = 0; i < PATIENCE_MS && log_lost(logger) == 0; i++) nanosleep(&pause, NULL);
  cr_assert_eq(log_lost(logger), 1);
  close_log();
}

static pthread_barrier_t all_have_logged;

/* Each keeps its ring to the end: one alone has no room for what all say. */
static void *log_thousands(void *arg) {
  radmfa_notice notices[] = {login(), drop()};
  for (int i = 0; i < 2000; i++) log_notice(arg, &notices[i % 2]);
  pthread_barrier_wait(&all_have_logged);
  return NULL;
}

Test(log, many_threads_write_whole_lines) {
  pthread_t threads[4];
  pthread_barrier_init(&all_have_logged, NULL, 4);
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, log_thousands, logger);
  for (int logins = 0; logins < 4000;) {
    const char *line = next_line();
    cr_assert_eq(line[strlen(line) - 2], '}');
    if (strstr(line, "\"event\":\"login\"")) logins++;
  }
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&all_have_logged);
  close_log();
}

Test(log, no_log_can_be_freed) {
  log_free(NULL);
}

/* ---- directories ---- */

static struct ldap_event ldap_event(enum ldap_event_kind kind) {
  return (struct ldap_event){.kind = kind,
                             .primary = "corp",
                             .server = "dc1",
                             .login_id = 0x1f,
                             .user = radmfa_text("CORP\\alice"),
                             .outcome = "locked",
                             .detail = radmfa_text("data 775\n")};
}

Test(log, a_directory_that_goes_and_comes_is_told) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_WARNING);
  struct ldap_event event = ldap_event(LDAP_EVENT_DOWN);
  event.error = RADMFA_E_NAME;
  log_ldap(logger, &event);
  event.kind = LDAP_EVENT_UP;
  event.is_service = true;
  log_ldap(logger, &event);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"ldap_down\",\"primary\":\"corp\",\"server\":\"dc1\","
                   "\"use\":\"login\",\"error\":\"certificate is for another name\","
                   "\"detail\":\"data 775\\u000a\"}\n");
  cr_assert_str_eq(next_line(), "\",\"event\":\"ldap_up\",\"primary\":\"corp\",\"server\":\"dc1\","
                                "\"use\":\"search\"}\n");
  close_log();
}

Test(log, why_a_directory_refused_somebody_is_told) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  struct ldap_event event = ldap_event(LDAP_EVENT_REFUSED);
  log_ldap(logger, &event);
  event.kind = LDAP_EVENT_UNANSWERED;
  event.server = NULL;
  event.outcome = "look_up";
  log_ldap(logger, &event);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"ldap_refused\",\"id\":\"000000000000001f\","
                   "\"user\":\"CORP\\\\alice\",\"primary\":\"corp\",\"server\":\"dc1\","
                   "\"outcome\":\"locked\"}\n");
  cr_assert_str_eq(next_line(), "\",\"event\":\"ldap_unanswered\",\"id\":\"000000000000001f\","
                                "\"user\":\"CORP\\\\alice\",\"primary\":\"corp\",\"server\":null,"
                                "\"outcome\":\"look_up\",\"detail\":\"data 775\\u000a\"}\n");
  close_log();
}

Test(log, what_a_directory_says_of_logins_is_no_warning) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_WARNING);
  struct ldap_event event = ldap_event(LDAP_EVENT_REFUSED);
  log_ldap(logger, &event);
  event.kind = LDAP_EVENT_UNANSWERED;
  log_ldap(logger, &event);
  close_log();
  cr_assert_null(next_line());
}

/* ---- calls ---- */

static struct call_event call_event(enum call_event_kind kind) {
  return (struct call_event){.kind = kind,
                             .factor = "phone",
                             .trunk = "pbx",
                             .error = "no answer to OPTIONS",
                             .id = 0x1f,
                             .user = radmfa_text("alice"),
                             .number = "+442079460018",
                             .outcome = "busy",
                             .sip_status = 486,
                             .sip_reason = "Busy\r\n\"Here\"",
                             .rang_ms = 4100,
                             .talked_ms = 0,
                             .tries = 0};
}

Test(log, what_became_of_a_call_is_told_and_its_number_is_masked) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  struct call_event event = call_event(CALL_EVENT_ENDED);
  log_call(logger, &event);
  event = (struct call_event){.factor = "phone", .id = 0x1f, .outcome = "limit"};
  log_call(logger, &event);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"call\",\"id\":\"000000000000001f\",\"identity\":\"alice\","
                   "\"factor\":\"phone\",\"number\":\"+44xxxxxxxx18\",\"trunk\":\"pbx\","
                   "\"outcome\":\"busy\",\"sip_status\":486,"
                   "\"sip_reason\":\"Busy\\u000d\\u000a\\\"Here\\\"\",\"rang_ms\":4100,"
                   "\"talked_ms\":0,\"tries\":0}\n");
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"call\",\"id\":\"000000000000001f\",\"identity\":null,"
                   "\"factor\":\"phone\",\"number\":null,\"trunk\":null,"
                   "\"outcome\":\"limit\",\"sip_status\":0,\"sip_reason\":null,\"rang_ms\":0,"
                   "\"talked_ms\":0,\"tries\":0}\n");
  close_log();
}

static struct user_event user_event(enum user_event_kind kind) {
  return (struct user_event){.kind = kind,
                             .primary = "corp",
                             .user = radmfa_text("CORP\\alice"),
                             .identity = radmfa_text("alice")};
}

#define WHO "\"user\":\"CORP\\\\alice\",\"identity\":\"alice\",\"primary\":\"corp\","

Test(log, who_signs_in_to_the_portal_is_told_and_who_is_refused) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  struct user_event event = user_event(USER_EVENT_SIGN_IN);
  event.outcome = "ok";
  event.address = "192.0.2.7";
  log_user_event(logger, &event);
  event.outcome = "refused";
  event.reason = "wrong_password";
  event.identity = (radmfa_span){0};
  log_user_event(logger, &event);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"sign_in\"," WHO "\"outcome\":\"ok\",\"reason\":null,"
                   "\"address\":\"192.0.2.7\"}\n");
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"sign_in\",\"user\":\"CORP\\\\alice\",\"identity\":null,"
                   "\"primary\":\"corp\",\"outcome\":\"refused\","
                   "\"reason\":\"wrong_password\",\"address\":\"192.0.2.7\"}\n");
  close_log();
}

Test(log, enrolments_and_changes_are_told_with_masked_numbers) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_INFO);
  struct user_event event = user_event(USER_EVENT_ENROLMENT);
  event.what = "number";
  event.how = "invite";
  event.number = "+442079460018";
  event.by = event.user;
  log_user_event(logger, &event);
  event = user_event(USER_EVENT_CHANGE);
  event.what = "pin";
  log_user_event(logger, &event);
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"enrolment\"," WHO "\"what\":\"number\",\"how\":\"invite\","
                   "\"number\":\"+44xxxxxxxx18\",\"by\":\"CORP\\\\alice\"}\n");
  cr_assert_str_eq(next_line(), "\",\"event\":\"user_change\"," WHO "\"what\":\"pin\",\"how\":null,"
                                "\"number\":null,\"by\":null}\n");
  close_log();
}

Test(log, a_trunk_that_goes_and_comes_is_told) {
  open_log(LOG_FORMAT_JSON, LOG_LEVEL_WARNING);
  struct call_event event = call_event(CALL_EVENT_TRUNK_DOWN);
  log_call(logger, &event);
  event.kind = CALL_EVENT_TRUNK_UP;
  log_call(logger, &event);
  event.kind = CALL_EVENT_TRUNK_UNREGISTERED;
  log_call(logger, &event);
  event.kind = CALL_EVENT_ENDED; /* no warning */
  log_call(logger, &event);
  cr_assert_str_eq(next_line(), "\",\"event\":\"trunk_down\",\"factor\":\"phone\","
                                "\"trunk\":\"pbx\",\"error\":\"no answer to OPTIONS\"}\n");
  cr_assert_str_eq(next_line(),
                   "\",\"event\":\"trunk_up\",\"factor\":\"phone\",\"trunk\":\"pbx\"}\n");
  cr_assert_str_eq(next_line(), "\",\"event\":\"trunk_unregistered\",\"factor\":\"phone\","
                                "\"trunk\":\"pbx\",\"error\":\"no answer to OPTIONS\"}\n");
  close_log();
  cr_assert_null(next_line());
}

Test(log, of_a_number_the_country_and_two_digits_are_shown) {
  static const char *const numbers[][2] = {
      {"+15551230001", "+1xxxxxxxx01"},
      {"+442079460018", "+44xxxxxxxx18"},
      {"+35121234", "+351xxx34"},
      {"+123456789012345", "+1xxxxxxxxxxxx45"},
      {"", ""},
      {"15551230001", ""},
      {"+1555123000a", ""},
      {"+1", ""},
      {"+1234567890123456", ""},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char masked[CALL_NUMBER_MASKED_SIZE];
    call_number_mask(numbers[i][0], masked);
    cr_assert_str_eq(masked, numbers[i][1], "%s: %s", numbers[i][0], masked);
  }
}
