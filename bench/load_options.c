#include "load_options.h"

#include "random.h"

#include <string.h>

#define FIELD(member) offsetof(struct load_options, member)
#define PER_SECOND 500
#define DURATION_NS (10 * (uint64_t)NS_PER_S)
#define SELFTEST_OUTSTANDING 256u
#define SELFTEST_NS (3 * (uint64_t)NS_PER_S)
#define TIMEOUT_NS (30 * (uint64_t)NS_PER_S)

/* Each one is added to those before. */
static bool read_server(const char *text, void *out) {
  struct load_servers *servers = out;
  if (servers->count == IDS_POOLS_MAX) return false;
  if (!read_address(text, &servers->list[servers->count])) return false;
  servers->count++;
  return true;
}

static bool read_echo(const char *text, void *out) {
  (void)text;
  *(enum load_echo *)out = LOAD_ECHO;
  return true;
}

/* The options of an AD Connector as AWS documents them (docs/workspaces.md); how it spreads its
 * retries is not documented. `out` is the whole struct. */
static bool read_profile(const char *text, void *out) {
  struct load_options *options = out;
  if (strcmp(text, "workspaces")) return false;
  options->timeout_ns = 50 * (uint64_t)NS_PER_S;
  options->retransmission = (struct retransmission){10 * (uint64_t)NS_PER_S, 4};
  return read_sources("127.0.0.1..127.0.0.2", &options->sources);
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
    {"server", "ADDRESS:PORT", "where the logins go; a second one takes over from the first",
     read_server, FIELD(servers),
     "an address with a port, like 127.0.0.1:1812 or [::1]:1812, or one too many", false},
    {"secret", "SECRET", "the shared secret", read_text, FIELD(secret.text), NULL, false},
    {"secret-file", "FILE", "the shared secret is the content of this file", read_text,
     FIELD(secret.file), NULL, false},
    {"rate", "NUMBER", "logins per second, whatever happens to them (500)", read_rate,
     FIELD(per_second), "a number per second", false},
    {"plan", "WORD", "constant, poisson, step:100/10s,500/10s or ramp:100..500/10s (constant)",
     read_plan, FIELD(shape),
     "constant, poisson, or like step:100/10s,500/10s or ramp:100..500/10s", false},
    {"outstanding", "NUMBER", "a closed loop: so many logins wait at any time", read_count,
     FIELD(outstanding), "a number of logins", false},
    {"logins", "NUMBER", "how many", read_count, FIELD(n_logins), "a number of logins", false},
    {"duration", "TIME", "or for how long (10s)", read_timeout, FIELD(duration_ns),
     "a duration like 10s", false},
    {"users", "TEXT", "their names, numbered from 0 (user%06d)", read_pattern, FIELD(users.names),
     "a pattern like user%06d", false},
    {"password", "TEXT", "their passwords (pass%06d)", read_pattern, FIELD(users.passwords),
     "a pattern like pass%06d", false},
    {"user-count", "NUMBER", "begin anew after so many users", read_count, FIELD(users.count),
     "a number of users", false},
    {"users-file", "FILE", "or lines of NAME PASSWORD [accept|reject|challenge]", read_text,
     FIELD(users.file), NULL, false},
    {"method", "WORD", "pap or chap (pap)", read_method, FIELD(request.method), "pap or chap",
     false},
    {"proxy-state", "on|off", "add one to each request, and want it back (off)", read_switch,
     FIELD(request.proxy_state), "on or off", false},
    {"message-authenticator", "on|off", "sign requests, and want replies signed (on)", read_switch,
     FIELD(request.message_authenticator), "on or off", false},
    {"expect", "WORD", "accept, reject or challenge (accept)", read_verdict_code,
     FIELD(users.expected), "accept, reject or challenge", false},
    {"timeout", "TIME", "a login without answer is lost after so long (30s)", read_timeout,
     FIELD(timeout_ns), "a duration like 30s", false},
    {"retransmit", "TIME,TIMES", "send again after 5s,3: 5 s each, three times (none)",
     read_retransmission, FIELD(retransmission), "`none` or like 5s,3", false},
    {"profile", "WORD", "workspaces: retries, timeout and addresses like an AD Connector's",
     read_profile, 0, "workspaces", false},
    {"lose", "SHARE", "lose this share of requests and of replies", read_share, FIELD(lose),
     "a share like 5% or 0.1%", false},
    {"sources", "WORD", "from 64 addresses (127.0.1.1 on), or from 10.0.0.5..10.0.0.9",
     read_sources, FIELD(sources), "a number up to 4096, an address, or two like A..B", false},
    {"sockets", "NUMBER", "source ports at most, 256 logins each (auto: what it takes)",
     read_sockets, FIELD(n_sockets), "`auto` or a number of sockets", false},
    {"echo", NULL, "the server is an echo: nothing is verified", read_echo, FIELD(echo), NULL,
     false},
    {"selftest", NULL, "how much can it do? Against an echo of its own", read_yes, FIELD(selftest),
     NULL, false},
    {"seed", "NUMBER", "repeat the chances of the run that printed it", read_number, FIELD(seed),
     "a whole number", false},
    {"json", "FILE", "write the report as JSON, too", read_text, FIELD(json), NULL, false},
    {"html", "FILE", "draw the report as a page", read_text, FIELD(html), NULL, false},
    {"against", "FILE", "beside an earlier run on that page, of which this is the JSON", read_text,
     FIELD(against), NULL, false},
    {"quiet", NULL, "print neither progress nor report", read_yes, FIELD(quiet), NULL, false},
};

