/* user_text.c: see user_text.h. */
#include "user_text.h"

#include "csv.h"
#include "ctl.h"
#include "moment.h"

#include <string.h>

static const json_t *member(const json_t *object, const char *key) {
  return json_object_get(object, key);
}

static void add_member(struct text *text, const json_t *object, const char *key) {
  const json_t *value = member(object, key);
  if (json_is_string(value)) text_add(text, json_string_value(value), json_string_length(value));
}

static void add_moment(struct text *text, const json_t *object, const char *key) {
  char shown[MOMENT_SHOWN_SIZE];
  text_format(text, "%s UTC", moment_show(member_text(object, key), shown));
}

/* ---- one user ---- */

/* Prints `value` and empties it; where it is empty "-" stands for it. */
static void print_line(const char *title, struct text *value) {
  struct text shown = {NULL, 0, 0};
  text_add_shown(&shown, text_of(value), value->len, false);
  printf("%-11s %s\n", title, shown.len ? shown.ptr : "-");
  text_free(&shown);
  text_clear(value);
}

static void print_member(const char *title, const json_t *user, const char *key) {
  struct text value = {NULL, 0, 0};
  add_member(&value, user, key);
  print_line(title, &value);
  text_free(&value);
}

static void add_number(struct text *text, const json_t *user) {
  if (!member_is_set(user, "number")) return;
  add_member(text, user, "number");
  if (member_is_set(user, "extension")) text_add(text, " x", 2);
  add_member(text, user, "extension");
}

static void print_number(const json_t *user) {
  struct text value = {NULL, 0, 0};
  add_number(&value, user);
  if (value.len) text_format(&value, ", %s", member_text(user, "number_state"));
  if (member_is_true(user, "number_is_directorys")) text_add(&value, ", from the directory", 20);
  print_line("number", &value);
  text_free(&value);
}

static void print_blocked(const json_t *user) {
  struct text value = {NULL, 0, 0};
  const json_t *blocked = member(user, "blocked");
  if (json_is_object(blocked)) {
    text_add(&value, "since ", 6);
    add_moment(&value, blocked, "since");
    text_add(&value, ": ", 2);
    add_member(&value, blocked, "why");
  }
  print_line("blocked", &value);
  text_free(&value);
}

static void print_bypass(const json_t *user) {
  struct text value = {NULL, 0, 0};
  const json_t *bypass = member(user, "bypass");
  if (json_is_object(bypass)) {
    text_add(&value, "one login until ", 16);
    add_moment(&value, bypass, "until");
    text_add(&value, ", by ", 5);
    add_member(&value, bypass, "by");
    text_add(&value, ": ", 2);
    add_member(&value, bypass, "why");
  }
  print_line("bypass", &value);
  text_free(&value);
}

static void print_moment(const char *title, const json_t *user, const char *key) {
  struct text value = {NULL, 0, 0};
  if (member_is_set(user, key)) add_moment(&value, user, key);
  print_line(title, &value);
  text_free(&value);
}

static void print_yes_no(const char *title, const json_t *user, const char *key) {
  printf("%-11s %s\n", title, member_is_true(user, key) ? "yes" : "no");
}

void user_print(const json_t *user) {
  print_member("name", user, "name");
  print_member("primary", user, "primary");
  print_member("identity", user, "identity");
  print_number(user);
  print_member("language", user, "language");
  print_member("factor", user, "factor");
  print_member("calls", user, "calls");
  print_yes_no("PIN", user, "has_pin");
  print_yes_no("passcode", user, "has_passcode");
  print_blocked(user);
  print_bypass(user);
  print_moment("invited", user, "invite_until");
  print_moment("created", user, "created");
  print_moment("changed", user, "changed");
}

/* ---- many ---- */

const struct table_column user_columns[] = {
    {"NAME", 12, TABLE_CUTS}, {"PRIMARY", 7, TABLE_CUTS},      {"NUMBER", 0, 0},
    {"VERIFIED", 0, 0},       {"FACTOR", 6, TABLE_CUTS},       {"PIN", 0, 0},
    {"STATE", 0, 0},          {"LANGUAGE", 0, TABLE_OPTIONAL},
};
const size_t n_user_columns = sizeof user_columns / sizeof *user_columns;

static const char *state_of(const json_t *user) {
  if (member_is_set(user, "blocked")) return "blocked";
  if (member_is_set(user, "bypass")) return "bypass";
  return member_is_set(user, "invite_until") ? "invited" : "";
}

void user_add_row(struct table *table, const json_t *user) {
  struct text number = {NULL, 0, 0};
  add_number(&number, user);
  table_cell_json(table, member(user, "name"));
  table_cell_json(table, member(user, "primary"));
  table_cell(table, text_of(&number), number.len);
  table_cell_text(table, strcmp(member_text(user, "number_state"), "verified") == 0 ? "yes" : "");
  table_cell_json(table, member(user, "factor"));
  table_cell_text(table, member_is_true(user, "has_pin") ? "yes" : "");
  table_cell_text(table, state_of(user));
  table_cell_json(table, member(user, "language"));
  text_free(&number);
}

/* ---- CSV ---- */

/* `user`, `number`, `extension`, `language` and `enabled` are read again by `user import`. */
static const struct {
  const char *title, *object, *key; /* `object`: where `key` is a member of a member */
} csv_columns[] = {
    {"user", NULL, "name"},
    {"primary", NULL, "primary"},
    {"identity", NULL, "identity"},
    {"number", NULL, "number"},
    {"extension", NULL, "extension"},
    {"number_state", NULL, "number_state"},
    {"language", NULL, "language"},
    {"factor", NULL, "factor"},
    {"calls", NULL, "calls"},
    {"has_pin", NULL, "has_pin"},
    {"has_passcode", NULL, "has_passcode"},
    {"enabled", NULL, NULL},
    {"blocked_since", "blocked", "since"},
    {"blocked_why", "blocked", "why"},
    {"bypass_until", "bypass", "until"},
    {"bypass_why", "bypass", "why"},
    {"bypass_by", "bypass", "by"},
    {"invite_until", NULL, "invite_until"},
    {"created", NULL, "created"},
    {"changed", NULL, "changed"},
};
#define N_CSV_COLUMNS (sizeof csv_columns / sizeof *csv_columns)

static void print_cell(const json_t *value, bool is_first) {
  const char *text = json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "";
  size_t len = strlen(text);
  if (json_is_string(value)) {
    text = json_string_value(value);
    len = json_string_length(value);
  }
  csv_cell(stdout, is_first, text, len);
}

void user_print_csv_titles(void) {
  for (size_t i = 0; i < N_CSV_COLUMNS; i++)
    csv_cell(stdout, i == 0, csv_columns[i].title, strlen(csv_columns[i].title));
  csv_line_end(stdout);
}

void user_print_csv(const json_t *user) {
  for (size_t i = 0; i < N_CSV_COLUMNS; i++) {
    const json_t *object = csv_columns[i].object ? member(user, csv_columns[i].object) : user;
    if (csv_columns[i].key)
      print_cell(member(object, csv_columns[i].key), i == 0);
    else
      csv_cell(stdout, false, member_is_set(user, "blocked") ? "no" : "yes",
               member_is_set(user, "blocked") ? 2 : 3);
  }
  csv_line_end(stdout);
}
