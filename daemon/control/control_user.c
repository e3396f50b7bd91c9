/* control_user.c: field by field. */
#include "control_user.h"

#include "../duration.h"
#include "control_text.h"

static json_t *text_or_null(const char *text) {
  return *text ? control_text(radmfa_text(text)) : json_null();
}

static json_t *block_json(const struct store_user *user) {
  if (!user->is_blocked) return json_null();
  return json_pack("{s:o, s:o}", "since", control_time(user->blocked_ms), "why",
                   text_or_null(user->blocked_why));
}

static json_t *bypass_json(const struct store_user *user) {
  if (!user->bypass_until_ms) return json_null();
  return json_pack("{s:o, s:o, s:o}", "until", control_time(user->bypass_until_ms), "why",
                   text_or_null(user->bypass_why), "by", text_or_null(user->bypass_by));
}

/* "3/30m"; null: as all may. */
static json_t *calls_json(const struct store_user *user) {
  const struct rate calls = {(uint32_t)user->calls, (uint32_t)user->calls_window_ms};
  char text[RATE_TEXT_SIZE];
  if (!calls.count) return json_null();
  rate_text(&calls, text);
  return json_string(text);
}

json_t *control_user(const struct store_user *user) {
  static const char *const states[] = {[STORE_NUMBER_NONE] = "none",
                                       [STORE_NUMBER_ENTERED] = "entered",
                                       [STORE_NUMBER_VERIFIED] = "verified"};
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:I}",
      "primary", text_or_null(user->primary), "identity", text_or_null(user->identity), "name",
      text_or_null(user->name), "number", text_or_null(user->number.e164), "extension",
      text_or_null(user->number.extension), "number_state", states[user->number_state],
      "number_is_directorys", user->number_is_directorys, "language", text_or_null(user->language),
      "factor", text_or_null(user->factor), "calls", calls_json(user), "has_pin",
      *user->pin_hash != '\0', "has_passcode", user->totp_secret_len != 0, "blocked",
      block_json(user), "bypass", bypass_json(user), "invite_until",
      control_time(user->invite_until_ms), "created", control_time(user->created_ms), "changed",
      control_time(user->changed_ms), "revision", (json_int_t)user->revision);
}
