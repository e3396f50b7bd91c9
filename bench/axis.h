/* axis.h: where values lie on an axis, and which of them are named there. */
#ifndef RADMFA_BENCH_AXIS_H
#define RADMFA_BENCH_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#define AXIS_TICKS_MAX 32u
#define AXIS_LABEL_SIZE 32u

enum axis_kind {
  AXIS_COUNT,      /* from 0 on: 0, 5,000, 10,000 */
  AXIS_SECONDS,    /* from 0 on */
  AXIS_LATENCY,    /* milliseconds, logarithmic: 500 us, 1 ms, 2 s */
  AXIS_PERCENTILE, /* 0 to 100, each tenth of what is left as wide: 90, 99, 99.9 */
};

struct axis_tick {
  double value;
  char label[AXIS_LABEL_SIZE];
};

struct axis {
  enum axis_kind kind;
  double min, max; /* on the scale: logarithms for the last two kinds */
  struct axis_tick ticks[AXIS_TICKS_MAX];
  size_t n_ticks;
};

/* An axis that holds the values from `least` to `most`, both above 0 for AXIS_LATENCY. */
void axis_init(struct axis *axis, enum axis_kind kind, double least, double most);
/* As its ticks are named. */
void axis_label(const struct axis *axis, double value, char out_label[AXIS_LABEL_SIZE]);
/* 0 at its beginning, 1 at its end. */
double axis_place(const struct axis *axis, double value);

#endif
