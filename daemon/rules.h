/* rules.h: what must hold between the values of a configuration. */
#ifndef RADMFAD_RULES_H
#define RADMFAD_RULES_H

#include "values.h"

/* rules_check comes when all keys were read: it reports values that contradict each other, and sets
 * the defaults that depend on other values. After errors too: what was not read is zero. */
void rules_check(struct reader *r);

#endif
