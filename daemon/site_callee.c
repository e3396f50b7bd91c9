/* site_callee.c: whom a call is for: what the store knows of somebody, then the directory or the
 * users file of the policy's primary. */
#include "factor/call.h"
#include "site_parts.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

_Static_assert(CALL_PIN_HASH_SIZE >= STORE_PIN_HASH_SIZE, "a hash of the store's fits");

static void set_language(struct callee *callee, const char *language) {
  snprintf(callee->language, sizeof callee->language, "%s", language);
}

static void set_pin_hash(struct callee *callee, const char *hash) {
  snprintf(callee->pin_hash, sizeof callee->pin_hash, "%s", hash);
}

/* ---- users file ---- */

static void take_user(const struct user *user, struct callee *callee) {
  callee->phone.kind = user->has_number ? PHONE_GOOD : PHONE_NONE;
  callee->phone.number = user->number;
  callee->phone.is_verified = true; /* an administrator wrote it */
  if (user->pin_kind == USER_PIN_ARGON2ID) set_pin_hash(callee, user->pin_hash);
  if (user->pin_kind == USER_PIN_CLEAR) callee->pin_user = user;
  if (user->language) set_language(callee, user->language);
}

/* In the users file of the policy's primary; where that has none (an upstream, a directory without
 * numbers), in any. */
const struct user *site_find_user(const struct site *site, size_t primary, radmfa_span identity) {
  const struct user *user = NULL;
  if (site->primaries[primary].users) return users_find(site->primaries[primary].users, identity);
  for (size_t i = 0; !user && i < site->config->n_primaries; i++)
    if (site->primaries[i].users) user = users_find(site->primaries[i].users, identity);
  return user;
}

static void find_listed(const struct site *site, size_t at, radmfa_span identity, uint64_t now_ms,
                        struct callee *callee) {
  const struct config_primary *primary = &site->config->primaries[at];
  if (primary->type == CONFIG_PRIMARY_LDAP && primary->ldap.search.number_attribute) {
    callee->phone = people_number(site->primaries[at].people, identity, now_ms);
    callee->phone.is_verified = primary->ldap.search.number_is_trusted;
    return;
  }
  const struct user *user = site_find_user(site, at, identity);
  callee->phone.kind = PHONE_NONE;
  if (user) take_user(user, callee);
}

struct phone site_listed_phone(struct site *site, size_t policy, radmfa_span identity,
                               uint64_t now_ms) {
  struct callee callee = {0};
  find_listed(site, site->config->policies[policy].primary, identity, now_ms, &callee);
  return callee.phone;
}

/* ---- store ---- */

/* A number counts once a call to it was answered, or where an administrator has entered it. One
 * that came from a directory, and that nobody has verified, is one that its user may have written
 * there himself. */
bool site_number_counts(const struct store_user *user) {
  return user->number_state == STORE_NUMBER_VERIFIED ||
         (user->number_state == STORE_NUMBER_ENTERED && !user->number_is_directorys);
}

/* A number that counts is his, whatever the directory says by now. */
static void take_stored(const struct store_user *user, struct callee *callee) {
  if (user->language[0]) set_language(callee, user->language);
  if (user->pin_hash[0]) set_pin_hash(callee, user->pin_hash);
  callee->per_user = (struct rate){(uint32_t)user->calls, (uint32_t)user->calls_window_ms};
  if (site_number_counts(user))
    callee->phone = (struct phone){.kind = PHONE_GOOD, .number = user->number, .is_verified = true};
}

/* Whose number nobody has verified has not enrolled yet: with a store he can. */
static void wait_for_enrolment(struct callee *callee) {
  if (callee->phone.kind == PHONE_GOOD && !callee->phone.is_verified)
    callee->phone = (struct phone){.kind = PHONE_NONE};
}

/* Whether he uses another factor of the policy, which he has. */
static bool uses_another(const struct factor_at_work *factor, const struct config_policy *policy,
                         const struct store_user *user) {
  const struct config_factor *his = site_factor_of(factor->site, policy, user);
  return his && his != factor->config && his->type == CONFIG_FACTOR_TOTP;
}

static void find_phone(struct factor_at_work *factor, const struct config_policy *policy,
                       radmfa_span identity, uint64_t now_ms, struct callee *callee) {
  const struct site *site = factor->site;
  const struct config_primary *primary = &site->config->primaries[policy->primary];
  struct store *store = site->options.store;
  struct store_user user;
  bool is_known = store && store_find(store, primary->name, identity, &user);
  find_listed(site, policy->primary, identity, now_ms, callee);
  if (store) wait_for_enrolment(callee);
  if (!is_known) return;
  take_stored(&user, callee);
  if (uses_another(factor, policy, &user)) callee->phone = (struct phone){.kind = PHONE_NONE};
  radmfa_wipe(&user, sizeof user);
}

/* ---- all of it ---- */

void site_find_callee(struct factor_at_work *factor, size_t at, radmfa_span identity,
                      uint64_t now_ms, struct callee *out_callee) {
  const struct config_policy *policy = &factor->site->config->policies[at];
  out_callee->prompts = factor->prompts[at];
  out_callee->wants_pin = policy->wants_pin;
  out_callee->wants_challenge = policy->wants_challenge;
  set_language(out_callee, policy->language ? policy->language : factor->config->call.language);
  find_phone(factor, policy, identity, now_ms, out_callee);
}
