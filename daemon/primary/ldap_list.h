/* ldap_list.h: reads people out of a directory with the service account, over a connection of its
 * own to the first server that answers. Each call waits for the end: it is for a thread that
 * may. */
#ifndef RADMFAD_PRIMARY_LDAP_LIST_H
#define RADMFAD_PRIMARY_LDAP_LIST_H

#include "ldap_person.h"

#include <stdatomic.h>

#define LDAP_LIST_PAGE 500u      /* people at a time; Active Directory gives 1000 at most */
#define LDAP_LIST_MAX 1000000u   /* of one list */
#define LDAP_LIST_MS 1500000u    /* that one list may take */
#define LDAP_LIST_PAGE_MS 60000u /* that a page may take, or bind_timeout_ms where that is longer */
#define LDAP_FIND_MS 20000u

struct ldap_list_end {
  /* 0: these were all. RADMFA_E_INVALID (no search can be made, or a server says what is none of
   * LDAP), RADMFA_E_UNREACHABLE (the directory refuses the account or the search), RADMFA_E_TOO_BIG
   * (more than LDAP_LIST_MAX, or than was asked for), RADMFA_E_CANCELLED (`stop`, or who takes
   * pages), RADMFA_E_TIMED_OUT, RADMFA_E_NO_MEMORY, or as in ldap_connection.h. Of ldap_find also
   * RADMFA_E_NOT_FOUND and RADMFA_E_EXISTS (several). */
  int error;
  char detail[256]; /* says more, with the server's name; it may hold anything */
  size_t n_people;
  size_t n_unfit; /* entries that are nobody's: no identity or name, or several identities */
};

struct ldap_list_request {
  /* Up to LDAP_LIST_PAGE people, borrowed; on a thread of the list's, while the caller waits. It
   * may take its time: nothing is under way meanwhile. False: no more. */
  bool (*page)(const struct ldap_person *people, size_t n, void *user);
  void *user;
  const atomic_bool *stop; /* or NULL; looked at ten times a second */
};

/* `options` as of a primary, with service_name and identity_attribute. */
void ldap_list(const struct ldap_options *options, const struct ldap_list_request *request,
               struct ldap_list_end *out_end);

/* Who logs in as `typed`. `*out_person` is set where the error is 0. */
void ldap_find(const struct ldap_options *options, radmfa_span typed, const atomic_bool *stop,
               struct ldap_person *out_person, struct ldap_list_end *out_end);

#endif
