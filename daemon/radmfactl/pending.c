/* pending.c: `radmfactl pending` and `hangup`. */
#include "commands.h"
#include "moment.h"
#include "pages.h"
#include "table.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

const struct argument pending_arguments[] = {
    {.name = "follow", .kind = ARGUMENT_TRUE},
    {.name = "max", .kind = ARGUMENT_NUMBER, .min = 0, .max = 100000000},
    {.name = NULL},
};

static const struct table_column columns[] = {
    {"LOGIN", 0, 0},           {"FOR", 0, TABLE_RIGHT},
    {"LEFT", 0, TABLE_RIGHT},  {"STATE", 0, 0},
    {"USER", 10, TABLE_CUTS},  {"CLIENT", 8, TABLE_CUTS},
    {"FACTOR", 6, TABLE_CUTS}, {"POLICY", 6, TABLE_CUTS | TABLE_OPTIONAL},
};
#define N_COLUMNS (sizeof columns / sizeof *columns)

struct view {
  struct table *table;
  uint64_t now_ms;
  size_t n, max_rows;
};

static uint64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Both run by the same clock: radmfad's socket is of this machine. */
static void add_seconds(struct table *table, uint64_t from_ms, uint64_t to_ms) {
  table_cell_format(table, "%llu s",
                    (unsigned long long)(to_ms > from_ms ? (to_ms - from_ms) / 1000 : 0));
}

static void add_times(struct view *view, const json_t *login) {
  uint64_t since_ms, deadline_ms;
  if (moment_ms(member_text(login, "since"), &since_ms))
    add_seconds(view->table, since_ms, view->now_ms);
  else
    table_cell_text(view->table, "");
  if (moment_ms(member_text(login, "deadline"), &deadline_ms))
    add_seconds(view->table, view->now_ms, deadline_ms);
  else
    table_cell_text(view->table, "");
}

static void begin(void *user) {
  struct view *view = user;
  view->now_ms = clock_ms();
}

static void add_login(const json_t *login, void *user) {
  struct view *view = user;
  table_cell_json(view->table, json_object_get(login, "id"));
  add_times(view, login);
  table_cell_json(view->table, json_object_get(login, "state"));
  table_cell_json(view->table, json_object_get(login, "user"));
  table_cell_json(view->table, json_object_get(login, "client"));
  table_cell_json(view->table, json_object_get(login, "factor"));
  table_cell_json(view->table, json_object_get(login, "policy"));
  view->n++;
}

static void flush(void *user) {
  struct view *view = user;
  table_flush(view->table, stdout, SIZE_MAX);
  view->now_ms = clock_ms();
}

static struct pages pages_of(struct ctl *ctl, struct view *view) {
  return (struct pages){.verb = "pending",
                        .key = "logins",
                        .cursor = "after",
                        .max = (size_t)member_number(ctl->local, "max"),
                        .begin = begin,
                        .item = add_login,
                        .page = flush,
                        .user = view};
}

static int print_once(struct ctl *ctl) {
  struct view view = {.table = table_new(columns, N_COLUMNS, table_width())};
  struct pages pages = pages_of(ctl, &view);
  int status = pages_print(ctl, &pages);
  table_free(view.table);
  return status;
}

/* ---- --follow ---- */

#define CLEAR "\x1b[H\x1b[J" /* ECMA-48: to the upper left, and all behind it away */
#define ROWS_AROUND 4u       /* what stands above and below the logins, and the cursor's line */

static size_t rows_of_terminal(void) {
  struct winsize size = {0};
  bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > ROWS_AROUND;
  return is_known ? size.ws_row - ROWS_AROUND : 20;
}

/* As many as the screen has room for. */
static int show_screen(struct ctl *ctl) {
  size_t rows = rows_of_terminal(), i;
  char now[MOMENT_SHOWN_SIZE];
  time_t seconds = time(NULL);
  struct tm tm;
  json_t *ok, *login;
  int status = ctl_ask(ctl, "pending", json_pack("{s:i}", "max", 1000), &ok);
  if (status != EXIT_OK) return status;
  struct view view = {.table = table_new(columns, N_COLUMNS, table_width()), .now_ms = clock_ms()};
  json_array_foreach(json_object_get(ok, "logins"), i, login) add_login(login, &view);
  strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", gmtime_r(&seconds, &tm));
  bool has_more = member_is_set(ok, "more");
  printf(CLEAR "%zu%s pending, %s UTC; Ctrl-C ends\n", view.n, has_more ? " and more" : "", now);
  table_flush(view.table, stdout, rows);
  if (view.n > rows || has_more) puts("...");
  table_free(view.table);
  json_decref(ok);
  return ctl_finish(EXIT_OK);
}

static int follow(struct ctl *ctl) {
  if (ctl->wants_json || member_is_set(ctl->local, "max") || !isatty(STDOUT_FILENO)) {
    complain("--follow is for a terminal, without --json and --max");
    return EXIT_USAGE;
  }
  const struct timespec second = {.tv_sec = 1};
  int status;
  while ((status = show_screen(ctl)) == EXIT_OK) nanosleep(&second, NULL);
  return status;
}

int pending_command(struct ctl *ctl) {
  return member_is_true(ctl->local, "follow") ? follow(ctl) : print_once(ctl);
}

/* ---- hangup ---- */

int hangup_command(struct ctl *ctl) {
  json_t *ok;
  json_object_set_new(ctl->request, "login", json_string(ctl->operands[0]));
  int status = ctl_ask(ctl, "hangup", json_incref(ctl->request), &ok);
  if (status != EXIT_OK) return status;
  if (ctl->wants_json)
    status = ctl_print(ok);
  else
    say("login %s ends, if it was pending", ctl->operands[0]);
  json_decref(ok);
  return ctl_finish(status);
}
