/* ldap_rules.h: what must hold between the keys of a directory, and of the policies that use it. */
#ifndef RADMFAD_LDAP_RULES_H
#define RADMFAD_LDAP_RULES_H

#include "values.h"

/* As rules_check, of which it is a part; it also names the servers that have no name. */
void ldap_rules_check(struct reader *r);

#endif
