/* url.h: what URLs of directories and of trunks have in common: words, hosts and ports. Pure. */
#ifndef RADMFAD_URL_H
#define RADMFAD_URL_H

#include <stdbool.h>
#include <stdint.h>

#define URL_HOST_SIZE 254u /* of a DNS name (RFC 1035 2.3.4) or an address, and its NUL */

/* Each goes behind what it takes, and leaves the text alone where that does not stand there. */
bool url_take_word(const char **inout_text, const char *word); /* letters in either case */
/* A name, an IPv4 address, or an IPv6 address in brackets, which it loses; in lower case. After
 * false `host` may hold anything. */
bool url_take_host(const char **inout_text, char host[URL_HOST_SIZE]);
bool url_take_port(const char **inout_text, uint16_t *out_port); /* 1 to 65535 */

#endif
