/* g711.c: an octet is a small floating point number: a sign, three bits of exponent and four of
 * mantissa. Both laws say so, each with another scale and other bits inverted (G.711 3.2). */
#include "g711.h"

#include <stdbool.h>

#define SIGN 0x80u
#define PCMU_BIAS 33u /* of 14 bits: makes even the smallest numbers have a leading one */
#define PCMU_MAX 8191u
#define PCMA_INVERTED 0x55u /* every second bit, so that silence is no row of zeros */

/* Without its sign: -1 is as far from the middle as 0 is, since the codecs know no zero. */
static unsigned magnitude_of(int16_t sample) {
  return (unsigned)(sample < 0 ? -(sample + 1) : sample);
}

/* How often it can be halved before its leading one is that of 16 to 31. */
static unsigned exponent_of(unsigned magnitude) {
  unsigned exponent = 0;
  while (magnitude >> exponent > 31u) exponent++;
  return exponent;
}

static int16_t with_sign(unsigned magnitude, bool is_negative) {
  return (int16_t)(is_negative ? -(int)magnitude : (int)magnitude);
}

uint8_t g711_to_pcmu(int16_t sample) {
  unsigned magnitude = (magnitude_of(sample) >> 2) + PCMU_BIAS;
  if (magnitude > PCMU_MAX) magnitude = PCMU_MAX;
  unsigned exponent = exponent_of(magnitude); /* from 1: the bias is more than 31 */
  unsigned octet = (exponent - 1) << 4 | ((magnitude >> exponent) & 0xfu);
  return (uint8_t) ~(sample < 0 ? octet | SIGN : octet);
}

int16_t g711_from_pcmu(uint8_t octet) {
  unsigned bits = octet ^ 0xffu, exponent = bits >> 4 & 7u, mantissa = bits & 0xfu;
  unsigned magnitude = ((2 * mantissa + PCMU_BIAS) << exponent) - PCMU_BIAS;
  return with_sign(magnitude << 2, bits & SIGN);
}

uint8_t g711_to_pcma(int16_t sample) {
  unsigned magnitude = magnitude_of(sample) >> 4, exponent = exponent_of(magnitude);
  /* Below 16 there is no leading one to be left out, and up to 31 the steps are as small. */
  unsigned octet =
      magnitude < 16 ? magnitude : (exponent + 1) << 4 | ((magnitude >> exponent) & 0xfu);
  return (uint8_t)((sample < 0 ? octet : octet | SIGN) ^ PCMA_INVERTED);
}

int16_t g711_from_pcma(uint8_t octet) {
  unsigned bits = octet ^ PCMA_INVERTED, exponent = bits >> 4 & 7u, mantissa = bits & 0xfu;
  unsigned middle = 2 * mantissa + 1; /* of the interval, in half steps */
  unsigned magnitude = exponent ? (middle + 32) << (exponent - 1) : middle;
  return with_sign(magnitude << 3, !(bits & SIGN));
}
