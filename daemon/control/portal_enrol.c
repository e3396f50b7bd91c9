/* portal_enrol.c: codes of invitations and apps, PINs, and what else a user sets for himself. */
#include "portal_inside.h"

#include "../factor/call_keys.h"
#include "../totp.h"
#include "../totp_guard.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CODE_SIZE 32u
#define WRONG_CODES_MAX 5u /* for a secret that is not confirmed */
#define HASHES_MAX 16u     /* at once */

/* As `radmfactl hash` makes them. */
#define HASH_PASSES 2u
#define HASH_MEMORY (19456u * 1024u)

static uint64_t code_key(const struct portal_request *request) {
  return portal_limits_user(request->portal->codes, request->session->primary,
                            radmfa_text(request->session->identity));
}

static bool begin_code(const struct portal_request *request) {
  if (portal_limits_begin(request->portal->codes, code_key(request), portal_now_ms())) return true;
  control_fail(request->call, "limit", "too many wrong codes: try again in ten minutes");
  return false;
}

static void end_code(const struct portal_request *request, bool was_wrong) {
  portal_limits_end(request->portal->codes, code_key(request), was_wrong, portal_now_ms());
  if (was_wrong) control_fail(request->call, "wrong", "this code is wrong, or not good any more");
}

static void end_with_me(const struct portal_request *request) {
  portal_end_with_me(request->portal, request->call, request->session, request->site);
}

static void change(const struct portal_request *request, struct portal_edit *edit) {
  portal_change(request->portal, request->call, request->session, request->verb, edit);
  sodium_memzero(edit, sizeof *edit);
}

/* ---- invitations ---- */

/* Compared also where there is none, so that its time tells nothing. */
void portal_use_invite(struct portal_request *request) {
  const struct store_user *user = &request->view.user;
  char code[CODE_SIZE];
  uint8_t hash[INVITE_HASH_SIZE];
  if (!portal_take_text(request, "code", code, sizeof code) || !begin_code(request)) return;
  bool is_code = invite_hash(radmfa_text(code), hash);
  bool is_right = is_code && invite_hash_equal(hash, user->invite_hash) &&
                  user->invite_until_ms > portal_wall_ms();
  sodium_memzero(code, sizeof code);
  end_code(request, !is_right);
  if (!is_right) return;
  request->session->has_invite = true;
  memcpy(request->session->invite_hash, hash, sizeof hash);
  end_with_me(request);
}

/* ---- passcodes ---- */

struct step {
  struct control_work work;
  struct portal *portal;
  struct control_call *call;
  uint64_t session_id; /* held */
  int error;
};

static void take_up_step(void *arg) {
  struct step *step = arg;
  struct portal *portal = step->portal;
  struct portal_session *session =
      portal_sessions_release(portal->sessions, step->session_id, portal_now_ms());
  struct site *site = portal_hold_site(portal);
  struct portal_view view;
  if (!session || !portal_look(portal, session, site, &view)) {
    portal_fail_session(step->call);
  } else {
    session->is_verified = !step->error || session->is_verified;
    if (step->error)
      control_fail(step->call, "wrong", "this code was used already: wait for the next one");
    else
      portal_end_with_me(portal, step->call, session, site);
    portal_view_wipe(&view);
  }
  portal_release_site(portal, site);
  free(step);
}

/* On the store's thread. */
static void on_step(int error, const struct store_user *now, void *user) {
  struct step *step = user;
  (void)now;
  step->error = error;
  portal_post(step->portal, &step->work, take_up_step, step);
}

/* The session counts as verified once the store knows that the code was used. */
static void use_step(struct portal_request *request, uint64_t number) {
  const struct portal_session *session = request->session;
  struct step *step = calloc(1, sizeof *step);
  if (step) *step = (struct step){.portal = request->portal, .call = request->call};
  if (!step || store_use_step(request->portal->world.store, session->primary,
                              radmfa_text(session->identity), number, on_step, step)) {
    control_fail(request->call, "unavailable", "it cannot be kept now: try again in a while");
    free(step);
    return;
  }
  step->session_id = portal_session_hold(request->session);
}

