/* site_parts.h: what site.c and site_factors.c share of a configuration at work. */
#ifndef RADMFAD_SITE_PARTS_H
#define RADMFAD_SITE_PARTS_H

#include "people.h"
#include "site.h"
#include "users.h"

struct call_factor;
struct call_trunk;
struct prompts;

/* A file, an upstream or a directory. */
struct primary_at_work {
  struct users *users;
  struct file_primary *file;
  radmfa_upstream *upstream;
  struct ldap_server *ldap_servers;
  struct people *people;
  struct ldap_primary *ldap;
};

/* One that is simulated, or one that calls. */
struct factor_at_work {
  struct simulated *simulated;
  struct call_trunk *trunks;
  struct prompts **prompts; /* for each policy; NULL where it has no use of this factor */
  struct site *site;
  const struct config_factor *config;
  struct call_factor *call;
};

struct site {
  struct config *config;
  struct site_options options;
  struct primary_at_work *primaries; /* as in the configuration, so the factors */
  struct factor_at_work *factors;
  radmfa_ruleset *ruleset;
};

/* After the primaries. False: `diag` says why. */
bool site_start_factor(struct site *site, size_t at, struct diag *diag);
void site_stop_factors(struct site *site);
radmfa_factor_options site_factor(const struct site *site, size_t at);

#endif
