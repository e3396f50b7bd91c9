/* user.c: `radmfactl user ...`, but the imports. */
#include "commands.h"
#include "hash.h"
#include "moment.h"
#include "pages.h"
#include "table.h"
#include "user_text.h"

#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRIMARY \
  { .name = "primary", .kind = ARGUMENT_TEXT, .key = "primary" }
#define TEXT(name_, key_) \
  { .name = name_, .kind = ARGUMENT_TEXT, .key = key_ }
#define END \
  { .name = NULL }

const struct argument user_one_arguments[] = {PRIMARY, END};

const struct argument user_add_arguments[] = {
    PRIMARY,
    TEXT("identity", "identity"),
    TEXT("number", "number"),
    TEXT("extension", "extension"),
    TEXT("country-code", "country_code"),
    TEXT("language", "language"),
    TEXT("factor", "factor"),
    TEXT("calls", "calls"),
    {.name = "verified", .kind = ARGUMENT_TRUE, .key = "verified"},
    END,
};

const struct argument user_set_arguments[] = {
    PRIMARY,
    TEXT("name", "name"),
    TEXT("number", "number"),
    {.name = "no-number", .kind = ARGUMENT_NULL, .key = "number"},
    TEXT("extension", "extension"),
    {.name = "no-extension", .kind = ARGUMENT_NULL, .key = "extension"},
    TEXT("country-code", "country_code"),
    {.name = "verified", .kind = ARGUMENT_TRUE, .key = "verified"},
    TEXT("language", "language"),
    {.name = "no-language", .kind = ARGUMENT_NULL, .key = "language"},
    TEXT("factor", "factor"),
    {.name = "no-factor", .kind = ARGUMENT_NULL, .key = "factor"},
    TEXT("calls", "calls"),
    {.name = "no-calls", .kind = ARGUMENT_NULL, .key = "calls"},
    {.name = "pin", .kind = ARGUMENT_TRUE},
    {.name = "no-pin", .kind = ARGUMENT_NULL, .key = "pin_hash"},
    {.name = "no-passcode", .kind = ARGUMENT_NULL, .key = "passcode"},
    END,
};

const struct argument user_list_arguments[] = {
    {.name = "max", .kind = ARGUMENT_NUMBER, .min = 0, .max = 100000000},
    {.name = "csv", .kind = ARGUMENT_TRUE},
    END,
};

const struct argument user_invite_arguments[] = {
    PRIMARY,
    {.name = "hours", .kind = ARGUMENT_NUMBER, .key = "hours", .min = 1, .max = 720},
    END,
};

const struct argument user_block_arguments[] = {PRIMARY, TEXT("why", "why"), END};

const struct argument user_bypass_arguments[] = {
    PRIMARY,
    {.name = "minutes", .kind = ARGUMENT_NUMBER, .key = "minutes", .min = 1, .max = 1440},
    TEXT("why", "why"),
    {.name = "off", .kind = ARGUMENT_TRUE},
    END,
};

/* ---- asking about one user ---- */

static int ask(struct ctl *ctl, const char *verb, json_t **out_ok) {
  json_object_set_new(ctl->request, "user", json_string(ctl->operands[0]));
  return ctl_ask(ctl, verb, json_incref(ctl->request), out_ok);
}

/* `done` says what has happened, in a line; NULL: the user is printed. */
static int ask_and_print(struct ctl *ctl, const char *verb, void (*done)(const json_t *user)) {
  json_t *user;
  int status = ask(ctl, verb, &user);
  if (status != EXIT_OK) return status;
  if (ctl->wants_json)
    status = ctl_print(user);
  else if (done)
    done(user);
  else
    user_print(user);
  json_decref(user);
  return ctl_finish(status);
}

int user_add(struct ctl *ctl) {
  return ask_and_print(ctl, "user.add", NULL);
}

int user_show(struct ctl *ctl) {
  return ask_and_print(ctl, "user.show", NULL);
}

/* ---- changing ---- */

static bool wants_change(const struct ctl *ctl) {
  size_t n = json_object_size(ctl->request);
  if (n > 1 || (n == 1 && !json_object_get(ctl->request, "primary"))) return true;
  complain("nothing is to be changed: say what, see `radmfactl --help`");
  return false;
}

static int add_pin(struct ctl *ctl) {
  char hash[HASH_SIZE];
  if (!member_is_true(ctl->local, "pin")) return EXIT_OK;
  if (json_object_get(ctl->request, "pin_hash")) {
    complain("--pin and --no-pin exclude each other");
    return EXIT_USAGE;
  }
  int status = hash_pin(hash);
  if (status != EXIT_OK) return status;
  json_object_set_new(ctl->request, "pin_hash", json_string(hash));
  sodium_memzero(hash, sizeof hash);
  return EXIT_OK;
}

int user_set(struct ctl *ctl) {
  int status = add_pin(ctl);
  if (status != EXIT_OK) return status;
  return wants_change(ctl) ? ask_and_print(ctl, "user.set", NULL) : EXIT_USAGE;
}

