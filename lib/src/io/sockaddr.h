/* sockaddr.h: radmfa_address to and from what the system's calls take. */
#ifndef RADMFA_IO_SOCKADDR_H
#define RADMFA_IO_SOCKADDR_H

#include <radmfa/base.h>

#include <netinet/in.h>
#include <sys/socket.h>

#define V4_AT 12u /* where an IPv4 address stands in an IPv4-mapped one (RFC 4291 2.5.5.2) */

int radmfa__sockaddr_family(const radmfa_address *address);
/* Returns the length that the system wants with it. */
socklen_t radmfa__sockaddr_put(const radmfa_address *address, int family,
                               struct sockaddr_storage *out);
void radmfa__sockaddr_get(const struct sockaddr_storage *from, radmfa_address *out_address);
void radmfa__map_v4(const struct in_addr *from, uint8_t out_ip[16]);
bool radmfa__address_is_any(const radmfa_address *address); /* the port does not count */

#endif
