/* faults.h: what goes wrong with a share of the replies on their way. */
#ifndef RADMFA_BENCH_FAULTS_H
#define RADMFA_BENCH_FAULTS_H

#include "random.h"

/* Shares from 0 to 1. Each reply has at most one of the first three faults. */
struct faults {
  double lose, forge, truncate;
  double twice, hold_back;
};

enum fault { FAULT_NONE, FAULT_LOST, FAULT_FORGED, FAULT_TRUNCATED };

enum fault faults_draw(const struct faults *faults, struct random *random);

/* Turns the verdict and leaves the signatures: what an attacker on the way would like to do. */
void fault_forge(uint8_t *reply);
/* How much of a reply is left: at least one octet, never all. */
size_t fault_truncated_len(size_t len, struct random *random);

#endif
