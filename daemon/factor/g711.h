/* g711.h: telephone codecs (ITU-T G.711): linear samples of 16 bits to octets and back. Pure. */
#ifndef RADMFAD_FACTOR_G711_H
#define RADMFAD_FACTOR_G711_H

#include <stdint.h>

#define G711_PCMU_SILENCE 0xffu
#define G711_PCMA_SILENCE 0xd5u

uint8_t g711_to_pcmu(int16_t sample);
uint8_t g711_to_pcma(int16_t sample);
int16_t g711_from_pcmu(uint8_t octet);
int16_t g711_from_pcma(uint8_t octet);

#endif
