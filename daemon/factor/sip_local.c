/* sip_local.c: a UDP socket that is connected sends nothing, but knows its own address. */
#include "sip_local.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool sip_local_is_unset(const radmfa_address *address) {
  static const uint8_t nothing[16];
  static const uint8_t nothing_v4[16] = {[10] = 0xff, [11] = 0xff};
  return memcmp(address->ip, nothing, 16) == 0 || memcmp(address->ip, nothing_v4, 16) == 0;
}

static socklen_t to_sockaddr(const radmfa_address *address, struct sockaddr_storage *out) {
  static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
  memset(out, 0, sizeof *out);
  if (memcmp(address->ip, v4, sizeof v4) == 0) {
    struct sockaddr_in *in = (struct sockaddr_in *)out;
    in->sin_family = AF_INET;
    in->sin_port = htons(address->port);
    memcpy(&in->sin_addr, address->ip + 12, 4);
    return sizeof *in;
  }
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons(address->port);
  in6->sin6_scope_id = address->scope_id;
  memcpy(&in6->sin6_addr, address->ip, 16);
  return sizeof *in6;
}

bool sip_local_toward(const radmfa_address *far, radmfa_address *out_own) {
  struct sockaddr_storage to, own;
  socklen_t len = to_sockaddr(far, &to), own_len = sizeof own;
  int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&to, len) == 0 &&
            getsockname(fd, (struct sockaddr *)&own, &own_len) == 0;
  if (fd >= 0) close(fd);
  if (!ok) return false;
  out_own->scope_id = 0;
  if (own.ss_family == AF_INET) {
    memset(out_own->ip, 0, 10);
    memset(out_own->ip + 10, 0xff, 2);
    memcpy(out_own->ip + 12, &((struct sockaddr_in *)&own)->sin_addr, 4);
  } else {
    memcpy(out_own->ip, &((struct sockaddr_in6 *)&own)->sin6_addr, 16);
  }
  return true;
}
