/* ldap_token.h: whom a connection is bound as, where he was named by something else than the DN of
 * his entry. Active Directory has many ways from such a name to an account (MS-ADTS 5.1.1.1.1), and
 * a filter may find another one: who has "bob@people.example" for his userPrincipalName need not be
 * the bob of sAMAccountName.
 *
 * Asked for are the SIDs of the connection's security context: tokenGroups of the root entry
 * (MS-ADTS 3.1.1.3.2). Who am I? (RFC 4532) would be the standard way, but Samba 4.17 lacks it, and
 * in Active Directory it ends with a name again. No I/O. */
#ifndef RADMFAD_PRIMARY_LDAP_TOKEN_H
#define RADMFAD_PRIMARY_LDAP_TOKEN_H

#include "ldap_message.h"

#define LDAP_SID_MAX 68u /* MS-DTYP 2.4.2.2: eight octets, and 4 for each of at most 15 */

/* Zero at first, and whatever it is until ldap_token_cleanup. */
struct ldap_token {
  uint8_t *sids; /* the length of one in an octet, then its octets, and so on */
  size_t len;
};

extern const struct ldap_search ldap_token_question;

/* Of the entry that answers it. */
void ldap_token_take(struct ldap_token *token, const struct ldap_message *entry);
bool ldap_token_is_empty(const struct ldap_token *token);
bool ldap_token_has(const struct ldap_token *token, radmfa_span sid);
void ldap_token_cleanup(struct ldap_token *token);

#endif
