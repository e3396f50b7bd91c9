#include "load_report.h"

#include "format.h"

#include <radmfa/version.h>

#define P50 50000u
#define P99 99000u
#define ROW(member, label, depth, flags) \
  { #member, label, offsetof(struct load_counts, member), depth, flags }

static const struct report_row rows[] = {
    ROW(planned, "logins", 0, REPORT_PARAGRAPH),
    ROW(ok, "as expected", 1, REPORT_SHARE),
    ROW(rejected, "rejected", 1, REPORT_SHARE),
    ROW(challenged, "challenged", 1, REPORT_SHARE),
    ROW(wrong_verdict, "wrong verdict", 1, REPORT_SHARE),
    ROW(lost, "lost", 1, REPORT_SHARE),
    ROW(not_sent, "not sent: no identifier free", 1, REPORT_SHARE | REPORT_IF_ANY),
    ROW(unfinished, "unfinished", 1, REPORT_SHARE | REPORT_IF_ANY),

    ROW(requests_sent, "requests sent", 0, REPORT_PARAGRAPH),
    ROW(retransmissions, "retransmissions", 1, REPORT_IF_ANY),
    ROW(requests_lost, "requests lost on purpose", 0, REPORT_IF_ANY),
    ROW(not_taken, "requests the system did not take", 0, REPORT_IF_ANY),
    ROW(replies_received, "replies received", 0, 0),
    ROW(replies_lost, "lost on purpose", 1, REPORT_IF_ANY),
    ROW(doubled, "doubled", 1, REPORT_IF_ANY),
    ROW(late, "late", 1, REPORT_IF_ANY),
    ROW(forged, "forged", 1, REPORT_IF_ANY),
    ROW(malformed, "malformed", 1, REPORT_IF_ANY),
    ROW(not_signed_first, "without Message-Authenticator first", 1, REPORT_IF_ANY),
    ROW(refused, "port unreachable", 0, REPORT_IF_ANY),
    ROW(dropped_by_kernel, "replies dropped: receive buffer full", 0, REPORT_IF_ANY),
    ROW(most_pending, "pending at most", 0, 0),
    ROW(sockets, "source ports", 0, 0),
};
#define N_ROWS (sizeof rows / sizeof *rows)

bool load_is_valid(const struct load_run *run) {
  return !run->counts.not_sent && hist_quantile_ns(&run->behind, P99) <= LOAD_BEHIND_MAX_NS;
}

bool load_is_as_expected(const struct load_run *run, const struct load_options *options) {
  bool is_signed = !options->request.message_authenticator || !run->counts.not_signed_first;
  return run->counts.ok == run->counts.planned && is_signed;
}

/* Of those that were sent; from the first to the last there is one interval less. */
static double sent_per_second(const struct load_run *run) {
  uint64_t sent = run->behind.count;
  return sent > 1 && run->sending_ns ? (double)(sent - 1) * 1e9 / (double)run->sending_ns : 0;
}

static void print_what(FILE *out, const struct load_run *run, const struct load_options *options) {
  char address[RADMFA_ADDRESS_TEXT_SIZE], rate[FORMAT_SIZE], sent[FORMAT_SIZE], time[FORMAT_SIZE];
  fprintf(out, "radmfa-bench %s load on %s, seed %llu\n", RADMFA_VERSION,
          radmfa_address_format(&options->server, address), (unsigned long long)options->seed);
  fprintf(out, "%s logins/s planned", format_decimal(options->per_second, rate));
  if (run->behind.count > 1) fprintf(out, ", %s sent", format_decimal(sent_per_second(run), sent));
  fprintf(out, "; timeout %s", format_duration(options->timeout_ns, time));
  if (options->retransmission.times)
    fprintf(out, ", again after %s, %llu times",
            format_duration(options->retransmission.every_ns, time),
            (unsigned long long)options->retransmission.times);
  fprintf(out, "; took %s\n", format_duration(run->ran_ns, time));
}

static void print_validity(FILE *out, const struct load_run *run) {
  char behind[FORMAT_SIZE], most[FORMAT_SIZE];
  if (run->interrupted) fputs("\nInterrupted.\n", out);
  if (load_is_valid(run)) return;
  fputs("\nINVALID: the sender fell behind its plan", out);
  if (run->counts.not_sent) fputs(" and left logins out", out);
  fprintf(out, ", by %s at p99 (%s allowed).\n",
          format_duration(hist_quantile_ns(&run->behind, P99), behind),
          format_duration(LOAD_BEHIND_MAX_NS, most));
}

void load_print(FILE *out, const struct load_run *run, const struct load_options *options) {
  const struct report_latency latencies[] = {{"from_due", "from when due", &run->from_due},
                                             {"from_sent", "from when sent", &run->from_sent},
                                             {"behind", "sent behind plan", &run->behind}};
  print_what(out, run, options);
  report_print_counts(out, rows, N_ROWS, &run->counts);
  report_print_latencies(out, latencies, sizeof latencies / sizeof *latencies);
  print_validity(out, run);
}

void load_print_progress(FILE *terminal, const struct load_progress *progress) {
  char now[FORMAT_SIZE], pending[FORMAT_SIZE], answered[FORMAT_SIZE], lost[FORMAT_SIZE];
  fputs("\r\x1b[K", terminal);
  if (progress) {
    const struct hist *hist = progress->from_due;
    fprintf(terminal, "%4.0f s %8s/s %9s pending %9s answered", (double)progress->elapsed_ns / 1e9,
            format_count(progress->sent_now, now), format_count(progress->pending, pending),
            format_count(progress->answered, answered));
    if (progress->lost) fprintf(terminal, " %7s lost", format_count(progress->lost, lost));
    if (hist->count)
      fprintf(terminal, "   p50 %.3f ms  p99 %.3f ms", (double)hist_quantile_ns(hist, P50) / 1e6,
              (double)hist_quantile_ns(hist, P99) / 1e6);
  }
  fflush(terminal);
}

void load_put_json(struct json *json, const struct load_run *run,
                   const struct load_options *options) {
  const struct report_latency latencies[] = {{"from_due", NULL, &run->from_due},
                                             {"from_sent", NULL, &run->from_sent},
                                             {"behind", NULL, &run->behind}};
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  json_text(json, "server", radmfa_address_format(&options->server, address));
  json_count(json, "seed", options->seed);
  json_bool(json, "valid", load_is_valid(run));
  json_bool(json, "as_expected", load_is_as_expected(run, options));
  json_bool(json, "interrupted", run->interrupted);
  json_number(json, "planned_per_s", options->per_second);
  json_number(json, "sent_per_s", sent_per_second(run));
  json_number(json, "ran_s", (double)run->ran_ns / 1e9);
  report_json_counts(json, rows, N_ROWS, &run->counts);
  report_json_latencies(json, latencies, sizeof latencies / sizeof *latencies);
}
