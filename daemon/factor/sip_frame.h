/* sip_frame.h: SIP messages in a stream of octets (RFC 3261 18.3), as our own stack writes them.
 * Pure. */
#ifndef RADMFAD_FACTOR_SIP_FRAME_H
#define RADMFAD_FACTOR_SIP_FRAME_H

#include <radmfa/base.h>

#define SIP_FRAME_MAX 65536u

/* sip_frame_take finds how many octets the first message has, or the line ends between messages
 * (RFC 5626 3.5.1 keeps a connection alive with them). Returns 0, RADMFA_E_TRUNCATED: it is not all
 * there yet, or RADMFA_E_MALFORMED: nothing that follows can be told apart. */
RADMFA_MUST_USE int sip_frame_take(radmfa_span bytes, size_t *out_len);

/* sip_frame_say_tls changes the topmost Via of a request from TCP to TLS: the same length. */
void sip_frame_say_tls(uint8_t *message, size_t len);

#endif
