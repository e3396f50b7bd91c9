/* random.h: chance that a seed makes repeatable. Good enough to lose packets and to fill
 * authenticators that guard nothing but a test; never for a real secret. */
#ifndef RADMFA_BENCH_RANDOM_H
#define RADMFA_BENCH_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
  uint64_t state;
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
double random_unit(struct random *random); /* 0 or more, below 1 */
double random_normal(struct random *random);
bool random_chance(struct random *random, double share); /* true in `share` (0 to 1) of the calls */
void random_bytes(struct random *random, uint8_t *out, size_t size);

/* A seed for those who name none: short enough to type again. */
uint64_t random_new_seed(void);

#endif
