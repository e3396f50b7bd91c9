#include "load_options.h"

#include "random.h"

#include <string.h>

#define FIELD(member) offsetof(struct load_options, member)
#define PER_SECOND 500
#define DURATION_NS (10 * (uint64_t)NS_PER_S)
#define TIMEOUT_NS (30 * (uint64_t)NS_PER_S)

static bool read_expected(const char *text, void *out) {
  bool accept = !strcmp(text, "accept");
  if (!accept && strcmp(text, "reject")) return false;
  *(uint8_t *)out = accept ? RADMFA_ACCESS_ACCEPT : RADMFA_ACCESS_REJECT;
  return true;
}

static bool read_timeout(const char *text, void *out) {
  uint64_t timeout_ns;
  if (!read_duration(text, &timeout_ns) || !timeout_ns) return false;
  *(uint64_t *)out = timeout_ns;
  return true;
}

static bool read_sockets(const char *text, void *out) {
  if (strcmp(text, "auto")) return read_count(text, out);
  *(uint64_t *)out = 0;
  return true;
}

static const struct args_row rows[] = {
    {"server", "ADDRESS:PORT", "where the logins go", read_address, FIELD(server),
     "an address with a port, like 127.0.0.1:1812 or [::1]:1812", true},
    {"secret", "SECRET", "the shared secret", read_text, FIELD(secret.text), NULL, false},
    {"secret-file", "FILE", "the shared secret is the content of this file", read_text,
     FIELD(secret.file), NULL, false},
    {"rate", "NUMBER", "logins per second, whatever happens to them (500)", read_rate,
     FIELD(per_second), "a number per second", false},
    {"logins", "NUMBER", "how many", read_count, FIELD(n_logins), "a number of logins", false},
    {"duration", "TIME", "or for how long (10s)", read_timeout, FIELD(duration_ns),
     "a duration like 10s", false},
    {"users", "TEXT", "their names, numbered from 0 (user%06d)", read_pattern, FIELD(request.users),
     "a pattern like user%06d", false},
    {"password", "TEXT", "their passwords (pass%06d)", read_pattern, FIELD(request.passwords),
     "a pattern like pass%06d", false},
    {"user-count", "NUMBER", "begin anew after so many users", read_count,
     FIELD(request.user_count), "a number of users", false},
    {"expect", "WORD", "accept or reject (accept)", read_expected, FIELD(expected),
     "accept or reject", false},
    {"timeout", "TIME", "a login without answer is lost after so long (30s)", read_timeout,
     FIELD(timeout_ns), "a duration like 30s", false},
    {"retransmit", "TIME,TIMES", "send again after 5s,3: 5 s each, three times (none)",
     read_retransmission, FIELD(retransmission), "`none` or like 5s,3", false},
    {"lose", "SHARE", "lose this share of requests and of replies", read_share, FIELD(lose),
     "a share like 5% or 0.1%", false},
    {"message-authenticator", "on|off", "sign requests, and want replies signed (on)", read_switch,
     FIELD(request.message_authenticator), "on or off", false},
    {"sockets", "NUMBER", "source ports at most, 256 logins each (auto: what it takes)",
     read_sockets, FIELD(n_sockets), "`auto` or a number of sockets", false},
    {"seed", "NUMBER", "repeat the chances of the run that printed it", read_number, FIELD(seed),
     "a whole number", false},
    {"json", "FILE", "write the report as JSON, too", read_text, FIELD(json), NULL, false},
    {"quiet", NULL, "print neither progress nor report", read_yes, FIELD(quiet), NULL, false},
};

const struct args_command load_command = {
    .name = "radmfa-bench load",
    .synopsis = "--server ADDRESS:PORT --secret SECRET [OPTION...]",
    .about = "Sends logins at a steady rate, verifies every reply and times it from when its login "
             "was due.",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
};

_Static_assert(sizeof rows / sizeof *rows <= ARGS_ROWS_MAX, "args.h");

static void set_defaults(struct load_options *options) {
  *options = (struct load_options){.per_second = PER_SECOND,
                                   .request = {.message_authenticator = true},
                                   .expected = RADMFA_ACCESS_ACCEPT,
                                   .timeout_ns = TIMEOUT_NS,
                                   .seed = random_new_seed()};
  (void)pattern_parse("user%06d", &options->request.users);
  (void)pattern_parse("pass%06d", &options->request.passwords);
}

static enum args_result settle_count(struct load_options *options, FILE *messages) {
  if (options->n_logins && options->duration_ns) {
    fprintf(messages, "%s: --logins and --duration exclude each other\n", load_command.name);
    return ARGS_WRONG;
  }
  if (options->n_logins) return ARGS_OK;
  if (!options->duration_ns) options->duration_ns = DURATION_NS;
  options->n_logins = (uint64_t)(options->per_second * (double)options->duration_ns / NS_PER_S);
  if (!options->n_logins) options->n_logins = 1;
  return ARGS_OK;
}

enum args_result load_options_read(int argc, char **argv, struct load_options *out_options,
                                   FILE *out, FILE *messages) {
  set_defaults(out_options);
  enum args_result result = args_read(&load_command, argc, argv, out_options, out, messages);
  return result == ARGS_OK ? settle_count(out_options, messages) : result;
}
