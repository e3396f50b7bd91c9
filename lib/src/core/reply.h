/* reply.h: verdict and request in, reply out, which sign.c signs. */
#ifndef RADMFA_CORE_REPLY_H
#define RADMFA_CORE_REPLY_H

#include "record.h"

/* The reply to `login`'s request by its verdict (accept, reject or challenge), in `buffer`, not
 * signed yet.  * Returns 0 or RADMFA_E_TOO_BIG. */
RADMFA_MUST_USE int radmfa__reply_build(const struct login *login,
                                        uint8_t buffer[RADMFA_PACKET_SIZE_MAX],
                                        radmfa_span *out_reply);

/* Octets that the reply needs where it carries no attributes of a primary's: so much room is
 * made when the request comes. */
size_t radmfa__reply_size_min(const radmfa_packet *request);

#endif
