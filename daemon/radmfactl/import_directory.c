/* import_directory.c: `radmfactl user import --directory`: radmfad reads the directory itself. */
#include "client.h"
#include "commands.h"

#include <stdio.h>

#define PATIENCE_S (30 * 60) /* a directory of 100,000 people is read for minutes */

static void print_more(const json_t *ok) {
  static const struct {
    const char *member, *words;
  } each[] = {
      {"disabled", "cannot log in there, and are not added"},
      {"kept", "are not there any more, but blocked, and stay"},
      {"bad_numbers", "have numbers that cannot be called, or several"},
      {"unfit", "entries lack an identity or a name"},
      {"busy", "were changed by somebody else meanwhile, and are left as they are"},
  };
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    json_int_t n = member_number(ok, each[i].member);
    if (n > 0) say("%lld %s", (long long)n, each[i].words);
  }
}

static void print_outcome(const json_t *ok, bool is_dry) {
  say("%s%lld added, %lld changed, %lld removed, %lld unchanged",
      is_dry ? "nothing is changed; it would be: " : "", (long long)member_number(ok, "added"),
      (long long)member_number(ok, "changed"), (long long)member_number(ok, "removed"),
      (long long)member_number(ok, "unchanged"));
  print_more(ok);
}

int import_directory(struct ctl *ctl) {
  json_t *ok;
  int status = ctl_connect(ctl);
  if (status != EXIT_OK) return status;
  client_set_patience(ctl->client, PATIENCE_S);
  status = ctl_ask(ctl, "import.directory", json_incref(ctl->request), &ok);
  if (status != EXIT_OK) return status;
  if (ctl->wants_json)
    status = ctl_print(ok);
  else
    print_outcome(ok, member_is_true(ctl->request, "dry_run"));
  json_int_t refused = member_number(ok, "refused_removals");
  json_decref(ok);
  if (refused > 0) {
    complain("%lld users are not in the directory any more, and not removed: that is more than "
             "--remove-max allows",
             (long long)refused);
    status = EXIT_FAILED;
  }
  return ctl_finish(status);
}
