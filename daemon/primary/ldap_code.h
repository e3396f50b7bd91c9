/* ldap_code.h: what a directory means when it answers a bind: result codes (RFC 4511 4.1.9), and
 * Active Directory's sub-codes in the diagnostic message, which Samba has too. */
#ifndef RADMFAD_PRIMARY_LDAP_CODE_H
#define RADMFAD_PRIMARY_LDAP_CODE_H

#include <radmfa/base.h>

enum ldap_bind_outcome {
  LDAP_BIND_UNAVAILABLE, /* says nothing of the password: the directory or the set-up is at fault */
  LDAP_BIND_OK,
  LDAP_BIND_WRONG_PASSWORD, /* Active Directory may say so for unknown users too */
  LDAP_BIND_UNKNOWN_USER,
  LDAP_BIND_DISABLED,
  LDAP_BIND_ACCOUNT_EXPIRED,
  LDAP_BIND_PASSWORD_EXPIRED,
  LDAP_BIND_MUST_CHANGE, /* the password, before the first login */
  LDAP_BIND_LOCKED,
  LDAP_BIND_NOT_NOW, /* not at this time, or not from here */
  LDAP_BIND_REFUSED, /* any other no to this user */
};

/* ldap_bind_outcome reads the result and diagnostic of a BindResponse. */
enum ldap_bind_outcome ldap_bind_outcome(int result, radmfa_span diagnostic);

/* ldap_bind_outcome_name is a word for the log: "wrong_password", "locked"; never NULL. */
const char *ldap_bind_outcome_name(enum ldap_bind_outcome outcome);

#endif
