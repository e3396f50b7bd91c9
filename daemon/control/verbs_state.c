/* verbs_state.c: who may come in: blocked, unblocked, let in once, invited to enrol. */
#include "verb_inside.h"

#include "../blocklist.h"
#include "../config.h"
#include "../invite.h"
#include "../site.h"
#include "../users.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_MS UINT64_C(60000)
#define BYPASS_MINUTES_MAX 1440u
#define INVITE_HOURS_DEFAULT 24u
#define INVITE_HOURS_MAX 720u

/* ---- blocking ---- */

static void block(struct control_call *call, const struct control_world *world,
                  const struct store_user *user, const char *why) {
  struct user_wait *wait = user_wait_new(call, world, "blocked");
  if (wait)
    user_wait_asked(wait, store_block(world->store, user->primary, radmfa_text(user->identity),
                                      radmfa_text(user->name), why, user_wait_done, wait));
}

static const struct config_primary *primary_named(const struct config *config, const char *name) {
  for (size_t i = 0; i < config->n_primaries; i++)
    if (strcmp(config->primaries[i].name, name) == 0) return &config->primaries[i];
  return NULL;
}

/* Who the primary says that somebody of this name is, where that can be told without asking it. */
static bool identity_of(struct control_call *call, const struct config_primary *primary,
                        const char *typed, radmfa_span *out_identity) {
  *out_identity = radmfa_text(typed);
  if (primary->type == CONFIG_PRIMARY_LDAP && primary->ldap.search.identity) {
    control_fail(call, "not_found",
                 "the store does not know %.100s, and `%.60s` knows people by %.40s: add him first",
                 typed, primary->name, primary->ldap.search.identity);
    return false;
  }
  if (primary->type != CONFIG_PRIMARY_RADIUS) *out_identity = users_without_domain(*out_identity);
  return true;
}

/* Whom the store does not know yet can be blocked by the name that his primary gives him. */
static bool make_key(struct control_call *call, const struct config *config, const char *typed,
                     const char *primary_name, struct store_user *out) {
  const struct config_primary *primary = primary_named(config, primary_name);
  radmfa_span identity;
  *out = (struct store_user){0};
  if (!primary) {
    control_fail(call, "not_found", "there is no primary `%.60s`", primary_name);
    return false;
  }
  if (!identity_of(call, primary, typed, &identity) ||
      !keep_text(call, "user", typed, out->name, sizeof out->name) ||
      !keep_text(call, "primary", primary_name, out->primary, sizeof out->primary))
    return false;
  memcpy(out->identity, identity.ptr, identity.len); /* of a name that fits */
  return true;
}

static bool make_key_of_stranger(struct control_call *call, const struct control_world *world,
                                 const char *typed, const char *primary, struct store_user *out) {
  struct site *site = world->hold_site(world->app);
  bool good = make_key(call, site_config(site), typed, primary, out);
  world->release_site(world->app, site);
  return good;
}

void verb_user_block(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  const char *why = NULL, *typed = NULL, *primary = NULL;
  char kept[STORE_TEXT_SIZE];
  struct store_user user;
  if (!need_store(call, world) || !need_text(call, arguments, "why", &why) ||
      !keep_text(call, "why", why, kept, sizeof kept) ||
      !need_text(call, arguments, "user", &typed) ||
      !take_text(call, arguments, "primary", &primary))
    return;
  bool is_known = store_find(world->store, primary ? primary : "", radmfa_text(typed), NULL) ||
                  store_find_name(world->store, primary, radmfa_text(typed), NULL) == 0;
  bool good = primary && !is_known ? make_key_of_stranger(call, world, typed, primary, &user)
                                   : find_user(call, world, arguments, &user);
  if (good) block(call, world, &user, kept);
  if (good) radmfa_wipe(&user, sizeof user);
}

void verb_user_unblock(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  struct store_user user;
  if (!find_user(call, world, arguments, &user)) return;
  struct user_wait *wait = user_wait_new(call, world, "unblocked");
  if (wait) {
    radmfa_span identity = radmfa_text(user.identity);
    int error = store_unblock(world->store, user.primary, identity, user_wait_done, wait);
    if (!error) blocklist_remove(world->blocklist, identity); /* the store's word counts */
    user_wait_asked(wait, error);
  }
  radmfa_wipe(&user, sizeof user);
}

/* ---- user.bypass ---- */

static bool set_bypass(struct control_call *call, const json_t *arguments, uint64_t minutes,
                       struct store_user *user) {
  const char *why = "", *by = "";
  user->bypass_until_ms = 0;
  if (!minutes) return true;
  if (!need_text(call, arguments, "why", &why) || !take_text(call, arguments, "by", &by))
    return false;
  user->bypass_until_ms = now_ms_since_1970() + minutes * MINUTE_MS;
  return keep_text(call, "why", why, user->bypass_why, sizeof user->bypass_why) &&
         keep_text(call, "by", by, user->bypass_by, sizeof user->bypass_by);
}

void verb_user_bypass(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  uint64_t minutes = UINT64_MAX;
  struct store_user user;
  if (!take_count(call, arguments, "minutes", 0, BYPASS_MINUTES_MAX, &minutes)) return;
  if (minutes == UINT64_MAX) {
    control_fail(call, "bad_request", "`minutes` is missing");
    return;
  }
  if (!find_user(call, world, arguments, &user)) return;
  if (set_bypass(call, arguments, minutes, &user)) {
    struct user_wait *wait = user_wait_new(call, world, minutes ? "bypass" : "bypass_ended");
    if (wait)
      user_wait_asked(wait, store_put(world->store, &user, user.revision, user_wait_done, wait));
  }
  radmfa_wipe(&user, sizeof user);
}

/* ---- user.invite ---- */

static void end_invite(struct control_call *call, const struct store_user *now, void *user) {
  const char *code = user;
  control_end(call, json_pack("{sssoso}", "code", code, "until", control_time(now->invite_until_ms),
                              "user", control_user(now)));
}

/* The code that is shown once, and its hash in the user; NULL: the call has been ended. */
static char *make_code(struct control_call *call, struct store_user *user) {
  _Static_assert(INVITE_HASH_SIZE == sizeof user->invite_hash, "the store's");
  char *code = calloc(1, INVITE_CODE_SIZE);
  if (code && invite_make(code, user->invite_hash)) return code;
  free(code);
  control_fail(call, "failed", "no code is to be had");
  return NULL;
}

void verb_user_invite(struct control_call *call, const json_t *arguments, void *context) {
  const struct control_world *world = context;
  uint64_t hours = INVITE_HOURS_DEFAULT;
  struct store_user user;
  if (!take_count(call, arguments, "hours", 1, INVITE_HOURS_MAX, &hours) ||
      !find_user(call, world, arguments, &user))
    return;
  char *code = make_code(call, &user);
  struct user_wait *wait = code ? user_wait_new(call, world, "invited") : NULL;
  if (wait) {
    user.invite_until_ms = now_ms_since_1970() + hours * 60 * MINUTE_MS;
    user_wait_then(wait, end_invite, code, INVITE_CODE_SIZE);
    user_wait_asked(wait, store_put(world->store, &user, user.revision, user_wait_done, wait));
  } else {
    free(code);
  }
  radmfa_wipe(&user, sizeof user);
}
