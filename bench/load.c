#include "load.h"

#include "load_files.h"
#include "logins.h"
#include "memory.h"
#include "net.h"
#include "selftest.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_MS 1000u
#define SHORT_NS (50 * (uint64_t)NS_PER_MS) /* a last second shorter than this is left out */

struct load {
  const struct load_options *options;
  struct load_run *run;
  struct logins *logins;
  uv_loop_t loop;
  uv_signal_t signals[2];
  uv_timer_t seconds;
};

/* ---- seconds ---- */

static bool shows_progress(const struct load_options *options) {
  return !options->quiet && isatty(STDERR_FILENO);
}

static void end_second(struct load *load, uint64_t now_ns) {
  struct series_totals totals = logins_totals(load->logins);
  const struct series_second *second =
      series_end_second(&load->run->series, now_ns - logins_started_ns(load->logins), &totals,
                        logins_pending(load->logins));
  if (shows_progress(load->options)) load_print_progress(stderr, second, &totals);
}

static void on_second(uv_timer_t *timer) {
  struct load *load = timer->data;
  if (!logins_ended_ns(load->logins)) end_second(load, uv_hrtime());
}

static void end_last_second(struct load *load, uint64_t now_ns) {
  const struct series *series = &load->run->series;
  uint64_t begun_ns = series->count ? series->seconds[series->count - 1].end_ns : 0;
  uint64_t since_ns = now_ns - logins_started_ns(load->logins);
  if (!series->count || since_ns > begun_ns + SHORT_NS) end_second(load, now_ns);
}

/* ---- the loop ---- */

static void on_signal(uv_signal_t *handle, int number) {
  struct load *load = handle->data;
  (void)number;
  load->run->interrupted = true;
  uv_stop(&load->loop);
}

static int start_handles(struct load *load) {
  static const int numbers[] = {SIGINT, SIGTERM};
  int error = uv_timer_init(&load->loop, &load->seconds);
  load->seconds.data = load;
  if (!error) error = uv_timer_start(&load->seconds, on_second, SECOND_MS, SECOND_MS);
  for (size_t i = 0; !error && i < sizeof numbers / sizeof *numbers; i++) {
    error = uv_signal_init(&load->loop, &load->signals[i]);
    load->signals[i].data = load;
    if (!error) error = uv_signal_start(&load->signals[i], on_signal, numbers[i]);
  }
  return error ? error : logins_start(load->logins);
}

/* Those that were started. */
static void close_handle(uv_handle_t *handle) {
  if (handle->loop) uv_close(handle, NULL);
}

static void close_handles(struct load *load) {
  logins_close(load->logins);
  for (size_t i = 0; i < 2; i++) close_handle((uv_handle_t *)&load->signals[i]);
  close_handle((uv_handle_t *)&load->seconds);
  uv_run(&load->loop, UV_RUN_DEFAULT);
}

static void run_to_the_end(struct load *load) {
  uv_run(&load->loop, UV_RUN_DEFAULT);
  uint64_t ended_ns = logins_ended_ns(load->logins);
  uint64_t end_ns = ended_ns ? ended_ns : uv_hrtime();
  end_last_second(load, end_ns);
  if (shows_progress(load->options)) load_print_progress(stderr, NULL, NULL);
  logins_finish_counts(load->logins, end_ns);
}

int load_perform(const struct load_options *options, const struct secret *secret,
                 const struct users *users, struct load_run *run) {
  struct load load = {.options = options, .run = run};
  int error = uv_loop_init(&load.loop);
  if (error) return error;
  load.logins = logins_new(&load.loop, options, secret, users, run);
  error = start_handles(&load);
  if (!error) run_to_the_end(&load);
  close_handles(&load);
  logins_free(load.logins);
  (void)uv_loop_close(&load.loop);
  return error;
}

/* ---- start and end ---- */

static int run_and_report(const struct load_options *options, const struct secret *secret,
                          const struct users *users, int argc, char **argv) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  struct load_files files;
  bool is_well = false;
  if (!load_files_open(&files, options, stderr)) return 1;
  struct load_run *run = memory_new(sizeof *run);
  int error = load_perform(options, secret, users, run);
  if (error) {
    fprintf(stderr, "%s: %s: %s\n", load_command.name,
            radmfa_address_format(&options->servers.list[0], address), uv_strerror(error));
  } else {
    if (!options->quiet) load_print(stdout, run, options);
    is_well =
        load_files_write(&files, run, argc, argv, stderr) && load_is_as_expected(run, options);
  }
  load_files_close(&files);
  load_run_cleanup(run);
  free(run);
  return is_well ? 0 : 1;
}

static int run_command(const struct load_options *options, int argc, char **argv) {
  struct secret secret;
  struct users users;
  int status = 2;
  if (!secret_open(&secret, &options->secret, load_command.name, stderr)) return status;
  if (users_open(&users, &options->users, load_command.name, stderr)) {
    net_raise_limit();
    status = options->selftest ? selftest(options, &secret, &users)
                               : run_and_report(options, &secret, &users, argc, argv);
    users_close(&users);
  }
  secret_close(&secret);
  return status;
}

int load_main(int argc, char **argv) {
  struct load_options options;
  enum args_result result = load_options_read(argc, argv, &options, stdout, stderr);
  if (result == ARGS_HELP) return 0;
  return result == ARGS_OK ? run_command(&options, argc, argv) : 2;
}
