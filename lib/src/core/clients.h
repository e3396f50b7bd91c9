/* clients.h: the inside of a ruleset: policies, clients, and the client of an address by longest
 * prefix. */
#ifndef RADMFA_CORE_CLIENTS_H
#define RADMFA_CORE_CLIENTS_H

#include "limits.h"
#include "table.h"

#include <radmfa/auth.h>
#include <radmfa/ruleset.h>

struct factor_use {
  char name[RADMFA_NAME_SIZE_MAX + 1];
  const radmfa_factor *factor;
  void *backend;
};

struct policy {
  char name[RADMFA_NAME_SIZE_MAX + 1];
  const radmfa_primary *primary; /* never NULL */
  void *primary_backend;
  radmfa_upstream *upstream; /* or NULL */
  struct factor_use factors[RADMFA_FACTORS_MAX];
  uint8_t n_factors;
  bool accept_unenrolled;
  bool join; /* never without factors */
  radmfa_on_unavailable on_unavailable;
  uint32_t reuse_approval_ms;
  uint32_t reject_delay_ms;
  uint32_t min_call_ms;
  size_t (*upstream_password)(void *user, const radmfa_request *request);
  int (*upstream_answer)(void *user, uint64_t login_id, radmfa_span typed_user,
                         const radmfa_primary_answer *answer);
  void *upstream_user;
  bool (*is_admitted)(void *user, radmfa_span identity, radmfa_span typed_user);
  void *is_admitted_user;
  struct policy *next;
};

/* Whether a PAP login gets a key by which others recognise it (join.h). */
static inline bool policy_wants_key(const struct policy *policy) {
  return policy->join || policy->reuse_approval_ms;
}

struct client {
  char name[RADMFA_NAME_SIZE_MAX + 1];
  radmfa_secret *secret;
  const struct policy *policy;
  radmfa_message_authenticator message_authenticator;
  /* a login's deadline is this long after its arrival: timeout less answer_before */
  uint32_t wait_ms;
  uint32_t pending_max;
  struct network *networks;
  struct client *next;
  char apart[64]; /* what follows changes all the time, what stands before is read all the time */
  atomic_uint pending; /* over all engines */
};

/* False: it is empty, or longer than a name may be. */
bool radmfa__name_copy(const char *name, char out_name[RADMFA_NAME_SIZE_MAX + 1]);

/* The client of an address, or NULL. Any thread once the ruleset is shared. */
struct client *radmfa__clients_find(const radmfa_ruleset *ruleset, const uint8_t ip[16]);

#endif
