/* ldap_person.h: people in a directory as somebody who administers them wants them: the search for
 * all who could log in, or for one, and what an entry says of its person; no I/O. */
#ifndef RADMFAD_PRIMARY_LDAP_PERSON_H
#define RADMFAD_PRIMARY_LDAP_PERSON_H

#include "ldap.h"
#include "ldap_lookup.h"

struct ldap_person {
  char identity[LDAP_IDENTITY_MAX + 1]; /* as a login has it */
  char name[LDAP_IDENTITY_MAX + 1];     /* that he types, without domain */
  struct phone phone;                   /* UNKNOWN where no attribute has it */
  bool is_disabled;                     /* Active Directory: an account that cannot log in */
};

#define LDAP_PERSON_WORD_SIZE 64u

/* A search and the texts it points to. */
struct ldap_person_search {
  struct ldap_search search;
  const char *attributes[8];
  char filter[8192];
  char base[LDAP_BIND_SIZE];
  char name_attribute[LDAP_PERSON_WORD_SIZE]; /* "": sAMAccountName, or else uid */
};

/* ldap_person_search_all: everybody whom the primary's own search can find: options->list_filter,
 * or its filter with "*" in the place of the name, or where `bind` is a DN all entries beside it.
 * RADMFA_E_INVALID: none of these can be made; or no identity_attribute. */
RADMFA_MUST_USE int ldap_person_search_all(const struct ldap_options *options,
                                           struct ldap_person_search *out);

/* ldap_person_search_one: as a login of this name would be looked up. RADMFA_E_INVALID,
 * RADMFA_E_TOO_BIG. Of both `out` must stay where it is: it points into itself. */
RADMFA_MUST_USE int ldap_person_search_one(const struct ldap_options *options,
                                           const struct ldap_name *name,
                                           struct ldap_person_search *out);

enum ldap_person_verdict {
  LDAP_PERSON_OK,
  LDAP_PERSON_NONE,  /* a group, a computer, a trust: nobody who logs in */
  LDAP_PERSON_UNFIT, /* without identity or name, or with several identities */
};

/* `*out_person` is set with LDAP_PERSON_OK only. */
enum ldap_person_verdict ldap_person_read(const struct ldap_options *options,
                                          const struct ldap_person_search *search,
                                          const struct ldap_message *entry,
                                          struct ldap_person *out_person);

#endif
