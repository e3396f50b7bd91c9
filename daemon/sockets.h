/* sockets.h: radmfad's control sockets, with the verbs that each has. */
#ifndef RADMFAD_SOCKETS_H
#define RADMFAD_SOCKETS_H

#include "config.h"
#include "control/world.h"

struct sockets;

/* Makes those that the configuration names; `world` is copied. NULL: `diag` says why. */
struct sockets *sockets_new(const struct config *config, const struct control_world *world,
                            struct diag *diag);
/* Waits for what is under way (control_free): before anything goes that the world names. NULL is
 * fine. */
void sockets_free(struct sockets *sockets);

#endif
