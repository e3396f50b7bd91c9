/* portal_view.c: how a session's user is now, and whether it may go on. */
#include "portal_inside.h"

#include "../fold.h"
#include "../users.h"

#include <sodium.h>
#include <string.h>

/* One that is simulated stands for one that calls. */
static void look_at_factors(const struct config *config, struct portal_view *view) {
  for (size_t i = 0; i < view->policy->n_factors; i++) {
    const struct config_factor *factor = &config->factors[view->policy->factors[i]];
    switch (factor->type) {
      case CONFIG_FACTOR_SIMULATED:
      case CONFIG_FACTOR_CALL:
        if (!view->call_factor) view->call_factor = factor->name;
        break;
      case CONFIG_FACTOR_TOTP:
        if (view->passcode_factor) break;
        view->passcode_factor = factor->name;
        view->passcode_window = factor->totp_window;
        break;
    }
  }
}

/* ---- administrators ---- */

/* Of the groups of administrators that the configuration names; 0: there are none. */
static uint64_t hash_groups(const struct config *config) {
  const struct config_policy *policy = &config->policies[config->portal.policy];
  const struct config_groups *groups = &config->primaries[policy->primary].ldap.search.groups;
  crypto_generichash_state state;
  uint8_t hash[crypto_generichash_BYTES_MIN];
  uint64_t number;
  if (!groups->n_administrators) return 0;
  crypto_generichash_init(&state, NULL, 0, sizeof hash);
  crypto_generichash_update(&state, (const uint8_t *)&groups->nested, sizeof groups->nested);
  for (size_t i = 0; i < groups->n_administrators; i++) {
    const char *dn = groups->administrators[i];
    crypto_generichash_update(&state, (const uint8_t *)dn, strlen(dn) + 1);
  }
  crypto_generichash_final(&state, hash, sizeof hash);
  memcpy(&number, hash, sizeof number);
  return number | 1;
}

void portal_note_groups(struct portal_session *session, struct site *site) {
  const struct config *config = site_config(site);
  bool is_member = site_is_administrator(site, config->portal.policy,
                                         radmfa_text(session->identity), portal_now_ms());
  session->groups = is_member ? hash_groups(config) : 0;
}

/* By his name, or by groups that are still those he was found in. */
static bool is_administrator(const struct config *config, const struct portal_session *session) {
  const struct config_portal *portal = &config->portal;
  for (size_t i = 0; i < portal->n_administrators; i++) {
    radmfa_span one = radmfa_text(portal->administrators[i]);
    if (fold_equal(one, radmfa_text(session->name)) ||
        fold_equal(one, radmfa_text(session->identity)))
      return true;
  }
  return session->groups && session->groups == hash_groups(config);
}

/* ---- all of it ---- */

static bool has_good_invite(const struct portal_session *session, const struct store_user *user) {
  return session->has_invite && user->invite_until_ms > portal_wall_ms() &&
         invite_hash_equal(session->invite_hash, user->invite_hash);
}

/* One that its user may have written himself is none. Whose number nobody could look up may have
 * one: then he is expected to. */
static bool may_be_listed(const struct phone *listed) {
  return listed->is_verified && (listed->kind == PHONE_GOOD || listed->kind == PHONE_UNKNOWN);
}

static struct portal_facts facts_of(const struct config *config,
                                    const struct portal_session *session,
                                    const struct portal_view *view) {
  const struct store_user *user = &view->user;
  enum config_enrolment enrolment = view->config->enrolment;
  return (struct portal_facts){
      .is_enrolled = user->number_state == STORE_NUMBER_VERIFIED || user->totp_secret_len,
      .is_expected = site_number_counts(user) || may_be_listed(&view->listed),
      .is_invited = has_good_invite(session, user),
      .is_free = enrolment == CONFIG_ENROL_OPEN ||
                 (enrolment == CONFIG_ENROL_NETWORKS && session->is_from_network),
      .is_verified = session->is_verified,
      .is_administrator = is_administrator(config, session)};
}

/* Without its domain: a login is found by it, whichever form of it is typed there. */
static void name_user(const struct portal_session *session, struct store_user *user) {
  radmfa_span name = users_without_domain(radmfa_text(session->name));
  *user = (struct store_user){0};
  memcpy(user->primary, session->primary, sizeof user->primary);
  memcpy(user->identity, session->identity, sizeof user->identity);
  memcpy(user->name, name.ptr, name.len < sizeof user->name ? name.len : sizeof user->name - 1);
}

bool portal_look(struct portal *portal, struct portal_session *session, const struct site *site,
                 struct portal_view *out_view) {
  const struct config *config = site_config(site);
  struct portal_view *view = out_view;
  *view = (struct portal_view){.config = &config->portal, .listed = session->listed};
  view->policy = &config->policies[config->portal.policy];
  view->primary = config->primaries[view->policy->primary].name;
  view->is_stored = store_find(portal->world.store, session->primary,
                               radmfa_text(session->identity), &view->user);
  if (!view->is_stored) name_user(session, &view->user);
  if (strcmp(view->primary, session->primary) != 0 ||
      blocklist_has(portal->world.blocklist, radmfa_text(session->identity)) ||
      !portal_stamp_holds(&session->stamp, view->is_stored ? &view->user : NULL)) {
    portal_view_wipe(view);
    portal_sessions_end(portal->sessions, session);
    return false;
  }
  look_at_factors(config, view);
  view->facts = facts_of(config, session, view);
  view->state = portal_state_of(&view->facts);
  return true;
}

void portal_view_wipe(struct portal_view *view) {
  sodium_memzero(&view->user, sizeof view->user);
}

void portal_who_of(const struct portal_session *session, struct portal_who *out_who) {
  memcpy(out_who->primary, session->primary, sizeof out_who->primary);
  memcpy(out_who->identity, session->identity, sizeof out_who->identity);
  memcpy(out_who->name, session->name, sizeof out_who->name);
}

bool portal_number_of(const struct portal_view *view, struct number *out_number) {
  if (site_number_counts(&view->user))
    *out_number = view->user.number;
  else if (view->listed.kind == PHONE_GOOD && view->listed.is_verified)
    *out_number = view->listed.number;
  else
    return false;
  return true;
}
