/* harden.c: see harden.h. */
#include "harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void process_harden(void) {
  const struct rlimit none = {0, 0};
  prctl(PR_SET_DUMPABLE, 0);
  setrlimit(RLIMIT_CORE, &none);
}
