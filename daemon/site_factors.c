/* site_factors.c: the factors of a configuration at work, and whom they find behind an identity. */
#include "factor/call.h"
#include "factor/call_try.h"
#include "factor/passcode.h"
#include "factor/simulated.h"
#include "site_parts.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* ---- simulated ---- */

/* A user's own simulated answer, whichever file primary knows him. */
static void override_simulated(void *user, radmfa_span identity, radmfa_factor_answer *inout_answer,
                               struct duration_range *inout_after) {
  const struct site *site = user;
  for (size_t i = 0; i < site->config->n_primaries; i++)
    if (site->primaries[i].users)
      users_simulated(site->primaries[i].users, identity, inout_answer, inout_after);
}

static bool start_simulated(struct factor_at_work *factor, struct diag *diag) {
  struct simulated_options options = {.deliver = site_deliver_factor,
                                      .answers = factor,
                                      .answer = factor->config->answer,
                                      .after = factor->config->after,
                                      .override = override_simulated,
                                      .override_user = factor->site};
  factor->simulated = simulated_new(&options);
  if (!factor->simulated)
    diag_error(diag, factor->config->at, "no memory or threads for this factor");
  return factor->simulated != NULL;
}

/* ---- whom a call is for ---- */

static size_t policy_named(const struct config *config, const char *name) {
  size_t at = 0;
  while (at < config->n_policies && strcmp(config->policies[at].name, name) != 0) at++;
  return at;
}

static void find_callee(void *user, const radmfa_request *request, struct callee *out_callee) {
  struct factor_at_work *factor = user;
  size_t at = policy_named(factor->site->config, request->policy);
  radmfa_span identity = request->identity.len ? request->identity : request->user;
  if (at == factor->site->config->n_policies) return; /* cannot be; then nothing is known of him */
  site_find_callee(factor, at, identity, request->now_ms, out_callee);
}

static bool pin_is(const void *pin_user, radmfa_span pin) {
  return users_clear_pin_is(pin_user, pin);
}

static void answer_call(void *user, uint64_t id, radmfa_factor_answer answer) {
  (void)site_deliver_factor(user, id, answer);
}

static void on_call_event(void *user, const struct call_event *event) {
  const struct site_options *options = &((const struct factor_at_work *)user)->site->options;
  if (options->on_call) options->on_call(event, options->user);
}

/* ---- calls ---- */

static bool uses(const struct config_policy *policy, size_t factor) {
  for (size_t i = 0; i < policy->n_factors; i++)
    if (policy->factors[i] == factor) return true;
  return false;
}

static void check_language(const struct factor_at_work *factor, const struct config_policy *policy,
                           const struct prompts *prompts, struct diag *diag) {
  const char *language = policy->language ? policy->language : factor->config->call.language;
  if (!prompts_has_language(prompts, language))
    diag_warn(diag, policy->at, "there are no prompts in the language `%s`: English is spoken",
              language);
}

static bool load_prompts(struct factor_at_work *factor, size_t at, struct diag *diag) {
  const struct config *config = factor->site->config;
  bool good = true;
  factor->prompts = calloc(config->n_policies + 1, sizeof *factor->prompts);
  for (size_t i = 0; factor->prompts && i < config->n_policies; i++) {
    const struct config_policy *policy = &config->policies[i];
    if (!uses(policy, at)) continue;
    factor->prompts[i] =
        prompts_load(policy->prompts ? policy->prompts : factor->config->call.prompts,
                     policy->prompts ? policy->at : factor->config->at, diag);
    if (factor->prompts[i]) check_language(factor, policy, factor->prompts[i], diag);
    good &= factor->prompts[i] != NULL;
  }
  return factor->prompts && good;
}

static struct call_trunk trunk_of(const struct config_trunk *from) {
  return (struct call_trunk){.sip = {.name = from->name,
                                     .uri = from->uri,
                                     .proxy = from->proxy,
                                     .user = from->user,
                                     .password = {from->password.bytes, from->password.len},
                                     .registers = from->registers},
                             .has_srtp = from->needs_srtp};
}

static bool wants_pins(const struct config *config, size_t factor) {
  for (size_t i = 0; i < config->n_policies; i++)
    if (config->policies[i].wants_pin && uses(&config->policies[i], factor)) return true;
  return false;
}

static struct call_options options_of(struct factor_at_work *factor, size_t at) {
  const struct config_call *from = &factor->config->call;
  return (struct call_options){
      .answer = answer_call,
      .on_progress = site_deliver_progress,
      .find = find_callee,
      .pin_is = pin_is,
      .on_event = on_call_event,
      .user = factor,
      .name = factor->config->name,
      .trunks = factor->trunks,
      .n_trunks = from->n_trunks,
      .from = from->from,
      .display_name = from->display_name,
      .asserts_identity = from->asserts_identity,
      .follows_redirects = from->follows_redirects,
      .extension_in_uri = from->extension_in_uri,
      .local = from->local,
      .ca_file = from->ca_file,
      .port_min = from->ports.min,
      .port_max = from->ports.max,
      .prefixes = {.allowed = from->allowed_prefixes,
                   .denied = from->denied_prefixes,
                   .n_allowed = from->n_allowed_prefixes,
                   .n_denied = from->n_denied_prefixes},
      .ring_timeout_ms = from->ring_timeout_ms,
      .talk_timeout_ms = from->talk_timeout_ms,
      .fraud_code = from->fraud_code,
      .limits = factor->site->options.call_limits,
      .may_want_pins = wants_pins(factor->site->config, at),
  };
}

