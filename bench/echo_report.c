#include "echo_report.h"

#include "format.h"

#include <radmfa/version.h>

#define ROW(member, label, depth, flags) \
  { #member, label, offsetof(struct echo_counts, member), depth, flags }

static const struct report_row rows[] = {
    ROW(received, "datagrams", 0, REPORT_PARAGRAPH),
    ROW(replies, "replies", 0, 0),
    ROW(not_taken, "replies the system did not take", 0, REPORT_IF_ANY),
    ROW(batches, "batches", 0, 0),
    ROW(dropped_by_kernel, "datagrams dropped: receive buffer full", 0, REPORT_IF_ANY),
};
#define N_ROWS (sizeof rows / sizeof *rows)

static const char *way(const struct echo_run *run) {
  return run->libuv ? "libuv" : "plain";
}

static void print_cost(FILE *out, uint64_t replies) {
  struct report_cost cost = report_cost();
  char each[FORMAT_SIZE], user[FORMAT_SIZE], system[FORMAT_SIZE];
  if (!replies) return;
  double us = 1e6 / (double)replies;
  fprintf(out, "\nCPU for each reply: %s us (user %s, system %s)\n",
          format_decimal((cost.user_s + cost.system_s) * us, each),
          format_decimal(cost.user_s * us, user), format_decimal(cost.system_s * us, system));
}

void echo_print(FILE *out, const struct echo_run *run) {
  char address[RADMFA_ADDRESS_TEXT_SIZE], time[FORMAT_SIZE];
  fprintf(out, "radmfa-bench %s echo on %s for %s, %s\n", RADMFA_VERSION,
          radmfa_address_format(&run->bound, address), format_duration(run->ran_ns, time),
          way(run));
  report_print_counts(out, rows, N_ROWS, &run->counts);
  print_cost(out, run->counts.replies);
}

void echo_put_json(struct json *json, const struct echo_run *run) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  json_text(json, "address", radmfa_address_format(&run->bound, address));
  json_text(json, "way", way(run));
  json_number(json, "ran_s", (double)run->ran_ns / 1e9);
  report_json_counts(json, rows, N_ROWS, &run->counts);
}
