/* portal_sign_in.c: a name and a password become a session. Whoever is refused is told one thing
 * after the same time, whether nobody has that name, the password is wrong or the user is blocked;
 * guesses are limited by name and by address, beside the limit that the primary has itself. */
#include "portal_inside.h"

#include <radmfa/attr.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 30000u
#define SIGN_INS_MAX 1000u     /* at once */
#define REFUSED_AFTER_MS 1000u /* or its next multiple, as logins are */

/* RFC 2865 5.1 */
#define NAME_SIZE_MAX RADMFA_ATTR_VALUE_SIZE_MAX

struct sign_in {
  struct control_work work;
  struct portal *portal;
  struct control_call *call;
  struct site *site; /* held */
  char name[NAME_SIZE_MAX + 1];
  char language[STORE_LANGUAGE_SIZE];
  char address[PORTAL_ADDRESS_SIZE]; /* without its port */
  bool is_from_network;
  uint64_t user_key, address_key;
  uint64_t begun_ms;

  /* the answer */
  enum site_password_result result;
  radmfa_reason reason;
  char identity[STORE_TEXT_SIZE];

  const char *why; /* refused: for the log */
  uv_timer_t timer;
};

/* ---- the end ---- */

static void free_sign_in(struct sign_in *sign_in) {
  portal_release_site(sign_in->portal, sign_in->site);
  sign_in->portal->n_sign_ins--;
  free(sign_in);
}

static void log_sign_in(const struct sign_in *sign_in, const char *outcome, const char *reason) {
  const struct config *config = site_config(sign_in->site);
  const struct config_policy *policy = &config->policies[config->portal.policy];
  struct user_event event = {.kind = USER_EVENT_SIGN_IN,
                             .primary = config->primaries[policy->primary].name,
                             .user = radmfa_text(sign_in->name),
                             .identity = radmfa_text(sign_in->identity),
                             .outcome = outcome,
                             .reason = reason,
                             .address = sign_in->address};
  log_user_event(sign_in->portal->world.log, &event);
}

static void refuse_now(struct sign_in *sign_in) {
  control_fail(sign_in->call, "wrong", "the name or the password is wrong");
  free_sign_in(sign_in);
}

static void on_closed(uv_handle_t *handle) {
  refuse_now(handle->data);
}

static void on_refused(uv_timer_t *timer) {
  uv_close((uv_handle_t *)timer, on_closed);
}

static void refuse(struct sign_in *sign_in, const char *why) {
  uint64_t took_ms = portal_now_ms() - sign_in->begun_ms;
  log_sign_in(sign_in, "refused", why);
  sign_in->identity[0] = '\0';
  sign_in->timer.data = sign_in;
  uv_timer_init(control_loop(sign_in->portal->control), &sign_in->timer);
  uv_timer_start(&sign_in->timer, on_refused, REFUSED_AFTER_MS - took_ms % REFUSED_AFTER_MS, 0);
}

static void fail(struct sign_in *sign_in, const char *word, const char *text, const char *why) {
  log_sign_in(sign_in, "refused", why);
  control_fail(sign_in->call, word, "%s", text);
  free_sign_in(sign_in);
}

/* ---- the password was right ---- */

static void greet(struct sign_in *sign_in, struct portal_session *session,
                  const char token[PORTAL_TOKEN_SIZE]) {
  struct portal *portal = sign_in->portal;
  struct portal_view view;
  if (!portal_look(portal, session, sign_in->site, &view)) {
    fail(sign_in, "unavailable", "try again", "changed");
    return;
  }
  json_t *answer = portal_me(portal, session, &view);
  if (answer) json_object_set_new(answer, "session", json_string(token));
  portal_view_wipe(&view);
  log_sign_in(sign_in, "ok", NULL);
  control_end(sign_in->call, answer);
  free_sign_in(sign_in);
}

static void fill_session(const struct sign_in *sign_in, const struct store_user *user,
                         struct portal_session *session) {
  const struct config *config = site_config(sign_in->site);
  memcpy(session->language, sign_in->language, sizeof session->language);
  session->is_from_network = sign_in->is_from_network;
  session->listed = site_listed_phone(sign_in->site, config->portal.policy,
                                      radmfa_text(sign_in->identity), portal_now_ms());
  portal_note_groups(session, sign_in->site);
  portal_stamp_make(user, &session->stamp);
}

