/* history.c: `radmfactl history`: how logins ended, the latest first. */
#include "commands.h"
#include "csv.h"
#include "moment.h"
#include "pages.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

#define MAX_USUAL 100 /* logins, where nobody says how many */

const struct argument history_arguments[] = {
    {.name = "primary", .kind = ARGUMENT_TEXT, .key = "primary"},
    {.name = "from", .kind = ARGUMENT_FROM, .key = "from"},
    {.name = "until", .kind = ARGUMENT_UNTIL, .key = "until"},
    {.name = "verdict", .kind = ARGUMENT_TEXT, .key = "verdict"},
    {.name = "reason", .kind = ARGUMENT_TEXT, .key = "reason"},
    {.name = "max", .kind = ARGUMENT_NUMBER, .min = 0, .max = 100000000},
    {.name = "csv", .kind = ARGUMENT_TRUE},
    {.name = NULL},
};

/* ---- as a table ---- */

static const struct table_column columns[] = {
    {"TIME (UTC)", 0, 0},      {"VERDICT", 0, 0},
    {"REASON", 8, TABLE_CUTS}, {"USER", 10, TABLE_CUTS},
    {"CLIENT", 6, TABLE_CUTS}, {"FACTOR", 6, TABLE_CUTS},
    {"TOOK", 0, TABLE_RIGHT},  {"LOGIN", 0, TABLE_OPTIONAL},
};
#define N_COLUMNS (sizeof columns / sizeof *columns)

static void add_login(const json_t *login, void *user) {
  struct table *table = user;
  char time[MOMENT_SHOWN_SIZE];
  const json_t *stages = json_object_get(login, "stages_ms");
  table_cell_text(table, moment_show(member_text(login, "time"), time));
  table_cell_json(table, json_object_get(login, "verdict"));
  table_cell_json(table, json_object_get(login, "reason"));
  table_cell_json(table, json_object_get(login, "user"));
  table_cell_json(table, json_object_get(login, "client"));
  table_cell_json(table, json_object_get(login, "factor"));
  table_cell_format(table, "%.1f s", (double)member_number(stages, "total") / 1000);
  table_cell_json(table, json_object_get(login, "id"));
}

static void flush(void *table) {
  table_flush(table, stdout, SIZE_MAX);
}

/* ---- as CSV ---- */

static const struct {
  const char *title, *object, *key; /* `object`: where `key` is a member of a member */
} csv_columns[] = {
    {"time", NULL, "time"},
    {"id", NULL, "id"},
    {"client", NULL, "client"},
    {"peer", NULL, "peer"},
    {"user", NULL, "user"},
    {"identity", NULL, "identity"},
    {"primary", NULL, "primary"},
    {"policy", NULL, "policy"},
    {"verdict", NULL, "verdict"},
    {"reason", NULL, "reason"},
    {"factor", NULL, "factor"},
    {"primary_ms", "stages_ms", "primary"},
    {"factor_ms", "stages_ms", "factor"},
    {"total_ms", "stages_ms", "total"},
};
#define N_CSV_COLUMNS (sizeof csv_columns / sizeof *csv_columns)

static void put_titles(void *unused) {
  (void)unused;
  for (size_t i = 0; i < N_CSV_COLUMNS; i++)
    csv_cell(stdout, i == 0, csv_columns[i].title, strlen(csv_columns[i].title));
  csv_line_end(stdout);
}

static void put_cell(const json_t *value, bool is_first) {
  char number[24] = "";
  if (json_is_integer(value))
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
  if (json_is_string(value))
    csv_cell(stdout, is_first, json_string_value(value), json_string_length(value));
  else
    csv_cell(stdout, is_first, number, strlen(number));
}

static void put_login(const json_t *login, void *unused) {
  (void)unused;
  for (size_t i = 0; i < N_CSV_COLUMNS; i++) {
    const char *object = csv_columns[i].object;
    put_cell(json_object_get(object ? json_object_get(login, object) : login, csv_columns[i].key),
             i == 0);
  }
  csv_line_end(stdout);
}

/* ---- the command ---- */

static int print_table(struct ctl *ctl, struct pages *pages) {
  struct table *table = table_new(columns, N_COLUMNS, table_width());
  pages->item = add_login;
  pages->page = flush;
  pages->user = table;
  int status = pages_print(ctl, pages);
  table_free(table);
  return status;
}

int history_command(struct ctl *ctl) {
  const json_t *max = json_object_get(ctl->local, "max");
  struct pages pages = {.verb = "history",
                        .key = "logins",
                        .cursor = "before",
                        .max = max ? (size_t)json_integer_value(max) : MAX_USUAL};
  if (ctl->n_operands) json_object_set_new(ctl->request, "user", json_string(ctl->operands[0]));
  if (!member_is_true(ctl->local, "csv")) return print_table(ctl, &pages);
  if (ctl->wants_json) {
    complain("--csv and --json exclude each other");
    return EXIT_USAGE;
  }
  pages.begin = put_titles;
  pages.item = put_login;
  return pages_print(ctl, &pages);
}
