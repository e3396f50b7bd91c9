/* site_directory.c: who is in the directories that primaries ask. */
#include "primary/ldap.h"
#include "primary/ldap_list.h"
#include "site_parts.h"

#include <radmfa/error.h>

bool site_is_administrator(struct site *site, size_t policy, radmfa_span identity,
                           uint64_t now_ms) {
  size_t primary = site->config->policies[policy].primary;
  return people_is_administrator(site->primaries[primary].people, identity, now_ms);
}

#define FINDS_MAX 32u /* at once: each has a connection of its own */

/* NULL: it is none, or nobody may read it. */
static const struct ldap_options *directory_of(const struct site *site, size_t primary) {
  const struct ldap_primary *ldap = site->primaries[primary].ldap;
  const struct ldap_options *options = ldap ? ldap_primary_options(ldap) : NULL;
  return options && options->service_name.len && options->identity_attribute ? options : NULL;
}

bool site_has_directory(const struct site *site, size_t primary) {
  return directory_of(site, primary) != NULL;
}

int site_list_directory(struct site *site, size_t primary, const struct ldap_list_request *request,
                        struct ldap_list_end *out_end) {
  const struct ldap_options *options = directory_of(site, primary);
  atomic_bool *is_listing = &site->primaries[primary].is_listing;
  if (!options) return RADMFA_E_INVALID;
  if (atomic_exchange(is_listing, true)) return RADMFA_E_BUSY;
  ldap_list(options, request, out_end);
  *is_listing = false;
  return 0;
}

int site_find_in_directory(struct site *site, size_t primary, radmfa_span typed,
                           const atomic_bool *stop, struct ldap_person *out_person,
                           struct ldap_list_end *out_end) {
  const struct ldap_options *options = directory_of(site, primary);
  atomic_uint *n_finds = &site->primaries[primary].n_finds;
  if (!options) return RADMFA_E_INVALID;
  bool may = atomic_fetch_add(n_finds, 1) < FINDS_MAX;
  if (may) ldap_find(options, typed, stop, out_person, out_end);
  atomic_fetch_sub(n_finds, 1);
  return may ? 0 : RADMFA_E_BUSY;
}
