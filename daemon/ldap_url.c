/* ldap_url.c: scheme, host and port, and nothing else. */
#include "ldap_url.h"

#include <radmfa/base.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LDAP_PORT 389u
#define LDAPS_PORT 636u

static const char name_octets[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
static const char ipv6_octets[] = "0123456789abcdefABCDEF:.";

static bool take_word(const char **inout_text, const char *word) {
  size_t len = strlen(word);
  if (strncasecmp(*inout_text, word, len) != 0) return false;
  *inout_text += len;
  return true;
}

static bool take_host(const char **inout_text, const char *octets, char *host) {
  size_t len = strspn(*inout_text, octets);
  if (!len || len >= LDAP_URL_HOST_SIZE) return false;
  for (size_t i = 0; i < len; i++) {
    char c = (*inout_text)[i];
    host[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
  }
  host[len] = '\0';
  *inout_text += len;
  return true;
}

static bool take_ipv6(const char **inout_text, char *host) {
  radmfa_address address;
  return take_word(inout_text, "[") && take_host(inout_text, ipv6_octets, host) &&
         take_word(inout_text, "]") && !radmfa_address_parse(host, &address);
}

static bool take_port(const char **inout_text, uint16_t *out_port) {
  size_t len = strspn(*inout_text, "0123456789");
  unsigned long port = len && len <= 5 ? strtoul(*inout_text, NULL, 10) : 0;
  if (!port || port > UINT16_MAX) return false;
  *out_port = (uint16_t)port;
  *inout_text += len;
  return true;
}

const char *ldap_url_parse(const char *text, struct ldap_url *out_url) {
  struct ldap_url url = {.port = LDAP_PORT};
  if (take_word(&text, "ldaps://")) {
    url.is_ldaps = true;
    url.port = LDAPS_PORT;
  } else if (!take_word(&text, "ldap://")) {
    return "must begin with ldaps:// or ldap://";
  }
  if (*text == '[' ? !take_ipv6(&text, url.host) : !take_host(&text, name_octets, url.host))
    return "must name a host, as ldaps://dc1.corp.example or ldaps://[2001:db8::4]";
  if (take_word(&text, ":") && !take_port(&text, &url.port))
    return "must have a port in 1..65535, and brackets around an IPv6 address";
  (void)take_word(&text, "/");
  if (*text) return "must end after host and port";
  *out_url = url;
  return NULL;
}
