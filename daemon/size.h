/* size.h: "4MiB", "64KiB", "1GiB", in octets. */
#ifndef RADMFAD_SIZE_H
#define RADMFAD_SIZE_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number with its unit (KiB, MiB, GiB). False for anything else and above 1 GiB. */
bool size_parse(const char *text, uint32_t *out_octets);

#endif
