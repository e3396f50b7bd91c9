/* own_socket.h: whether who connected to us over loopback is this process: anybody on the machine
 * may connect to a port there. */
#ifndef RADMFAD_FACTOR_OWN_SOCKET_H
#define RADMFAD_FACTOR_OWN_SOCKET_H

#include <stdbool.h>

/* `fd` is the accepted end of a TCP connection. False also where the system does not tell. */
bool own_socket_is_peer(int fd);

#endif
