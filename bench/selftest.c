#include "selftest.h"

#include "echo.h"
#include "format.h"
#include "load.h"
#include "memory.h"
#include "net.h"

#include <errno.h>
#include <radmfa/version.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

/* Returns the process of the echo, or a negative errno. */
static pid_t start_echo(radmfa_address *out_address) {
  radmfa_address any;
  if (radmfa_address_parse("127.0.0.1:0", &any)) return -1;
  int fd = net_listen(&any, out_address);
  if (fd < 0) return fd;
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    echo_for_ever(fd);
  }
  close(fd);
  return pid;
}

static double cpu_s(void) {
  struct report_cost cost = report_cost();
  return cost.user_s + cost.system_s;
}

static int measure(const struct load_options *given, const struct secret *secret,
                   const struct users *users, const radmfa_address *server, enum load_echo echo) {
  struct load_options options = *given;
  struct load_run *run = memory_new(sizeof *run);
  char rate[FORMAT_SIZE], each[FORMAT_SIZE];
  options.servers = (struct load_servers){.list = {*server}, .count = 1};
  options.echo = echo;
  double before_s = cpu_s();
  int error = load_perform(&options, secret, users, run);
  double answered = (double)run->from_due.count;
  if (!error && answered > 0)
    printf("%-30s %12s %22s\n", echo == LOAD_ECHO ? "sent and received only" : "built and verified",
           format_decimal(answered * 1e9 / (double)run->ran_ns, rate),
           format_decimal((cpu_s() - before_s) * 1e6 / answered, each));
  load_run_cleanup(run);
  free(run);
  return error;
}

int selftest(const struct load_options *options, const struct secret *secret,
             const struct users *users) {
  radmfa_address server;
  char count[FORMAT_SIZE], time[FORMAT_SIZE];
  pid_t echo = start_echo(&server);
  if (echo < 0) {
    fprintf(stderr, "%s: no echo: %s\n", load_command.name, strerror(errno));
    return 1;
  }
  printf("radmfa-bench %s load against its own echo, %s outstanding, %s each\n\n%-30s %12s %22s\n",
         RADMFA_VERSION, format_count(options->outstanding, count),
         format_duration(options->duration_ns, time), "logins are", "logins/s", "CPU us of each");
  int error = measure(options, secret, users, &server, LOAD_ECHO_WHOLE);
  if (!error) error = measure(options, secret, users, &server, LOAD_ECHO);
  if (error) fprintf(stderr, "%s: %s\n", load_command.name, uv_strerror(error));
  kill(echo, SIGKILL);
  waitpid(echo, NULL, 0);
  return error ? 1 : 0;
}
