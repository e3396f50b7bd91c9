#include "args.h"

#include "values.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct settings {
  double rate;
  uint64_t count;
  bool quiet;
};

#define FIELD(member) offsetof(struct settings, member)
static const struct args_row rows[] = {
    {"rate", "NUMBER", "how quick", read_rate, FIELD(rate), "a number per second", true},
    {"count", "NUMBER", "how many", read_count, FIELD(count), "a count", false},
    {"quiet", NULL, "no word", read_yes, FIELD(quiet), NULL, false},
};
static const struct args_command command = {"tool run", "--rate NUMBER", "It runs.", rows, 3};

static struct settings settings;
static char *said;

static void tear_down(void) {
  free(said);
}

TestSuite(args, .fini = tear_down);

/* Up to the first NULL. */
static enum args_result read_words(const char *const words[]) {
  char *argv[8] = {strdup("run")};
  int argc = 1;
  size_t size;
  FILE *out = open_memstream(&said, &size);
  for (; words[argc - 1]; argc++) argv[argc] = strdup(words[argc - 1]);
  enum args_result result = args_read(&command, argc, argv, &settings, out, out);
  fclose(out);
  for (int i = 0; i < argc; i++) free(argv[i]);
  return result;
}

#define READ(...) read_words((const char *const[]){__VA_ARGS__, NULL})

Test(args, options_fill_their_fields) {
  cr_assert_eq(READ("--rate", "0.5", "--count=3", "--quiet"), ARGS_OK);
  cr_assert_eq(settings.rate, 0.5);
  cr_assert_eq(settings.count, 3);
  cr_assert(settings.quiet);
  cr_assert_str_eq(said, "");
}

Test(args, a_wrong_value_is_told_with_what_it_should_have_been) {
  cr_assert_eq(READ("--rate", "abc"), ARGS_WRONG);
  cr_assert_str_eq(said, "tool run: --rate: `abc` is not a number per second\n");
}

Test(args, an_unknown_option_is_told) {
  cr_assert_eq(READ("--rat3", "1"), ARGS_WRONG);
  cr_assert_str_eq(said, "tool run: `--rat3` is not one of its options; see tool run --help\n");
}

Test(args, a_missing_value_is_told) {
  cr_assert_eq(READ("--rate"), ARGS_WRONG);
  cr_assert_str_eq(said, "tool run: --rate needs a value; see tool run --help\n");
}

Test(args, a_missing_option_is_told) {
  cr_assert_eq(READ("--quiet"), ARGS_WRONG);
  cr_assert_str_eq(said, "tool run: --rate is missing; see tool run --help\n");
}

Test(args, a_word_too_many_is_told) {
  cr_assert_eq(READ("--rate", "1", "now"), ARGS_WRONG);
  cr_assert_str_eq(said, "tool run: `now` is one word too many; see tool run --help\n");
}

Test(args, help_is_a_table) {
  cr_assert_eq(READ("--help"), ARGS_HELP);
  cr_assert_not_null(strstr(said, "usage: tool run --rate NUMBER\n\nIt runs.\n\n"));
  cr_assert_not_null(strstr(said, "  --rate NUMBER   how quick\n  --count NUMBER  how many\n"
                                  "  --quiet         no word\n"));
}
