#include "upstream_options.h"

#include "values.h"

#define REMEMBER_NS (30 * (uint64_t)NS_PER_S) /* RFC 5080 2.2.2: 5 to 30 s */
#define FIELD(member) offsetof(struct upstream_options, member)

static const char a_duration[] = "a duration like 20s, 10ms or 0";
static const char a_share[] = "a share like 5% or 0.1%";

static const struct args_row rows[] = {
    {"listen", "ADDRESS:PORT", "where to listen; port 0: the system chooses", read_listen_address,
     FIELD(listen), "an address like 127.0.0.1:1812 or [::1]:0", true},
    {"secret", "SECRET", "the shared secret", read_text, FIELD(secret.text), NULL, false},
    {"secret-file", "FILE", "the shared secret is the content of this file", read_text,
     FIELD(secret.file), NULL, false},
    {"delay", "TIME", "answer after 20s, 10ms..3s or lognormal:8s,0.5 (0)", read_delay,
     FIELD(delay), "a delay like 20s, 10ms..3s or lognormal:8s,0.5", false},
    {"verdict", "WORD", "accept, reject, challenge or check the password (accept)", read_verdict,
     FIELD(answer.verdict), "one of accept, reject, challenge and check", false},
    {"user-pattern", "TEXT", "check: the users that exist (user%06d)", read_pattern,
     FIELD(answer.users), "a pattern like user%06d", false},
    {"password-pattern", "TEXT", "check: their passwords (pass%06d)", read_pattern,
     FIELD(answer.passwords), "a pattern like pass%06d", false},
    {"attribute", "NAME=VALUE", "add it to every Access-Accept; may be repeated", read_attribute,
     FIELD(answer.attributes),
     "an attribute like Class=gold, 25=gold or 25=0x676f6c64 that can be added", false},
    {"lose", "SHARE", "lose this share of the replies", read_share, FIELD(faults.lose), a_share,
     false},
    {"lose-requests", "SHARE", "lose this share of the requests on arrival", read_share,
     FIELD(lose_requests), a_share, false},
    {"double", "SHARE", "send this share of the replies twice", read_share, FIELD(faults.twice),
     a_share, false},
    {"reorder", "SHARE", "hold this share back, so that later replies overtake them", read_share,
     FIELD(faults.hold_back), a_share, false},
    {"forge", "SHARE", "turn the verdict of this share, without the secret", read_share,
     FIELD(faults.forge), a_share, false},
    {"truncate", "SHARE", "cut this share short", read_share, FIELD(faults.truncate), a_share,
     false},
    {"stop-after", "TIME", "go silent so long after the first request", read_duration,
     FIELD(stop_after_ns), a_duration, false},
    {"stop-for", "TIME", "come back after so long", read_duration, FIELD(stop_for_ns), a_duration,
     false},
    {"remember", "TIME", "how long answers are kept for retransmissions (30s)", read_duration,
     FIELD(remember_ns), a_duration, false},
    {"drop-duplicates", NULL, "never answer a retransmission", read_yes, FIELD(drop_duplicates),
     NULL, false},
    {"no-message-authenticator", NULL, "reply without Message-Authenticator", read_no,
     FIELD(answer.message_authenticator), NULL, false},
    {"status-server", "on|off", "answer Status-Server (on)", read_switch, FIELD(status_server),
     "on or off", false},
    {"seed", "NUMBER", "repeat the chances of the run that printed it", read_number, FIELD(seed),
     "a whole number", false},
    {"json", "FILE", "write the report as JSON, too", read_text, FIELD(json), NULL, false},
};

const struct args_command upstream_command = {
    .name = "radmfa-bench upstream",
    .synopsis = "--listen ADDRESS:PORT --secret SECRET [OPTION...]",
    .about = "A RADIUS server that answers when and how it is told. SIGINT or SIGTERM ends it with "
             "a report.",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
};

_Static_assert(sizeof rows / sizeof *rows <= ARGS_ROWS_MAX, "args.h");

static void set_defaults(struct upstream_options *options) {
  *options = (struct upstream_options){.answer = {.message_authenticator = true},
                                       .remember_ns = REMEMBER_NS,
                                       .status_server = true,
                                       .seed = random_new_seed()};
  (void)pattern_parse("user%06d", &options->answer.users);
  (void)pattern_parse("pass%06d", &options->answer.passwords);
}

enum args_result upstream_options_read(int argc, char **argv, struct upstream_options *out_options,
                                       FILE *out, FILE *messages) {
  set_defaults(out_options);
  enum args_result result = args_read(&upstream_command, argc, argv, out_options, out, messages);
  if (result == ARGS_OK && out_options->stop_after_ns && !out_options->stop_for_ns) {
    fprintf(messages, "%s: --stop-after needs --stop-for\n", upstream_command.name);
    return ARGS_WRONG;
  }
  return result;
}
