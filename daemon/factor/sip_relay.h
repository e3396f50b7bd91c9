/* sip_relay.h: TLS for a SIP stack that speaks TCP: it connects to a port on loopback, and what it
 * says goes on over a verified stream (radmfa/stream.h). Nothing goes out before the trunk's
 * certificate and name are verified. Only this process may connect (own_socket.h). */
#ifndef RADMFAD_FACTOR_SIP_RELAY_H
#define RADMFAD_FACTOR_SIP_RELAY_H

#include "sip_text.h"

#include <radmfa/stream.h>

/* What is known of the trunk's latest connection. */
struct sip_relay_facts {
  struct sip_probe probe; /* address, TLS version, certificate */
  int error;              /* why there is none (stream.h), 0 while there is one */
  char detail[SIP_REASON_SIZE];
};

struct sip_relay;

/* sip_relay_new listens on loopback. The relay belongs to the loop's thread from then on. Returns
 * 0, RADMFA_E_NO_MEMORY or an error of libuv. */
RADMFA_MUST_USE int sip_relay_new(uv_loop_t *loop, radmfa_tls_context *trust,
                                  const struct sip_target *target, struct sip_relay **out_relay);
/* Closes its handles; the memory goes when the loop has closed the last of them. */
void sip_relay_close(struct sip_relay *relay);

/* Any thread, until sip_relay_close. */
uint16_t sip_relay_port(const struct sip_relay *relay);
void sip_relay_facts(struct sip_relay *relay, struct sip_relay_facts *out_facts);

#endif
