/* plan.h: when each login is due. In an open loop that is settled from the start, whatever becomes
 * of the logins before; in a closed loop one is due as soon as fewer than so many wait. A plan is
 * walked: what is due next, then on to the one after it. All times count from the start. */
#ifndef RADMFA_BENCH_PLAN_H
#define RADMFA_BENCH_PLAN_H

#include "random.h"

#define PLAN_PARTS_MAX 32u

/* A rate that holds, or grows or falls evenly. */
struct plan_part {
  double from_per_s, to_per_s;
  double seconds;
};

/* What --plan says. */
struct plan_shape {
  struct plan_part parts[PLAN_PARTS_MAX]; /* for `step` and `ramp` */
  size_t n_parts;                         /* 0: one rate throughout, which other options give */
  bool poisson;                           /* at random with that rate on average, else evenly */
  const char *text;
};

/* "constant", "poisson", "step:RATE/TIME,..." or "ramp:FROM..TO/TIME,..."; a reader of an option
 * (values.h). */
bool read_plan(const char *text, void *out);
/* Of the parts. */
uint64_t plan_shape_logins(const struct plan_shape *shape);
double plan_shape_seconds(const struct plan_shape *shape);

struct plan {
  struct plan_shape shape;
  struct random random;
  uint64_t n_logins;
  uint64_t next; /* number of the next login, from 0 */
  /* How many logins are due before the next one: its number, or about that where it is random.
   * And of these and of the time, what lies before the part that it falls in. */
  double place, logins_before, seconds_before;
  size_t part;

  uint64_t outstanding; /* 0: an open loop */
  uint64_t end_ns;      /* of a closed loop: then no login is due any more; 0: never */
};

/* `per_second` is for shapes without parts; `seed` for poisson. */
void plan_init(struct plan *plan, const struct plan_shape *shape, double per_second,
               uint64_t n_logins, uint64_t seed);
/* `end_ns` 0: when n_logins are sent. */
void plan_init_closed(struct plan *plan, uint64_t outstanding, uint64_t n_logins, uint64_t end_ns);

/* When the next login is due; false where none is, or none while `n_waiting` wait (closed). */
bool plan_next_due(const struct plan *plan, uint64_t now_ns, uint64_t n_waiting,
                   uint64_t *out_due_ns);
void plan_advance(struct plan *plan);
bool plan_is_over(const struct plan *plan, uint64_t now_ns);

#endif
