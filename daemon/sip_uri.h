/* sip_uri.h: where a trunk is: "sip:pbx.corp.example", "sip:[2001:db8::5]:5061;transport=tls" (RFC
 * 3261 19.1, of which host, port and transport are allowed). Pure. */
#ifndef RADMFAD_SIP_URI_H
#define RADMFAD_SIP_URI_H

#include "url.h"

enum sip_transport { SIP_TRANSPORT_UDP, SIP_TRANSPORT_TCP, SIP_TRANSPORT_TLS };

struct sip_uri {
  char host[URL_HOST_SIZE]; /* in lower case, without brackets */
  uint16_t port;            /* 0: not written, then the transport's (RFC 3261 19.1.2) */
  enum sip_transport transport;
};

/* Returns NULL, or why not (constant text); then `*out_uri` is left alone. */
const char *sip_uri_parse(const char *text, struct sip_uri *out_uri);

#define SIP_URI_AUTHORITY_SIZE (URL_HOST_SIZE + sizeof "[]:65535")
#define SIP_URI_TEXT_SIZE (SIP_URI_AUTHORITY_SIZE + sizeof "sip:;transport=tls")

/* "pbx.corp.example:5061"; "[2001:db8::5]" where no port was written. */
void sip_uri_authority(const struct sip_uri *uri, char out[SIP_URI_AUTHORITY_SIZE]);
/* The whole, always with its transport. */
void sip_uri_format(const struct sip_uri *uri, char out[SIP_URI_TEXT_SIZE]);

#endif
