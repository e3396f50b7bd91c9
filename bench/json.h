/* json.h: writes JSON, two spaces for each level. Names are ours and need no escaping. */
#ifndef RADMFA_BENCH_JSON_H
#define RADMFA_BENCH_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
  FILE *out;
  unsigned depth;
  bool has_before; /* in the object or array that is open */
};

/* `name` is NULL for the outermost object and inside an array. */
void json_open(struct json *json, const char *name, char bracket);     /* '{' or '[' */
void json_close(struct json *json, char bracket);                      /* '}' or ']' */
void json_text(struct json *json, const char *name, const char *text); /* NULL: null */
void json_count(struct json *json, const char *name, uint64_t count);
void json_number(struct json *json, const char *name, double number); /* to a millionth */
void json_bool(struct json *json, const char *name, bool value);

#endif
