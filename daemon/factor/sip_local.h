/* sip_local.h: the address by which somebody is reached. */
#ifndef RADMFAD_FACTOR_SIP_LOCAL_H
#define RADMFAD_FACTOR_SIP_LOCAL_H

#include <radmfa/base.h>

bool sip_local_is_unset(const radmfa_address *address); /* all zero, or 0.0.0.0 */
/* Which address of ours the system would send from; its port is left alone. False: no route. */
RADMFA_MUST_USE bool sip_local_toward(const radmfa_address *far, radmfa_address *out_own);

#endif
