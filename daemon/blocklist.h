/* blocklist.h: users who are blocked after a fraud report, by identity (ASCII letters in either
 * case); in memory, bounded: over BLOCKLIST_MAX the report is still logged and the caller is
 * told. Any thread. */
#ifndef RADMFAD_BLOCKLIST_H
#define RADMFAD_BLOCKLIST_H

#include <radmfa/base.h>

#define BLOCKLIST_MAX 100000u

struct blocklist;

struct blocklist *blocklist_new(void);
void blocklist_free(struct blocklist *list);
bool blocklist_add(struct blocklist *list,
                   radmfa_span identity); /* false: full, or out of memory */
void blocklist_remove(struct blocklist *list, radmfa_span identity);
bool blocklist_has(struct blocklist *list, radmfa_span identity);

#endif
