/* ldap_url.h: where a directory listens: "ldaps://dc1.corp.example", "ldap://[2001:db8::4]:1389"
 * (RFC 4516 2, of which scheme, host and port are allowed). */
#ifndef RADMFAD_LDAP_URL_H
#define RADMFAD_LDAP_URL_H

#include "url.h"

#define LDAP_URL_HOST_SIZE URL_HOST_SIZE

struct ldap_url {
  char host[LDAP_URL_HOST_SIZE]; /* in lower case, without brackets */
  uint16_t port;                 /* default: 389, of ldaps 636 */
  bool is_ldaps;
};

/* Returns NULL, or why not (constant text); then `*out_url` is left alone. */
const char *ldap_url_parse(const char *text, struct ldap_url *out_url);

#endif