static bool is_code(const struct portal_request *request, const uint8_t *secret, size_t len,
                    const char *code, uint64_t *out_step) {
  return totp_code_is((radmfa_span){secret, len}, radmfa_text(code), portal_wall_ms(),
                      request->view.passcode_window, out_step);
}

/* Wrong ones are counted together with those at RADIUS. */
static bool is_right_code(const struct portal_request *request, const char *code,
                          uint64_t *out_step) {
  const struct store_user *user = &request->view.user;
  struct failures *failures = request->portal->world.failures;
  struct failures_rule rule = totp_guard();
  char name[TOTP_GUARD_NAME_SIZE];
  radmfa_span who = totp_guard_name(radmfa_text(request->session->identity), name);
  if (!failures_allow(failures, &rule, who, portal_now_ms())) return false;
  bool is_right = user->totp_secret_len &&
                  is_code(request, user->totp_secret, user->totp_secret_len, code, out_step) &&
                  *out_step > user->totp_step;
  failures_end(failures, &rule, who, is_right ? FAILURES_RIGHT : FAILURES_WRONG, portal_now_ms());
  return is_right;
}

void portal_verify_passcode(struct portal_request *request) {
  uint64_t step;
  char code[CODE_SIZE];
  if (!portal_take_text(request, "code", code, sizeof code)) return;
  if (!request->view.passcode_factor) {
    control_fail(request->call, "unavailable", "there are no passcodes here");
    return;
  }
  if (!begin_code(request)) return;
  bool is_right = is_right_code(request, code, &step);
  end_code(request, !is_right);
  if (is_right) use_step(request, step);
}

static bool must_have_passcodes(const struct portal_request *request) {
  if (request->view.passcode_factor) return true;
  control_fail(request->call, "unavailable", "there are no passcodes here");
  return false;
}

void portal_passcode_begin(struct portal_request *request) {
  struct portal_session *session = request->session;
  char secret[TOTP_SECRET_TEXT_SIZE], uri[TOTP_URI_SIZE];
  if (!must_have_passcodes(request)) return;
  session->secret_len = TOTP_SECRET_SIZE;
  session->wrong_codes = 0;
  randombytes_buf(session->secret, TOTP_SECRET_SIZE);
  totp_secret_text(session->secret, secret);
  totp_uri(request->view.config->issuer, session->name, secret, uri);
  control_end(request->call, json_pack("{s:s, s:s}", "uri", uri, "secret", secret));
  sodium_memzero(secret, sizeof secret);
  sodium_memzero(uri, sizeof uri);
}

void portal_passcode_confirm(struct portal_request *request) {
  struct portal_session *session = request->session;
  struct portal_edit edit = {.kind = PORTAL_EDIT_PASSCODE, .secret_len = TOTP_SECRET_SIZE};
  char code[CODE_SIZE];
  if (!must_have_passcodes(request) || !portal_take_text(request, "code", code, sizeof code))
    return;
  if (!session->secret_len || session->wrong_codes >= WRONG_CODES_MAX) {
    control_fail(request->call, "invalid", "begin again: there is no secret to be confirmed");
  } else if (!is_code(request, session->secret, session->secret_len, code, &edit.step)) {
    session->wrong_codes++;
    control_fail(request->call, "wrong", "this code is wrong: is the clock of your phone right?");
  } else {
    memcpy(edit.secret, session->secret, TOTP_SECRET_SIZE);
    edit.is_listed = request->view.listed.kind == PHONE_GOOD && request->view.listed.is_verified;
    snprintf(edit.text, sizeof edit.text, "%s", request->view.passcode_factor);
    change(request, &edit);
  }
}

void portal_passcode_remove(struct portal_request *request) {
  struct portal_edit edit = {.kind = PORTAL_EDIT_NO_PASSCODE,
                             .is_listed = request->view.listed.kind == PHONE_GOOD &&
                                          request->view.listed.is_verified};
  if (!must_have_passcodes(request)) return;
  if (!request->view.call_factor) {
    control_fail(request->call, "invalid", "it is the only factor you have");
    return;
  }
  snprintf(edit.text, sizeof edit.text, "%s", request->view.passcode_factor);
  change(request, &edit);
}

