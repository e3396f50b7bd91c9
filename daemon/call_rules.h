/* call_rules.h: what must hold between the values of factors that call, and of who uses them. */
#ifndef RADMFAD_CALL_RULES_H
#define RADMFAD_CALL_RULES_H

#include "values.h"

/* Reports errors and warnings, and fills defaults in. */
void call_rules_check(struct reader *r);

#endif
