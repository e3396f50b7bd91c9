/* view.c: objects for templates. */
#include "view.h"

#include "messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *view_text(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text ? text : "";
}

bool view_flag(const json_t *object, const char *name) {
  return json_is_true(json_object_get(object, name));
}

void view_put(json_t *view, const char *name, const char *text) {
  if (view) json_object_set_new(view, name, text && *text ? json_string(text) : json_null());
}

void view_put_flag(json_t *view, const char *name, bool flag) {
  if (view) json_object_set_new(view, name, json_boolean(flag));
}

void view_put_time(json_t *view, const char *name, const char *time) {
  char text[32] = "", text_name[32];
  snprintf(text_name, sizeof text_name, "%s_text", name);
  if (strlen(time) >= 19) snprintf(text, sizeof text, "%.10s %.8s UTC", time, time + 11);
  view_put(view, name, time);
  view_put(view, text_name, text);
}

void view_put_list(json_t *view, const char *name, const json_t *list,
                   json_t *(*make)(const json_t *)) {
  json_t *made = json_array();
  for (size_t i = 0; i < json_array_size(list); i++)
    json_array_append_new(made, make(json_array_get(list, i)));
  if (view) json_object_set(view, name, made);
  json_decref(made);
}

/* ---- ME ---- */

static bool list_has(const json_t *list, const char *word) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    if (text && !strcmp(text, word)) return true;
  }
  return false;
}

static bool has_type(json_t *types, const char *type) {
  const char *name;
  json_t *value;
  json_object_foreach(types, name, value) {
    const char *text = json_string_value(value);
    if (text && !strcmp(text, type)) return true;
  }
  return false;
}

void view_put_me(json_t *view, const json_t *me) {
  static const char *const texts[] = {"number", "extension"};
  static const char *const flags[] = {"has_number",  "has_pin",     "wants_pin",    "has_passcode",
                                      "is_verified", "must_verify", "needs_invite", "may_enrol"};
  const json_t *ways = json_object_get(me, "verify_by");
  json_t *types = json_object_get(me, "factor_types");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    view_put(view, texts[i], view_text(me, texts[i]));
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    view_put_flag(view, flags[i], view_flag(me, flags[i]));
  bool has_both = view_flag(me, "has_number") && view_flag(me, "has_passcode");
  bool is_settled = view_flag(me, "is_verified") || view_flag(me, "may_enrol");
  view_put_flag(view, "by_call", list_has(ways, "call"));
  view_put_flag(view, "by_passcode", list_has(ways, "passcode"));
  view_put_flag(view, "has_call", has_type(types, "call"));
  view_put_flag(view, "has_app", has_type(types, "totp"));
  view_put_flag(view, "has_choice", has_both);
  view_put_flag(view, "may_change", is_settled && !view_flag(me, "must_verify"));
}

/* ---- logins ---- */

static void put_message_key(json_t *view, const char *name, const char *prefix, const char *word) {
  view_put(view, name, *word ? messages_key(prefix, word) : NULL);
}

static void put_stage(json_t *view, const json_t *login, const char *stage, const char *name) {
  const json_t *ms = json_object_get(json_object_get(login, "stages_ms"), stage);
  char text[32] = "";
  if (json_is_integer(ms))
    snprintf(text, sizeof text, "%.1f s", (double)json_integer_value(ms) / 1000);
  view_put(view, name, text);
}

json_t *view_login(const json_t *login) {
  static const char *const texts[] = {"id",       "client", "peer",   "user",
                                      "identity", "policy", "factor", "primary",
                                      "verdict",  "reason", "state"};
  json_t *view = json_object();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    view_put(view, texts[i], view_text(login, texts[i]));
  view_put_time(view, "time", view_text(login, "time"));
  view_put_time(view, "since", view_text(login, "since"));
  view_put_time(view, "deadline", view_text(login, "deadline"));
  put_message_key(view, "verdict_key", "verdict_", view_text(login, "verdict"));
  put_message_key(view, "reason_key", "reason_", view_text(login, "reason"));
  put_message_key(view, "state_key", "state_", view_text(login, "state"));
  put_stage(view, login, "total", "took");
  view_put_flag(view, "is_accept", !strcmp(view_text(login, "verdict"), "accept"));
  return view;
}

/* ---- users ---- */

json_t *view_user(const json_t *user) {
  static const char *const texts[] = {"primary",   "identity", "name",  "number",
                                      "extension", "language", "factor"};
  json_t *view = json_object();
  const json_t *blocked = json_object_get(user, "blocked");
  const json_t *bypass = json_object_get(user, "bypass");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    view_put(view, texts[i], view_text(user, texts[i]));
  put_message_key(view, "number_key", "number_", view_text(user, "number_state"));
  view_put_flag(view, "has_pin", view_flag(user, "has_pin"));
  view_put_flag(view, "has_passcode", view_flag(user, "has_passcode"));
  view_put_flag(view, "is_blocked", json_is_object(blocked));
  view_put_time(view, "blocked_since", view_text(blocked, "since"));
  view_put(view, "blocked_why", view_text(blocked, "why"));
  view_put_flag(view, "has_bypass", json_is_object(bypass));
  view_put_time(view, "bypass_until", view_text(bypass, "until"));
  view_put(view, "bypass_why", view_text(bypass, "why"));
  view_put(view, "bypass_by", view_text(bypass, "by"));
  view_put_time(view, "invite_until", view_text(user, "invite_until"));
  view_put_time(view, "changed", view_text(user, "changed"));
  return view;
}

/* ---- cursors ---- */

void view_put_cursor(json_t *view, const char *name, const json_t *cursor) {
  char *text = NULL;
  if (cursor && !json_is_null(cursor)) text = json_dumps(cursor, JSON_COMPACT | JSON_ENCODE_ANY);
  view_put(view, name, text);
  free(text);
}

json_t *view_take_cursor(const char *text) {
  if (!text || !*text) return NULL;
  return json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
}
