#include "check.h"

#include "control/control_socket.h"
#include "factor/call_try.h"
#include "primary/ldap.h"
#include "primary/ldap_error.h"
#include "primary/radius.h"
#include "store/store.h"

#include <radmfa/error.h>
#include <string.h>
#include <time.h>
#include <uv.h>

static void print_listens(const struct config *config, FILE *out) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  for (size_t i = 0; i < config->n_listens; i++)
    fprintf(out, "listen   %-20s udp, %u %s\n",
            radmfa_address_format(&config->listens[i].address, text), config->workers,
            config->workers == 1 ? "worker" : "workers");
}

static const char *signing(radmfa_message_authenticator mode) {
  switch (mode) {
    case RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE: return "required";
    case RADMFA_MESSAGE_AUTHENTICATOR_AUTO: return "auto";
    case RADMFA_MESSAGE_AUTHENTICATOR_OFF: return "off";
  }
  return "";
}

static void print_clients(const struct config *config, FILE *out) {
  for (size_t i = 0; i < config->n_clients; i++) {
    const struct config_client *client = &config->clients[i];
    fprintf(out, "client   %-20s policy %s, timeout %g s, Message-Authenticator %s, %zu %s\n",
            client->name, config->policies[client->policy].name, client->timeout_ms / 1000.0,
            signing(client->message_authenticator), client->n_prefixes,
            client->n_prefixes == 1 ? "address" : "addresses");
  }
}

static void print_policies(const struct config *config, FILE *out) {
  for (size_t i = 0; i < config->n_policies; i++) {
    const struct config_policy *policy = &config->policies[i];
    fprintf(out, "policy   %-20s primary %s, ", policy->name,
            config->primaries[policy->primary].name);
    for (size_t j = 0; j < policy->n_factors; j++)
      fprintf(out, "%s%s", j ? ", then " : "then factor ",
              config->factors[policy->factors[j]].name);
    fprintf(out, "%s\n", policy->n_factors ? "" : "alone: no second factor");
  }
}

static void print_file(const struct site *site, size_t at, FILE *out) {
  const struct config_primary *primary = &site_config(site)->primaries[at];
  size_t n = site_users(site, at);
  fprintf(out, "primary  %-20s file %s: %zu %s, ok\n", primary->name, primary->path, n,
          n == 1 ? "user" : "users");
}

static const char *strategy_name(radmfa_strategy strategy) {
  switch (strategy) {
    case RADMFA_STRATEGY_FAILOVER: return "failover";
    case RADMFA_STRATEGY_ROUND_ROBIN: return "round robin";
    case RADMFA_STRATEGY_LEAST_OUTSTANDING: return "least outstanding";
  }
  return "";
}

/* What came of asking, in words; whether that is good enough. */
static bool print_trial(const struct radius_trial *trial, const char *asked, FILE *out) {
  switch (trial->error) {
    case 0:
      fprintf(out, "answers %s in %u ms%s, ok\n", asked, trial->took_ms,
              trial->is_signed ? "" : ", without Message-Authenticator");
      return true;
    case RADMFA_E_NOT_FOUND:
      fputs("not asked: neither `status_server: on` nor `probe`\n", out);
      return true;
    case RADMFA_E_FORGED:
      fprintf(out, "answers %s, but the answer does not verify: wrong secret?\n", asked);
      return false;
    case RADMFA_E_NO_MESSAGE_AUTHENTICATOR:
      fprintf(out, "answers %s, but without Message-Authenticator, which is required\n", asked);
      return false;
    case RADMFA_E_TIMED_OUT:
      /* another secret and an unknown client are met with silence (RFC 3579 3.2, RFC 2865 2) */
      fprintf(out, "no answer to %s in %.1f s: down, wrong secret?, or we are not its client\n",
              asked, trial->took_ms / 1000.0);
      return false;
    case RADMFA_E_UNREACHABLE: fputs("nobody listens there\n", out); return false;
    default:
      fprintf(out, "cannot be asked: %s\n",
              trial->error > -10000 ? uv_strerror(trial->error) : radmfa_strerror(trial->error));
      return false;
  }
}

