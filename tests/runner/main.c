/* Runs the tests that Criterion's macros put into this program, each in a process of its own; with
 * TESTS_TOGETHER in the environment all in this one, one after the other up to the first that
 * fails: beneath valgrind a new process costs a second, since all that it runs is translated anew.
 *
 * Why not Criterion's runner: 2.4.1 takes a test as over before its process exits, so what
 * LeakSanitizer or valgrind say at exit (and their exit code) is lost, and it cannot start at all
 * under ThreadSanitizer. A plain fork and waitpid has none of these faults. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

/* The bounds of the sections that Test() and TestSuite() fill; absent in a program without any. */
extern struct criterion_test *__start_cr_tst[] __attribute__((weak));
extern struct criterion_test *__stop_cr_tst[] __attribute__((weak));
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak));
extern struct criterion_suite *__stop_cr_sts[] __attribute__((weak));

static const struct criterion_test *current;
static void *current_param;
static void (*current_body)(void);

static bool together;

/* Set by the child when the test's body has returned: a body that calls exit(0) has not passed. */
static volatile bool *finished;

static const struct criterion_test_extra_data *suite_of(const struct criterion_test *test) {
  static const struct criterion_test_extra_data none;
  for (struct criterion_suite **s = __start_cr_sts; s != __stop_cr_sts; s++)
    if (*s && (*s)->data && strcmp((*s)->name, test->category) == 0) return (*s)->data;
  return &none;
}

static void call(void (*fixture)(void)) {
  if (fixture) fixture();
}

static void fixtures_up(void) {
  call(suite_of(current)->init);
  call(current->data->init);
}

static void fixtures_down(void) {
  call(current->data->fini);
  call(suite_of(current)->fini);
}

static void body(void) {
  if (current->data->kind_ == CR_TEST_PARAMETERIZED)
    ((void (*)(void *))current_body)(current_param);
  else
    current_body();
}

/* The three steps of the function that Test() makes. */
void criterion_internal_test_setup(void) {
  test_run(fixtures_up);
}

void criterion_internal_test_main(void (*fn)(void)) {
  current_body = fn;
  if (!test_failed()) test_run(body);
}

void criterion_internal_test_teardown(void) {
  test_run(fixtures_down);
}

static void arm(void) {
  double seconds = current->data->timeout > 0 ? current->data->timeout : suite_of(current)->timeout;
  if (seconds > 0) alarm((unsigned)seconds + 1);
}

static void run_child(void) {
  arm();
  current->test();
  *finished = true;
  fflush(NULL);
  /* A failed test is left as it is: what it still holds is no leak. */
  if (test_failed()) _exit(1);
  exit(0);
}

static bool verdict(int status) {
  const struct criterion_test_extra_data *data = current->data;
  if (data->signal) return WIFSIGNALED(status) && WTERMSIG(status) == data->signal;
  if (WIFSIGNALED(status)) fprintf(stderr, "killed by %s\n", strsignal(WTERMSIG(status)));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != data->exit_code) return false;
  if (data->exit_code == 0 && !*finished) fprintf(stderr, "exited before its end\n");
  return data->exit_code != 0 || *finished;
}

/* In this process; what one that has failed still holds is no leak. */
static bool run_here(void) {
  arm();
  current->test();
  alarm(0);
  printf("%s %s/%s\n", test_failed() ? "FAIL" : "ok  ", current->category, current->name);
  fflush(NULL);
  if (test_failed()) _exit(1);
  return true;
}

static bool ends_by_itself(const struct criterion_test *test) {
  return !test->data->signal && !test->data->exit_code;
}

static bool run_one(const struct criterion_test *test, void *param) {
  current = test;
  current_param = param;
  *finished = false;
  fflush(NULL);
  if (together && ends_by_itself(test)) return run_here();
  pid_t pid = fork();
  if (pid == 0) run_child();
  int status = 0;
  bool ok = pid > 0 && waitpid(pid, &status, 0) == pid && verdict(status);
  printf("%s %s/%s\n", ok ? "ok  " : "FAIL", test->category, test->name);
  return ok;
}

static void run_test(const struct criterion_test *test, int *passed, int *failures) {
  if (test->data->kind_ != CR_TEST_PARAMETERIZED) {
    run_one(test, NULL) ? ++*passed : ++*failures;
    return;
  }
  struct criterion_test_params params = test->data->param_();
  for (size_t i = 0; i < params.length; i++)
    run_one(test, (char *)params.params + i * params.size) ? ++*passed : ++*failures;
  if (params.cleanup) params.cleanup(&params);
}

static bool wanted(const struct criterion_test *test, int argc, char **argv) {
  char name[512];
  snprintf(name, sizeof name, "%s/%s", test->category, test->name);
  for (int i = 1; i < argc; i++)
    if (fnmatch(argv[i], name, 0) == 0) return true;
  return argc == 1;
}

int main(int argc, char **argv) {
  int passed = 0, failures = 0;
  finished =
      mmap(NULL, sizeof *finished, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (finished == MAP_FAILED) return 2;
  together = getenv("TESTS_TOGETHER") != NULL;
  for (struct criterion_test **t = __start_cr_tst; t != __stop_cr_tst; t++)
    if (*t && wanted(*t, argc, argv)) run_test(*t, &passed, &failures);
  if (passed + failures == 0)
    fprintf(stderr, "no test; usage: %s [SUITE/NAME-PATTERN...]\n", argv[0]);
  printf("%d passed, %d failed\n", passed, failures);
  return failures > 0 || passed == 0;
}
