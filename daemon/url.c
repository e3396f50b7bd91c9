/* url.c: the parts of a URL, one after the other. */
#include "url.h"

#include <radmfa/base.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char name_octets[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
static const char ipv6_octets[] = "0123456789abcdefABCDEF:.";

bool url_take_word(const char **inout_text, const char *word) {
  size_t len = strlen(word);
  if (strncasecmp(*inout_text, word, len) != 0) return false;
  *inout_text += len;
  return true;
}

static bool take_octets(const char **inout_text, const char *octets, char host[URL_HOST_SIZE]) {
  size_t len = strspn(*inout_text, octets);
  if (!len || len >= URL_HOST_SIZE) return false;
  for (size_t i = 0; i < len; i++) {
    char c = (*inout_text)[i];
    host[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
  }
  host[len] = '\0';
  *inout_text += len;
  return true;
}

bool url_take_host(const char **inout_text, char host[URL_HOST_SIZE]) {
  const char *text = *inout_text;
  radmfa_address address;
  if (*text != '[') return take_octets(inout_text, name_octets, host);
  bool valid = url_take_word(&text, "[") && take_octets(&text, ipv6_octets, host) &&
               url_take_word(&text, "]") && !radmfa_address_parse(host, &address);
  if (valid) *inout_text = text;
  return valid;
}

bool url_take_port(const char **inout_text, uint16_t *out_port) {
  size_t len = strspn(*inout_text, "0123456789");
  unsigned long port = len && len <= 5 ? strtoul(*inout_text, NULL, 10) : 0;
  if (!port || port > UINT16_MAX) return false;
  *out_port = (uint16_t)port;
  *inout_text += len;
  return true;
}
