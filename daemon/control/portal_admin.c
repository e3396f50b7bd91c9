/* portal_admin.c: what administrators may do to others in the portal. Of other people no number is
 * shown whole: radmfactl does that, to who is root. */
#include "portal_inside.h"

#include "../factor/call_event.h"
#include "control_text.h"
#include "control_user.h"
#include "verbs.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100u
#define TRIES_MAX 5u
#define BYPASS_MINUTES_MAX 1440
#define INVITE_HOURS_MAX 720
#define INVITE_HOURS 24
#define MINUTE_MS UINT64_C(60000)
#define HOUR_MS UINT64_C(3600000)

/* ---- shown ---- */

static json_t *user_json(const struct store_user *user) {
  char masked[CALL_NUMBER_MASKED_SIZE];
  json_t *json = control_user(user);
  if (!json || user->number_state == STORE_NUMBER_NONE) return json;
  call_number_mask(user->number.e164, masked);
  json_object_set_new(json, "number", json_string(masked));
  json_object_set_new(json, "extension", json_null());
  return json;
}

static json_t *cursor_json(const struct store_user *last) {
  return json_pack("{s:o, s:o, s:o}", "primary", control_text(radmfa_text(last->primary)),
                   "identity", control_text(radmfa_text(last->identity)), "name",
                   control_text(radmfa_text(last->name)));
}

static json_t *page_json(const struct store_user *users, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(list, user_json(&users[i]));
  return json_pack("{s:o, s:o}", "users", list, "more",
                   n == PAGE ? cursor_json(&users[n - 1]) : json_null());
}

static bool take_cursor(const struct portal_request *request, struct store_user *out_after,
                        bool *out_has) {
  const json_t *after = json_object_get(request->arguments, "after");
  const struct portal_request inner = {.call = request->call, .arguments = after};
  *out_has = after && !json_is_null(after);
  if (!*out_has) return true;
  return portal_take_text(&inner, "primary", out_after->primary, sizeof out_after->primary) &&
         portal_take_text(&inner, "identity", out_after->identity, sizeof out_after->identity) &&
         portal_take_optional(&inner, "name", out_after->name, sizeof out_after->name);
}

void portal_users(struct portal_request *request) {
  struct store_user after = {0}, *users = calloc(PAGE, sizeof *users);
  char text[STORE_TEXT_SIZE];
  bool has_after;
  if (!users) {
    control_fail(request->call, "unavailable", "out of memory");
  } else if (portal_take_optional(request, "text", text, sizeof text) &&
             take_cursor(request, &after, &has_after)) {
    size_t n = store_list_names(request->portal->world.store, radmfa_text(text),
                                has_after ? &after : NULL, users, PAGE);
    control_end(request->call, page_json(users, n));
    sodium_memzero(users, PAGE * sizeof *users);
  }
  free(users);
}

/* Whom it is about. */
static bool take_key(const struct portal_request *request, struct portal_who *out_who) {
  return portal_take_text(request, "primary", out_who->primary, sizeof out_who->primary) &&
         portal_take_text(request, "identity", out_who->identity, sizeof out_who->identity);
}

static void fail_not_found(struct control_call *call, const struct portal_who *who) {
  control_fail(call, "not_found", "nobody is called %s there", who->identity);
}

void portal_user(struct portal_request *request) {
  struct portal_who who;
  struct store_user user;
  if (!take_key(request, &who)) return;
  if (!store_find(request->portal->world.store, who.primary, radmfa_text(who.identity), &user)) {
    fail_not_found(request->call, &who);
    return;
  }
  control_end(request->call, json_pack("{s:o}", "user", user_json(&user)));
  sodium_memzero(&user, sizeof user);
}

/* ---- changed ---- */

struct deed {
  struct control_work work;
  struct portal *portal;
  struct control_call *call;
  enum portal_verb verb;
  struct portal_who who;
  char by[STORE_TEXT_SIZE];
  char why[STORE_TEXT_SIZE];
  uint64_t until_ms; /* BYPASS, INVITE; 0: it is taken away */
  char code[INVITE_CODE_SIZE];
  uint8_t invite_hash[INVITE_HASH_SIZE];
  unsigned tries;

  int error; /* what the store said */
  struct store_user now;
};

static void free_deed(struct deed *deed) {
  sodium_memzero(deed, sizeof *deed);
  free(deed);
}

/* As the log has it of radmfactl. */
static const char *name_of(const struct deed *deed) {
  switch (deed->verb) {
    case PORTAL_VERB_BLOCK: return "blocked";
    case PORTAL_VERB_UNBLOCK: return "unblocked";
    case PORTAL_VERB_BYPASS: return deed->until_ms ? "bypass" : "bypass_ended";
    default: return "invited";
  }
}

static json_t *deed_json(const struct deed *deed) {
  if (deed->verb != PORTAL_VERB_INVITE) return json_pack("{s:o}", "user", user_json(&deed->now));
  return json_pack("{s:s, s:o, s:o}", "code", deed->code, "until", control_time(deed->until_ms),
                   "user", user_json(&deed->now));
}

static void finish(struct deed *deed) {
  if (deed->verb == PORTAL_VERB_BLOCK)
    portal_sessions_end_user(deed->portal->sessions, deed->who.primary,
                             radmfa_text(deed->who.identity));
  portal_log_change(deed->portal, USER_EVENT_CHANGE, deed->now.primary, deed->now.identity,
                    deed->now.name, name_of(deed), *deed->why ? deed->why : NULL, deed->by, NULL);
  control_end(deed->call, deed_json(deed));
  free_deed(deed);
}

static void do_once(struct deed *deed);

