/* delay.h: how long a server takes: fixed, uniform or log-normal, as people at telephones are. */
#ifndef RADMFA_BENCH_DELAY_H
#define RADMFA_BENCH_DELAY_H

#include "random.h"

struct delay {
  bool is_lognormal;
  uint64_t min_ns, max_ns; /* uniform between both, which may be equal */
  double median_ns, sigma;
};

/* "20s", "10ms..3s", "lognormal:8s,0.5". */
bool delay_parse(const char *text, struct delay *out_delay);
/* The same as a reader of an option (values.h). */
bool read_delay(const char *text, void *out);

uint64_t delay_draw(const struct delay *delay, struct random *random);

#endif
