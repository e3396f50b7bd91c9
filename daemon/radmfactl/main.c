/* main.c: radmfactl's command line: which command, and what the program ends with (ctl.h). */
#include "client.h"
#include "commands.h"
#include "hash.h"
#include "text.h"

#include <locale.h>
#include <radmfa/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOCKET_PATH "/run/radmfad/control"

static const struct argument no_arguments[] = {{.name = NULL}};
const struct argument hash_arguments[] = {{.name = "pin", .kind = ARGUMENT_TRUE}, {.name = NULL}};

/* clang-format off */
static const struct command commands[] = {
    {"user add", 1, 1, user_add_arguments, user_add,
     "NAME [--primary P] [--identity I] [--number N] [--extension E] [--country-code C]\n"
     "           [--language L] [--factor F] [--calls N/TIME] [--verified]"},
    {"user show", 1, 1, user_one_arguments, user_show, "NAME [--primary P]"},
    {"user list", 0, 1, user_list_arguments, user_list, "[TEXT] [--max N] [--csv]"},
    {"user set", 1, 1, user_set_arguments, user_set,
     "NAME [--primary P] [--name NEW] [--number N | --no-number] [--extension E | --no-extension]\n"
     "           [--country-code C] [--verified] [--language L | --no-language]\n"
     "           [--factor F | --no-factor] [--calls N/TIME | --no-calls]\n"
     "           [--pin | --no-pin] [--no-passcode]"},
    {"user remove", 1, 1, user_one_arguments, user_remove, "NAME [--primary P]"},
    {"user invite", 1, 1, user_invite_arguments, user_invite, "NAME [--primary P] [--hours N]"},
    {"user block", 1, 1, user_block_arguments, user_block, "NAME [--primary P] --why TEXT"},
    {"user unblock", 1, 1, user_one_arguments, user_unblock, "NAME [--primary P]"},
    {"user bypass", 1, 1, user_bypass_arguments, user_bypass,
     "NAME [--primary P] {--minutes N --why TEXT | --off}"},
    {"user import", 0, 1, import_arguments, import_command,
     "{FILE.csv [--primary P] [--country-code C] [--verified] |\n"
     "           --directory PRIMARY [--remove-max N]} [--dry-run]"},
    {"pending", 0, 0, pending_arguments, pending_command, "[--max N] [--follow]"},
    {"hangup", 1, 1, no_arguments, hangup_command, "LOGIN"},
    {"history", 0, 1, history_arguments, history_command,
     "[NAME] [--primary P] [--from T] [--until T] [--verdict V] [--reason R] [--max N] [--csv]"},
    {"stats", 0, 0, no_arguments, stats_command, ""},
    {"hash", 0, 0, hash_arguments, hash_command, "[--pin]"},
};
/* clang-format on */
#define N_COMMANDS (sizeof commands / sizeof *commands)

/* ---- usage ---- */

static void print_command(FILE *out, const struct command *command) {
  fprintf(out, "  %s%s%s\n", command->words, *command->synopsis ? " " : "", command->synopsis);
}

static void print_usage(FILE *out) {
  fputs("usage: radmfactl [--socket PATH] [--json] COMMAND ...\n"
        "       radmfactl --help | --version\n"
        "\n",
        out);
  for (size_t i = 0; i < N_COMMANDS; i++) print_command(out, &commands[i]);
  fputs("\nTimes are UTC. The socket is " SOCKET_PATH
        " unless --socket or RADMFA_CONTROL names another one. See radmfactl(8).\n",
        out);
}

/* All commands that begin with the word that was meant, or that one. */
static int fail_with_usage(const char *words, size_t len) {
  size_t n = 0;
  for (size_t i = 0; i < N_COMMANDS; i++) {
    if (strncmp(commands[i].words, words, len) != 0) continue;
    if (n++ == 0) fputs("usage: radmfactl [--socket PATH] [--json] COMMAND ...\n", stderr);
    print_command(stderr, &commands[i]);
  }
  if (n == 0) print_usage(stderr);
  return EXIT_USAGE;
}

/* ---- which command ---- */

static bool has_word(const char *words, size_t len, const char *word) {
  return strlen(word) == len && memcmp(words, word, len) == 0;
}

/* How many of the operands the command's words are; 0: it is another one. */
static size_t match(const struct command *command, const struct ctl *ctl) {
  const char *second = strchr(command->words, ' ');
  size_t len = second ? (size_t)(second - command->words) : strlen(command->words);
  if (ctl->n_operands < 1 || !has_word(command->words, len, ctl->operands[0])) return 0;
  if (!second) return 1;
  bool is_it = ctl->n_operands > 1 && strcmp(second + 1, ctl->operands[1]) == 0;
  return is_it ? 2 : 0;
}

static const struct command *find_command(const struct ctl *ctl, size_t *out_n_words) {
  for (size_t i = 0; i < N_COMMANDS; i++)
    if ((*out_n_words = match(&commands[i], ctl)) != 0) return &commands[i];
  return NULL;
}

static bool are_texts(const struct ctl *ctl) {
  for (size_t i = 0; i < ctl->n_operands; i++) {
    json_t *text = json_string(ctl->operands[i]);
    json_decref(text);
    if (text && *ctl->operands[i]) continue;
    complain("`%s` is empty, or no UTF-8", ctl->operands[i]);
    return false;
  }
  return true;
}

static int run(struct ctl *ctl, const struct command *command, int argc, char **argv) {
  if (!arguments_read(ctl, command->arguments, false, argc, argv) || !are_texts(ctl))
    return EXIT_USAGE;
  if (ctl->n_operands < command->n_min || ctl->n_operands > command->n_max) {
    complain("`%s` is called wrongly", command->words);
    return fail_with_usage(command->words, strlen(command->words));
  }
  return command->run(ctl);
}

/* ---- the program ---- */

static int run_words(struct ctl *ctl, int argc, char **argv) {
  size_t n_words;
  if (!arguments_read(ctl, NULL, true, argc, argv)) return EXIT_USAGE;
  const struct command *command = find_command(ctl, &n_words);
  if (!command) {
    const char *word = ctl->n_operands ? ctl->operands[0] : "";
    if (*word) complain("there is no such command");
    return fail_with_usage(word, strlen(word));
  }
  int skipped = argc - (int)ctl->n_operands + (int)n_words - 1; /* the last word as argv[0] */
  return run(ctl, command, argc - skipped, argv + skipped);
}

static bool is_alone(int argc, char **argv, const char *option) {
  return argc == 2 && strcmp(argv[1], option) == 0;
}

int main(int argc, char **argv) {
  const char *path = getenv("RADMFA_CONTROL");
  if (is_alone(argc, argv, "--help")) {
    print_usage(stdout);
    return ctl_finish(EXIT_OK);
  }
  if (is_alone(argc, argv, "--version")) {
    puts("radmfactl " RADMFA_VERSION);
    return ctl_finish(EXIT_OK);
  }
  (void)setlocale(LC_CTYPE, "C.UTF-8"); /* for the widths of characters */
  struct ctl ctl = {.socket_path = path && *path ? path : SOCKET_PATH,
                    .request = memory_or_exit(json_object()),
                    .local = memory_or_exit(json_object())};
  int status = run_words(&ctl, argc, argv);
  client_free(ctl.client);
  json_decref(ctl.request);
  json_decref(ctl.local);
  return status;
}