static bool print_radius(const struct site *site, size_t at, FILE *out) {
  const struct config_primary *primary = &site_config(site)->primaries[at];
  const struct config_radius *radius = &primary->radius;
  struct radius_trial trials[RADMFA_SERVERS_MAX] = {{0}};
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  bool good = true;
  fprintf(out, "primary  %-20s radius, %zu %s, %s, timeout %g s\n", primary->name,
          radius->n_servers, radius->n_servers == 1 ? "server" : "servers",
          strategy_name(radius->strategy), radius->timeout_ms / 1000.0);
  fflush(out); /* the trial takes its time */
  radius_try(site_upstream(site, at), radius->n_servers, trials);
  for (size_t i = 0; i < radius->n_servers; i++) {
    const struct config_server *server = &radius->servers[i];
    const char *name = radmfa_address_format(&server->address, text);
    fprintf(out, "server   %-20s ", server->name);
    if (strcmp(server->name, name) != 0) fprintf(out, "%s, ", name);
    good &= print_trial(&trials[i],
                        server->status_server ? "Status-Server" : "the probe user's login", out);
  }
  return good;
}

/* ---- certificates ---- */

#define DAY_SEC 86400
#define EXPIRES_SOON_DAYS 30

static void print_certificate(const char *tls_version, const char *name, int64_t not_after_sec,
                              FILE *out) {
  time_t end = (time_t)not_after_sec;
  long long days = (not_after_sec - (int64_t)time(NULL)) / DAY_SEC;
  char date[sizeof "2026-01-31"] = "";
  struct tm tm;
  if (gmtime_r(&end, &tm)) (void)strftime(date, sizeof date, "%Y-%m-%d", &tm);
  fprintf(out, "%s, certificate %s until %s%s", tls_version, name, date,
          days < EXPIRES_SOON_DAYS ? " (soon)" : "");
}

/* ---- directories ---- */

/* What was reached of a server, in the order in which it was tried. */
static void print_reached(const struct ldap_trial *trial, FILE *out) {
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  if (!trial->address.port) return;
  fprintf(out, "%s, ", radmfa_address_format(&trial->address, text));
  if (trial->tls_version[0])
    print_certificate(trial->tls_version, trial->certificate, trial->not_after_sec, out);
  else
    fputs("without TLS", out);
  fputs(", ", out);
}

/* A server may say what it likes, but nothing that a terminal would obey. */
static void print_detail(const char *detail, FILE *out) {
  if (*detail) fputs(": ", out);
  for (const unsigned char *c = (const unsigned char *)detail; *c; c++)
    fprintf(out, *c >= ' ' && *c < 0x7f ? "%c" : "\\x%02x", *c);
}

static void print_missing(const char *group, FILE *out) {
  fputs("search user does not see the group", out);
  print_detail(group, out);
}

static bool print_ldap_trial(const struct ldap_trial *trial, FILE *out) {
  bool is_refused = trial->has_bound && trial->service != LDAP_BIND_OK;
  print_reached(trial, out);
  if (trial->error || is_refused) {
    fprintf(out, "%s%s", is_refused ? "search user: " : "",
            is_refused ? ldap_bind_outcome_name(trial->service) : ldap_error_text(trial->error));
    print_detail(trial->detail, out);
  } else if (trial->missing_group) {
    print_missing(trial->missing_group, out);
  } else {
    fprintf(out, "%s%u ms, ok", trial->has_bound ? "search user logs in, " : "", trial->took_ms);
  }
  fputc('\n', out);
  return !trial->error && !is_refused && !trial->missing_group;
}

static bool print_ldap(const struct site *site, size_t at, FILE *out) {
  const struct config_primary *primary = &site_config(site)->primaries[at];
  const struct config_ldap *ldap = &primary->ldap;
  struct ldap_trial trials[CONFIG_LDAP_SERVERS_MAX] = {{0}};
  bool good = true;
  fprintf(out, "primary  %-20s ldap, %zu %s, bind %s, identity %s\n", primary->name,
          ldap->n_servers, ldap->n_servers == 1 ? "server" : "servers", ldap->bind,
          ldap->search.identity ? ldap->search.identity : "as typed");
  fflush(out); /* the trial takes its time */
  site_try_ldap(site, at, trials);
  for (size_t i = 0; i < ldap->n_servers; i++) {
    fprintf(out, "server   %-20s ", ldap->servers[i].name);
    good &= print_ldap_trial(&trials[i], out);
  }
  return good;
}

/* ---- trunks ---- */

static void print_reached_trunk(const struct sip_probe *probe, FILE *out) {
  if (probe->address[0]) fprintf(out, "%s, ", probe->address);
  if (probe->transport[0]) fprintf(out, "%s, ", probe->transport);
  if (!probe->tls_version[0]) return;
  print_certificate(probe->tls_version, probe->certificate, probe->not_after_sec, out);
  fputs(", ", out);
}

