/* portal.c: every request but hello and sign_in comes by here: whose session is it, how is its user
 * now, may he? */
#include "portal_inside.h"

#include "../thread.h"

#include <radmfa/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of sign-ins and codes that were wrong; constants, since who would turn them up would not know
 * what for. An office may share an address. */
#define WRONG_PER_USER 10u
#define WRONG_PER_ADDRESS 50u
#define WRONG_CODES 5u
#define WINDOW_MS 600000u

void portal_post(struct portal *portal, struct control_work *work, void (*run)(void *arg),
                 void *arg) {
  *work = (struct control_work){.run = run, .arg = arg};
  control_post_work(portal->control, work);
}

uint64_t portal_now_ms(void) {
  return thread_now_ms();
}

uint64_t portal_wall_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static const char *const languages[] = {"en", "de"};
#define N_LANGUAGES (sizeof languages / sizeof *languages)

/* ---- requests ---- */

static portal_handler me, sign_out;

static portal_handler *const handlers[PORTAL_VERB_COUNT] = {
    [PORTAL_VERB_ME] = me,
    [PORTAL_VERB_SIGN_OUT] = sign_out,
    [PORTAL_VERB_STOP_CALL] = portal_stop_call_verb,
    [PORTAL_VERB_VERIFY_CALL] = portal_verify_call,
    [PORTAL_VERB_VERIFY_PASSCODE] = portal_verify_passcode,
    [PORTAL_VERB_USE_INVITE] = portal_use_invite,
    [PORTAL_VERB_SET_LANGUAGE] = portal_set_language,
    [PORTAL_VERB_SET_NUMBER] = portal_set_number,
    [PORTAL_VERB_SET_PIN] = portal_set_pin,
    [PORTAL_VERB_SET_FACTOR] = portal_set_factor,
    [PORTAL_VERB_PASSCODE_BEGIN] = portal_passcode_begin,
    [PORTAL_VERB_PASSCODE_CONFIRM] = portal_passcode_confirm,
    [PORTAL_VERB_PASSCODE_REMOVE] = portal_passcode_remove,
    [PORTAL_VERB_HISTORY] = portal_history,
    [PORTAL_VERB_REPORT_FRAUD] = portal_report_fraud,
    [PORTAL_VERB_USERS] = portal_users,
    [PORTAL_VERB_USER] = portal_user,
    [PORTAL_VERB_BLOCK] = portal_block_verb,
    [PORTAL_VERB_UNBLOCK] = portal_unblock,
    [PORTAL_VERB_BYPASS] = portal_bypass,
    [PORTAL_VERB_INVITE] = portal_invite,
    [PORTAL_VERB_PENDING] = portal_pending,
    [PORTAL_VERB_HANGUP] = portal_hangup,
    [PORTAL_VERB_ALL_HISTORY] = portal_all_history,
};

static radmfa_span span_argument(const json_t *arguments, const char *key) {
  const json_t *value = json_object_get(arguments, key);
  if (!json_is_string(value)) return (radmfa_span){0};
  return (radmfa_span){(const uint8_t *)json_string_value(value), json_string_length(value)};
}

static bool take(const struct portal_request *request, const char *key, char *out, size_t size,
                 bool is_optional) {
  radmfa_span text = span_argument(request->arguments, key);
  const json_t *value = json_object_get(request->arguments, key);
  out[0] = '\0';
  if (is_optional && (!value || json_is_null(value))) return true;
  if (!text.len || text.len >= size || memchr(text.ptr, '\0', text.len)) {
    control_fail(request->call, "bad_request", "`%s` must be a text of 1 to %zu octets", key,
                 size - 1);
    return false;
  }
  memcpy(out, text.ptr, text.len);
  out[text.len] = '\0';
  return true;
}

bool portal_take_text(const struct portal_request *request, const char *key, char *out,
                      size_t size) {
  return take(request, key, out, size, false);
}

bool portal_take_optional(const struct portal_request *request, const char *key, char *out,
                          size_t size) {
  return take(request, key, out, size, true);
}

bool portal_take_language(const struct portal_request *request, char out[STORE_LANGUAGE_SIZE]) {
  if (!portal_take_optional(request, "language", out, STORE_LANGUAGE_SIZE)) return false;
  for (size_t i = 0; i < N_LANGUAGES; i++)
    if (strcmp(out, languages[i]) == 0) return true;
  if (*out) control_fail(request->call, "invalid", "there are no pages in that language");
  return !*out;
}

void portal_fail_session(struct control_call *call) {
  control_fail(call, "session", "this session is over: sign in again");
}

static void handle(struct portal_request *request) {
  request->rule = portal_rule_for(request->verb, request->view.state);
  if (request->rule == PORTAL_RULE_MAY || request->rule == PORTAL_RULE_HERE)
    handlers[request->verb](request);
  else
    control_fail(request->call, "denied", "%s", portal_rule_text(request->rule));
}

