/* control_request.c: jansson reads the line; what it must hold is looked at here. */
#include "control_request.h"

#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wipe_and_free(void *memory) {
  if (memory) sodium_memzero(memory, malloc_usable_size(memory));
  free(memory);
}

void control_request_wipe_always(void) {
  json_set_alloc_funcs(malloc, wipe_and_free);
}

bool control_request_read(radmfa_span line, struct control_request *out_request) {
  struct control_request *request = out_request;
  json_error_t error;
  *request = (struct control_request){.id = json_null()};
  json_t *root = json_loadb((const char *)line.ptr, line.len, JSON_REJECT_DUPLICATES, &error);
  request->arguments = root;
  if (!root) {
    snprintf(request->error, sizeof request->error, "no JSON: %.120s", error.text);
    return false;
  }
  json_t *id = json_object_get(root, "id");
  if (id) request->id = id;
  request->verb = json_string_value(json_object_get(root, "do"));
  if (request->verb) return true;
  snprintf(request->error, sizeof request->error, "%s",
           json_is_object(root) ? "`do` must name a verb" : "a request is an object");
  return false;
}

void control_request_cleanup(struct control_request *request) {
  json_decref(request->arguments);
  *request = (struct control_request){0};
}

static bool is_among(const char *name, const char *names) {
  size_t len = strlen(name);
  for (const char *at = names; *at; at += strspn(at, " ")) {
    size_t n = strcspn(at, " ");
    if (n == len && memcmp(at, name, n) == 0) return true;
    at += n;
  }
  return false;
}

const char *control_request_unknown(json_t *arguments, const char *names) {
  const char *name;
  json_t *value;
  json_object_foreach(arguments, name, value) if (strcmp(name, "do") != 0 &&
                                                  strcmp(name, "id") != 0 &&
                                                  !is_among(name, names)) return name;
  return NULL;
}