int user_remove(struct ctl *ctl) {
  json_t *ok;
  int status = ask(ctl, "user.remove", &ok);
  if (status != EXIT_OK) return status;
  if (ctl->wants_json)
    status = ctl_print(ok);
  else
    say("%s is removed", ctl->operands[0]);
  json_decref(ok);
  return ctl_finish(status);
}

/* ---- invitation ---- */

static void print_invitation(const json_t *ok) {
  char shown[MOMENT_SHOWN_SIZE];
  const char *name = member_text(json_object_get(ok, "user"), "name");
  say("code        %s", member_text(ok, "code"));
  say("good until  %s UTC, once", moment_show(member_text(ok, "until"), shown));
  puts("");
  say("Give it to %s in person, or by a way that nobody else can read, and say: open the", name);
  puts("portal, sign in with your usual password, and type this code when you are asked for\n"
       "it. Then you can register your telephone.\n"
       "It is shown only now. Another invitation takes its place.");
}

int user_invite(struct ctl *ctl) {
  return ask_and_print(ctl, "user.invite", print_invitation);
}

/* ---- block, bypass ---- */

static bool needs_why(const struct ctl *ctl) {
  if (*member_text(ctl->request, "why")) return false;
  complain("say why: --why TEXT");
  return true;
}

static void print_blocked(const json_t *user) {
  say("%s (%s) is blocked: %s", member_text(user, "name"), member_text(user, "primary"),
      member_text(json_object_get(user, "blocked"), "why"));
}

int user_block(struct ctl *ctl) {
  return needs_why(ctl) ? EXIT_USAGE : ask_and_print(ctl, "user.block", print_blocked);
}

static void print_unblocked(const json_t *user) {
  say("%s (%s) is not blocked", member_text(user, "name"), member_text(user, "primary"));
}

int user_unblock(struct ctl *ctl) {
  return ask_and_print(ctl, "user.unblock", print_unblocked);
}

static void print_bypass(const json_t *user) {
  char shown[MOMENT_SHOWN_SIZE];
  const json_t *bypass = json_object_get(user, "bypass");
  const char *name = member_text(user, "name"), *primary = member_text(user, "primary");
  if (json_is_object(bypass))
    say("%s (%s) may log in once without a second factor until %s UTC", name, primary,
        moment_show(member_text(bypass, "until"), shown));
  else
    say("%s (%s) has no bypass", name, primary);
}

/* Who logged in here, behind sudo and su too (the kernel's loginuid); else whose process it is. */
static const char *caller(void) {
  static char name[128];
  if (getlogin_r(name, sizeof name) == 0 && *name) return name;
  const struct passwd *entry = getpwuid(getuid());
  return entry ? entry->pw_name : "somebody without a name";
}

static bool is_bypass_called_wrongly(const struct ctl *ctl) {
  bool is_off = member_is_true(ctl->local, "off");
  if (is_off != (json_object_get(ctl->request, "minutes") != NULL)) return false;
  complain("say either --minutes N and --why TEXT, or --off");
  return true;
}

int user_bypass(struct ctl *ctl) {
  if (is_bypass_called_wrongly(ctl)) return EXIT_USAGE;
  if (member_is_true(ctl->local, "off"))
    json_object_set_new(ctl->request, "minutes", json_integer(0));
  else if (needs_why(ctl))
    return EXIT_USAGE;
  if (!*member_text(ctl->request, "why"))
    json_object_set_new(ctl->request, "why", json_string("taken away"));
  json_object_set_new(ctl->request, "by", json_string(caller()));
  return ask_and_print(ctl, "user.bypass", print_bypass);
}

/* ---- list ---- */

static void list_item(const json_t *user, void *table) {
  user_add_row(table, user);
}

static void list_page(void *table) {
  table_flush(table, stdout, SIZE_MAX);
}

static void begin_csv(void *unused) {
  (void)unused;
  user_print_csv_titles();
}

static void list_csv_item(const json_t *user, void *unused) {
  (void)unused;
  user_print_csv(user);
}

static int list_as_table(struct ctl *ctl, struct pages *pages) {
  struct table *table = table_new(user_columns, n_user_columns, table_width());
  pages->item = list_item;
  pages->page = list_page;
  pages->user = table;
  int status = pages_print(ctl, pages);
  table_free(table);
  return status;
}

static int list_as_csv(struct ctl *ctl, struct pages *pages) {
  pages->begin = begin_csv;
  pages->item = list_csv_item;
  return pages_print(ctl, pages);
}

int user_list(struct ctl *ctl) {
  struct pages pages = {.verb = "user.list",
                        .key = "users",
                        .cursor = "after",
                        .max = (size_t)member_number(ctl->local, "max")};
  if (ctl->n_operands) json_object_set_new(ctl->request, "text", json_string(ctl->operands[0]));
  bool is_csv = member_is_true(ctl->local, "csv");
  if (is_csv && ctl->wants_json) {
    complain("--csv and --json exclude each other");
    return EXIT_USAGE;
  }
  return is_csv ? list_as_csv(ctl, &pages) : list_as_table(ctl, &pages);
}
