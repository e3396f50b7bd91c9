#include "sockaddr.h"

#include <string.h>

static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool is_v4(const uint8_t ip[16]) {
  return memcmp(ip, v4_mapped, V4_AT) == 0;
}

int radmfa__sockaddr_family(const radmfa_address *address) {
  return is_v4(address->ip) ? AF_INET : AF_INET6;
}

void radmfa__map_v4(const struct in_addr *from, uint8_t out_ip[16]) {
  memcpy(out_ip, v4_mapped, V4_AT);
  memcpy(out_ip + V4_AT, from, sizeof *from);
}

socklen_t radmfa__sockaddr_put(const radmfa_address *address, int family,
                               struct sockaddr_storage *out) {
  if (family == AF_INET) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&v4.sin_addr, address->ip + V4_AT, sizeof v4.sin_addr);
    memcpy(out, &v4, sizeof v4);
    return sizeof v4;
  }
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                            .sin6_port = htons(address->port),
                            .sin6_scope_id = address->scope_id};
  memcpy(&v6.sin6_addr, address->ip, sizeof v6.sin6_addr);
  memcpy(out, &v6, sizeof v6);
  return sizeof v6;
}

void radmfa__sockaddr_get(const struct sockaddr_storage *from, radmfa_address *out) {
  *out = (radmfa_address){0};
  if (from->ss_family == AF_INET) {
    struct sockaddr_in v4;
    memcpy(&v4, from, sizeof v4);
    radmfa__map_v4(&v4.sin_addr, out->ip);
    out->port = ntohs(v4.sin_port);
    return;
  }
  struct sockaddr_in6 v6;
  memcpy(&v6, from, sizeof v6);
  memcpy(out->ip, &v6.sin6_addr, sizeof out->ip);
  out->port = ntohs(v6.sin6_port);
  out->scope_id = v6.sin6_scope_id;
}

bool radmfa__address_is_any(const radmfa_address *address) {
  static const uint8_t zero[16];
  return is_v4(address->ip) ? memcmp(address->ip + 12, zero, 4) == 0
                            : memcmp(address->ip, zero, 16) == 0;
}