static void admit(struct sign_in *sign_in, const struct store_user *user) {
  struct portal *portal = sign_in->portal;
  const struct config *config = site_config(sign_in->site);
  const struct config_policy *policy = &config->policies[config->portal.policy];
  char token[PORTAL_TOKEN_SIZE];
  struct portal_session *session = portal_sessions_add(
      portal->sessions, config->primaries[policy->primary].name, radmfa_text(sign_in->identity),
      radmfa_text(sign_in->name), config->portal.session_ms, portal_now_ms(), token);
  if (!session) {
    fail(sign_in, "limit", "too many sessions: sign out of another one", "sessions");
    return;
  }
  fill_session(sign_in, user, session);
  greet(sign_in, session, token);
  sodium_memzero(token, sizeof token);
}

static bool find_user(const struct sign_in *sign_in, struct store_user *out_user) {
  const struct config *config = site_config(sign_in->site);
  const struct config_policy *policy = &config->policies[config->portal.policy];
  return sign_in->result == SITE_PASSWORD_RIGHT &&
         store_find(sign_in->portal->world.store, config->primaries[policy->primary].name,
                    radmfa_text(sign_in->identity), out_user);
}

/* ---- the answer ---- */

/* Who is blocked is told the same as with a wrong password, and counted the same. */
static void count(const struct sign_in *sign_in, bool is_blocked) {
  struct portal *portal = sign_in->portal;
  uint64_t now_ms = portal_now_ms();
  bool is_wrong = sign_in->result == SITE_PASSWORD_WRONG || is_blocked;
  portal_limits_end(portal->users, sign_in->user_key, is_wrong, now_ms);
  portal_limits_end(portal->addresses, sign_in->address_key, is_wrong, now_ms);
}

static void take_answer(void *arg) {
  struct sign_in *sign_in = arg;
  struct store_user user;
  bool is_stored = find_user(sign_in, &user), is_blocked = is_stored && user.is_blocked;
  count(sign_in, is_blocked);
  switch (sign_in->result) {
    case SITE_PASSWORD_RIGHT:
      if (is_blocked)
        refuse(sign_in, "blocked");
      else
        admit(sign_in, is_stored ? &user : NULL);
      break;
    case SITE_PASSWORD_WRONG: refuse(sign_in, radmfa_reason_name(sign_in->reason)); break;
    case SITE_PASSWORD_OVER_LIMIT:
      fail(sign_in, "limit", "too many at once: try again in a while", "limit");
      break;
    case SITE_PASSWORD_UNAVAILABLE:
      fail(sign_in, "unavailable", "passwords cannot be checked now: try again in a while",
           "primary_unavailable");
      break;
  }
  sodium_memzero(&user, sizeof user);
}

/* On any thread. An identity that does not fit would be somebody else's when cut. */
static void on_answer(const struct site_password_answer *answer, void *user) {
  struct sign_in *sign_in = user;
  sign_in->result = answer->result;
  sign_in->reason = answer->reason;
  if (answer->result == SITE_PASSWORD_RIGHT) {
    if (!answer->identity.len || answer->identity.len >= sizeof sign_in->identity ||
        memchr(answer->identity.ptr, '\0', answer->identity.len))
      sign_in->result = SITE_PASSWORD_UNAVAILABLE;
    else
      memcpy(sign_in->identity, answer->identity.ptr, answer->identity.len);
  }
  portal_post(sign_in->portal, &sign_in->work, take_answer, sign_in);
}

/* ---- the request ---- */

static bool is_in(const radmfa_prefix *prefix, const radmfa_address *address) {
  size_t octets = prefix->bits / 8, bits = prefix->bits % 8;
  if (memcmp(prefix->ip, address->ip, octets) != 0) return false;
  return !bits || (prefix->ip[octets] ^ address->ip[octets]) >> (8 - bits) == 0;
}

static bool is_from_network(const struct config_portal *config, const radmfa_address *address) {
  for (size_t i = 0; i < config->n_networks; i++)
    if (is_in(&config->networks[i], address)) return true;
  return false;
}

