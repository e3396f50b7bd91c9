/* hash.c: asks for a password or PIN, as nobody else may see it, and makes its Argon2id hash. */
#include "hash.h"

#include "ctl.h"
#include "factor/call_keys.h"
#include "harden.h"

#include <radmfa/attr.h>

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define HASH_PASSES 2u /* OWASP's and RFC 9106's small choice: 19 MiB, two passes, one lane */
#define HASH_MEMORY (19456u * 1024u)

/* One octet more than a password has, to see that there is one too many, and one for a CR. */
#define LINE_SIZE (RADMFA_PASSWORD_SIZE_MAX + 2u)

struct line {
  char text[LINE_SIZE];
  size_t len;
};

/* What is to be hashed. */
struct kind {
  const char *name, *prompt;
  size_t len_min, len_max;
  const char *characters; /* that it may have; NULL: any */
  const char *rule;
};

static const struct kind password_kind = {
    .name = "password",
    .prompt = "Password: ",
    .len_min = 1,
    .len_max = RADMFA_PASSWORD_SIZE_MAX,
    .rule = "a password has 1 to 128 octets, as RADIUS carries",
};
static const struct kind pin_kind = {
    .name = "PIN",
    .prompt = "PIN: ",
    .len_min = CALL_PIN_MIN,
    .len_max = CALL_PIN_MAX,
    .characters = "0123456789",
    .rule = "a PIN has 4 to 10 digits",
};
_Static_assert(RADMFA_PASSWORD_SIZE_MAX == 128 && CALL_PIN_MIN == 4 && CALL_PIN_MAX == 10,
               "the rules above say so");

/* ---- reading a password or PIN ---- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
}

/* Without SA_RESTART: the read ends, and the terminal gets its echo back. */
static void catch_signals(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  action.sa_handler = SIG_IGN; /* nor may a shell get a terminal without echo */
  sigaction(SIGTSTP, &action, NULL);
}

static void put_prompt(const char *text) {
  fputs(text, stderr);
}

/* Octet by octet, so that what stands behind the line is left to its reader, and no buffer of
 * stdio's holds a password. What is too long for the line is read and counted as one octet too
 * many. Returns false at an error, or the end before any octet. */
static bool read_line(struct line *out_line) {
  out_line->len = 0;
  for (bool any = false;; any = true) {
    char c;
    ssize_t n = read(STDIN_FILENO, &c, 1);
    if (n < 0 || (n == 0 && !any)) return false;
    if (n == 0 || c == '\n') return true;
    if (out_line->len < LINE_SIZE) out_line->text[out_line->len++] = c;
  }
}

static bool ask(const char *prompt, struct line *out_line) {
  put_prompt(prompt);
  bool got = read_line(out_line);
  put_prompt("\n");
  return got;
}

static bool is_same(const struct line *a, const struct line *b) {
  return a->len == b->len && sodium_memcmp(a->text, b->text, LINE_SIZE) == 0;
}

/* Both lines are zeros behind their ends. */
static bool ask_twice(const struct kind *kind, struct line lines[2]) {
  if (!ask(kind->prompt, &lines[0]) || !ask("Again: ", &lines[1])) return false;
  if (is_same(&lines[0], &lines[1])) return true;
  complain("these two differ");
  return false;
}

static bool read_from_terminal(const struct kind *kind, struct line lines[2]) {
  struct termios before, silent;
  if (tcgetattr(STDIN_FILENO, &before) != 0) return false;
  catch_signals();
  silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  bool got = ask_twice(kind, lines);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  return got;
}

static bool read_from_pipe(const struct kind *kind, struct line lines[2]) {
  if (!read_line(&lines[0])) {
    complain("no %s on the standard input", kind->name);
    return false;
  }
  if (lines[0].len && lines[0].text[lines[0].len - 1] == '\r') lines[0].len--;
  return true;
}

/* ---- radmfactl hash ---- */

static bool is_allowed(const struct kind *kind, const struct line *line) {
  if (line->len < kind->len_min || line->len > kind->len_max) return false;
  for (size_t i = 0; kind->characters && i < line->len; i++)
    if (!memchr(kind->characters, line->text[i], strlen(kind->characters))) return false;
  return true;
}

static int hash_line(const struct kind *kind, const struct line *line, char out_hash[HASH_SIZE]) {
  _Static_assert(HASH_SIZE == crypto_pwhash_STRBYTES, "hash.h says so");
  if (!is_allowed(kind, line)) {
    complain("%s", kind->rule);
    return EXIT_FAILED;
  }
  if (crypto_pwhash_str(out_hash, line->text, line->len, HASH_PASSES, HASH_MEMORY) != 0) {
    complain("out of memory");
    return EXIT_FAILED;
  }
  return EXIT_OK;
}

static int make_hash(const struct kind *kind, char out_hash[HASH_SIZE]) {
  process_harden();
  struct line *lines = sodium_init() < 0 ? NULL : sodium_malloc(2 * sizeof *lines);
  if (!lines) {
    complain("out of memory");
    return EXIT_FAILED;
  }
  sodium_memzero(lines, 2 * sizeof *lines);
  bool got = isatty(STDIN_FILENO) ? read_from_terminal(kind, lines) : read_from_pipe(kind, lines);
  int status = interrupted ? EXIT_INTERRUPTED : EXIT_FAILED;
  if (got) status = hash_line(kind, &lines[0], out_hash);
  sodium_free(lines); /* wipes */
  return status;
}

int hash_pin(char out_hash[HASH_SIZE]) {
  return make_hash(&pin_kind, out_hash);
}

int hash_command(struct ctl *ctl) {
  char hash[HASH_SIZE];
  int status = make_hash(member_is_true(ctl->local, "pin") ? &pin_kind : &password_kind, hash);
  if (status == EXIT_OK) puts(hash);
  return ctl_finish(status);
}
