#include "machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The text behind the colon of a line of /proc/cpuinfo that begins with "model name". */
static void read_cpu(char *out_cpu, size_t size) {
  char line[512];
  FILE *file = fopen("/proc/cpuinfo", "r");
  snprintf(out_cpu, size, "unknown");
  while (file && fgets(line, sizeof line, file)) {
    char *colon = strchr(line, ':');
    if (strncmp(line, "model name", 10) != 0 || !colon) continue;
    colon += strspn(colon, ": \t");
    colon[strcspn(colon, "\n")] = 0;
    snprintf(out_cpu, size, "%s", colon);
    break;
  }
  if (file) fclose(file);
}

void machine_describe(struct machine *out_machine) {
  struct utsname name;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  *out_machine = (struct machine){.cores = cores > 0 ? (uint64_t)cores : 1};
  read_cpu(out_machine->cpu, sizeof out_machine->cpu);
  if (uname(&name)) return;
  snprintf(out_machine->kernel, sizeof out_machine->kernel, "%s %.100s", name.sysname,
           name.release);
  snprintf(out_machine->architecture, sizeof out_machine->architecture, "%.64s", name.machine);
}
