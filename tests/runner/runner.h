/* What main.c and assert.c of the test runner share. */
#ifndef RADMFA_TEST_RUNNER_H
#define RADMFA_TEST_RUNNER_H

#include <stdbool.h>

/* test_fail marks the test as failed; it goes on. */
void test_fail(void);
bool test_failed(void);

/* test_run calls `body`, which criterion_abort_test leaves early. */
void test_run(void (*body)(void));

#endif