static bool start_call(struct factor_at_work *factor, size_t at, struct diag *diag) {
  struct config_call *from = &factor->site->config->factors[at].call;
  factor->trunks = calloc(from->n_trunks, sizeof *factor->trunks);
  if (!factor->trunks || !load_prompts(factor, at, diag)) return false;
  for (size_t i = 0; i < from->n_trunks; i++) factor->trunks[i] = trunk_of(&from->trunks[i]);
  if (factor->site->options.is_check) return true;
  struct call_options options = options_of(factor, at);
  int error = call_factor_new(&options, &factor->call);
  for (size_t i = 0; i < from->n_trunks; i++) {
    secret_wipe(&from->trunks[i].password); /* the stack has its own */
    factor->trunks[i].sip.password = (radmfa_span){0};
  }
  if (error)
    diag_error(diag, factor->config->at, "calls cannot be made: %s", call_error_text(error));
  return !error;
}

/* ---- passcodes ---- */

static bool start_passcode(struct factor_at_work *factor, struct diag *diag) {
  const struct site_options *from = &factor->site->options;
  const struct passcode_options options = {.deliver = radmfa_answer_factor,
                                           .answers = from->join_table,
                                           .find = site_find_passcode,
                                           .user = factor,
                                           .store = from->store,
                                           .passcodes = from->passcodes,
                                           .failures = from->failures,
                                           .window = factor->config->totp_window};
  factor->passcode = passcode_factor_new(&options);
  if (!factor->passcode) diag_error(diag, factor->config->at, "no memory for this factor");
  return factor->passcode != NULL;
}

/* ---- all ---- */

bool site_start_factor(struct site *site, size_t at, struct diag *diag) {
  struct factor_at_work *factor = &site->factors[at];
  factor->site = site;
  factor->config = &site->config->factors[at];
  switch (factor->config->type) {
    case CONFIG_FACTOR_SIMULATED: return start_simulated(factor, diag);
    case CONFIG_FACTOR_CALL: return start_call(factor, at, diag);
    case CONFIG_FACTOR_TOTP: return start_passcode(factor, diag);
  }
  return false;
}

static void stop_factor(struct factor_at_work *factor, size_t n_policies) {
  simulated_free(factor->simulated);
  call_factor_free(factor->call);
  passcode_factor_free(factor->passcode);
  for (size_t i = 0; factor->prompts && i < n_policies; i++) prompts_free(factor->prompts[i]);
  free(factor->prompts);
  free(factor->trunks);
}

void site_stop_factors(struct site *site) {
  for (size_t i = 0; site->factors && i < site->config->n_factors; i++)
    stop_factor(&site->factors[i], site->config->n_policies);
  free(site->factors);
}

radmfa_factor_options site_factor(const struct site *site, size_t at) {
  const struct factor_at_work *factor = &site->factors[at];
  radmfa_factor_options options = {.name = factor->config->name};
  switch (factor->config->type) {
    case CONFIG_FACTOR_SIMULATED:
      options.factor = &simulated_vtable;
      options.backend = factor->simulated;
      break;
    case CONFIG_FACTOR_CALL:
      options.factor = &call_vtable;
      options.backend = factor->call;
      break;
    case CONFIG_FACTOR_TOTP:
      options.factor = &passcode_vtable;
      options.backend = factor->passcode;
      break;
  }
  return options;
}

/* ---- tried ---- */

void site_try_trunks(const struct site *site, size_t at, struct call_trial *out_trials) {
  struct call_options options = options_of(&site->factors[at], at);
  call_try_trunks(&options, out_trials);
}

static size_t first_call_factor(const struct config *config) {
  size_t at = 0;
  while (at < config->n_factors && config->factors[at].type != CONFIG_FACTOR_CALL) at++;
  return at;
}

static bool try_call(struct factor_at_work *factor, size_t at, struct callee *callee, FILE *out) {
  struct call_options options = options_of(factor, at);
  struct diag diag = {.out = out};
  struct prompts *prompts = prompts_load(factor->config->call.prompts, factor->config->at, &diag);
  callee->prompts = prompts;
  bool approved = prompts && call_try_number(&options, callee, out);
  prompts_free(prompts);
  return approved;
}

bool site_try_call(const struct site *site, const char *number, FILE *out) {
  struct callee callee = {.phone = {.kind = PHONE_GOOD, .is_verified = true}};
  size_t at = first_call_factor(site->config);
  if (at == site->config->n_factors) {
    fputs("no factor is of type call\n", out);
    return false;
  }
  if (!number_parse(radmfa_text(number), NULL, &callee.phone.number)) {
    fprintf(out, "`%s` is no telephone number: write it as +15551230001, or +15551230001x890\n",
            number);
    return false;
  }
  snprintf(callee.language, sizeof callee.language, "%s", site->config->factors[at].call.language);
  return try_call(&site->factors[at], at, &callee, out);
}