static void take_up(void *arg) {
  struct deed *deed = arg;
  if (!deed->error) {
    finish(deed);
  } else if (deed->error == RADMFA_E_BUSY && ++deed->tries < TRIES_MAX) {
    do_once(deed);
  } else {
    if (deed->error == RADMFA_E_NOT_FOUND)
      fail_not_found(deed->call, &deed->who);
    else if (deed->error == RADMFA_E_BUSY)
      control_fail(deed->call, "busy", "changed by somebody else meanwhile: try again");
    else
      control_fail(deed->call, "unavailable", "it cannot be kept now: try again in a while");
    free_deed(deed);
  }
}

/* On the store's thread. */
static void on_stored(int error, const struct store_user *now, void *user) {
  struct deed *deed = user;
  deed->error = error;
  if (now) deed->now = *now;
  portal_post(deed->portal, &deed->work, take_up, deed);
}

static void edit(const struct deed *deed, struct store_user *user) {
  if (deed->verb == PORTAL_VERB_BYPASS) {
    user->bypass_until_ms = deed->until_ms;
    memcpy(user->bypass_why, deed->why, sizeof user->bypass_why);
    memcpy(user->bypass_by, deed->by, sizeof user->bypass_by);
  } else {
    user->invite_until_ms = deed->until_ms;
    memcpy(user->invite_hash, deed->invite_hash, sizeof user->invite_hash);
  }
}

static int put(struct deed *deed) {
  struct store *store = deed->portal->world.store;
  struct store_user user;
  if (!store_find(store, deed->who.primary, radmfa_text(deed->who.identity), &user))
    return RADMFA_E_NOT_FOUND;
  edit(deed, &user);
  int error = store_put(store, &user, user.revision, on_stored, deed);
  sodium_memzero(&user, sizeof user);
  return error;
}

static int ask_store(struct deed *deed) {
  struct store *store = deed->portal->world.store;
  radmfa_span identity = radmfa_text(deed->who.identity);
  if (deed->verb == PORTAL_VERB_BLOCK)
    return store_block(store, deed->who.primary, identity, identity, deed->why, on_stored, deed);
  if (deed->verb != PORTAL_VERB_UNBLOCK) return put(deed);
  int error = store_unblock(store, deed->who.primary, identity, on_stored, deed);
  if (!error)
    blocklist_remove(deed->portal->world.blocklist, identity); /* the store's word counts */
  return error;
}

static void do_once(struct deed *deed) {
  int error = ask_store(deed);
  if (!error) return;
  deed->error = error == RADMFA_E_BUSY ? RADMFA_E_NO_MEMORY : error;
  take_up(deed);
}

/* A deed on whom the request names; NULL: it was answered. */
static struct deed *new_deed(struct portal_request *request) {
  struct deed *deed = calloc(1, sizeof *deed);
  if (!deed) {
    control_fail(request->call, "unavailable", "out of memory");
    return NULL;
  }
  deed->portal = request->portal;
  deed->call = request->call;
  deed->verb = request->verb;
  memcpy(deed->by, request->session->name, sizeof deed->by);
  if (take_key(request, &deed->who)) return deed;
  free_deed(deed);
  return NULL;
}

static bool take_count(const struct portal_request *request, const char *key, json_int_t least,
                       json_int_t most, json_int_t standard, uint64_t *out) {
  const json_t *value = json_object_get(request->arguments, key);
  json_int_t number = json_is_integer(value) ? json_integer_value(value) : least - 1;
  if (!value || json_is_null(value)) number = standard;
  if (number < least || number > most) {
    control_fail(request->call, "bad_request", "`%s` must be in %lld..%lld", key, (long long)least,
                 (long long)most);
    return false;
  }
  *out = (uint64_t)number;
  return true;
}

void portal_block_verb(struct portal_request *request) {
  struct deed *deed = new_deed(request);
  if (!deed) return;
  if (portal_take_text(request, "why", deed->why, sizeof deed->why))
    do_once(deed);
  else
    free_deed(deed);
}

void portal_unblock(struct portal_request *request) {
  struct deed *deed = new_deed(request);
  if (deed) do_once(deed);
}

void portal_bypass(struct portal_request *request) {
  struct deed *deed = new_deed(request);
  uint64_t minutes;
  if (!deed) return;
  if (take_count(request, "minutes", 0, BYPASS_MINUTES_MAX, -1, &minutes) &&
      portal_take_text(request, "why", deed->why, sizeof deed->why)) {
    deed->until_ms = minutes ? portal_wall_ms() + minutes * MINUTE_MS : 0;
    do_once(deed);
  } else {
    free_deed(deed);
  }
}

void portal_invite(struct portal_request *request) {
  struct deed *deed = new_deed(request);
  uint64_t hours;
  if (!deed) return;
  if (take_count(request, "hours", 1, INVITE_HOURS_MAX, INVITE_HOURS, &hours)) {
    deed->until_ms = portal_wall_ms() + hours * HOUR_MS;
    deed->error = invite_make(deed->code, deed->invite_hash) ? 0 : RADMFA_E_NO_MEMORY;
    if (deed->error)
      take_up(deed);
    else
      do_once(deed);
  } else {
    free_deed(deed);
  }
}

/* ---- what shows no number, and is as for radmfactl ---- */

static void *world_of(const struct portal_request *request) {
  return (void *)&request->portal->world;
}

void portal_pending(struct portal_request *request) {
  verb_pending(request->call, request->arguments, world_of(request));
}

void portal_hangup(struct portal_request *request) {
  verb_hangup(request->call, request->arguments, world_of(request));
}

void portal_all_history(struct portal_request *request) {
  verb_history(request->call, request->arguments, world_of(request));
}
