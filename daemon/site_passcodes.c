/* site_passcodes.c: who types a passcode behind his password. The primary must be asked with the
 * password alone, so it is settled by the typed name before anybody knows who it is; the factor
 * looks again once he is known: a code that was taken off for the wrong person proves nothing. */
#include "factor/call.h"
#include "factor/passcode.h"
#include "primary/file.h"
#include "primary/ldap.h"
#include "site_parts.h"
#include "thread.h"

#include <radmfa/error.h>
#include <string.h>

/* ---- which factor somebody uses ---- */

/* By what is known before his password was checked: a directory whose numbers can be trusted may
 * have one for him. */
static bool may_be_called(const struct site *site, const struct config_policy *policy,
                          const struct store_user *user) {
  const struct config_primary *primary = &site->config->primaries[policy->primary];
  if (site_number_counts(user)) return true;
  if (primary->type == CONFIG_PRIMARY_LDAP && primary->ldap.search.number_attribute)
    return primary->ldap.search.number_is_trusted;
  const struct users *users = site->primaries[policy->primary].users;
  const struct user *listed = users ? users_find(users, radmfa_text(user->identity)) : NULL;
  return listed && listed->has_number;
}

static bool has_factor(const struct site *site, const struct config_policy *policy,
                       const struct config_factor *factor, const struct store_user *user) {
  switch (factor->type) {
    case CONFIG_FACTOR_SIMULATED: return true;
    case CONFIG_FACTOR_CALL: return may_be_called(site, policy, user);
    case CONFIG_FACTOR_TOTP: return user->totp_secret_len != 0;
  }
  return false;
}

const struct config_factor *site_factor_of(const struct site *site,
                                           const struct config_policy *policy,
                                           const struct store_user *user) {
  const struct config_factor *first = NULL;
  for (size_t i = 0; i < policy->n_factors; i++) {
    const struct config_factor *factor = &site->config->factors[policy->factors[i]];
    if (!has_factor(site, policy, factor, user)) continue;
    if (!first) first = factor;
    if (strcmp(factor->name, user->factor) == 0) return factor;
  }
  return first;
}

/* ---- the factor's side ---- */

static const struct config_policy *find_policy(const struct site *site, const char *name) {
  for (size_t i = 0; i < site->config->n_policies; i++)
    if (strcmp(site->config->policies[i].name, name) == 0) return &site->config->policies[i];
  return NULL;
}

/* Whether the factor that he uses could call him, now that it is known who he is. */
static bool has_number(struct site *site, size_t policy, const struct config_factor *his,
                       radmfa_span identity) {
  struct factor_at_work *factor = &site->factors[his - site->config->factors];
  struct callee callee = {0};
  if (his->type != CONFIG_FACTOR_CALL) return true;
  site_find_callee(factor, policy, identity, thread_now_ms(), &callee);
  radmfa_wipe(callee.pin_hash, sizeof callee.pin_hash);
  return callee.phone.kind != PHONE_NONE;
}

/* Who has an app is enrolled: where no call can be made to him it is the app that is asked, and a
 * code that is missing is a no. */
bool site_find_passcode(void *user, const radmfa_request *request, struct store_user *out_user) {
  const struct factor_at_work *factor = user;
  struct site *site = factor->site;
  const struct config_policy *policy = find_policy(site, request->policy);
  if (!policy || !store_find(site->options.store, site->config->primaries[policy->primary].name,
                             request->identity, out_user))
    return false;
  const struct config_factor *his = site_factor_of(site, policy, out_user);
  size_t at = (size_t)(policy - site->config->policies);
  if (out_user->totp_secret_len &&
      (!his || his == factor->config || !has_number(site, at, his, request->identity)))
    return true;
  radmfa_wipe(out_user, sizeof *out_user);
  return false;
}

/* ---- the primary's side ---- */

bool site_wants_passcodes(const struct site *site, const struct config_policy *policy) {
  for (size_t i = 0; i < policy->n_factors; i++)
    if (site->config->factors[policy->factors[i]].type == CONFIG_FACTOR_TOTP) return true;
  return false;
}

static bool find_typed(const struct primary_at_work *primary, radmfa_span typed,
                       struct store_user *out_user) {
  struct store *store = primary->site->options.store;
  const struct user *listed = primary->users ? users_find(primary->users, typed) : NULL;
  if (primary->users)
    return listed && store_find(store, primary->name, radmfa_text(listed->name), out_user);
  if (store_find(store, primary->name, typed, out_user)) return true;
  int error = store_find_name(store, primary->name, typed, out_user);
  if (error == RADMFA_E_NOT_FOUND)
    error = store_find_name(store, primary->name, users_without_domain(typed), out_user);
  return !error;
}

static bool uses_passcode(const struct primary_at_work *primary, const radmfa_request *request) {
  const struct site *site = primary->site;
  const struct config_policy *policy = find_policy(site, request->policy);
  struct store_user user;
  if (!policy || !site_wants_passcodes(site, policy) || !find_typed(primary, request->user, &user))
    return false;
  const struct config_factor *factor = site_factor_of(site, policy, &user);
  radmfa_wipe(&user, sizeof user);
  return factor && factor->type == CONFIG_FACTOR_TOTP;
}

size_t site_split_password(void *user, const radmfa_request *request) {
  const struct primary_at_work *primary = user;
  radmfa_span password = request->password;
  size_t len = passcodes_split(password);
  if (len == password.len || !uses_passcode(primary, request)) return password.len;
  passcodes_put(primary->site->options.passcodes, request->login_id, password.ptr + len,
                request->now_ms);
  return len;
}

static const radmfa_primary *behind(const struct primary_at_work *primary, void **out_backend) {
  *out_backend = primary->file ? (void *)primary->file : primary->ldap;
  return primary->file ? &file_primary_vtable : &ldap_primary_vtable;
}

static void start(void *backend, const radmfa_request *request) {
  struct primary_at_work *primary = backend;
  void *real;
  const radmfa_primary *vtable = behind(primary, &real);
  radmfa_request alone = *request;
  alone.password.len = site_split_password(primary, request);
  vtable->start(real, &alone);
}

static void cancel(void *backend, uint64_t login_id) {
  struct primary_at_work *primary = backend;
  void *real;
  const radmfa_primary *vtable = behind(primary, &real);
  passcodes_drop(primary->site->options.passcodes, login_id);
  vtable->cancel(real, login_id);
}

const radmfa_primary site_splitting_primary = {
    .methods = RADMFA_METHOD_PAP, .start = start, .cancel = cancel};
