/* moment.h: points in time, as radmfad and as people write them. All of them are UTC. Pure. */
#ifndef RADMFACTL_MOMENT_H
#define RADMFACTL_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#define MOMENT_SIZE 25u       /* "2026-12-01T09:00:00.000Z" and a NUL */
#define MOMENT_SHOWN_SIZE 20u /* "2026-12-01 09:00:00" and a NUL */

enum moment_edge { MOMENT_FIRST, MOMENT_LAST };

/* moment_parse reads "2026-12-01", "2026-12-01 09:00", "2026-12-01T09:00:00Z" or how long ago it
 * was ("90s", "30m", "2h", "7d") into what radmfad takes. A day or a minute means its first or its
 * last millisecond. False: it is neither. */
bool moment_parse(const char *text, enum moment_edge edge, uint64_t now_ms, char out[MOMENT_SIZE]);

/* Milliseconds since 1970 of what radmfad writes; false where it is nothing of the kind. */
bool moment_ms(const char *text, uint64_t *out_ms);

/* moment_show is for tables: date and time to the second. What is no moment becomes "". */
const char *moment_show(const char *text, char out[MOMENT_SHOWN_SIZE]);

#endif
