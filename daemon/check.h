/* check.h: the table of `radmfad --check`. */
#ifndef RADMFAD_CHECK_H
#define RADMFAD_CHECK_H

#include "site.h"

void check_print(const struct site *site, FILE *out);

#endif
