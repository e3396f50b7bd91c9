/* portal_me.c: what a session's user may see of himself. Who must still show that it is he sees by
 * what he can do that, and nothing that somebody who has stolen his password does not know: no
 * number, not whether there is a PIN, not whether he is an administrator. */
#include "portal_inside.h"

#include "../factor/call_event.h"
#include "control_text.h"

const char *portal_enrolment_word(enum config_enrolment enrolment) {
  switch (enrolment) {
    case CONFIG_ENROL_INVITE: return "invite";
    case CONFIG_ENROL_DIRECTORY_NUMBER: return "directory_number";
    case CONFIG_ENROL_NETWORKS: return "networks";
    case CONFIG_ENROL_OPEN: return "open";
  }
  return "invite";
}

/* By which he can show that it is he. */
static json_t *ways(const struct portal_view *view) {
  struct number number;
  json_t *list = json_array();
  if (view->call_factor && portal_number_of(view, &number))
    json_array_append_new(list, json_string("call"));
  if (view->passcode_factor && view->user.totp_secret_len)
    json_array_append_new(list, json_string("passcode"));
  return list;
}

static void add_factors(json_t *me, const struct portal_view *view) {
  json_t *names = json_array(), *types = json_object();
  if (view->call_factor) {
    json_array_append_new(names, json_string(view->call_factor));
    json_object_set_new(types, view->call_factor, json_string("call"));
  }
  if (view->passcode_factor) {
    json_array_append_new(names, json_string(view->passcode_factor));
    json_object_set_new(types, view->passcode_factor, json_string("totp"));
  }
  json_object_set_new(me, "factors", names);
  json_object_set_new(me, "factor_types", types);
}

static json_t *text_or_null(const char *text) {
  return *text ? json_string(text) : json_null();
}

/* The number is shown whole to who is verified: it is his to change. */
static void add_number(json_t *me, const struct portal_view *view, bool is_shown) {
  struct number number = {0};
  char masked[CALL_NUMBER_MASKED_SIZE];
  bool has_number = is_shown && portal_number_of(view, &number), is_whole = view->facts.is_verified;
  call_number_mask(number.e164, masked);
  json_object_set_new(me, "has_number", json_boolean(has_number));
  json_object_set_new(me, "number", text_or_null(is_whole ? number.e164 : masked));
  json_object_set_new(me, "extension", text_or_null(is_whole ? number.extension : ""));
}

static void add_own(json_t *me, const struct portal_view *view, bool is_shown) {
  const struct store_user *user = &view->user;
  add_number(me, view, is_shown);
  json_object_set_new(me, "has_pin", json_boolean(is_shown && *user->pin_hash));
  json_object_set_new(me, "has_passcode", json_boolean(is_shown && user->totp_secret_len));
  json_object_set_new(me, "factor", text_or_null(is_shown ? user->factor : ""));
}

static const char *language_of(const struct portal_session *session,
                               const struct portal_view *view) {
  if (*session->language) return session->language;
  return session->is_verified && *view->user.language ? view->user.language : "en";
}

static bool must_verify(enum portal_state state) {
  return state == PORTAL_STATE_LOCKED || state == PORTAL_STATE_EXPECTED;
}

json_t *portal_me(struct portal *portal, const struct portal_session *session,
                  const struct portal_view *view) {
  bool is_verified = session->is_verified, must = must_verify(view->state);
  uint64_t left_ms = portal_session_left_ms(session, view->config->session_ms, portal_now_ms());
  (void)portal;
  json_t *me = json_pack(
      "{s:o, s:s, s:b, s:b, s:b, s:o, s:s, s:b, s:b, s:b, s:I}", "name",
      control_text(radmfa_text(session->name)), "language", language_of(session, view), "is_admin",
      view->state == PORTAL_STATE_ADMINISTRATOR, "is_verified", is_verified, "must_verify", must,
      "verify_by", ways(view), "enrolment", portal_enrolment_word(view->config->enrolment),
      "may_enrol", view->state == PORTAL_STATE_INVITED, "needs_invite",
      view->state == PORTAL_STATE_NEW || view->state == PORTAL_STATE_EXPECTED, "wants_pin",
      view->policy->wants_pin, "expires_s", (json_int_t)(left_ms / 1000));
  if (!me) return NULL;
  add_own(me, view, !must);
  add_factors(me, view);
  return json_pack("{s:o}", "me", me);
}
