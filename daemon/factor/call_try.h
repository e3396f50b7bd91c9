/* call_try.h: for administrators: are the trunks there, and does a call come through? Both wait. */
#ifndef RADMFAD_FACTOR_CALL_TRY_H
#define RADMFAD_FACTOR_CALL_TRY_H

#include "call.h"

#include <stdio.h>

/* Of call_factor_new, or of sip_new. */
const char *call_error_text(int error);

struct call_trial {
  int error;       /* the stack did not start: as of sip_new; then nothing else counts */
  uint16_t status; /* of the answer to an OPTIONS; any means that somebody is there. 0: none */
  char reason[SIP_REASON_SIZE];
  struct sip_probe probe;
};

/* Asks each trunk; `out_trials` has one for each. `options` needs no callbacks and no limits. */
void call_try_trunks(const struct call_options *options, struct call_trial *out_trials);

/* Places one call and tells its story on `out`. True: the right key was pressed. `options` needs
 * no callbacks; it has no limits but its prefixes. */
bool call_try_number(const struct call_options *options, const struct callee *callee, FILE *out);

#endif
