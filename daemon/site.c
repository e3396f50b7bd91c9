#include "site_parts.h"

#include "memory.h"
#include "people.h"
#include "primary/file.h"
#include "primary/ldap.h"
#include "primary/radius.h"

#include <radmfa/error.h>
#include <stdlib.h>

static struct place whole_file(const struct config *config) {
  return (struct place){.file = config->file};
}

/* ---- backends ---- */

static bool start_file(struct site *site, size_t at, struct diag *diag) {
  const struct config_primary *from = &site->config->primaries[at];
  struct primary_at_work *primary = &site->primaries[at];
  primary->users = users_load(from->path, diag);
  if (!primary->users) { /* its own messages said why; this one says who wants it */
    diag_error(diag, from->at, "primary `%s` cannot use its users file %s", from->name, from->path);
    return false;
  }
  struct file_primary_options options = {.deliver = site_deliver_primary,
                                         .answers = primary,
                                         .users = primary->users,
                                         .blocklist = site->options.blocklist};
  primary->file = file_primary_new(&options);
  if (!primary->file) diag_error(diag, from->at, "no memory or threads for this primary");
  return primary->file != NULL;
}

static radmfa_span secret_span(const struct secret *secret) {
  return (radmfa_span){secret->bytes, secret->len};
}

/* The library copies the secrets: here they are needed no more. */
static void wipe_secrets(struct config_radius *radius) {
  for (size_t i = 0; i < radius->n_servers; i++) secret_wipe(&radius->servers[i].secret);
  secret_wipe(&radius->probe_password);
}

static bool start_radius(struct site *site, size_t at, struct diag *diag) {
  struct config_primary *from = &site->config->primaries[at];
  struct config_radius *radius = &from->radius;
  struct radius_server servers[RADMFA_SERVERS_MAX];
  struct radius_options options = {.name = from->name,
                                   .servers = servers,
                                   .n_servers = radius->n_servers,
                                   .strategy = radius->strategy,
                                   .source = radius->source,
                                   .timeout_ms = radius->timeout_ms,
                                   .retransmit_ms = radius->retransmit_ms,
                                   .retransmit_max_ms = radius->retransmit_max_ms,
                                   .failover_ms = radius->failover_ms,
                                   .pending_max = radius->pending_max,
                                   .probe_user = radmfa_text(radius->probe_user),
                                   .probe_password = secret_span(&radius->probe_password),
                                   .on_notice = site->options.on_upstream,
                                   .notice_user = site->options.user};
  for (size_t i = 0; i < radius->n_servers; i++)
    servers[i] = (struct radius_server){radius->servers[i].name, radius->servers[i].address,
                                        secret_span(&radius->servers[i].secret),
                                        radius->servers[i].message_authenticator,
                                        radius->servers[i].status_server};
  int error = radius_upstream_new(&options, &site->primaries[at].upstream);
  wipe_secrets(radius);
  if (error) diag_error(diag, from->at, "%s", radmfa_strerror(error));
  return !error;
}

static struct ldap_server ldap_server_of(const struct config_ldap_server *from) {
  enum ldap_tls tls = LDAP_TLS_LDAPS;
  if (!from->url.is_ldaps) tls = from->start_tls ? LDAP_TLS_START : LDAP_TLS_PLAIN;
  return (struct ldap_server){.name = from->name,
                              .host = from->url.host,
                              .port = from->url.port,
                              .tls = tls,
                              .server_name = from->server_name};
}

static struct ldap_group_options group_options_of(const struct config_groups *from) {
  return (struct ldap_group_options){.refuse = {from->refuse, from->n_refuse},
                                     .require = {from->require, from->n_require},
                                     .exempt = {from->exempt, from->n_exempt},
                                     .others = from->others,
                                     .is_nested = from->nested};
}

/* Who is in none of them is no administrator. */
static struct ldap_group_options rights_options_of(const struct config_groups *from) {
  return (struct ldap_group_options){.require = {from->administrators, from->n_administrators},
                                     .others = STANDING_REFUSE,
                                     .is_nested = from->nested};
}

