/* portal.c: one thread, one poll(2): signals, radmfad, browsers. */
#include "portal.h"

#include "calls.h"
#include "config.h"
#include "http.h"
#include "radmfad.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static uint64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* SIGTERM and SIGINT as something that poll can see; -1 with errno. */
static int open_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, NULL);
  (void)signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* A descriptor for each connection, as far as we may. */
static void raise_limit(const struct config *config) {
  struct rlimit limit;
  rlim_t wanted = (rlim_t)config->connections + 256;
  if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  if (setrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur < wanted)
    fprintf(stderr, "radmfa-portal: LimitNOFILE is too low for %u connections\n",
            config->connections);
}

static bool set_up(struct portal *portal, struct diag *diag) {
  portal->now_ms = clock_ms();
  randombytes_buf(portal->csrf_key, sizeof portal->csrf_key);
  portal->radmfad = radmfad_new(portal->config->radmfad);
  portal->calls = portal->radmfad ? calls_new(portal->radmfad) : NULL;
  portal->http = portal->calls ? http_new(portal->config, portal, false, diag) : NULL;
  if (portal->http) return true;
  if (!diag->errors) fputs("radmfa-portal: out of memory\n", stderr);
  return false;
}

/* Questions end first: each request is responded then, and no connection is suspended any more. */
static void tear_down(struct portal *portal) {
  if (portal->radmfad) radmfad_end(portal->radmfad);
  http_free(portal->http);
  calls_free(portal->calls);
  radmfad_free(portal->radmfad);
  sodium_memzero(portal->csrf_key, sizeof portal->csrf_key);
}

static void run_loop(struct portal *portal, int signals) {
  struct pollfd polls[HTTP_POLLS_MAX + 2];
  for (;;) {
    polls[0] = (struct pollfd){signals, POLLIN, 0};
    polls[1] = (struct pollfd){radmfad_fd(portal->radmfad), radmfad_events(portal->radmfad), 0};
    size_t count = http_polls(portal->http, polls + 2);
    if (poll(polls, (nfds_t)count + 2, http_wait_ms(portal->http)) < 0 && errno != EINTR) return;
    portal->now_ms = clock_ms();
    if (polls[0].revents) return;
    radmfad_turn(portal->radmfad, polls[1].revents, portal->now_ms);
    http_turn(portal->http, polls + 2, count);
  }
}

int portal_run(const struct config *config) {
  struct portal portal = {.config = config};
  struct diag diag = {.out = stderr};
  int signals = open_signals();
  raise_limit(config);
  bool is_up = signals >= 0 && set_up(&portal, &diag);
  if (is_up) {
    fprintf(stderr, "radmfa-portal: listening, radmfad is asked at %s\n", config->radmfad);
    run_loop(&portal, signals);
    fputs("radmfa-portal: ends\n", stderr);
  }
  tear_down(&portal);
  if (signals >= 0) close(signals);
  return is_up ? 0 : 1;
}
