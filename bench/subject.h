/* subject.h: what `radmfa-bench micro` measures: one thing each, over and over. */
#ifndef RADMFA_BENCH_SUBJECT_H
#define RADMFA_BENCH_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

struct subject_world;

struct subject {
  const char *name, *about;
  /* Does it so many times; gives a number that depends on each of them, so that none is left out,
   * or 0 where it did not work. */
  uint64_t (*run)(struct subject_world *world, uint64_t times);
};

extern const struct subject subjects[];
extern const size_t n_subjects;

/* NULL where there is none of that name. */
const struct subject *subject_find(const char *name);

/* What they work on. Exits where memory is short. */
struct subject_world *subject_world_new(void);
void subject_world_free(struct subject_world *world);

#endif
