/* media_ports.h: which of the even port numbers of a range are taken by calls. A number is all that
 * a call needs while it rings. Pure: chance comes in. */
#ifndef RADMFAD_FACTOR_MEDIA_PORTS_H
#define RADMFAD_FACTOR_MEDIA_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct media_ports {
  uint16_t first;
  uint32_t n; /* of the range */
  uint32_t n_taken;
  uint64_t *taken; /* a bit for each */
};

/* Both numbers are included. Returns 0, RADMFA_E_NO_MEMORY, or RADMFA_E_INVALID: no even number
 * lies between them. */
int media_ports_init(struct media_ports *ports, uint16_t min, uint16_t max);
void media_ports_cleanup(struct media_ports *ports);

/* The next free one behind the place where `random` points to: who sees some cannot tell the next.
 * 0: all are taken. */
uint16_t media_ports_take(struct media_ports *ports, uint32_t random);
void media_ports_give_back(struct media_ports *ports, uint16_t port);

#endif
