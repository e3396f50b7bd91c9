#include "verb_inside.h"

#include "../config.h"
#include "../log.h"
#include "../site.h"
#include "../user_event.h"

#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t now_ms_since_1970(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- arguments ---- */

static const json_t *argument(const json_t *arguments, const char *name) {
  const json_t *value = json_object_get(arguments, name);
  return json_is_null(value) ? NULL : value;
}

static bool refuse(struct control_call *call, const char *name, const char *what) {
  control_fail(call, "bad_request", "`%s` is no %s", name, what);
  return false;
}

bool take_text(struct control_call *call, const json_t *arguments, const char *name,
               const char **out_text) {
  const json_t *value = argument(arguments, name);
  if (value && !json_is_string(value)) return refuse(call, name, "text");
  if (value) *out_text = json_string_value(value);
  return true;
}

bool need_text(struct control_call *call, const json_t *arguments, const char *name,
               const char **out_text) {
  const char *text = NULL;
  if (!take_text(call, arguments, name, &text)) return false;
  if (!text || !*text) {
    control_fail(call, "bad_request", "`%s` is missing", name);
    return false;
  }
  *out_text = text;
  return true;
}

bool take_count(struct control_call *call, const json_t *arguments, const char *name,
                uint64_t least, uint64_t most, uint64_t *out_count) {
  const json_t *value = argument(arguments, name);
  if (!value) return true;
  if (!json_is_integer(value)) return refuse(call, name, "whole number");
  json_int_t number = json_integer_value(value);
  if (number < (json_int_t)least || number > (json_int_t)most) {
    control_fail(call, "invalid", "`%s` is %llu to %llu", name, (unsigned long long)least,
                 (unsigned long long)most);
    return false;
  }
  *out_count = (uint64_t)number;
  return true;
}

bool take_flag(struct control_call *call, const json_t *arguments, const char *name,
               bool *out_flag) {
  const json_t *value = argument(arguments, name);
  if (value && !json_is_boolean(value)) return refuse(call, name, "true or false");
  if (value) *out_flag = json_is_true(value);
  return true;
}

bool take_time(struct control_call *call, const json_t *arguments, const char *name,
               uint64_t *out_ms) {
  const char *text = NULL;
  if (!take_text(call, arguments, name, &text)) return false;
  if (!text || control_time_parse(text, out_ms)) return true;
  control_fail(call, "invalid", "`%s` is no time as 2026-12-01T09:00:00Z", name);
  return false;
}

bool keep_text(struct control_call *call, const char *name, const char *text, char *out,
               size_t size) {
  size_t len = strlen(text);
  if (len >= size) {
    control_fail(call, "invalid", "`%s` has %zu octets at most", name, size - 1);
    return false;
  }
  memcpy(out, text, len + 1);
  return true;
}

/* ---- users ---- */

bool need_store(struct control_call *call, const struct control_world *world) {
  if (!world->store)
    control_fail(call, "no_store", "this radmfad has no `store`: it keeps nothing of users");
  return world->store != NULL;
}

static size_t find_identity(const struct control_world *world, const char *primary,
                            radmfa_span identity, struct store_user *out_user) {
  struct site *site = world->hold_site(world->app);
  const struct config *config = site_config(site);
  size_t n = 0;
  for (size_t i = 0; i < config->n_primaries; i++) {
    const char *name = config->primaries[i].name;
    if (primary && strcmp(primary, name) != 0) continue;
    if (store_find(world->store, name, identity, out_user)) n++;
  }
  world->release_site(world->app, site);
  return n;
}

static bool is_same(const struct store_user *a, const struct store_user *b) {
  return strcmp(a->primary, b->primary) == 0 && strcmp(a->identity, b->identity) == 0;
}

/* Somebody's identity may be the name of somebody else: then nobody is meant. */
static int find_typed(const struct control_world *world, const char *primary, radmfa_span typed,
                      struct store_user *out_user) {
  struct store_user named;
  size_t n = find_identity(world, primary, typed, out_user);
  int error = store_find_name(world->store, primary, typed, &named);
  if (!n && !error) *out_user = named;
  if (n && (n > 1 || error == RADMFA_E_EXISTS || (!error && !is_same(out_user, &named))))
    error = RADMFA_E_EXISTS;
  else if (n)
    error = 0;
  radmfa_wipe(&named, sizeof named);
  return error;
}