static struct ldap_options ldap_options_of(const struct site *site, size_t at) {
  const struct config_primary *from = &site->config->primaries[at];
  const struct config_ldap *ldap = &from->ldap;
  const struct config_ldap_search *search = &ldap->search;
  return (struct ldap_options){
      .deliver = site_deliver_primary,
      .answers = &site->primaries[at],
      .name = from->name,
      .servers = site->primaries[at].ldap_servers,
      .n_servers = ldap->n_servers,
      .tls = ldap->trust,
      .names = {.domains = ldap->domains, .n_domains = ldap->n_domains, .bind = ldap->bind},
      .identity_attribute = search->identity,
      .base = search->base,
      .filter = search->filter,
      .list_filter = search->list_filter,
      .groups = group_options_of(&search->groups),
      .rights = rights_options_of(&search->groups),
      .number_attribute = search->number_attribute,
      .country_code = search->country_code,
      .people = site->primaries[at].people,
      .service_name = radmfa_text(search->user),
      .service_password = secret_span(&search->password),
      .connections = ldap->connections,
      .connect_timeout_ms = ldap->connect_timeout_ms,
      .bind_timeout_ms = ldap->timeout_ms,
      .failures = site->options.failures,
      .max_failures = ldap->max_failures.count,
      .failures_window_ms = ldap->max_failures.window_ms,
      .blocklist = site->options.blocklist,
      .on_event = site->options.on_ldap,
      .event_user = site->options.user,
  };
}

static int start_ldap_primary(struct site *site, size_t at) {
  struct primary_at_work *primary = &site->primaries[at];
  struct config_ldap *ldap = &site->config->primaries[at].ldap;
  primary->ldap_servers = calloc(ldap->n_servers, sizeof *primary->ldap_servers);
  if (!primary->ldap_servers) return RADMFA_E_NO_MEMORY;
  for (size_t i = 0; i < ldap->n_servers; i++)
    primary->ldap_servers[i] = ldap_server_of(&ldap->servers[i]);
  if (site->options.is_check) return 0;
  primary->people = people_new(ldap->search.cache_ms);
  if (!primary->people) return RADMFA_E_NO_MEMORY;
  struct ldap_options options = ldap_options_of(site, at);
  int error = ldap_primary_new(&options, &primary->ldap);
  secret_wipe(&ldap->search.password); /* the primary has its own */
  return error;
}

static bool start_ldap(struct site *site, size_t at, struct diag *diag) {
  int error = start_ldap_primary(site, at);
  if (error)
    diag_error(diag, site->config->primaries[at].at, "%s",
               error > RADMFA_E_TRUNCATED ? uv_strerror(error) : radmfa_strerror(error));
  return !error;
}

static bool start_primary(struct site *site, size_t at, struct diag *diag) {
  site->primaries[at].site = site;
  site->primaries[at].name = site->config->primaries[at].name;
  switch (site->config->primaries[at].type) {
    case CONFIG_PRIMARY_FILE: return start_file(site, at, diag);
    case CONFIG_PRIMARY_RADIUS: return start_radius(site, at, diag);
    case CONFIG_PRIMARY_LDAP: return start_ldap(site, at, diag);
  }
  return false;
}

static bool start_backends(struct site *site, struct diag *diag) {
  const struct config *config = site->config;
  bool good = true;
  site->primaries = calloc(config->n_primaries + 1, sizeof *site->primaries);
  site->factors = calloc(config->n_factors + 1, sizeof *site->factors);
  if (!site->primaries || !site->factors) {
    diag_error(diag, whole_file(config), "out of memory");
    return false;
  }
  for (size_t i = 0; i < config->n_primaries; i++) good &= start_primary(site, i, diag);
  for (size_t i = 0; good && i < config->n_factors; i++) good = site_start_factor(site, i, diag);
  return good;
}

static void stop_backends(struct site *site) {
  site_stop_factors(site); /* first: calls know users */
  for (size_t i = 0; site->primaries && i < site->config->n_primaries; i++) {
    file_primary_free(site->primaries[i].file);
    users_free(site->primaries[i].users);
    radmfa_upstream_unref(site->primaries[i].upstream);
    ldap_primary_free(site->primaries[i].ldap);
    people_free(site->primaries[i].people);
    free(site->primaries[i].ldap_servers);
  }
  free(site->primaries);
}

/* ---- ruleset ---- */

static void set_upstream(struct site *site, const struct config_policy *policy,
                         radmfa_policy_options *options) {
  struct primary_at_work *primary = &site->primaries[policy->primary];
  options->upstream = primary->upstream;
  options->upstream_user = primary;
  if (policy->n_factors || site->options.store) options->upstream_answer = site_deliver_upstream;
  if (site_wants_passcodes(site, policy)) options->upstream_password = site_split_password;
}

