/* site.h: a configuration at work: its users, backends and ruleset. The only place that knows
 * every kind of backend. A reload makes a new site; the old one goes when the last login that
 * began under it has ended. */
#ifndef RADMFAD_SITE_H
#define RADMFAD_SITE_H

#include "blocklist.h"
#include "config.h"
#include "failures.h"

struct site;
struct call_event;
struct call_limits;
struct call_trial;
struct ldap_event;
struct ldap_trial;

struct site_options {
  radmfa_join_table *join_table;
  struct blocklist *blocklist;
  struct failures *failures;
  struct call_limits *call_limits; /* the process's */
  /* Called on any thread once nobody uses the site's ruleset any more: site_free may follow, on
   * a thread that may wait. */
  void (*unused)(struct site *site, void *user);
  radmfa_upstream_notice_cb on_upstream; /* or NULL; on loops' threads, with `user` */
  /* or NULL; on threads of directories, with `user` */
  void (*on_ldap)(const struct ldap_event *event, void *user);
  /* or NULL; on threads of calls, with `user` */
  void (*on_call)(const struct call_event *event, void *user);
  void *user;
  /* for --check: what would connect by itself is not started, but can be tried */
  bool is_check;
};

/* site_new reads the users files and starts the backends. `config` is the site's from then on,
 * also where this fails. NULL: `diag` says why. */
struct site *site_new(struct config *config, const struct site_options *options, struct diag *diag);

/* Gives up the maker's use of the ruleset: `unused` comes when the engines' is over too. */
void site_retire(struct site *site);
void site_free(struct site *site);

const struct config *site_config(const struct site *site);
radmfa_ruleset *site_ruleset(const struct site *site);

/* How many users the file primary of that index has. */
size_t site_users(const struct site *site, size_t primary);
/* The servers of the radius primary of that index. */
radmfa_upstream *site_upstream(const struct site *site, size_t primary);
/* Asks each server of the ldap primary of that index; `out_trials` has one for each. */
void site_try_ldap(const struct site *site, size_t primary, struct ldap_trial *out_trials);

/* Asks each trunk of the call factor of that index. */
void site_try_trunks(const struct site *site, size_t factor, struct call_trial *out_trials);
/* Calls `number` by the first call factor and tells the story on `out`. False: the right key was
 * not pressed, or why there could be no call. */
bool site_try_call(const struct site *site, const char *number, FILE *out);

#endif