static void run(struct portal *portal, enum portal_verb verb, struct control_call *call,
                const json_t *arguments) {
  struct portal_request request = {
      .portal = portal, .call = call, .verb = verb, .arguments = arguments};
  request.site = portal_hold_site(portal);
  const struct config *config = site_config(request.site);
  request.session = portal_sessions_find(portal->sessions, span_argument(arguments, "session"),
                                         config->portal.session_ms, portal_now_ms());
  if (request.session && portal_look(portal, request.session, request.site, &request.view))
    handle(&request);
  else
    portal_fail_session(call);
  portal_view_wipe(&request.view);
  portal_release_site(portal, request.site);
}

static void me(struct portal_request *request) {
  control_end(request->call, portal_me(request->portal, request->session, &request->view));
}

static void sign_out(struct portal_request *request) {
  portal_sessions_end(request->portal->sessions, request->session);
  control_end(request->call, json_object());
}

void portal_end_with_me(struct portal *portal, struct control_call *call,
                        struct portal_session *session, const struct site *site) {
  struct portal_view view;
  if (!portal_look(portal, session, site, &view)) {
    portal_fail_session(call);
    return;
  }
  control_end(call, portal_me(portal, session, &view));
  portal_view_wipe(&view);
}

static void hello(struct control_call *call, const json_t *arguments, void *context) {
  struct portal *portal = context;
  struct site *site = portal_hold_site(portal);
  const struct config_portal *config = &site_config(site)->portal;
  (void)arguments;
  control_end(call, json_pack("{s:s, s:[s,s], s:s, s:I}", "version", RADMFA_VERSION, "languages",
                              "en", "de", "enrolment", portal_enrolment_word(config->enrolment),
                              "session_s", (json_int_t)(config->session_ms / 1000)));
  portal_release_site(portal, site);
}

static void sign_in(struct control_call *call, const json_t *arguments, void *context) {
  portal_sign_in(context, call, arguments);
}

#define RUN(id, word, words)                                                                \
  static void run_##id(struct control_call *call, const json_t *arguments, void *context) { \
    run(context, PORTAL_VERB_##id, call, arguments);                                        \
  }
PORTAL_VERB_MAP(RUN)
#undef RUN

/* clang-format off */

static const struct control_verb verbs[] = {
  {"hello", hello, ""},
  {"sign_in", sign_in, "user password address language"},
#define VERB(id, word, arguments) {word, run_##id, arguments},
  PORTAL_VERB_MAP(VERB)
#undef VERB
};

/* clang-format on */

/* ---- life ---- */

struct site *portal_hold_site(struct portal *portal) {
  return portal->world.hold_site(portal->world.app);
}

void portal_release_site(struct portal *portal, struct site *site) {
  portal->world.release_site(portal->world.app, site);
}

static void on_session_ended(struct portal_session *session, void *user) {
  (void)user;
  if (session->call) portal_stop_call(session->call);
}

static bool make_tables(struct portal *portal) {
  portal->sessions = portal_sessions_new(on_session_ended, portal);
  portal->users = portal_limits_new(WRONG_PER_USER, WINDOW_MS);
  portal->addresses = portal_limits_new(WRONG_PER_ADDRESS, WINDOW_MS);
  portal->codes = portal_limits_new(WRONG_CODES, WINDOW_MS);
  return portal->sessions && portal->users && portal->addresses && portal->codes;
}

struct portal *portal_new(const struct config_portal *config, const struct control_world *world,
                          bool *out_has_group, char out_error[CONTROL_ERROR_SIZE]) {
  struct portal *portal = calloc(1, sizeof *portal);
  snprintf(out_error, CONTROL_ERROR_SIZE, "out of memory");
  if (!portal) return NULL;
  portal->world = *world;
  const struct control_options options = {.path = config->path,
                                          .group = config->group,
                                          .thread = "portal",
                                          .verbs = verbs,
                                          .n_verbs = sizeof verbs / sizeof *verbs,
                                          .context = portal};
  if (make_tables(portal)) portal->control = control_new(&options, out_has_group, out_error);
  if (portal->control && control_start(portal->control)) return portal;
  if (portal->control) snprintf(out_error, CONTROL_ERROR_SIZE, "no thread is to be had");
  portal_free(portal);
  return NULL;
}

static void stop_calls(void *arg) {
  portal_stop_calls(arg);
}

void portal_free(struct portal *portal) {
  if (!portal) return;
  if (portal->control) portal_post(portal, &portal->stop, stop_calls, portal);
  control_free(portal->control);
  portal_sessions_free(portal->sessions);
  portal_limits_free(portal->users);
  portal_limits_free(portal->addresses);
  portal_limits_free(portal->codes);
  free(portal);
}