const struct args_command load_command = {
    .name = "radmfa-bench load",
    .synopsis = "--server ADDRESS:PORT --secret SECRET [OPTION...]",
    .about = "Sends logins by a plan, verifies every reply and times it from when its login was "
             "due.",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
};

_Static_assert(sizeof rows / sizeof *rows <= ARGS_ROWS_MAX, "args.h");

static void set_defaults(struct load_options *options) {
  *options = (struct load_options){.shape = {.text = "constant"},
                                   .request = {.message_authenticator = true},
                                   .users = {.expected = RADMFA_ACCESS_ACCEPT},
                                   .timeout_ns = TIMEOUT_NS,
                                   .seed = random_new_seed()};
  (void)pattern_parse("user%06d", &options->users.names);
  (void)pattern_parse("pass%06d", &options->users.passwords);
}

/* What is wrong with the options together, or NULL. */
static const char *contradiction(const struct load_options *options) {
  bool has_parts = options->shape.n_parts > 0;
  bool has_length = options->n_logins || options->duration_ns;
  if (!options->servers.count && !options->selftest) return "--server is missing";
  if (options->n_logins && options->duration_ns)
    return "--logins and --duration exclude each other";
  if (options->outstanding && (options->per_second > 0 || has_parts || options->shape.poisson))
    return "--outstanding makes a closed loop, which has no --rate and no --plan";
  if (options->against && !options->html) return "--against needs --html";
  if (has_parts && (options->per_second > 0 || has_length))
    return "such a --plan says itself how many logins there are and when";
  return NULL;
}

/* A closed loop, which asks for no more than the generator can do. */
static void settle_selftest(struct load_options *options) {
  if (!options->outstanding) options->outstanding = SELFTEST_OUTSTANDING;
  if (!options->duration_ns && !options->n_logins) options->duration_ns = SELFTEST_NS;
  if (!options->secret.text && !options->secret.file) options->secret.text = "selftest";
}

static void settle_length(struct load_options *options) {
  bool open = !options->outstanding && !options->shape.n_parts;
  if (open && options->per_second <= 0) options->per_second = PER_SECOND;
  if (options->shape.n_parts) options->n_logins = plan_shape_logins(&options->shape);
  if (options->n_logins) return;
  if (!options->duration_ns) options->duration_ns = DURATION_NS;
  options->n_logins =
      open ? (uint64_t)(options->per_second * (double)options->duration_ns / NS_PER_S) : UINT64_MAX;
  if (!options->n_logins) options->n_logins = 1;
}

enum args_result load_options_read(int argc, char **argv, struct load_options *out_options,
                                   FILE *out, FILE *messages) {
  set_defaults(out_options);
  enum args_result result = args_read(&load_command, argc, argv, out_options, out, messages);
  if (result != ARGS_OK) return result;
  if (out_options->selftest) settle_selftest(out_options);
  const char *problem = contradiction(out_options);
  if (problem) {
    fprintf(messages, "%s: %s; see %s --help\n", load_command.name, problem, load_command.name);
    return ARGS_WRONG;
  }
  settle_length(out_options);
  return ARGS_OK;
}
