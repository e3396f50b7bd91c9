/* import.c: `radmfactl user import FILE`. The file is read as it goes, and a few of its rows are
 * under way at a time. */
#include "import.h"

#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

const struct argument import_arguments[] = {
    {.name = "primary", .kind = ARGUMENT_TEXT},
    {.name = "country-code", .kind = ARGUMENT_TEXT},
    {.name = "verified", .kind = ARGUMENT_TRUE},
    {.name = "directory", .kind = ARGUMENT_TEXT},
    {.name = "remove-max", .kind = ARGUMENT_NUMBER, .min = 0, .max = 100000000},
    {.name = "dry-run", .kind = ARGUMENT_TRUE},
    {.name = NULL},
};

/* ---- rows ---- */

/* A row that cannot be read. */
static void refuse_record(struct import *import, const char *problem) {
  import_complain(import, csv_line(import->reader), problem);
  import->n[IMPORT_FAILED]++;
}

static bool take_record(struct import *import) {
  struct text problem = {NULL, 0, 0};
  struct import_slot *next = &import->next;
  *next = (struct import_slot){.step = IMPORT_STEP_FREE, .line = csv_line(import->reader)};
  if (import_is_empty(import->reader)) return false;
  bool is_good =
      import_read_row(import->reader, &import->columns, import->ctl->request, &next->row, &problem);
  if (!is_good) refuse_record(import, text_of(&problem));
  text_free(&problem);
  if (is_good && member_is_true(import->ctl->local, "verified") && next->row.has_number)
    json_object_set_new(next->row.request, "verified", json_true());
  return is_good;
}

/* The next good row, into `next`; false at the end. */
static bool read_row(struct import *import) {
  for (;;) {
    switch (csv_next(import->reader)) {
      case CSV_END: return false;
      case CSV_RECORD:
        if (take_record(import)) return true;
        break;
      case CSV_BAD: refuse_record(import, csv_problem(import->reader)); break;
      case CSV_BROKEN:
        refuse_record(import, csv_problem(import->reader));
        import_complain(import, csv_line(import->reader), "nothing behind this line has been read");
        return false;
    }
  }
}

/* Rows of one user go one after the other, so that the last one is what stays. */
static bool is_under_way(const struct import *import, const json_t *request) {
  for (size_t i = 0; i < IMPORT_SLOTS; i++) {
    const struct import_slot *slot = &import->slots[i];
    if (slot->step != IMPORT_STEP_FREE &&
        strcasecmp(member_text(slot->row.request, "user"), member_text(request, "user")) == 0)
      return true;
  }
  return false;
}

static struct import_slot *free_slot(struct import *import) {
  for (size_t i = 0; i < IMPORT_SLOTS; i++)
    if (import->slots[i].step == IMPORT_STEP_FREE) return &import->slots[i];
  return NULL;
}

static void start_rows(struct import *import, bool *at_end) {
  for (struct import_slot *slot; !*at_end && !import->is_broken && (slot = free_slot(import));) {
    if (!import->has_row) import->has_row = read_row(import);
    *at_end = !import->has_row;
    if (*at_end || is_under_way(import, import->next.row.request)) return;
    *slot = import->next;
    import->has_row = false;
    import_start(import, slot);
  }
}

static void abandon_rows(struct import *import) {
  for (size_t i = 0; i < IMPORT_SLOTS; i++) {
    struct import_slot *slot = &import->slots[i];
    if (slot->step == IMPORT_STEP_FREE) continue;
    import_complain(import, slot->line, "radmfad's answer did not come: it may be done or not");
    slot->row.has_pin = false;
    import_end_row(import, slot, IMPORT_FAILED);
  }
  if (import->has_row) json_decref(import->next.row.request);
  import_complain(import, csv_line(import->reader), "the import has ended before the file's end");
}

static void import_rows(struct import *import) {
  bool at_end = false;
  while (!import->is_broken) {
    start_rows(import, &at_end);
    if (import->is_broken || !import->n_under_way) break;
    import_take_answer(import);
  }
  if (import->is_broken) abandon_rows(import);
}

/* ---- the file ---- */

