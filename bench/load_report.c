#include "load_report.h"

#include "format.h"

#include <radmfa/version.h>

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
    ROW(proxy_state_wrong, "without their Proxy-State", 1, REPORT_IF_ANY),
    ROW(failovers, "passed to the next server", 0, REPORT_IF_ANY),
    ROW(refused, "port unreachable", 0, REPORT_IF_ANY),
    ROW(dropped_by_kernel, "replies dropped: receive buffer full", 0, REPORT_IF_ANY),
    ROW(most_pending, "pending at most", 0, 0),
    ROW(sockets, "source ports", 0, 0),
};
#define N_ROWS (sizeof rows / sizeof *rows)

void load_run_cleanup(struct load_run *run) {
  series_cleanup(&run->series);
}

bool load_is_valid(const struct load_run *run) {
  return !run->counts.not_sent && hist_quantile_ns(&run->behind, P99) <= LOAD_BEHIND_MAX_NS;
}

bool load_is_as_expected(const struct load_run *run, const struct load_options *options) {
  bool is_signed = !options->request.message_authenticator || !run->counts.not_signed_first;
  return run->counts.ok == run->counts.planned && is_signed && !run->counts.proxy_state_wrong;
}

/* Of those that were sent; from the first to the last there is one interval less. */
double load_sent_per_second(const struct load_run *run) {
  uint64_t sent = run->behind.count;
  return sent > 1 && run->sending_ns ? (double)(sent - 1) * 1e9 / (double)run->sending_ns : 0;
}

static void print_servers(FILE *out, const struct load_servers *servers) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  for (unsigned i = 0; i < servers->count; i++)
    fprintf(out, "%s%s", i ? ", then " : "", radmfa_address_format(&servers->list[i], address));
}

static void print_plan(FILE *out, const struct load_options *options) {
  char number[FORMAT_SIZE];
  if (options->outstanding)
    fprintf(out, "closed loop, %s outstanding", format_count(options->outstanding, number));
  else if (options->shape.n_parts)
    fputs(options->shape.text, out);
  else
    fprintf(out, "%s logins/s planned%s", format_decimal(options->per_second, number),
            options->shape.poisson ? ", Poisson" : "");
}

static void print_what(FILE *out, const struct load_run *run, const struct load_options *options) {
  char sent[FORMAT_SIZE], time[FORMAT_SIZE];
  fprintf(out, "radmfa-bench %s load on ", RADMFA_VERSION);
  print_servers(out, &options->servers);
  fprintf(out, ", seed %llu\n", (unsigned long long)options->seed);
  print_plan(out, options);
  if (run->behind.count > 1)
    fprintf(out, ", %s/s sent", format_decimal(load_sent_per_second(run), sent));
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

void load_print_progress(FILE *terminal, const struct series_second *second,
                         const struct series_totals *totals) {
  char sent[FORMAT_SIZE], pending[FORMAT_SIZE], answered[FORMAT_SIZE], lost[FORMAT_SIZE];
  fputs("\r\x1b[K", terminal);
  if (second) {
    fprintf(terminal, "%4.0f s %8s/s %9s pending %9s answered", (double)second->end_ns / 1e9,
            format_count(second->now.sent, sent), format_count(second->pending, pending),
            format_count(totals->answered, answered));
    if (totals->lost) fprintf(terminal, " %7s lost", format_count(totals->lost, lost));
    if (second->now.answered)
      fprintf(terminal, "   p50 %.3f ms  p99 %.3f ms", (double)second->p50_ns / 1e6,
              (double)second->p99_ns / 1e6);
  }
  fflush(terminal);
}

static void put_servers(struct json *json, const struct load_servers *servers) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  json_text(json, "server", radmfa_address_format(&servers->list[0], address));
  json_open(json, "servers", '[');
  for (unsigned i = 0; i < servers->count; i++)
    json_text(json, NULL, radmfa_address_format(&servers->list[i], address));
  json_close(json, ']');
}

static double planned_per_second(const struct load_options *options) {
  if (!options->shape.n_parts) return options->per_second;
  return (double)options->n_logins / plan_shape_seconds(&options->shape);
}

void load_put_json(struct json *json, const struct load_run *run,
                   const struct load_options *options) {
  const struct report_latency latencies[] = {{"from_due", NULL, &run->from_due},
                                             {"from_sent", NULL, &run->from_sent},
                                             {"behind", NULL, &run->behind}};
  put_servers(json, &options->servers);
  json_count(json, "seed", options->seed);
  json_bool(json, "valid", load_is_valid(run));
  json_bool(json, "as_expected", load_is_as_expected(run, options));
  json_bool(json, "interrupted", run->interrupted);
  json_text(json, "plan", options->outstanding ? "closed" : options->shape.text);
  json_count(json, "outstanding", options->outstanding);
  json_number(json, "planned_per_s", planned_per_second(options));
  json_number(json, "sent_per_s", load_sent_per_second(run));
  json_number(json, "ran_s", (double)run->ran_ns / 1e9);
  report_json_counts(json, rows, N_ROWS, &run->counts);
  report_json_latencies(json, latencies, sizeof latencies / sizeof *latencies);
  series_put_json(json, &run->series);
}
