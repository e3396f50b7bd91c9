/* site_parts.h: what site.c and site_factors.c share of a configuration at work. */
#ifndef RADMFAD_SITE_PARTS_H
#define RADMFAD_SITE_PARTS_H

#include "factor/call_machine.h"
#include "people.h"
#include "site.h"
#include "users.h"

#include <stdatomic.h>

struct call_factor;
struct passcode_factor;
struct store_user;
struct call_trunk;
struct callee;
struct prompts;

/* A file, an upstream or a directory. */
struct primary_at_work {
  struct site *site;
  const char *name;
  struct users *users;
  struct file_primary *file;
  radmfa_upstream *upstream;
  struct ldap_server *ldap_servers;
  struct people *people;
  struct ldap_primary *ldap;
  atomic_bool is_listing; /* all of the directory is being read */
  atomic_uint n_finds;    /* one of its people is being looked for */
};

/* One that is simulated, or one that calls. */
struct factor_at_work {
  struct simulated *simulated;
  struct call_trunk *trunks;
  struct prompts **prompts; /* for each policy; NULL where it has no use of this factor */
  struct site *site;
  const struct config_factor *config;
  struct call_factor *call;
  struct passcode_factor *passcode;
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

/* site_questions.c: where backends' answers go: to the login's engine, or to who asked. `user` is
 * the struct primary_at_work or factor_at_work. */
int site_deliver_primary(void *user, uint64_t id, const radmfa_primary_answer *answer);
int site_deliver_upstream(void *user, uint64_t id, radmfa_span typed_user,
                          const radmfa_primary_answer *answer);
/* A policy's is_admitted: whether nobody has blocked him in the meantime; `user` is a struct
 * primary_at_work. */
bool site_is_admitted(void *user, radmfa_span identity, radmfa_span typed_user);
int site_deliver_factor(void *user, uint64_t id, radmfa_factor_answer answer);
void site_deliver_progress(void *user, uint64_t id, enum call_state state);

/* site_callee.c: who is listed in a users file; NULL: nobody. */
const struct user *site_find_user(const struct site *site, size_t primary, radmfa_span identity);
/* Whom a call of this policy's for `identity` is for, as far as the store, directory
 * or users file know. */
void site_find_callee(struct factor_at_work *factor, size_t policy, radmfa_span identity,
                      uint64_t now_ms, struct callee *out_callee);

/* site_passcodes.c */
bool site_wants_passcodes(const struct site *site, const struct config_policy *policy);
/* The factor of the policy that he uses: the one he chose, if he has it, else the first that he
 * has; NULL: none, as far as the store and the configuration know. */
const struct config_factor *site_factor_of(const struct site *site,
                                           const struct config_policy *policy,
                                           const struct store_user *user);
/* A passcode factor's `find`; its user is a struct factor_at_work. */
bool site_find_passcode(void *user, const radmfa_request *request, struct store_user *out_user);
/* Keeps the passcode behind a password for the factor, and says how long the password is without;
 * `user` is a struct primary_at_work. */
size_t site_split_password(void *user, const radmfa_request *request);
/* A primary of files or directories that is asked with the password alone; its backend is a struct
 * primary_at_work. */
extern const radmfa_primary site_splitting_primary;

#endif
