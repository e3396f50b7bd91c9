/* ldap_lookup.h: who it is that could bind: the search for his one entry, the identity in it and
 * his number; no I/O. Active Directory lets one person bind under several names, so the identity
 * goes by an attribute that does not depend on what was typed.
 *
 * Whether the entry is his whose password was right: a DN that was bound is its name. Found by a
 * filter it may be another person's, so it must have a SID of the connection (ldap_token.h). */
#ifndef RADMFAD_PRIMARY_LDAP_LOOKUP_H
#define RADMFAD_PRIMARY_LDAP_LOOKUP_H

#include "../people.h"
#include "ldap_connection.h"
#include "ldap_name.h"
#include "ldap_token.h"

#define LDAP_IDENTITY_MAX 255u /* backend.h */
#define LDAP_ENTRY_DN_MAX 1024u

struct ldap_lookup_options {
  const char *attribute; /* objectGUID becomes its text, another one stays as it is */
  const char *base;
  /* RFC 4515 with {user} and {bind}; NULL: sAMAccountName or uid is {user}, or userPrincipalName is
   * {bind} */
  const char *filter;
  bool is_dn;                   /* `bind` of a name is the entry's DN; else its SID matters */
  const char *number_attribute; /* NULL: his number is nobody's matter */
  const char *country_code;     /* as number.h says */
};

/* A search and the texts it points to. */
struct ldap_lookup_search {
  struct ldap_search search;
  const char *attributes[4];
  char filter[8192];
};

/* Returns 0 or RADMFA_E_TOO_BIG. `out` must stay where it is: it points into itself. */
RADMFA_MUST_USE int ldap_lookup_begin(const struct ldap_lookup_options *options,
                                      const struct ldap_name *name, struct ldap_lookup_search *out);

/* What came so far; zero at first, and whatever it is until ldap_lookup_cleanup. */
struct ldap_lookup {
  struct ldap_token token; /* of the connection that was bound; empty where the name was a DN */
  unsigned n_entries, n_values;
  char identity[LDAP_IDENTITY_MAX + 1];
  uint8_t dn[LDAP_ENTRY_DN_MAX]; /* of the entry; empty where it is longer */
  size_t dn_len;
  unsigned n_numbers;
  struct phone phone; /* several are none */
  uint8_t sid[LDAP_SID_MAX];
  size_t sid_len;
  bool is_group; /* people have the SIDs of their groups, too */
};

void ldap_lookup_take_entry(struct ldap_lookup *lookup, const struct ldap_lookup_options *options,
                            const struct ldap_message *entry);
/* After the last message, which has `result`. NULL: it is known who it is; else what is wrong. */
const char *ldap_lookup_fault(const struct ldap_lookup *lookup, int result);
/* Whether the entry is that of who was bound. After a look-up without fault. */
bool ldap_lookup_is_bound(const struct ldap_lookup *lookup,
                          const struct ldap_lookup_options *options);
/* For another try: all but the token is forgotten. */
void ldap_lookup_restart(struct ldap_lookup *lookup);
void ldap_lookup_cleanup(struct ldap_lookup *lookup);

#endif
