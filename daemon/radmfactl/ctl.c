/* ctl.c: see ctl.h. */
#include "ctl.h"

#include "client.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void print_list(FILE *out, const char *before,
                                                             const char *format, va_list list) {
  struct text plain = {NULL, 0, 0}, shown = {NULL, 0, 0};
  text_format_list(&plain, format, list);
  text_add_shown(&shown, text_of(&plain), plain.len, false);
  fprintf(out, "%s%s\n", before, text_of(&shown));
  text_free(&plain);
  text_free(&shown);
}

void complain(const char *format, ...) {
  va_list list;
  va_start(list, format);
  print_list(stderr, "radmfactl: ", format, list);
  va_end(list);
}

void say(const char *format, ...) {
  va_list list;
  va_start(list, format);
  print_list(stdout, "", format, list);
  va_end(list);
}

/* ---- asking ---- */

int ctl_connect(struct ctl *ctl) {
  if (!ctl->client) ctl->client = client_new(ctl->socket_path);
  return ctl->client ? EXIT_OK : EXIT_UNREACHED;
}

/* Takes `answer` over. */
static int take_answer(json_t *answer, json_t **out_ok) {
  json_t *ok = json_object_get(answer, "ok");
  if (ok) {
    *out_ok = json_incref(ok);
    json_decref(answer);
    return EXIT_OK;
  }
  complain_of_answer(answer);
  json_decref(answer);
  return EXIT_FAILED;
}

int ctl_ask(struct ctl *ctl, const char *verb, json_t *arguments, json_t **out_ok) {
  json_t *answer;
  int status = ctl_connect(ctl);
  if (status != EXIT_OK) {
    json_decref(arguments);
    return status;
  }
  if (!client_send(ctl->client, verb, 1, arguments)) return EXIT_FAILED;
  if (!client_receive(ctl->client, &answer)) return EXIT_FAILED;
  return take_answer(answer, out_ok);
}

/* ---- printing ---- */

int ctl_print(const json_t *value) {
  json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
  putchar('\n');
  return ctl_finish(EXIT_OK);
}

int ctl_finish(int status) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return status;
  complain("the output cannot be written: %s", strerror(errno));
  return status == EXIT_OK ? EXIT_FAILED : status;
}

/* ---- members ---- */

const char *member_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

bool member_is_true(const json_t *object, const char *key) {
  return json_is_true(json_object_get(object, key));
}

json_int_t member_number(const json_t *object, const char *key) {
  return json_integer_value(json_object_get(object, key));
}

bool member_is_set(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  return value && !json_is_null(value) && !json_is_false(value);
}