static bool read_titles(struct import *import) {
  struct text problem = {NULL, 0, 0}, unknown = {NULL, 0, 0};
  enum csv_result result = csv_next(import->reader);
  bool is_good = false;
  if (result == CSV_END)
    import_complain(import, 1, "the file is empty");
  else if (result != CSV_RECORD)
    import_complain(import, csv_line(import->reader), csv_problem(import->reader));
  else
    is_good = import_read_titles(import->reader, &import->columns, &problem, &unknown);
  if (problem.len) import_complain(import, csv_line(import->reader), text_of(&problem));
  if (is_good && unknown.len) {
    text_add(&unknown, ": not known, and not read", 25);
    import_complain(import, csv_line(import->reader), text_of(&unknown));
  }
  text_free(&problem);
  text_free(&unknown);
  return is_good;
}

static void print_summary_text(const struct import *import) {
  const char *would = import->is_dry ? "nothing is changed; it would be: " : "";
  say("%s%zu added, %zu changed, %zu unchanged, %zu failed", would, import->n[IMPORT_ADDED],
      import->n[IMPORT_CHANGED], import->n[IMPORT_UNCHANGED], import->n[IMPORT_FAILED]);
  if (import->n_blocked) say("%zu blocked: %s", import->n_blocked, IMPORT_WHY_BLOCKED);
  if (import->n_without_number) say("%zu without a number", import->n_without_number);
  if (import->n_pins)
    say("%zu had a PIN, which does not come over: they must set a new one by call", import->n_pins);
  if (import->n_backup_phones)
    say("%zu backup phones are not taken over: a user has one number", import->n_backup_phones);
}

static void print_summary(const struct import *import) {
  if (!import->ctl->wants_json) {
    print_summary_text(import);
    return;
  }
  printf("\n], \"added\": %zu, \"changed\": %zu, \"unchanged\": %zu, \"failed\": %zu,\n"
         "\"blocked\": %zu, \"without_number\": %zu, \"backup_phones\": %zu, \"dry_run\": %s}\n",
         import->n[IMPORT_ADDED], import->n[IMPORT_CHANGED], import->n[IMPORT_UNCHANGED],
         import->n[IMPORT_FAILED], import->n_blocked, import->n_without_number,
         import->n_backup_phones, import->is_dry ? "true" : "false");
}

static int import_all(struct import *import) {
  int status = read_titles(import) ? ctl_connect(import->ctl) : EXIT_FAILED;
  if (status != EXIT_OK) return status;
  if (import->ctl->wants_json) fputs("{\"must_set_pin\": [", stdout);
  import_rows(import);
  print_summary(import);
  return ctl_finish(import->n[IMPORT_FAILED] || import->is_broken ? EXIT_FAILED : EXIT_OK);
}

static ssize_t read_file(void *octets, size_t size, void *fd) {
  return read(*(const int *)fd, octets, size);
}

static int import_file(struct ctl *ctl) {
  const char *path = ctl->operands[0];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    complain("%s: %s", path, strerror(errno));
    return EXIT_FAILED;
  }
  struct import *import = memory_or_exit(calloc(1, sizeof *import));
  import->ctl = ctl;
  import->file = path;
  import->is_dry = member_is_true(ctl->local, "dry-run");
  import->reader = csv_reader_new(read_file, &fd);
  int status = import_all(import);
  csv_reader_free(import->reader);
  free(import);
  close(fd);
  return status;
}

/* ---- the command ---- */

static bool refuse_option(const struct ctl *ctl, const char *name, const char *only_with) {
  if (!json_object_get(ctl->local, name)) return false;
  complain("--%s is only for the import of a %s", name, only_with);
  return true;
}

static void move_to_request(struct ctl *ctl, const char *name, const char *key) {
  json_t *value = json_object_get(ctl->local, name);
  if (value) json_object_set(ctl->request, key, value);
}

int import_command(struct ctl *ctl) {
  bool is_directory = json_object_get(ctl->local, "directory") != NULL;
  if (is_directory == (ctl->n_operands == 1)) {
    complain("say either a file or --directory PRIMARY");
    return EXIT_USAGE;
  }
  if (is_directory) {
    if (refuse_option(ctl, "primary", "file") || refuse_option(ctl, "country-code", "file") ||
        refuse_option(ctl, "verified", "file"))
      return EXIT_USAGE;
    move_to_request(ctl, "directory", "primary");
    move_to_request(ctl, "remove-max", "remove_max");
    move_to_request(ctl, "dry-run", "dry_run");
    return import_directory(ctl);
  }
  if (refuse_option(ctl, "remove-max", "directory")) return EXIT_USAGE;
  move_to_request(ctl, "primary", "primary");
  move_to_request(ctl, "country-code", "country_code");
  return import_file(ctl);
}
