/* check.h: the table of `radmfad --check`, for which every backend is tried. */
#ifndef RADMFAD_CHECK_H
#define RADMFAD_CHECK_H

#include "site.h"

/* False: one of them cannot be used. It waits for servers, 4 s for each primary at most. */
bool check_print(const struct site *site, FILE *out);

#endif
