#include "faults.h"

#include <radmfa/attr.h>

enum fault faults_draw(const struct faults *faults, struct random *random) {
  if (random_chance(random, faults->lose)) return FAULT_LOST;
  if (random_chance(random, faults->forge)) return FAULT_FORGED;
  if (random_chance(random, faults->truncate)) return FAULT_TRUNCATED;
  return FAULT_NONE;
}

void fault_forge(uint8_t *reply) {
  reply[0] = reply[0] == RADMFA_ACCESS_ACCEPT ? RADMFA_ACCESS_REJECT : RADMFA_ACCESS_ACCEPT;
}

size_t fault_truncated_len(size_t len, struct random *random) {
  return 1 + (size_t)(random_unit(random) * (double)(len - 1));
}
