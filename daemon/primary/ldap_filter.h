/* ldap_filter.h: a search filter, from text (RFC 4515) to BER (RFC 4511 4.5.1.7): and, or, not,
 * equality, presence and extensible match. No substrings and no order: nothing of ours asks for
 * them, and a "*" that nobody escaped must not become one. */
#ifndef RADMFAD_PRIMARY_LDAP_FILTER_H
#define RADMFAD_PRIMARY_LDAP_FILTER_H

#include <radmfa/base.h>

#define LDAP_FILTER_DEPTH_MAX 16u /* filters within filters */

struct berelement;

/* ldap_filter_write appends the filter to `ber`, a BerElement of liblber. Returns 0,
 * RADMFA_E_INVALID for a text that is no filter of these, or RADMFA_E_NO_MEMORY; after an error
 * `ber` is good for ber_free only. */
RADMFA_MUST_USE int ldap_filter_write(struct berelement *ber, radmfa_span text);

/* ldap_filter_check returns what ldap_filter_write would; for a configuration. */
RADMFA_MUST_USE int ldap_filter_check(radmfa_span text);

#endif
