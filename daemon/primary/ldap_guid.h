/* ldap_guid.h: Active Directory's objectGUID as text. */
#ifndef RADMFAD_PRIMARY_LDAP_GUID_H
#define RADMFAD_PRIMARY_LDAP_GUID_H

#include <radmfa/base.h>

#define LDAP_GUID_SIZE 16u
#define LDAP_GUID_TEXT_SIZE 37u /* with its NUL */

/* ldap_guid_format writes the usual text ("6b29fc40-ca47-1067-b31d-00dd010662da") of the octets
 * that a directory sends. False: `guid` has not LDAP_GUID_SIZE octets. */
RADMFA_MUST_USE bool ldap_guid_format(radmfa_span guid, char out_text[LDAP_GUID_TEXT_SIZE]);

#endif
