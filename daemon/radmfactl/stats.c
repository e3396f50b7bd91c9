/* stats.c: `radmfactl stats`: what radmfad has counted. It prints what comes, in that order, so
 * that a newer radmfad may count more. */
#include "commands.h"
#include "moment.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static void print_scalar(const char *key, const json_t *value, int width, const char *indent) {
  char shown[MOMENT_SHOWN_SIZE];
  const char *text = json_string_value(value);
  if (text && *moment_show(text, shown))
    say("%s%-*s  %s UTC", indent, width, key, shown);
  else if (json_is_integer(value))
    say("%s%-*s  %lld", indent, width, key, (long long)json_integer_value(value));
  else
    say("%s%-*s  %s", indent, width, key, text ? text : json_is_true(value) ? "yes" : "-");
}

static int widest_key(const json_t *object) {
  size_t width = 0;
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    size_t len = text_width(key, strlen(key));
    if (!json_is_object(value) && len > width) width = len;
  }
  return (int)width;
}

static void print_scalars(const json_t *object, const char *indent) {
  const char *key;
  json_t *value;
  int width = widest_key(object);
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    if (!json_is_object(value)) print_scalar(key, value, width, indent);
  }
}

/* Counters of counters stand below the others, each group under its name. */
static void print_groups(const json_t *object) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)object, key, value) {
    if (!json_is_object(value)) continue;
    say("%s:%s", key, json_object_size(value) ? "" : " none");
    print_scalars(value, "  ");
  }
}

static void print_stats(const json_t *ok) {
  print_scalars(ok, "");
  print_groups(ok);
}

int stats_command(struct ctl *ctl) {
  json_t *ok;
  int status = ctl_ask(ctl, "stats", json_incref(ctl->request), &ok);
  if (status != EXIT_OK) return status;
  if (ctl->wants_json)
    status = ctl_print(ok);
  else
    print_stats(ok);
  json_decref(ok);
  return ctl_finish(status);
}