/* ---- PINs ---- */

struct pin {
  uv_work_t work;
  struct portal *portal;
  struct control_call *call;
  uint64_t session_id; /* held */
  enum portal_verb verb;
  char digits[CALL_PIN_MAX + 1];
  struct portal_edit edit;
  bool is_hashed;
};

/* On a thread of libuv's. */
static void hash_pin(uv_work_t *work) {
  struct pin *pin = work->data;
  pin->is_hashed = crypto_pwhash_str(pin->edit.text, pin->digits, strlen(pin->digits), HASH_PASSES,
                                     HASH_MEMORY) == 0;
  sodium_memzero(pin->digits, sizeof pin->digits);
  sodium_stackzero(8192);
}

static void free_pin(struct pin *pin) {
  pin->portal->n_hashes--;
  sodium_memzero(pin, sizeof *pin);
  free(pin);
}

static void on_hashed(uv_work_t *work, int status) {
  struct pin *pin = work->data;
  struct portal_session *session =
      portal_sessions_release(pin->portal->sessions, pin->session_id, portal_now_ms());
  if (status || !pin->is_hashed)
    control_fail(pin->call, "unavailable", "out of memory: try again in a while");
  else if (!session)
    portal_fail_session(pin->call);
  else
    portal_change(pin->portal, pin->call, session, pin->verb, &pin->edit);
  free_pin(pin);
}

static bool is_pin(const char *text) {
  size_t n = strspn(text, "0123456789");
  return !text[n] && n >= CALL_PIN_MIN && n <= CALL_PIN_MAX;
}

void portal_set_pin(struct portal_request *request) {
  struct portal *portal = request->portal;
  char digits[64];
  if (!portal_take_text(request, "pin", digits, sizeof digits)) return;
  struct pin *pin = portal->n_hashes < HASHES_MAX ? calloc(1, sizeof *pin) : NULL;
  if (!is_pin(digits)) {
    control_fail(request->call, "invalid", "a PIN has 4 to 10 digits");
    free(pin);
  } else if (!pin) {
    control_fail(request->call, "limit", "too many at once: try again in a while");
  } else {
    *pin = (struct pin){.work.data = pin,
                        .portal = portal,
                        .call = request->call,
                        .verb = request->verb,
                        .edit.kind = PORTAL_EDIT_PIN};
    memcpy(pin->digits, digits, strlen(digits));
    pin->session_id = portal_session_hold(request->session);
    portal->n_hashes++;
    uv_queue_work(control_loop(portal->control), &pin->work, hash_pin, on_hashed);
  }
  sodium_memzero(digits, sizeof digits);
}

/* ---- the rest ---- */

void portal_set_factor(struct portal_request *request) {
  const struct portal_view *view = &request->view;
  struct portal_edit edit = {.kind = PORTAL_EDIT_FACTOR};
  struct number number;
  char name[STORE_WORD_SIZE];
  if (!portal_take_text(request, "factor", name, sizeof name)) return;
  bool is_call = view->call_factor && strcmp(name, view->call_factor) == 0;
  bool is_passcode = view->passcode_factor && strcmp(name, view->passcode_factor) == 0;
  if (!(is_call && portal_number_of(view, &number)) &&
      !(is_passcode && view->user.totp_secret_len)) {
    control_fail(request->call, "invalid", "you have no such factor");
    return;
  }
  snprintf(edit.text, sizeof edit.text, "%s", name);
  change(request, &edit);
}

void portal_set_language(struct portal_request *request) {
  struct portal_edit edit = {.kind = PORTAL_EDIT_LANGUAGE};
  char language[STORE_LANGUAGE_SIZE];
  if (!portal_take_language(request, language)) return;
  if (!*language) {
    control_fail(request->call, "bad_request", "`language` must be a text");
    return;
  }
  memcpy(request->session->language, language, sizeof language);
  snprintf(edit.text, sizeof edit.text, "%s", language);
  if (request->rule == PORTAL_RULE_MAY)
    change(request, &edit);
  else
    end_with_me(request);
}
