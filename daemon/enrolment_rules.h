/* enrolment_rules.h: what must hold in the section `portal`, so that nobody comes by a second
 * factor that is somebody else's. */
#ifndef RADMFAD_ENROLMENT_RULES_H
#define RADMFAD_ENROLMENT_RULES_H

#include "values.h"

void enrolment_rules_check(struct reader *r);

#endif
