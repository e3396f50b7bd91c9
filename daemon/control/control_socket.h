/* control_socket.h: the socket in the file system: who may connect is said by its mode. */
#ifndef RADMFAD_CONTROL_CONTROL_SOCKET_H
#define RADMFAD_CONTROL_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

/* A socket that listens at `path`: for the group where the system has it, else for its owner alone.
 * One that nobody listens at any more, of a radmfad that was killed say, is replaced; anything else
 * that is there is left alone. Returns its descriptor, which does not wait, or -1 with `out_error`.
 */
int control_socket_open(const char *path, const char *group, bool *out_has_group, char *out_error,
                        size_t error_size);

/* Whether it could listen there: 0, or 1 where a process does already; -1: no, and `out_error` says
 * why. */
int control_socket_try(const char *path, char *out_error, size_t error_size);

#endif
