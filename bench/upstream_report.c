#include "upstream_report.h"

#include "format.h"

#include <radmfa/version.h>

#define ROW(member, label, depth, flags) \
  { #member, label, offsetof(struct upstream_counts, member), depth, flags }

static const struct report_row rows[] = {
    ROW(received, "requests", 0, REPORT_PARAGRAPH),
    ROW(distinct, "distinct", 1, 0),
    ROW(retransmissions, "retransmissions", 1, 0),
    ROW(answered_again, "answered again", 2, REPORT_IF_ANY),
    ROW(ignored, "ignored", 2, REPORT_IF_ANY),
    ROW(status_server, "Status-Server", 1, REPORT_IF_ANY),
    ROW(requests_lost, "lost on purpose", 1, REPORT_IF_ANY),
    ROW(requests_while_stopped, "while it stood still", 1, REPORT_IF_ANY),
    ROW(malformed, "malformed", 1, REPORT_IF_ANY),
    ROW(unexpected, "of another kind", 1, REPORT_IF_ANY),
    ROW(bad_message_authenticator, "bad Message-Authenticator", 1, 0),
    ROW(message_authenticator_first, "Message-Authenticator first", 0, REPORT_PARAGRAPH),
    ROW(message_authenticator_later, "Message-Authenticator later", 0, REPORT_IF_ANY),
    ROW(message_authenticator_missing, "Message-Authenticator missing", 0, REPORT_IF_ANY),
    ROW(bad_passwords, "bad passwords", 0, 0),

    ROW(logins, "logins", 0, REPORT_PARAGRAPH),
    ROW(logins_repeated, "with more than one distinct request", 1, 0),
    ROW(most_requests, "distinct requests of one, at most", 2, REPORT_IF_MANY),
    ROW(source_ports, "source ports", 0, 0),
    ROW(most_pending, "pending at most", 0, 0),
    ROW(pending, "pending at the end", 0, REPORT_IF_ANY),

    ROW(answers, "answers", 0, REPORT_PARAGRAPH),
    ROW(accepts, "Access-Accept", 1, REPORT_IF_ANY),
    ROW(rejects, "Access-Reject", 1, REPORT_IF_ANY),
    ROW(challenges, "Access-Challenge", 1, REPORT_IF_ANY),
    ROW(sent, "replies sent", 0, 0),
    ROW(doubled, "doubled", 1, REPORT_IF_ANY),
    ROW(held_back, "held back", 1, REPORT_IF_ANY),
    ROW(forged, "forged", 1, REPORT_IF_ANY),
    ROW(truncated, "truncated", 1, REPORT_IF_ANY),
    ROW(lost, "replies lost on purpose", 0, REPORT_IF_ANY),
    ROW(lost_while_stopped, "replies lost while it stood still", 0, REPORT_IF_ANY),
    ROW(too_big, "replies that do not fit", 0, REPORT_IF_ANY),
    ROW(not_taken, "replies the system did not take", 0, REPORT_IF_ANY),
    ROW(dropped_by_kernel, "requests dropped: receive buffer full", 0, REPORT_IF_ANY),
};
#define N_ROWS (sizeof rows / sizeof *rows)

void upstream_print(FILE *out, const struct upstream_run *run) {
  char address[RADMFA_ADDRESS_TEXT_SIZE], time[FORMAT_SIZE];
  fprintf(out, "radmfa-bench %s upstream on %s for %s, seed %llu\n", RADMFA_VERSION,
          radmfa_address_format(&run->bound, address), format_duration(run->ran_ns, time),
          (unsigned long long)run->seed);
  report_print_counts(out, rows, N_ROWS, &run->counts);
}

void upstream_put_json(struct json *json, const struct upstream_run *run) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  json_text(json, "address", radmfa_address_format(&run->bound, address));
  json_count(json, "seed", run->seed);
  json_number(json, "ran_s", (double)run->ran_ns / 1e9);
  report_json_counts(json, rows, N_ROWS, &run->counts);
}
