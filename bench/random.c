#include "random.h"

#include <math.h>
#include <string.h>
#include <sys/random.h>

#define TWO_PI 6.283185307179586

/* One step of SplitMix64 (Steele, Lea, Flood 2014): neighbouring seeds give unlike states, and
 * xorshift must not start at 0, where it would stay. */
void random_seed(struct random *random, uint64_t seed) {
  uint64_t x = seed + 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  random->state = x ? x : 1;
}

/* xorshift64* (Marsaglia 2003, Vigna 2016) */
uint64_t random_next(struct random *random) {
  uint64_t x = random->state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  random->state = x;
  return x * 0x2545f4914f6cdd1du;
}

double random_unit(struct random *random) {
  return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* Box and Muller 1958 */
double random_normal(struct random *random) {
  double radius = sqrt(-2 * log(1 - random_unit(random)));
  return radius * cos(TWO_PI * random_unit(random));
}

bool random_chance(struct random *random, double share) {
  return share > 0 && random_unit(random) < share;
}

void random_bytes(struct random *random, uint8_t *out, size_t size) {
  while (size) {
    uint64_t word = random_next(random);
    size_t n = size < sizeof word ? size : sizeof word;
    memcpy(out, &word, n);
    out += n;
    size -= n;
  }
}

uint64_t random_new_seed(void) {
  uint32_t seed = 0;
  (void)!getrandom(&seed, sizeof seed, 0); /* 0 is a seed too */
  return seed;
}
