/* sip_text.h: what we write into SIP messages and read out of them as text: URIs, names, keys. What
 * the far end wrote is believed in nothing. Pure. */
#ifndef RADMFAD_FACTOR_SIP_TEXT_H
#define RADMFAD_FACTOR_SIP_TEXT_H

#include "sip.h"

#define SIP_HOST_SIZE 256u
#define SIP_URI_SIZE 512u
#define SIP_NUMBER_MAX 20u /* digits, of a number as of an extension */

enum sip_transport { SIP_UDP, SIP_TCP, SIP_TLS };

/* Where a trunk is. */
struct sip_target {
  char host[SIP_HOST_SIZE]; /* a name or an address; IPv6 without its brackets */
  bool is_v6;
  uint16_t port; /* never 0 */
  bool has_port; /* and it was written */
  enum sip_transport transport;
};

/* sip_text_target reads "sip:host[:port][;transport=udp|tcp|tls]" or "sips:host[:port]"; anything
 * else that a URI can have is refused. */
RADMFA_MUST_USE bool sip_text_target(const char *uri, struct sip_target *out_target);

const char *sip_text_transport(enum sip_transport transport); /* "udp", "tcp", "tls" */

/* Digits with or without one leading "+", and digits alone: nothing else goes into a URI. */
bool sip_text_is_number(const char *number);
bool sip_text_is_extension(const char *extension);

/* sip_text_host_port writes the host as URIs have it, with its port where one was written. */
const char *sip_text_host_port(const struct sip_target *target, char out[SIP_URI_SIZE]);

/* sip_text_phone_uri writes "sip:NUMBER[;ext=EXTENSION]@HOST;user=phone" (RFC 3261 19.1.6). */
const char *sip_text_phone_uri(const char *number, const char *extension, const char *host_port,
                               char out[SIP_URI_SIZE]);

/* sip_text_user_uri writes "sip:USER@HOST"; what a user part must not hold is escaped (RFC 3261
 * 25.1), what is too long is cut. */
const char *sip_text_user_uri(const char *user, const char *host_port, char out[SIP_URI_SIZE]);

/* sip_text_name_address writes `"NAME" <URI>`, or `<URI>`. The name is quoted (RFC 3261 25.1), cut
 * to a length, and has no control characters. */
const char *sip_text_name_address(const char *name, const char *uri, char out[SIP_URI_SIZE]);

/* sip_text_key is the key that an INFO carries, or 0: `type` is its Content-Type. */
char sip_text_key(const char *type, radmfa_span body);

/* What an answer to OPTIONS says that the trunk can do. */
void sip_text_codecs(radmfa_span sdp, struct sip_probe *probe);

/* sip_text_copy copies what fits, and always a NUL. */
void sip_text_copy(char *out, size_t size, const char *text);

#endif
