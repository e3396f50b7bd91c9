/* ldap_url.c: scheme, host and port, and nothing else. */
#include "ldap_url.h"

#include "url.h"

#include <stddef.h>

#define LDAP_PORT 389u
#define LDAPS_PORT 636u

const char *ldap_url_parse(const char *text, struct ldap_url *out_url) {
  struct ldap_url url = {.port = LDAP_PORT};
  if (url_take_word(&text, "ldaps://")) {
    url.is_ldaps = true;
    url.port = LDAPS_PORT;
  } else if (!url_take_word(&text, "ldap://")) {
    return "must begin with ldaps:// or ldap://";
  }
  if (!url_take_host(&text, url.host))
    return "must name a host, as ldaps://dc1.corp.example or ldaps://[2001:db8::4]";
  if (url_take_word(&text, ":") && !url_take_port(&text, &url.port))
    return "must have a port in 1..65535, and brackets around an IPv6 address";
  (void)url_take_word(&text, "/");
  if (*text) return "must end after host and port";
  *out_url = url;
  return NULL;
}