bool find_user(struct control_call *call, const struct control_world *world,
               const json_t *arguments, struct store_user *out_user) {
  const char *user = NULL, *primary = NULL;
  if (!need_store(call, world) || !need_text(call, arguments, "user", &user) ||
      !take_text(call, arguments, "primary", &primary))
    return false;
  int error = find_typed(world, primary, radmfa_text(user), out_user);
  if (error == RADMFA_E_NOT_FOUND)
    control_fail(call, "not_found", "nobody is called %.100s", user);
  else if (error)
    control_fail(call, "ambiguous", "several are called %.100s: name the primary, or the identity",
                 user);
  return !error;
}

/* ---- waiting for the store ---- */

struct user_wait {
  struct control_work work;
  struct control_call *call;
  struct control *control;
  struct log *log;
  const char *what;
  void (*then)(struct control_call *call, const struct store_user *now, void *secret);
  void *secret; /* or NULL */
  size_t secret_size;
  int error;
  bool has_now;
  struct store_user now;
};

struct user_wait *user_wait_new(struct control_call *call, const struct control_world *world,
                                const char *what) {
  struct user_wait *wait = calloc(1, sizeof *wait);
  if (!wait) {
    control_fail(call, "failed", "out of memory");
    return NULL;
  }
  wait->call = call;
  wait->control = control_of(call);
  wait->log = world->log;
  wait->what = what;
  return wait;
}

void user_wait_then(struct user_wait *wait,
                    void (*then)(struct control_call *call, const struct store_user *now,
                                 void *secret),
                    void *secret, size_t size) {
  wait->then = then;
  wait->secret = secret;
  wait->secret_size = size;
}

void fail_by_store(struct control_call *call, int error) {
  switch (error) {
    case RADMFA_E_NOT_FOUND: control_fail(call, "not_found", "there is no such user"); return;
    case RADMFA_E_EXISTS: control_fail(call, "exists", "there is such a user"); return;
    case RADMFA_E_BUSY:
      control_fail(call, "busy", "somebody else has changed this user in the meantime");
      return;
    case RADMFA_E_INVALID:
      control_fail(call, "invalid", "a name, number or text is empty or too long");
      return;
    case RADMFA_E_NO_MEMORY: control_fail(call, "failed", "out of memory"); return;
    default: control_fail(call, "failed", "the store cannot be written: %s", strerror(-error));
  }
}

static void tell_log(const struct user_wait *wait) {
  struct user_event event = {.kind = USER_EVENT_CHANGE,
                             .primary = wait->now.primary,
                             .user = radmfa_text(wait->now.name),
                             .identity = radmfa_text(wait->now.identity),
                             .what = wait->what,
                             .by = radmfa_text("control")};
  log_user_event(wait->log, &event);
}

static void free_wait(struct user_wait *wait) {
  if (wait->secret) radmfa_wipe(wait->secret, wait->secret_size);
  free(wait->secret);
  radmfa_wipe(wait, sizeof *wait);
  free(wait);
}

static void deliver(void *arg) {
  struct user_wait *wait = arg;
  if (!wait->error && wait->has_now) tell_log(wait);
  if (wait->error)
    fail_by_store(wait->call, wait->error);
  else if (wait->then)
    wait->then(wait->call, &wait->now, wait->secret);
  else
    control_end(wait->call, wait->has_now ? control_user(&wait->now) : json_object());
  free_wait(wait);
}

void user_wait_done(int error, const struct store_user *now, void *user) {
  struct user_wait *wait = user;
  wait->error = error;
  if (now && !error) {
    wait->now = *now;
    wait->has_now = true;
  }
  wait->work = (struct control_work){.run = deliver, .arg = wait};
  control_post_work(wait->control, &wait->work);
}

void user_wait_asked(struct user_wait *wait, int error) {
  if (!error) return;
  fail_by_store(wait->call, error);
  free_wait(wait);
}
