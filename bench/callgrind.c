#include "callgrind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FEW 1024u
#define MANY 5120u

/* Becomes valgrind; what it says goes to `out_fd`. */
static _Noreturn void become_valgrind(const char *subject, unsigned times, int out_fd) {
  char program[4096], count[16];
  ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
  if (len < 0) _exit(1);
  program[len] = 0;
  snprintf(count, sizeof count, "%u", times);
  dup2(out_fd, STDERR_FILENO);
  execlp("valgrind", "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
         "micro", "--only", subject, "--times", count, (char *)NULL);
  fprintf(stderr, "valgrind: %s: apt-get install valgrind\n", strerror(errno));
  _exit(1);
}

/* "==123== Collected : 456": gives 456. The last line is kept: it may say what went wrong. */
static double read_collected(FILE *from, char *out_last, size_t size) {
  static const char word[] = "Collected : ";
  double collected = -1;
  char line[512];
  while (fgets(line, sizeof line, from)) {
    const char *found = strstr(line, word);
    if (found) collected = strtod(found + sizeof word - 1, NULL);
    if (line[0] != '\n') snprintf(out_last, size, "%s", line);
  }
  return collected;
}

static double count(const char *subject, unsigned times) {
  char last[512] = "";
  int ends[2], status = 1;
  if (pipe(ends)) return -1;
  pid_t pid = fork();
  if (pid == 0) become_valgrind(subject, times, ends[1]);
  close(ends[1]);
  FILE *from = fdopen(ends[0], "r");
  double collected = from && pid > 0 ? read_collected(from, last, sizeof last) : -1;
  if (from) fclose(from);
  if (pid > 0) waitpid(pid, &status, 0);
  if (status == 0 && collected >= 0) return collected;
  fprintf(stderr, "radmfa-bench micro: --instructions: %s", last[0] ? last : "no valgrind\n");
  return -1;
}

double callgrind_instructions(const char *subject) {
  double few = count(subject, FEW);
  double many = few < 0 ? -1 : count(subject, MANY);
  return many < 0 ? -1 : (many - few) / (MANY - FEW);
}
