/* What Criterion's macros call when an assertion fails. Criterion's own versions send a message to
 * its runner process; ours print it and mark this process. The linker takes ours, since the program
 * comes first. */
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <criterion/new/assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "runner.h"

static bool failed;
static bool running;
static pthread_t test_thread;
static jmp_buf after_body;

void test_fail(void) {
  failed = true;
}

bool test_failed(void) {
  return failed;
}

void test_run(void (*body)(void)) {
  test_thread = pthread_self();
  if (setjmp(after_body) == 0) {
    running = true;
    body();
  }
  running = false;
}

void criterion_abort_test(void) {
  failed = true;
  if (running && pthread_equal(test_thread, pthread_self())) longjmp(after_body, 1);
  fflush(NULL);
  _exit(1); /* another thread, or a program without the runner's main */
}

void criterion_continue_test(void) {}

void criterion_send_assert(struct criterion_assert_stats *stats) {
  if (stats->passed) return;
  failed = true;
  fprintf(stderr, "%s:%u: %s\n", stats->file, stats->line, stats->message);
}

static void print_node(const struct cri_assert_node *node, int depth) {
  if (node->repr) fprintf(stderr, "%*s%s\n", 2 * depth, "", node->repr);
  for (size_t i = 0; i < CRI_ASSERT_MAX_PARAMS && node->params[i].name; i++)
    fprintf(stderr, "%*s%s\n", 2 * depth + 2, "", node->params[i].name);
  for (size_t i = 0; i < node->nchild; i++) print_node(&node->children[i], depth + 1);
}

void cri_assert_node_send(const char *file, size_t line, struct cri_assert_node *tree) {
  failed = true;
  fprintf(stderr, "%s:%zu: %s\n", file, line, tree->message ? tree->message : "assertion failed");
  print_node(tree, 1);
}

static void print_line(const char *what, const char *format, va_list args) {
  fprintf(stderr, "%s", what);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
}

void cr_log(enum criterion_severity severity, const char *format, ...) {
  (void)severity;
  va_list args;
  va_start(args, format);
  print_line("", format, args);
  va_end(args);
}

void criterion_test_die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  print_line("died: ", format, args);
  va_end(args);
  _exit(1);
}

/* Nothing is skipped in this project: what a test needs and does not find is a failure. */
void criterion_skip_test(const char *format, ...) {
  va_list args;
  va_start(args, format);
  print_line("skipped, which counts as failed: ", format, args);
  va_end(args);
  criterion_abort_test();
}
