/* ctl.h: what the commands of radmfactl share. It is a program of one thread, which ends after one
 * command. */
#ifndef RADMFACTL_CTL_H
#define RADMFACTL_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum {
  EXIT_OK = 0,
  EXIT_FAILED = 1, /* refused, or it did not work */
  EXIT_USAGE = 2,
  EXIT_UNREACHED = 3, /* there is no radmfad, or it may not be asked */
  EXIT_INTERRUPTED = 130
};

struct client;

struct ctl {
  const char *socket_path;
  bool wants_json;
  const char *const *operands; /* behind the command's words */
  size_t n_operands;
  json_t *request;       /* what the options say to radmfad */
  json_t *local;         /* what they say to radmfactl */
  struct client *client; /* NULL until radmfad was asked something */
};

/* complain writes "radmfactl: ...", a line, to the standard error. Whatever the format puts in is
 * shown as text_add_shown does. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* say writes a line to the standard output in the same way. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ctl_ask asks radmfad and waits for the answer. `verb` is a word of ours; `arguments` is taken
 * over. Returns EXIT_OK with `*out_ok`, which the caller unrefs; or what the program is to end
 * with, and has complained. ctl_connect does no more than see that radmfad is there. */
int ctl_ask(struct ctl *ctl, const char *verb, json_t *arguments, json_t **out_ok);
int ctl_connect(struct ctl *ctl);

/* ctl_print writes what came as JSON and returns EXIT_OK; EXIT_FAILED where it cannot be written.
 * Characters beyond ASCII are escaped, so that it may be sent to a terminal too. */
int ctl_print(const json_t *value);
/* ctl_finish: whether all that was printed has been written. */
int ctl_finish(int status);

/* Members of objects as they came. Absent, null or of another type: "", false, 0. */
const char *member_text(const json_t *object, const char *key);
bool member_is_true(const json_t *object, const char *key);
json_int_t member_number(const json_t *object, const char *key);
/* Whether it is there, and neither null nor false. */
bool member_is_set(const json_t *object, const char *key);

#endif
