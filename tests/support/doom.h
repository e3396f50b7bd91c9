/* doom.h: how the support code fails a test, in Criterion's programs and in those with a main of
 * their own. */
#ifndef RADMFA_TESTS_DOOM_H
#define RADMFA_TESTS_DOOM_H

/* DOOM prints where and why, with what doom_context said last (a seed, a step), and aborts. */
#define DOOM(...) doom(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void doom(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void doom_context(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