static void print_codecs(const struct sip_probe *probe, FILE *out) {
  if (probe->has_sdp)
    fprintf(out, ", speaks%s%s%s%s", probe->knows_pcmu ? " PCMU" : "",
            probe->knows_pcma ? " PCMA" : "", probe->knows_events ? " telephone-event" : "",
            probe->knows_pcmu || probe->knows_pcma ? "" : " no codec of ours");
}

/* Whatever it answers, somebody is there; whether it takes calls, --call tells. */
static bool print_trunk_trial(const struct call_trial *trial, FILE *out) {
  if (trial->error) {
    fprintf(out, "cannot be asked: %s\n", call_error_text(trial->error));
    return false;
  }
  print_reached_trunk(&trial->probe, out);
  if (!trial->status) {
    fputs("no answer to OPTIONS", out);
    print_detail(trial->reason, out);
    fputc('\n', out);
    return false;
  }
  fprintf(out, "answers OPTIONS with %u in %u ms", trial->status, trial->probe.took_ms);
  print_codecs(&trial->probe, out);
  fputs(", ok\n", out);
  return true;
}

static bool print_call(const struct site *site, size_t at, FILE *out) {
  const struct config_factor *factor = &site_config(site)->factors[at];
  struct call_trial trials[SIP_TRUNKS_MAX] = {{0}};
  bool good = true;
  fprintf(out, "factor   %-20s call, from %s, %zu %s, ring %g s\n", factor->name, factor->call.from,
          factor->call.n_trunks, factor->call.n_trunks == 1 ? "trunk" : "trunks",
          factor->call.ring_timeout_ms / 1000.0);
  fflush(out); /* the trial takes its time */
  site_try_trunks(site, at, trials);
  for (size_t i = 0; i < factor->call.n_trunks; i++) {
    fprintf(out, "trunk    %-20s ", factor->call.trunks[i].name);
    good &= print_trunk_trial(&trials[i], out);
  }
  return good;
}

static bool print_factor(const struct site *site, size_t at, FILE *out) {
  const struct config_factor *factor = &site_config(site)->factors[at];
  if (factor->type == CONFIG_FACTOR_CALL) return print_call(site, at, out);
  fprintf(out, "factor   %-20s %s, ok\n", factor->name,
          factor->type == CONFIG_FACTOR_TOTP ? "totp" : "simulated");
  return true;
}

static bool print_backends(const struct site *site, FILE *out) {
  const struct config *config = site_config(site);
  bool good = true;
  for (size_t i = 0; i < config->n_primaries; i++) {
    switch (config->primaries[i].type) {
      case CONFIG_PRIMARY_FILE: print_file(site, i, out); break;
      case CONFIG_PRIMARY_RADIUS: good &= print_radius(site, i, out); break;
      case CONFIG_PRIMARY_LDAP: good &= print_ldap(site, i, out); break;
    }
  }
  for (size_t i = 0; i < config->n_factors; i++) good &= print_factor(site, i, out);
  return good;
}

/* ---- the store ---- */

static bool print_store(const struct config *config, FILE *out) {
  struct store_trial trial;
  if (!config->store_path) return true;
  store_try(config->store_path, &trial);
  fprintf(out, "store    %-20s ", "sqlite");
  switch (trial.result) {
    case STORE_TRIAL_BAD: fprintf(out, "%s\n", trial.text); return false;
    case STORE_TRIAL_OK:
      fprintf(out, "%s: %zu %s, ok\n", config->store_path, trial.n_users,
              trial.n_users == 1 ? "user" : "users");
      break;
    case STORE_TRIAL_ABSENT: fprintf(out, "%s: will be made, ok\n", config->store_path); break;
    case STORE_TRIAL_IN_USE:
      fprintf(out, "%s: not looked into, a process has it, ok\n", config->store_path);
      break;
  }
  return true;
}

static bool print_socket(const char *what, const char *path, FILE *out) {
  char error[256];
  if (!path) return true;
  int taken = control_socket_try(path, error, sizeof error);
  fprintf(out, "%-8s %-20s ", what, "socket");
  if (taken < 0)
    fprintf(out, "%s\n", error);
  else
    fprintf(out, "%s: %s, ok\n", path, taken ? "a process listens there" : "will be made");
  return taken >= 0;
}

bool check_print(const struct site *site, FILE *out) {
  const struct config *config = site_config(site);
  print_listens(config, out);
  print_clients(config, out);
  print_policies(config, out);
  bool good = print_store(config, out);
  good &= print_socket("control", config->control_path, out);
  good &= print_socket("portal", config->portal.path, out);
  return print_backends(site, out) && good;
}
