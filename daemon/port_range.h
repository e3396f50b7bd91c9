/* port_range.h: "16384..32766": even numbers of UDP ports, as RTP has them (RFC 3550 11). Pure. */
#ifndef RADMFAD_PORT_RANGE_H
#define RADMFAD_PORT_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#define PORT_RANGE_MIN 1024u

struct port_range {
  uint16_t min, max; /* both even and included */
};

/* False: `text` is none, or begins below PORT_RANGE_MIN; then `*out_range` is untouched. */
bool port_range_parse(const char *text, struct port_range *out_range);
uint32_t port_range_count(struct port_range range); /* how many even numbers it has */

#endif
