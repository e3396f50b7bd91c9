/* ldap_name.h: from the name that somebody typed to the one that is bound: whether its domain is
 * ours, who that is without it, and how names are escaped. */
#ifndef RADMFAD_PRIMARY_LDAP_NAME_H
#define RADMFAD_PRIMARY_LDAP_NAME_H

#include <radmfa/base.h>

#define LDAP_USER_SIZE 256u  /* with its NUL; a User-Name has 253 octets */
#define LDAP_BIND_SIZE 1024u /* with its NUL */
/* A template of so many octets has room for any name, escaped, in the place of one {user}. */
#define LDAP_TEMPLATE_MAX (LDAP_BIND_SIZE - 3 * LDAP_USER_SIZE)

struct ldap_names {
  const char *const *domains; /* ours, as people type them: "CORP", "corp.example" */
  size_t n_domains;
  const char *bind; /* template: "{user}@corp.example", "uid={user},dc=example"; NULL: as typed */
};

struct ldap_name {
  char user[LDAP_USER_SIZE]; /* without domain */
  char bind[LDAP_BIND_SIZE];
};

enum ldap_name_verdict {
  LDAP_NAME_REFUSED, /* a wrong user: another domain, or no name at all */
  LDAP_NAME_OK,
};

/* ldap_name_make reads "alice", "CORP\alice", "alice@corp.example" and "CORP\alice@corp.example".
 * A typed domain must be one of ours (ASCII letters in either case); spaces around it all, and
 * around the user, do not count. Refused too: what is no UTF-8 or has control characters; what has
 * a further "\" or "@", since that would be a domain that nobody held against ours; and everything
 * where the template lacks {user}. In a template that is a DN the user is escaped for it. *out_name
 * is set with LDAP_NAME_OK only. */
RADMFA_MUST_USE enum ldap_name_verdict ldap_name_make(const struct ldap_names *names,
                                                      radmfa_span typed,
                                                      struct ldap_name *out_name);

/* ldap_template_is_dn: "uid={user},dc=example" is one, "{user}@corp.example" and "CORP\{user}" are
 * none. */
bool ldap_template_is_dn(const char *bind_template);

#define LDAP_DN_MAX 1000u /* of a configuration */

/* ldap_is_dn: whether it is a distinguished name (RFC 4514 3) of at most LDAP_DN_MAX octets, with
 * spaces behind commas where somebody wrote them; at least one attribute with a value. */
bool ldap_is_dn(const char *text);

/* These write a text with its NUL to `out` of `size` octets. Return 0 or RADMFA_E_TOO_BIG. */

/* ldap_escape_filter: any octets as an assertion value of a filter (RFC 4515 3), in ASCII. */
RADMFA_MUST_USE int ldap_escape_filter(radmfa_span value, char *out, size_t size);

/* ldap_escape_dn: UTF-8 as an attribute value of a DN (RFC 4514 2.4). */
RADMFA_MUST_USE int ldap_escape_dn(radmfa_span value, char *out, size_t size);

#endif
