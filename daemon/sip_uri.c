/* sip_uri.c: scheme, host, port and transport, and nothing else. */
#include "sip_uri.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const transports[] = {
    [SIP_TRANSPORT_UDP] = "udp", [SIP_TRANSPORT_TCP] = "tcp", [SIP_TRANSPORT_TLS] = "tls"};

static bool take_transport(const char **inout_text, enum sip_transport *out_transport) {
  for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
    if (!url_take_word(inout_text, transports[i])) continue;
    *out_transport = (enum sip_transport)i;
    return true;
  }
  return false;
}

const char *sip_uri_parse(const char *text, struct sip_uri *out_uri) {
  struct sip_uri uri = {.transport = SIP_TRANSPORT_UDP};
  if (url_take_word(&text, "sips:")) return "must be written with sip: and ;transport=tls";
  if (!url_take_word(&text, "sip:")) return "must begin with sip:";
  if (strchr(text, '@')) return "must not name a user: that is the key `user`";
  if (!url_take_host(&text, uri.host))
    return "must name a host, as sip:pbx.corp.example or sip:[2001:db8::5]";
  if (url_take_word(&text, ":") && !url_take_port(&text, &uri.port))
    return "must have a port in 1..65535, and brackets around an IPv6 address";
  if (url_take_word(&text, ";transport=") && !take_transport(&text, &uri.transport))
    return "must have one of udp, tcp, tls as its transport";
  if (*text) return "must end after host, port and ;transport=udp, tcp or tls";
  *out_uri = uri;
  return NULL;
}

void sip_uri_authority(const struct sip_uri *uri, char out[SIP_URI_AUTHORITY_SIZE]) {
  bool is_ipv6 = strchr(uri->host, ':') != NULL;
  char port[sizeof ":65535"] = "";
  if (uri->port) snprintf(port, sizeof port, ":%" PRIu16, uri->port);
  snprintf(out, SIP_URI_AUTHORITY_SIZE, "%s%s%s%s", is_ipv6 ? "[" : "", uri->host,
           is_ipv6 ? "]" : "", port);
}

void sip_uri_format(const struct sip_uri *uri, char out[SIP_URI_TEXT_SIZE]) {
  char authority[SIP_URI_AUTHORITY_SIZE];
  sip_uri_authority(uri, authority);
  snprintf(out, SIP_URI_TEXT_SIZE, "sip:%s;transport=%s", authority, transports[uri->transport]);
}