static void set_primary(struct site *site, const struct config_policy *policy,
                        radmfa_policy_options *options) {
  struct primary_at_work *primary = &site->primaries[policy->primary];
  if (primary->upstream) {
    set_upstream(site, policy, options);
  } else if (site_wants_passcodes(site, policy)) {
    options->primary = &site_splitting_primary;
    options->primary_backend = primary;
  } else if (primary->file) {
    options->primary = &file_primary_vtable;
    options->primary_backend = primary->file;
  } else {
    options->primary = &ldap_primary_vtable;
    options->primary_backend = primary->ldap;
  }
}

static int add_policy(struct site *site, const struct config_policy *from) {
  radmfa_factor_options factors[RADMFA_FACTORS_MAX];
  radmfa_policy_options options;
  radmfa_policy_options_init(&options);
  for (size_t i = 0; i < from->n_factors; i++) factors[i] = site_factor(site, from->factors[i]);
  options.name = from->name;
  set_primary(site, from, &options);
  options.factors = factors;
  options.n_factors = from->n_factors;
  options.accept_unenrolled = from->accept_unenrolled;
  options.join = from->join;
  options.reuse_approval_ms = from->reuse_approval_ms;
  options.on_unavailable = from->on_unavailable;
  options.reject_delay_ms = from->reject_delay_ms;
  options.min_call_ms = from->min_call_ms;
  options.is_admitted = site_is_admitted;
  options.is_admitted_user = &site->primaries[from->primary];
  return radmfa_ruleset_add_policy(site->ruleset, &options);
}

static int add_client(struct site *site, const struct config_client *from) {
  radmfa_client_options options;
  radmfa_client_options_init(&options);
  options.name = from->name;
  options.prefixes = from->prefixes;
  options.n_prefixes = from->n_prefixes;
  options.secret = (radmfa_span){from->secret.bytes, from->secret.len};
  options.message_authenticator = from->message_authenticator;
  options.timeout_ms = from->timeout_ms;
  options.answer_before_ms = from->answer_before_ms;
  options.pending_max = from->pending_max;
  options.policy = site->config->policies[from->policy].name;
  return radmfa_ruleset_add_client(site->ruleset, &options);
}

static void ruleset_released(void *user) {
  struct site *site = user;
  site->options.unused(site, site->options.user);
}

/* The configuration was checked, so what fails here is a contradiction that only the library
 * knows of, or memory. */
static bool make_ruleset(struct site *site, struct diag *diag) {
  struct config *config = site->config;
  struct place at = whole_file(config);
  int error = radmfa_ruleset_new(&memory_allocator, &site->ruleset);
  for (size_t i = 0; !error && i < config->n_policies; i++) {
    at = config->policies[i].at;
    error = add_policy(site, &config->policies[i]);
  }
  for (size_t i = 0; !error && i < config->n_clients; i++) {
    at = config->clients[i].at;
    error = add_client(site, &config->clients[i]);
    secret_wipe(&config->clients[i].secret); /* the ruleset has what it needs of it */
  }
  if (error) diag_error(diag, at, "%s", radmfa_strerror(error));
  return !error;
}

/* ---- life ---- */

struct site *site_new(struct config *config, const struct site_options *options,
                      struct diag *diag) {
  struct site *site = calloc(1, sizeof *site);
  if (!site) {
    diag_error(diag, whole_file(config), "out of memory");
    config_free(config);
    return NULL;
  }
  site->config = config;
  site->options = *options;
  if (!start_backends(site, diag) || !make_ruleset(site, diag)) {
    radmfa_ruleset_unref(site->ruleset);
    site_free(site);
    return NULL;
  }
  radmfa_ruleset_on_release(site->ruleset, ruleset_released, site);
  return site;
}

void site_retire(struct site *site) {
  radmfa_ruleset_unref(site->ruleset);
}

void site_free(struct site *site) {
  stop_backends(site);
  config_free(site->config);
  free(site);
}

const struct config *site_config(const struct site *site) {
  return site->config;
}

radmfa_ruleset *site_ruleset(const struct site *site) {
  return site->ruleset;
}

size_t site_users(const struct site *site, size_t primary) {
  return users_count(site->primaries[primary].users);
}

radmfa_upstream *site_upstream(const struct site *site, size_t primary) {
  return site->primaries[primary].upstream;
}

void site_try_ldap(const struct site *site, size_t primary, struct ldap_trial *out_trials) {
  struct ldap_options options = ldap_options_of(site, primary);
  ldap_try(&options, out_trials);
}