/* As people write it: "192.0.2.7", "2001:db8::7". */
static void write_address(const radmfa_address *address, char out[PORTAL_ADDRESS_SIZE]) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_address_format(address, text);
  size_t from = text[0] == '[', to = (size_t)(strrchr(text, ':') - text) - from;
  memcpy(out, text + from, to - from);
  out[to - from] = '\0';
}

static bool take_address(struct sign_in *sign_in, const char *text, radmfa_address *out_address) {
  if (radmfa_address_parse(text, out_address) || out_address->port) return false;
  write_address(out_address, sign_in->address);
  sign_in->is_from_network = is_from_network(&site_config(sign_in->site)->portal, out_address);
  return true;
}

static bool begin_limits(struct sign_in *sign_in, const radmfa_address *address) {
  struct portal *portal = sign_in->portal;
  const struct config *config = site_config(sign_in->site);
  const struct config_policy *policy = &config->policies[config->portal.policy];
  uint64_t now_ms = portal_now_ms();
  sign_in->user_key = portal_limits_user(portal->users, config->primaries[policy->primary].name,
                                         radmfa_text(sign_in->name));
  sign_in->address_key = portal_limits_address(portal->addresses, address);
  if (!portal_limits_begin(portal->addresses, sign_in->address_key, now_ms)) return false;
  if (portal_limits_begin(portal->users, sign_in->user_key, now_ms)) return true;
  portal_limits_end(portal->addresses, sign_in->address_key, false, now_ms);
  return false;
}

static void answer_at_once(struct sign_in *sign_in, enum site_password_result result) {
  sign_in->result = result;
  sign_in->reason = RADMFA_REASON_WRONG_PASSWORD;
  take_answer(sign_in);
}

static void ask(struct sign_in *sign_in, radmfa_span password) {
  const struct config *config = site_config(sign_in->site);
  const char *policy = config->policies[config->portal.policy].name;
  if (password.len > RADMFA_PASSWORD_SIZE_MAX) /* nobody has one so long */
    answer_at_once(sign_in, SITE_PASSWORD_WRONG);
  else if (site_check_password(sign_in->site, policy, radmfa_text(sign_in->name), password, WAIT_MS,
                               on_answer, sign_in))
    answer_at_once(sign_in, SITE_PASSWORD_UNAVAILABLE);
}

static bool take_arguments(struct sign_in *sign_in, const json_t *arguments,
                           radmfa_address *out_address, radmfa_span *out_password) {
  const struct portal_request request = {.call = sign_in->call, .arguments = arguments};
  const json_t *password = json_object_get(arguments, "password");
  char address[PORTAL_ADDRESS_SIZE];
  if (!portal_take_text(&request, "user", sign_in->name, sizeof sign_in->name) ||
      !portal_take_text(&request, "address", address, sizeof address) ||
      !portal_take_language(&request, sign_in->language))
    return false;
  if (!take_address(sign_in, address, out_address)) {
    control_fail(sign_in->call, "bad_request", "`address` must be an IP address without a port");
    return false;
  }
  if (!json_is_string(password) || !json_string_length(password)) {
    control_fail(sign_in->call, "bad_request", "`password` must be a text");
    return false;
  }
  *out_password =
      (radmfa_span){(const uint8_t *)json_string_value(password), json_string_length(password)};
  return true;
}

void portal_sign_in(struct portal *portal, struct control_call *call, const json_t *arguments) {
  radmfa_address address;
  radmfa_span password;
  struct sign_in *sign_in = portal->n_sign_ins < SIGN_INS_MAX ? calloc(1, sizeof *sign_in) : NULL;
  if (!sign_in) {
    control_fail(call, "limit", "too many at once: try again in a while");
    return;
  }
  portal->n_sign_ins++;
  *sign_in = (struct sign_in){.portal = portal,
                              .call = call,
                              .site = portal_hold_site(portal),
                              .begun_ms = portal_now_ms()};
  if (!take_arguments(sign_in, arguments, &address, &password))
    free_sign_in(sign_in);
  else if (!begin_limits(sign_in, &address))
    fail(sign_in, "limit", "too many wrong passwords: try again in ten minutes", "limit");
  else
    ask(sign_in, password);
}
